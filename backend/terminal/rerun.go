package terminal

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/figure"
	"bakeoff/backend/lineage"
	"bakeoff/backend/review"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func rerunCommand(d *Deps) *cobra.Command {
	var f compareFlags
	var prompt string
	cmd := &cobra.Command{
		Use:   "rerun [flags] ID",
		Short: "Ask a saved comparison again, and tell what differs",
		Long: "Ask the models of a saved comparison the very same again, and tell at the end what differs: text, served model,\n" +
			"digest, times, tokens, cost. Each flag changes what it names and nothing else; -m asks other models. What no longer\n" +
			"exists is said. The new comparison is linked to the old one.",
		Example: "  bakeoff rerun 01930000\n  bakeoff rerun 01930000 -m openai/gpt-4o --temperature 0",
		Args:    oneID,
		RunE:    func(cmd *cobra.Command, args []string) error { return d.rerun(cmd, f, prompt, args[0]) },
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&f.notSensitive, "not-sensitive", false, "take the mark off an edited prompt of a sensitive comparison")
	cmd.Flags().StringVar(&prompt, "prompt", "", "another prompt, or - to read it from standard input")
	return cmd
}

func (d *Deps) rerun(cmd *cobra.Command, f compareFlags, prompt, id string) error {
	given := cmd.Flags().Changed
	if !given("prompt") {
		prompt = "to be read from the history" // spec wants one
	}
	spec, err := d.spec(cmd, f, prompt)
	if err != nil {
		return err
	}
	h, err := d.openHistory(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	old, err := h.Store.Comparison(cmd.Context(), id)
	if err != nil {
		return err
	}
	if !given("prompt") {
		spec.Prompt.User = old.Prompt.User
	}
	if !given("attach") {
		spec.Prompt.Attachments = old.Prompt.Attachments
	}
	if err := f.named(cmd, h, &spec); err != nil {
		return err
	}
	if err := f.inherit(cmd, h, &spec, old, bakeoff.Rerun); err != nil {
		return err
	}
	if len(f.models) == 0 {
		for _, sentence := range h.Registry.Gone(old) {
			say(d.Err, "%s", sentence)
		}
	}
	c, err := d.play(cmd.Context(), h, spec, f.format, &old)
	if err != nil {
		return err
	}
	if f.format == "table" {
		printChanges(d.Out, old, c)
	}
	return verdict(cmd.Context(), c)
}

// goOn makes spec the next turn of a conversation.
func (f compareFlags) goOn(cmd *cobra.Command, h *wiring.House, spec *compare.Spec) error {
	parent, err := h.Store.Comparison(cmd.Context(), f.follow)
	if err != nil {
		return err
	}
	return f.inherit(cmd, h, spec, parent, bakeoff.FollowUp)
}

// inherit takes over from parent what no flag says, and ties the new comparison to it.
func (f compareFlags) inherit(cmd *cobra.Command, h *wiring.House, spec *compare.Spec, parent bakeoff.Comparison, relation bakeoff.Relation) error {
	if parent.Blind() {
		return review.ErrBlind()
	}
	given := cmd.Flags().Changed
	if !given("system") {
		spec.Prompt.System = parent.Prompt.System
	}
	if !given("lanes") && f.lineup == "" {
		spec.Lanes = parent.Lanes
	}
	if !given("local-only") {
		spec.LocalOnly = spec.LocalOnly || parent.LocalOnly
	}
	changes := spec.Lineup[0].Params
	if len(f.models) == 0 {
		spec.Lineup = slices.Clone(parent.Lineup)
		for i := range spec.Lineup {
			spec.Lineup[i].Params = over(spec.Lineup[i].Params, changes)
		}
	}
	spec.Lineup = f.often(cmd, spec.Lineup)
	if f.blind {
		spec.Sitting = new(review.Sit(len(spec.Lineup), time.Now()))
	}
	base, err := f.baseRun(parent)
	if err != nil {
		return err
	}
	down, err := lineage.Descend(parent, relation, base, spec.Prompt, spec.Lineup)
	spec.Link = compare.Link{ParentID: down.ParentID, Relation: down.Relation, ThreadID: down.ThreadID}
	spec.Earlier = down.Earlier
	if err != nil {
		return err
	}
	spec.Sensitive, err = down.Mark(parent, f.sensitive, f.notSensitive)
	return err
}

// baseRun is the id of the run whose seat --base names; empty without one.
func (f compareFlags) baseRun(parent bakeoff.Comparison) (string, error) {
	if f.base == "" {
		return "", nil
	}
	for _, r := range bakeoff.Newest(parent.Runs) {
		if seat(r.Seat) == f.base {
			return r.ID, nil
		}
	}
	return "", invalid("That comparison has no seat %q. `bakeoff show` prints the letters of its seats.", f.base)
}

// over puts the settings that were given over those of an entry.
func over(p, given bakeoff.Params) bakeoff.Params {
	if given.Temperature != nil {
		p.Temperature = given.Temperature
	}
	if given.TopP != nil {
		p.TopP = given.TopP
	}
	if given.MaxTokens != nil {
		p.MaxTokens = given.MaxTokens
	}
	if given.Seed != nil {
		p.Seed = given.Seed
	}
	if given.Stop != nil {
		p.Stop = given.Stop
	}
	if given.ThinkingBudget != nil {
		p.ThinkingBudget = given.ThinkingBudget
	}
	if given.NumCtx != nil {
		p.NumCtx = given.NumCtx
	}
	p.Effort = cmp.Or(given.Effort, p.Effort)
	p.KeepAlive = cmp.Or(given.KeepAlive, p.KeepAlive)
	p.ResponseFormat = cmp.Or(given.ResponseFormat, p.ResponseFormat)
	if given.Extra != nil {
		p.Extra = maps.Clone(p.Extra)
		if p.Extra == nil {
			p.Extra = given.Extra
		}
		maps.Copy(p.Extra, given.Extra)
	}
	return p
}

// origin says where a comparison comes from, on a line of its own; empty when it comes from nothing.
func origin(c bakeoff.Comparison) string {
	words := map[bakeoff.Relation]string{bakeoff.Rerun: "Run again from", bakeoff.Edited: "Edited from", bakeoff.FollowUp: "Follow-up of"}[c.Relation]
	if words == "" || c.ParentID == "" {
		return ""
	}
	return words + " " + c.ParentID + "\n"
}

// printChanges prints what differs between two comparisons, model by model.
func printChanges(w io.Writer, old, now bakeoff.Comparison) {
	changes, err := lineage.Compare(old, now)
	if err != nil {
		return // blind: after the vote `bakeoff diff` tells
	}
	fmt.Fprintf(w, "\nWhat differs from %s of %s:\n", old.ID, rfc3339(old.StartedAt))
	if !changes.SamePrompt {
		fmt.Fprintln(w, "They were not asked the same.")
	}
	var rows [][]string
	var notes []string
	for _, c := range changes.Seats {
		name, letter := named(c)
		text := figure.Dash
		if c.Similarity >= 0 {
			text = fmt.Sprintf("%d%%", int(100*c.Similarity))
		}
		rows = append(rows, []string{letter, name, text, pair(c, func(r bakeoff.Run) string { return seconds(r.Timing.TTFT) }),
			pair(c, func(r bakeoff.Run) string { return seconds(r.Timing.Total) }), pair(c, func(r bakeoff.Run) string { return rate(r.Timing) }),
			pair(c, func(r bakeoff.Run) string { return tokens(r.Usage.Output) }), pair(c, func(r bakeoff.Run) string { return money(r.Cost) })})
		for _, note := range c.Notes {
			notes = append(notes, letter+" "+plain(note))
		}
	}
	table(w, []string{"", "model", ">same text", ">first token", ">total", ">tok/s", ">out", ">cost"}, rows)
	for _, note := range notes {
		fmt.Fprintln(w, note)
	}
}

// named is the model of a change and the letter of its seat: that of the new comparison, or none when it is only in the old.
func named(c lineage.Change) (name, letter string) {
	if c.New != nil {
		return plain(entryName(c.New.Entry)), seat(c.New.Seat)
	}
	return plain(entryName(c.Old.Entry)), "·"
}

// pair is a figure then and now; once when it is the same.
func pair(c lineage.Change, of func(bakeoff.Run) string) string {
	old, now := figure.Dash, figure.Dash
	if c.Old != nil {
		old = of(*c.Old)
	}
	if c.New != nil {
		now = of(*c.New)
	}
	if old == now {
		return now
	}
	return old + " → " + now
}

type changesJSON struct {
	OldID      string       `json:"old_id"`
	NewID      string       `json:"new_id"`
	SamePrompt bool         `json:"same_prompt"` // prompt, system text, files and earlier turns
	Seats      []changeJSON `json:"seats"`
}

// changeJSON is one model then and now; the runs' own numbers stand in both comparisons.
type changeJSON struct {
	Endpoint   string        `json:"endpoint"`
	Model      string        `json:"model"`
	OldRunID   *string       `json:"old_run_id"`
	NewRunID   *string       `json:"new_run_id"`
	SameParams bool          `json:"same_params"`
	SameText   bool          `json:"same_text"`
	Similarity *float64      `json:"similarity"` // of the answers, 0 to 1
	Served     pairJSON      `json:"resolved_model"`
	Digest     pairJSON      `json:"digest"`
	Status     pairJSON      `json:"status"`
	TTFT       [2]*float64   `json:"ttft_ms"` // old, new
	Total      [2]*float64   `json:"total_ms"`
	Output     [2]*countJSON `json:"output"`
	Cost       [2]costJSON   `json:"cost"`
	Notes      []string      `json:"notes"` // what differs, the gravest first
}

type pairJSON struct {
	Old *string `json:"old"`
	New *string `json:"new"`
}

// changesToJSON is nil without an old comparison, and while one of both is blind.
func changesToJSON(old *bakeoff.Comparison, now bakeoff.Comparison) *changesJSON {
	if old == nil {
		return nil
	}
	changes, err := lineage.Compare(*old, now)
	if err != nil {
		return nil
	}
	out := &changesJSON{OldID: old.ID, NewID: now.ID, SamePrompt: changes.SamePrompt, Seats: []changeJSON{}}
	for _, c := range changes.Seats {
		out.Seats = append(out.Seats, changeToJSON(c))
	}
	return out
}

func changeToJSON(c lineage.Change) changeJSON {
	var a, b bakeoff.Run
	if c.Old != nil {
		a = *c.Old
	}
	entry := a.Entry
	if c.New != nil {
		b, entry = *c.New, c.New.Entry
	}
	out := changeJSON{
		Endpoint: entry.Endpoint, Model: entry.Model, OldRunID: orNull(a.ID), NewRunID: orNull(b.ID),
		SameParams: c.SameParams, SameText: c.SameText, Notes: list(c.Notes),
		Served: pairJSON{orNull(a.ResolvedModel), orNull(b.ResolvedModel)}, Digest: pairJSON{orNull(a.Digest), orNull(b.Digest)},
		Status: pairJSON{orNull(string(a.Status)), orNull(string(b.Status))},
		TTFT:   [2]*float64{ms(a.Timing.TTFT), ms(b.Timing.TTFT)}, Total: [2]*float64{ms(a.Timing.Total), ms(b.Timing.Total)},
		Output: [2]*countJSON{count(a.Usage.Output), count(b.Usage.Output)}, Cost: [2]costJSON{cost(a.Cost), cost(b.Cost)},
	}
	if c.Similarity >= 0 {
		out.Similarity = &c.Similarity
	}
	return out
}
