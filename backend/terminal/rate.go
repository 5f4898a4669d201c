package terminal

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"

	"github.com/spf13/cobra"
)

// rateFlags are the flags of `bakeoff rate` as they were given.
type rateFlags struct {
	best      string
	tie       []string
	rank      []string
	stars     []string
	category  string
	tags      []string
	note      string
	favourite bool
	withdraw  bool
	reveal    bool
}

func rateCommand(d *Deps) *cobra.Command {
	var f rateFlags
	cmd := &cobra.Command{
		Use:   "rate ID",
		Short: "Judge a saved comparison: a vote, stars, words",
		Long: "Judge a saved comparison. SEAT is the letter that `bakeoff show` prints. A vote on a blind comparison reveals its\n" +
			"models. Models that gave no answer are left out of a vote. Changing your mind adds a vote; the newest counts.",
		Example: "  bakeoff rate 01930000 --best B --stars A=2,B=5 --category coding --tag retry\n" +
			"  bakeoff rate 01930000 --best tie --tie A,C",
		Args: oneID,
		RunE: func(cmd *cobra.Command, args []string) error { return d.rate(cmd, f, args[0]) },
	}
	fs := cmd.Flags()
	fs.StringVar(&f.best, "best", "", "SEAT that won, tie, or none when all are bad")
	fs.StringSliceVar(&f.tie, "tie", nil, "SEAT,SEAT that share the first place; without it a tie is of all answers")
	fs.StringSliceVar(&f.rank, "rank", nil, "SEAT,SEAT,... best first; = between those that share a place: B,A=C")
	fs.StringSliceVar(&f.stars, "stars", nil, "SEAT=1 to 5, 0 takes them back; several with commas")
	fs.StringVar(&f.category, "category", "", "kind of task, such as coding")
	fs.StringArrayVar(&f.tags, "tag", nil, "tag to add; repeat per tag")
	fs.StringVar(&f.note, "note", "", "note about the comparison; replaces the one before")
	fs.BoolVar(&f.favourite, "favourite", false, "mark it; --favourite=false takes the mark off")
	fs.BoolVar(&f.withdraw, "withdraw", false, "take the vote back")
	fs.BoolVar(&f.reveal, "reveal", false, "show the names of a blind comparison without a vote")
	return cmd
}

func (d *Deps) rate(cmd *cobra.Command, f rateFlags, id string) error {
	if cmd.Flags().NFlag() == 0 || cmd.Flags().NFlag() == 1 && cmd.Flags().Changed("data-dir") {
		return invalid("Nothing is said about the comparison. Give --best, --rank, --stars, --category, --tag, --note or --favourite.")
	}
	h, err := d.openHistory(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	wasBlind := false
	err = h.Store.Review(cmd.Context(), id, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
		wasBlind = c.Blind()
		return f.finding(cmd, c, time.Now())
	})
	if err != nil {
		return err
	}
	c, err := h.Store.Comparison(cmd.Context(), id)
	if err != nil {
		return err
	}
	if wasBlind && !c.Blind() {
		fmt.Fprintln(d.Out, revealLine(c)+" From now on the seats stand in the order of the lineup:")
		for _, r := range bakeoff.Newest(c.Runs) {
			fmt.Fprintf(d.Out, "%s  %s\n", seat(r.Seat), plain(entryName(r.Entry)))
		}
	}
	for _, l := range reviewLines(review.Veil(c)) {
		fmt.Fprintln(d.Out, l)
	}
	return nil
}

// finding is everything that the flags say, for one transaction.
func (f rateFlags) finding(cmd *cobra.Command, c bakeoff.Comparison, now time.Time) (out bakeoff.Finding, err error) {
	given := cmd.Flags().Changed
	if given("category") || given("tag") || given("note") || given("favourite") {
		if out, err = review.Describe(c, f.description(given, c)); err != nil {
			return out, err
		}
	}
	for _, text := range f.stars {
		letter, n, ok := strings.Cut(text, "=")
		stars, bad := strconv.Atoi(n)
		if !ok || bad != nil {
			return out, invalid("The stars cannot be %q. Write them as SEAT=NUMBER, such as A=4.", text)
		}
		run, err := runAt(c, letter)
		if err != nil {
			return out, err
		}
		rated, err := review.Rate(c, run, stars, now)
		if err != nil {
			return out, err
		}
		out.Stars = append(out.Stars, rated.Stars...)
	}
	decided, err := f.decision(c, now)
	out.Verdict, out.Sitting = decided.Verdict, decided.Sitting
	return out, err
}

