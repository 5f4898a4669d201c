package export

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the style sheet and the templates of the report
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"
	"bakeoff/backend/review"
)

//go:embed report.css
var reportCSS string

//go:embed report.html
var reportHTML string

// htmlWriter writes one self-contained page. It has no script, no link and no image; its policy forbids everything but
// its one style sheet, known by its hash, so that a hole in what renders answers would still run and load nothing.
type htmlWriter struct {
	o Options
	t *template.Template
}

func newHTMLWriter(o Options) htmlWriter {
	return htmlWriter{o, template.Must(template.New("report").Parse(reportHTML))}
}

func policy() string {
	sum := sha256.Sum256([]byte(reportCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

func (w htmlWriter) begin() ([]byte, error) {
	return w.part("head", map[string]any{
		"Policy": policy(), "CSS": template.CSS(reportCSS), //nolint:gosec // our own style sheet
		"Now": w.o.Now.UTC().Format("2 January 2006, 15:04 UTC"), "App": w.o.App,
	})
}

func (w htmlWriter) one(c bakeoff.Comparison) ([]byte, error) { return w.part("comparison", pageOf(c)) }

func (w htmlWriter) end(done Written) ([]byte, error) {
	return w.part("foot", map[string]any{"Count": howMany(done.Comparisons), "Left": done.Left(), "App": w.o.App})
}

func (w htmlWriter) part(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := w.t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("write the report: %w", err)
	}
	return b.Bytes(), nil
}

// page is a comparison as the template shows it.
type page struct {
	Title   string
	Facts   []fact
	System  string
	Prompt  string
	Earlier []turnView
	History string // whose earlier turns are shown
	Metrics []metrics
	Notes   []string
	Answers []answer
	Retries []retry
}

type turnView struct {
	User   string
	Answer template.HTML
}

// metrics is a row of the table of figures; each figure says where it comes from.
type metrics struct {
	Seat, Model, Openness, Place, State string
	Figures                             []measured
}

type measured struct{ Text, From string }

type answer struct {
	Seat, Model string
	Badges      []string
	Said        []string
	Best        bool
	Reasoning   string
	Answer      template.HTML
}

type retry struct{ Seat, Model, Attempt, State string }

func pageOf(c bakeoff.Comparison) page {
	p := page{
		Title: title(c.Prompt.User), Facts: facts(c), System: figure.Plain(c.Prompt.System), Prompt: figure.Plain(c.Prompt.User), Notes: Notes(c),
	}
	if len(c.Earlier) > 0 {
		p.History = earlierNote(c)
		for _, t := range c.Earlier[0] {
			p.Earlier = append(p.Earlier, turnView{figure.Plain(t.User), formatted(t.Answer)})
		}
	}
	newest := bakeoff.Newest(c.Runs)
	last := make(map[string]bool)
	for _, r := range newest {
		last[r.ID] = true
		p.Metrics = append(p.Metrics, metricsOf(r))
		p.Answers = append(p.Answers, answerOf(c, r))
	}
	for _, r := range c.Runs {
		if !last[r.ID] {
			p.Retries = append(p.Retries, retry{review.Letter(r.Seat), figure.Name(r.Entry), fmt.Sprint(r.Attempt), figure.State(r)})
		}
	}
	return p
}

// title is the beginning of a prompt in one line.
func title(prompt string) string {
	const longest = 90
	words := []rune(strings.Join(strings.Fields(figure.Plain(prompt)), " "))
	if len(words) > longest {
		return string(words[:longest]) + "…"
	}
	return string(words)
}

func metricsOf(r bakeoff.Run) metrics {
	clock := func(s bakeoff.Span) measured {
		if !s.Known {
			return measured{figure.Dash, "not known"}
		}
		return measured{figure.Seconds(s), "measured here"}
	}
	tokens := func(c bakeoff.Count) measured {
		return measured{figure.Tokens(c), map[bakeoff.CountSource]string{
			bakeoff.Absent: "not reported", bakeoff.Reported: "reported by the provider", bakeoff.Estimated: "estimated"}[c.Source]}
	}
	rate := measured{figure.Rate(r.Timing), "not known"}
	if r.Timing.Rate > 0 {
		rate.From = string(r.Timing.RateSource) + " tokens, measured time"
	}
	return metrics{
		Seat: review.Letter(r.Seat), Model: figure.Name(r.Entry), Openness: string(r.Openness), Place: figure.Place(r), State: figure.State(r),
		Figures: []measured{
			clock(r.Timing.TTFT), clock(r.Timing.Total), rate, tokens(r.Usage.Input), tokens(r.Usage.Output), tokens(r.Usage.Reasoning),
			{figure.Money(r.Cost), costFrom(r.Cost)},
		},
	}
}

func costFrom(c bakeoff.Cost) string {
	switch {
	case c.Source == bakeoff.CostFree:
		return "runs on this machine"
	case !c.Known():
		return "no price known"
	case c.Source == bakeoff.CostReported:
		return "reported by the provider"
	}
	return string(c.Source) + ", price of " + c.PriceDate
}

func answerOf(c bakeoff.Comparison, r bakeoff.Run) answer {
	out := answer{
		Seat: review.Letter(r.Seat), Model: figure.Name(r.Entry), Said: said(c, r), Reasoning: figure.Plain(r.Reasoning),
		Best: verdictOf(&c).Kind != bakeoff.VerdictNone && rankOf(&c, r.ID) == 1, Badges: []string{string(r.Openness), string(r.Place)},
	}
	if r.ResolvedModel != "" && r.ResolvedModel != r.Entry.Model {
		out.Badges = append(out.Badges, "served as "+r.ResolvedModel)
	}
	if r.Quantization != "" {
		out.Badges = append(out.Badges, r.Quantization)
	}
	if r.Answer != "" {
		out.Answer = formatted(r.Answer)
	}
	return out
}
