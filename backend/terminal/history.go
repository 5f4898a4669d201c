package terminal

import (
	"errors"
	"fmt"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/running"
	"bakeoff/backend/store"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

type rowJSON struct {
	ID        string       `json:"comparison_id"`
	Prompt    string       `json:"prompt"` // its first 300 characters
	StartedAt string       `json:"started_at"`
	Demo      bool         `json:"demo"`
	LocalOnly bool         `json:"local_only"`
	Sensitive bool         `json:"sensitive"`
	Blind     bool         `json:"blind"` // names, times and costs are hidden until the vote
	Verdict   string       `json:"verdict"`
	Winners   []string     `json:"winners"` // seats
	Category  string       `json:"category"`
	Tags      []string     `json:"tags"`
	Favourite bool         `json:"favourite"`
	Runs      []rowRunJSON `json:"runs"`
	Hit       *hitJSON     `json:"hit,omitempty"` // where the text of the query is
}

type hitJSON struct {
	Source string `json:"source"`         // prompt, answer, note or tag
	Seat   string `json:"seat,omitempty"` // of the answer
	Text   string `json:"text"`
}

type rowRunJSON struct {
	Seat     string   `json:"seat"`
	Endpoint string   `json:"endpoint"`
	Model    string   `json:"model"`
	Openness string   `json:"openness"`
	Place    string   `json:"place"`
	Status   string   `json:"status"`
	Total    *float64 `json:"total_ms"`
	Cost     costJSON `json:"cost"`
	Stars    int      `json:"stars"` // 0: none
}

func historyCommand(d *Deps) *cobra.Command {
	var format string
	var limit int
	var f historyFilter
	cmd := &cobra.Command{
		Use:   "history [QUERY]",
		Short: "List saved comparisons, newest first, or those that a query and filters find",
		Long: "Lists saved comparisons. QUERY is text of prompts, answers, notes and tags: words or parts of words, \"phrases\",\n" +
			"-excluded words. A filter that is given several times, or with commas, takes any of its values.",
		Example: "  bakeoff history 'sky -blue' --provider ollama\n  bakeoff history --verdict best --since 2026-11-01 --sort cost --limit 10",
		Args:    oneQuery,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", format, "table", "json"); err != nil {
				return err
			}
			if limit < 0 {
				return invalid("The limit is negative. Give 0 for all, or a number of comparisons.")
			}
			q, err := f.query(strings.Join(args, ""))
			if err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			rows, left, err := pages(cmd, h.Store, q, limit)
			if err != nil {
				return err
			}
			if left > 0 {
				say(d.Err, "%d comparisons of an older version are still being indexed: filters do not find them yet.", left)
			}
			if format == "json" {
				return encoder(d.Out, "  ").Encode(map[string]any{"comparisons": rows})
			}
			if len(rows) == 0 {
				say(d.Err, "%s", f.nothing(q))
			}
			printRows(d, rows)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most so many; 0 for all")
	f.flags(cmd)
	return cmd
}

// openHistory is open for a command that only reads the history: one that cannot be opened is no empty one.
func (d *Deps) openHistory(cmd *cobra.Command) (*wiring.House, error) {
	h, err := d.open(cmd)
	if err != nil {
		return nil, err
	}
	if h.Unsaved {
		return nil, errors.Join(exit(exitNone), h.Close()) // why was said by open
	}
	return h, nil
}

// pages reads the list page by page until the limit; 0 means all. left is how many comparisons filters miss.
func pages(cmd *cobra.Command, s *store.Store, q store.Query, limit int) (out []rowJSON, left int64, err error) {
	const page = 200
	out = []rowJSON{}
	for {
		if q.Limit = page; limit > 0 {
			q.Limit = min(page, limit-len(out))
		}
		found, err := s.Search(cmd.Context(), q)
		if err != nil {
			return nil, 0, err
		}
		for _, r := range found.Rows {
			out = append(out, rowToJSON(r))
		}
		if found.Next == "" || len(out) == limit && limit > 0 {
			return out, found.Left, nil
		}
		q.Cursor = found.Next
	}
}

func rowToJSON(r store.Row) rowJSON {
	out := rowJSON{ID: r.ID, Prompt: r.Prompt, StartedAt: rfc3339(r.StartedAt), Demo: r.Demo, LocalOnly: r.LocalOnly, Sensitive: r.Sensitive, Runs: []rowRunJSON{},
		Blind: r.Blind, Verdict: r.Verdict, Winners: []string{}, Category: r.Category, Tags: list(r.Tags), Favourite: r.Favourite}
	for _, w := range r.Winners {
		out.Winners = append(out.Winners, seat(w))
	}
	if r.Hit != nil {
		out.Hit = &hitJSON{Source: r.Hit.Source}
		if r.Hit.Seat >= 0 {
			out.Hit.Seat = seat(r.Hit.Seat)
		}
		for _, p := range r.Hit.Parts {
			out.Hit.Text += p.Text
		}
	}
	for _, run := range r.Runs {
		out.Runs = append(out.Runs, rowRunJSON{
			Seat: seat(run.Seat), Endpoint: run.Endpoint, Model: run.Model, Openness: string(run.Openness), Place: string(run.Place),
			Status: string(run.Status), Total: ms(run.Total), Cost: cost(run.Cost), Stars: run.Stars,
		})
	}
	return out
}

func printRows(d *Deps, rows []rowJSON) {
	var cells [][]string
	for _, r := range rows {
		var models []string
		for _, run := range r.Runs {
			name := run.Endpoint + "/" + run.Model
			if r.Blind {
				name = "blind " + run.Seat
			}
			if !bakeoff.Status(run.Status).Well() {
				name += " (" + run.Status + ")"
			}
			models = append(models, name)
		}
		kind := ""
		if r.Demo {
			kind = "demo"
		}
		prompt := line(r.Prompt, 50)
		if r.Hit != nil && r.Hit.Source != "prompt" {
			prompt = strings.TrimSpace(r.Hit.Source+" "+r.Hit.Seat) + ": " + line(r.Hit.Text, 50)
		}
		cells = append(cells, []string{r.ID, r.StartedAt[:16] + "Z", kind, prompt, line(strings.Join(models, ", "), 80)})
	}
	if len(cells) > 0 {
		table(d.Out, []string{"id", "started", "", "prompt", "models"}, cells)
	}
}

func showCommand(d *Deps) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a saved comparison; the first characters of its id are enough", Args: oneID,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", format, "table", "json", "markdown"); err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			c, err := h.Store.Comparison(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			switch {
			case format == "json":
				return encoder(d.Out, "  ").Encode(toJSON(c, d.runningRate(cmd.Context(), h)))
			case c.Blind():
				blindText(d.Out, c)
			case format == "markdown":
				markdown(d.Out, d.Version, c)
			default:
				replay(d, c, d.runningRate(cmd.Context(), h))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, json or markdown")
	return cmd
}

// replay prints a saved comparison as it was printed live.
func replay(d *Deps, c bakeoff.Comparison, rate running.Setting) {
	fmt.Fprintf(d.Out, "%s\n%s%s\n", rfc3339(c.StartedAt), origin(c), plain(c.Prompt.User))
	shown := c
	shown.Runs = bakeoff.Newest(c.Runs)
	v := newTableView(d.Out, rate)
	v.started(shown)
	for _, r := range shown.Runs {
		v.progress(r, true)
	}
	v.sum(c)
}