func (f rateFlags) description(given func(string) bool, c bakeoff.Comparison) bakeoff.Description {
	r := c.Review
	out := bakeoff.Description{Category: r.Category, Tags: append(r.Tags[:len(r.Tags):len(r.Tags)], f.tags...), Note: r.Note, Favourite: r.Favourite}
	if given("category") {
		out.Category = f.category
	}
	if given("note") {
		out.Note = f.note
	}
	if given("favourite") {
		out.Favourite = f.favourite
	}
	return out
}

// decision is the vote, its withdrawal or the reveal; nothing when none was asked for.
func (f rateFlags) decision(c bakeoff.Comparison, now time.Time) (bakeoff.Finding, error) {
	votes := f.best != "" || len(f.tie)+len(f.rank) > 0
	switch {
	case f.withdraw && (votes || f.reveal), f.reveal && votes:
		return bakeoff.Finding{}, invalid("Only one of a vote, --withdraw and --reveal fits into one command. A vote reveals by itself.")
	case f.withdraw:
		return review.Withdraw(c, now)
	case f.reveal:
		return review.Reveal(c, now)
	case !votes:
		return bakeoff.Finding{}, nil
	case len(f.rank) > 0 && (f.best != "" || len(f.tie) > 0):
		return bakeoff.Finding{}, invalid("--rank is a vote of its own. Give it without --best and --tie.")
	case len(f.rank) > 0:
		return f.order(c, now)
	}
	kind, winners := bakeoff.VerdictBest, []string{f.best}
	switch {
	case f.best == "none":
		kind, winners = bakeoff.VerdictNone, nil
	case f.best == "tie" || f.best == "":
		kind, winners = bakeoff.VerdictTie, f.tie
	case len(f.tie) > 0:
		return bakeoff.Finding{}, invalid("--best names one winner and --tie several. Give one of them.")
	}
	if kind == bakeoff.VerdictTie && len(winners) == 0 {
		for i, r := range review.Shown(c) {
			if review.Answered(r) {
				winners = append(winners, letterOf(c, i, r))
			}
		}
	}
	var places []review.Place
	for _, letter := range winners {
		run, err := runAt(c, letter)
		if err != nil {
			return bakeoff.Finding{}, err
		}
		places = append(places, review.Place{Run: run, Rank: 1})
	}
	return review.Judge(c, kind, places, now)
}

// order is a vote that gives every seat a place.
func (f rateFlags) order(c bakeoff.Comparison, now time.Time) (bakeoff.Finding, error) {
	var places []review.Place
	for i, letters := range f.rank {
		for letter := range strings.SplitSeq(letters, "=") {
			run, err := runAt(c, letter)
			if err != nil {
				return bakeoff.Finding{}, err
			}
			places = append(places, review.Place{Run: run, Rank: i + 1})
		}
	}
	return review.Judge(c, bakeoff.VerdictRanked, places, now)
}

// letterOf is the letter under which the ith shown run is printed.
func letterOf(c bakeoff.Comparison, i int, r bakeoff.Run) string {
	if c.Blind() {
		return review.Letter(i)
	}
	return seat(r.Seat)
}

// runAt is what the rules of review call the answer that is printed under a letter.
func runAt(c bakeoff.Comparison, letter string) (string, error) {
	letter = strings.ToUpper(strings.TrimSpace(letter))
	for i, r := range review.Shown(c) {
		switch {
		case letterOf(c, i, r) != letter:
		case c.Blind():
			return letter, nil
		default:
			return r.ID, nil
		}
	}
	return "", invalid("The comparison has no seat %q. `bakeoff show` prints the letters.", letter)
}
