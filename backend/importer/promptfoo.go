package importer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
)

// maxResults is the largest results file of promptfoo: it is one object, and is read whole.
const maxResults = 64 << 20

// results is what promptfoo writes, as far as a comparison can hold it. Facts: promptfoo's own types, version 3,
// November 2026. Versions before 3 have the results one level higher, and ids of providers as text.
type results struct {
	EvalID   string `json:"evalId"`
	Metadata struct {
		Version    string `json:"promptfooVersion"`
		ExportedAt string `json:"exportedAt"`
		CreatedAt  string `json:"evaluationCreatedAt"`
	} `json:"metadata"`
	Results struct {
		Version   int               `json:"version"`
		Timestamp string            `json:"timestamp"`
		Results   []json.RawMessage `json:"results"`
	} `json:"results"`
}

type result struct {
	TestIdx     int       `json:"testIdx"`
	Prompt      asked     `json:"prompt"`
	Provider    service   `json:"provider"`
	Response    *response `json:"response"`
	Error       string    `json:"error"`
	LatencyMs   float64   `json:"latencyMs"`
	Cost        float64   `json:"cost"`
	Success     bool      `json:"success"`
	Score       float64   `json:"score"`
	Description string    `json:"description"`
	Grading     *struct {
		Reason string `json:"reason"`
	} `json:"gradingResult"`
}

type asked struct {
	Raw   string `json:"raw"`
	Label string `json:"label"`
}

// service is a provider: an object, or its id alone.
type service struct{ ID, Label string }

func (s *service) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &s.ID) == nil {
		return nil
	}
	var o struct{ ID, Label string }
	err := json.Unmarshal(b, &o)
	*s = service(o)
	return err
}

type response struct {
	Output       json.RawMessage `json:"output"`
	Error        string          `json:"error"`
	Cached       bool            `json:"cached"`
	FinishReason string          `json:"finishReason"`
	Tokens       struct {
		Prompt     *int64 `json:"prompt"`
		Completion *int64 `json:"completion"`
		Details    struct {
			Reasoning *int64 `json:"reasoning"`
		} `json:"completionDetails"`
	} `json:"tokenUsage"`
}

func (f *File) promptfoo(yield func(bakeoff.Comparison, error) bool) {
	b, err := io.ReadAll(io.LimitReader(f.in, maxResults+1))
	switch {
	case err != nil:
		yield(bakeoff.Comparison{}, unreadable(err))
		return
	case len(b) > maxResults:
		yield(bakeoff.Comparison{}, invalid(fmt.Sprintf("This results file is larger than %d MB. Export fewer evaluations into it.", maxResults>>20)))
		return
	}
	all, err := comparisonsOf(b)
	if err != nil {
		yield(bakeoff.Comparison{}, err)
		return
	}
	for n := range all {
		c := all[n].comparison()
		if err := validate(&c); err != nil {
			yield(bakeoff.Comparison{}, invalid(fmt.Sprintf("Test %d of this file cannot be imported: %s. Nothing was imported.", all[n].test+1, foreignJSON(err))))
			return
		}
		if !yield(c, nil) {
			return
		}
	}
}

// group is what one prompt of one test was answered by all providers.
type group struct {
	of    *results
	at    time.Time
	test  int
	asked asked
	all   []result
}

// comparisonsOf reads a results file and puts together what was asked together.
func comparisonsOf(b []byte) ([]*group, error) {
	var r results
	if !export.Shallow(b, deepest) || json.Unmarshal(b, &r) != nil || r.Results.Results == nil {
		return nil, foreign()
	}
	if r.Results.Version > 3 {
		return nil, invalid("This results file is of a newer promptfoo than this Bakeoff knows. Update Bakeoff, then import it.")
	}
	at := firstTime(r.Metadata.CreatedAt, r.Results.Timestamp, r.Metadata.ExportedAt)
	var groups []*group
	found := make(map[string]*group)
	for n, raw := range r.Results.Results {
		var one result
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, invalid(fmt.Sprintf("Result %d of this file is not as promptfoo writes it. Nothing was imported.", n+1))
		}
		key := fmt.Sprint(one.TestIdx, "\x00", one.Prompt.Raw)
		g := found[key]
		if g == nil {
			g = &group{of: &r, at: at.Add(time.Duration(len(groups)) * time.Millisecond), test: one.TestIdx, asked: one.Prompt}
			found[key], groups = g, append(groups, g)
		}
		g.all = append(g.all, one)
	}
	return groups, nil
}

// deepest is how deep a results file may nest: tests and answers may be objects.
const deepest = 200

func firstTime(texts ...string) time.Time {
	for _, t := range texts {
		if at, err := time.Parse(time.RFC3339, t); err == nil && at.After(oldest) && at.Before(newest) {
			return at.UTC().Truncate(time.Millisecond)
		}
	}
	return oldest.Add(time.Millisecond)
}

