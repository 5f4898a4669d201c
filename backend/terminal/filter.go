package terminal

import (
	"reflect"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store"

	"github.com/spf13/cobra"
)

// historyFilter are the flags that narrow and sort the history.
type historyFilter struct {
	q                                           store.Query
	open, closed, local, cloud, unrated         bool
	verdict, since, until, minCost, maxCost, by string
}

func (f *historyFilter) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVarP(&f.q.Models, "model", "m", nil, "with a model: endpoint/model")
	flags.StringSliceVar(&f.q.Providers, "provider", nil, "with a model of an endpoint: ollama, openai, ...")
	flags.BoolVar(&f.open, "open", false, "with an open model")
	flags.BoolVar(&f.closed, "closed", false, "with a closed model")
	flags.BoolVar(&f.local, "local", false, "with a model on this machine")
	flags.BoolVar(&f.cloud, "cloud", false, "with a model in the cloud")
	flags.StringVar(&f.q.Category, "category", "", "of a category")
	flags.StringSliceVar(&f.q.Tags, "tag", nil, "with a tag")
	flags.IntVar(&f.q.MinStars, "stars", 0, "with an answer of at least so many stars, 1 to 5")
	flags.StringVar(&f.verdict, "verdict", "", "any, best, tie, none or ranked")
	flags.BoolVar(&f.q.Favourite, "favourite", false, "favourites only")
	flags.BoolVar(&f.unrated, "unrated", false, "those that wait for a vote")
	flags.StringSliceVar(&f.q.Status, "status", nil, "with a run of a status: done, failed, cancelled, ...")
	flags.StringVar(&f.since, "since", "", "started on this day or later: 2026-11-24, or a time as in --format json")
	flags.StringVar(&f.until, "until", "", "started on this day or earlier")
	flags.StringVar(&f.minCost, "min-cost", "", "cost at least so many US dollars: 0.05")
	flags.StringVar(&f.maxCost, "max-cost", "", "cost at most so many")
	flags.StringVar(&f.by, "sort", "newest", "newest, oldest, cost, slowest or relevance")
}

// query is what the flags ask for.
func (f *historyFilter) query(text string) (q store.Query, err error) {
	q = f.q
	q.Text, q.Sort, q.Verdict = text, store.Sort(f.by), f.verdict
	if err := oneOf("sort", f.by, "newest", "oldest", "cost", "slowest", "relevance"); err != nil {
		return q, err
	}
	for _, status := range q.Status {
		if err := oneOf("status", status, "queued", "loading", "thinking", "streaming", "done", "cut", "truncated", "failed", "cancelled", "interrupted"); err != nil {
			return q, err
		}
	}
	if f.verdict != "" {
		if err := oneOf("verdict", f.verdict, "any", "best", "tie", "none", "ranked"); err != nil {
			return q, err
		}
	}
	if f.unrated {
		if f.verdict != "" {
			return q, invalid("--unrated and --verdict exclude each other. Give one of them.")
		}
		q.Verdict = "unrated"
	}
	if q.MinStars < 0 || q.MinStars > 5 {
		return q, invalid("--stars takes a number from 1 to 5.")
	}
	q.Openness = chosen(f.open, bakeoff.Open, f.closed, bakeoff.Closed)
	q.Places = chosen(f.local, bakeoff.PlaceLocal, f.cloud, bakeoff.PlaceCloud)
	if q.From, err = day("since", f.since, 0); err != nil {
		return q, err
	}
	if q.To, err = day("until", f.until, 1); err != nil {
		return q, err
	}
	if q.MinCost, err = costFlag("min-cost", f.minCost); err != nil {
		return q, err
	}
	q.MaxCost, err = costFlag("max-cost", f.maxCost)
	return q, err
}

func chosen[T ~string](first bool, a T, second bool, b T) (values []string) {
	if first {
		values = append(values, string(a))
	}
	if second {
		values = append(values, string(b))
	}
	return values
}

// day reads a day, in UTC as the list prints times, plus so many days, or a moment as JSON prints it.
func day(flag, text string, plus int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t.AddDate(0, 0, plus), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, invalid("--%s takes a day such as 2026-11-24, or a time such as 2026-11-24T09:30:00Z.", flag)
	}
	return t, nil
}

func costFlag(flag, text string) (*bakeoff.PicoUSD, error) {
	if text == "" {
		return nil, nil
	}
	amount, err := bakeoff.ParseUSD(text)
	if err != nil {
		return nil, invalid("--%s takes US dollars such as 0.05.", flag)
	}
	return &amount, nil
}

// nothing says why the list is empty.
func (*historyFilter) nothing(q store.Query) string {
	q.Sort = ""
	if reflect.ValueOf(q).IsZero() {
		return "No comparison is saved here yet. Make one with: bakeoff compare \"your prompt\""
	}
	return "No saved comparison fits. `bakeoff history` lists all."
}