// id makes an id that is the same whenever the same file is read: importing twice adds nothing.
func (g *group) id(parts ...any) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%q %d %q %v", g.of.EvalID+g.of.Results.Timestamp, g.test, g.asked.Raw, parts)))
	b := sum[:16]
	ms := g.at.UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = 0x70|b[6]&0x0f, 0x80|b[8]&0x3f // version 7
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (g *group) comparison() bakeoff.Comparison {
	system, user := promptOf(g.asked.Raw)
	c := bakeoff.Comparison{
		ID: g.id(), Prompt: bakeoff.Prompt{System: system, User: user}, Lanes: bakeoff.LanesParallel, StartedAt: g.at,
		AppVersion: strings.TrimSpace("promptfoo " + cut(g.of.Metadata.Version, 40)), Review: bakeoff.Review{Tags: []string{Promptfoo}},
	}
	seats, attempts := make(map[service]int), make(map[service]int)
	for _, one := range g.all {
		seat, known := seats[one.Provider]
		if !known {
			seat = len(c.Lineup)
			seats[one.Provider] = seat
			c.Lineup = append(c.Lineup, entryOf(one.Provider.ID))
		}
		attempts[one.Provider]++
		run := runOf(one, c.Lineup[seat])
		run.ComparisonID, run.Seat, run.Attempt = c.ID, seat, attempts[one.Provider]
		run.ID = g.id(one.Provider, run.Attempt)
		c.Runs = append(c.Runs, run)
		c.Review.Answers = append(c.Review.Answers, bakeoff.AnswerReview{RunID: run.ID, Note: graded(one), At: g.at})
	}
	bySeat := func(a, b bakeoff.Run) int {
		return cmp.Or(cmp.Compare(a.Seat, b.Seat), cmp.Compare(a.Attempt, b.Attempt))
	}
	slices.SortStableFunc(c.Runs, bySeat)
	place := make(map[string]int)
	for i, r := range c.Runs {
		place[r.ID] = i
	}
	slices.SortFunc(c.Review.Answers, func(a, b bakeoff.AnswerReview) int { return place[a.RunID] - place[b.RunID] })
	return c
}

// promptOf splits a prompt that is a list of one system and one user message; every other one is the user's text.
func promptOf(raw string) (system, user string) {
	var list []struct{ Role, Content string }
	if json.Unmarshal([]byte(raw), &list) == nil {
		switch {
		case len(list) == 1 && list[0].Role == "user":
			return "", list[0].Content
		case len(list) == 2 && list[0].Role == "system" && list[1].Role == "user":
			return list[0].Content, list[1].Content
		}
	}
	return "", raw
}

// entryOf reads a provider's id: "openai:chat:gpt-4o" is the model gpt-4o of the endpoint openai.
func entryOf(id string) bakeoff.Entry {
	endpoint, model, ok := strings.Cut(id, ":")
	if !ok || model == "" {
		return bakeoff.Entry{Endpoint: Promptfoo, Model: cmp.Or(id, "unknown")}
	}
	for _, kind := range []string{"chat:", "messages:", "completion:", "responses:"} {
		if rest, cut := strings.CutPrefix(model, kind); cut && rest != "" {
			model = rest
		}
	}
	return bakeoff.Entry{Endpoint: endpoint, Model: model}
}

func runOf(one result, e bakeoff.Entry) bakeoff.Run {
	r := bakeoff.Run{Entry: e, Status: bakeoff.Done, Openness: bakeoff.OpennessUnknown, Place: placeOf(e.Endpoint)}
	problem := one.Error
	if one.Response != nil {
		r.Answer, r.FinishReason = outputOf(one.Response.Output), cut(one.Response.FinishReason, maxSmall)
		problem = cmp.Or(one.Response.Error, problem)
		t := one.Response.Tokens
		if one.Response.Cached { // the figures of a lookup, not of the model
			r.Warnings = []string{"promptfoo answered this from its cache: no time, no tokens and no cost are known."}
		} else {
			r.Usage = bakeoff.Usage{Input: reported(t.Prompt), Output: reported(t.Completion), Reasoning: reported(t.Details.Reasoning)}
			r.Timing.Total, r.Cost = total(one.LatencyMs), costOf(one.Cost)
		}
	}
	if r.FinishReason == "length" {
		r.Status = bakeoff.Cut
	}
	if r.Answer == "" {
		r.Status = bakeoff.Failed
		r.Error = &bakeoff.Error{Code: bakeoff.CodeProvider, Message: "The provider failed when promptfoo asked it.", Detail: cut(problem, maxDetail)}
	}
	return r
}

// placeOf is where an endpoint runs, as its name tells.
func placeOf(endpoint string) bakeoff.Place {
	if slices.Contains([]string{"ollama", "llama", "localai", "llamafile", "vllm", "transformers"}, endpoint) {
		return bakeoff.PlaceLocal
	}
	return bakeoff.PlaceCloud
}

// outputOf is an answer as text: promptfoo keeps parsed JSON where a model answered with it.
func outputOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func reported(n *int64) bakeoff.Count {
	if n == nil {
		return bakeoff.Count{}
	}
	return bakeoff.ReportedCount(*n)
}

func total(ms float64) bakeoff.Span {
	if !(ms > 0 && ms < float64(maxNs/1e6)) {
		return bakeoff.Span{}
	}
	return bakeoff.Measured(time.Duration(ms * 1e6))
}

// costOf keeps a cost that promptfoo computed; it writes 0 where it knows no price.
func costOf(usd float64) bakeoff.Cost {
	if !(usd > 0 && usd < 1e6) {
		return bakeoff.Cost{Source: bakeoff.CostUnknown, Note: "promptfoo named no cost"}
	}
	return bakeoff.Cost{Amount: bakeoff.PicoUSD(math.Round(usd * float64(bakeoff.USD))), Source: bakeoff.CostEstimated, PriceSource: Promptfoo, Note: "as promptfoo computed it"}
}

// graded is the note that tells what promptfoo's assertions found.
func graded(one result) string {
	verdict := "failed"
	if one.Success {
		verdict = "passed"
	}
	note := fmt.Sprintf("promptfoo: %s, score %g", verdict, one.Score)
	if one.Grading != nil && one.Grading.Reason != "" {
		note += ": " + one.Grading.Reason
	}
	return cut(note, 10<<10)
}

// cut shortens to at most limit bytes.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "")
}
