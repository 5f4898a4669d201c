package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
)

// fault is what a comparison gets wrong, in words that hold nothing of the file.
type fault string

func (f fault) Error() string { return string(f) }

// The largest that Bakeoff itself makes, and a little more.
const (
	maxEntries = 64
	maxRuns    = 10_000
	maxTurns   = 1000
	maxPrompt  = 10 << 20
	maxText    = 17 << 20 // of answer and reasoning
	maxRequest = 96 << 20
	maxSmall   = 4 << 10 // names, ids of requests, reasons of an end
	maxDetail  = 1 << 20
	maxList    = 1000
	maxPace    = 10_000_000
	maxFile    = 10 << 20
	maxWords   = 20
	maxWord    = 40 // characters
	maxNote    = 1 << 20
	maxVotes   = 100_000
	maxNs      = int64(366 * 24 * time.Hour)
	maxTokens  = 1 << 40
)

var (
	uuid   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	oldest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	newest = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// rules collects the first fault of a comparison.
type rules struct{ fault error }

func (r *rules) want(ok bool, format string, args ...any) {
	if !ok && r.fault == nil {
		r.fault = fault(fmt.Sprintf(format, args...))
	}
}

func (r *rules) id(what, id string) { r.want(uuid.MatchString(id), "%s is no id", what) }

func (r *rules) when(what string, at time.Time) {
	r.want(!at.Before(oldest) && at.Before(newest), "%s is missing or out of any calendar", what)
}

func (r *rules) short(what string, limit int, texts ...string) {
	for _, t := range texts {
		r.want(len(t) <= limit, "%s is longer than Bakeoff keeps", what)
	}
}

func (r *rules) list(what string, items []string) {
	r.want(len(items) <= maxList, "%s are too many", what)
	r.short(what, maxDetail, items...)
}

func oneOf[T ~string](value T, allowed ...T) bool { return slices.Contains(allowed, value) }

// validate returns what in c Bakeoff itself could never have written.
func validate(c *bakeoff.Comparison) error {
	var r rules
	r.id("the id of the comparison", c.ID)
	r.when("the time of its start", c.StartedAt)
	r.want(oneOf(c.Lanes, bakeoff.LanesParallel, bakeoff.LanesSerial), "lanes are neither parallel nor serial")
	r.short("a prompt", maxPrompt, c.Prompt.System, c.Prompt.User)
	r.want(strings.TrimSpace(c.Prompt.User) != "", "the prompt is empty")
	r.short("the version", maxSmall, c.AppVersion)
	r.want(len(c.Lineup) > 0 && len(c.Lineup) <= maxEntries, "the lineup has no entry or more than %d", maxEntries)
	for _, e := range c.Lineup {
		r.entry(e)
	}
	r.files(c.Prompt.Attachments)
	r.links(c)
	r.want(len(c.Runs) <= maxRuns, "it has more than %d runs", maxRuns)
	runs := make(map[string]bool, len(c.Runs))
	places := make(map[[2]int]bool, len(c.Runs))
	for i := range c.Runs {
		run := &c.Runs[i]
		place := [2]int{run.Seat, run.Attempt}
		r.want(!runs[run.ID] && !places[place], "two runs have one id, or one seat and attempt")
		runs[run.ID], places[place] = true, true
		r.want(run.Seat >= 0 && run.Seat < len(c.Lineup) && run.Attempt >= 1 && run.Attempt <= maxRuns, "a run has no place in the lineup")
		r.run(run)
	}
	r.sitting(c)
	r.review(&c.Review, runs)
	return r.fault
}

func (r *rules) entry(e bakeoff.Entry) {
	r.want(e.Endpoint != "" && e.Model != "", "an entry names no endpoint or model")
	r.short("the name of a model", maxSmall, e.Endpoint, e.Model, e.Params.Effort)
	r.want(len(e.Params.Extra) <= maxList && len(e.Params.Stop) <= maxList, "an entry has too many parameters")
	r.short("a stop sequence", maxSmall, e.Params.Stop...)
	r.short("how long a model is kept", maxSmall, e.Params.KeepAlive)
	r.short("a response format", maxDetail, e.Params.ResponseFormat)
	if e.Params.System != nil {
		r.short("a system text", maxText, *e.Params.System)
	}
	for key, value := range e.Params.Extra {
		r.short("a parameter", maxDetail, key, string(value))
		r.want(json.Valid(value), "a parameter is no JSON")
	}
}

func (r *rules) files(all []bakeoff.Attachment) {
	r.want(len(all) <= maxEntries, "it has more than %d files", maxEntries)
	for _, a := range all {
		r.want(a.Name != "" && a.Name != "." && a.Name != ".." && len(a.Name) <= 255 && !strings.ContainsAny(a.Name, "/\\\x00"), "the name of a file is a path")
		r.want(oneOf(a.MediaType, "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", bakeoff.PDFText(a.PDFPages())), "a file is neither an image nor text")
		r.want(len(a.Data) <= maxFile, "a file is larger than %d MB", maxFile>>20)
		sum := sha256.Sum256(a.Data)
		r.want(hex.EncodeToString(sum[:]) == a.SHA256, "the bytes of a file are missing or others than its hash says")
	}
}

func (r *rules) links(c *bakeoff.Comparison) {
	r.want(oneOf(c.Relation, "", bakeoff.Rerun, bakeoff.Edited, bakeoff.FollowUp), "it came from its parent in an unknown way")
	r.want((c.ParentID == "") == (c.Relation == ""), "its parent or how it came from that is missing")
	for _, id := range []string{c.ParentID, c.ThreadID} {
		r.want(id == "" || uuid.MatchString(id), "what it is linked to is no id")
	}
	r.want(len(c.Earlier) <= len(c.Lineup), "there are earlier turns of a seat that is not in the lineup")
	for _, turns := range c.Earlier {
		r.want(len(turns) <= maxTurns, "it has more than %d earlier turns", maxTurns)
		for _, t := range turns {
			r.short("an earlier turn", maxText, t.User, t.Answer)
			r.files(t.Attachments)
		}
	}
}

func (r *rules) run(run *bakeoff.Run) {
	r.id("the id of a run", run.ID)
	r.entry(run.Entry)
	r.want(run.Status.Ended(), "a run has no known end")
	r.want(oneOf(run.Openness, "", bakeoff.Open, bakeoff.Closed, bakeoff.OpennessUnknown), "the openness of a model is none that there is")
	r.want(oneOf(run.Place, "", bakeoff.PlaceLocal, bakeoff.PlaceCloud, bakeoff.PlaceDemo), "the place of a model is none that there is")
	r.short("a text of a run", maxSmall, run.EndpointHost, run.ResolvedModel, run.Digest, run.Quantization, run.FinishReason, run.RequestID)
	r.want(len(run.Answer)+len(run.Reasoning) <= maxText, "an answer is longer than %d MB", maxText>>20)
	r.short("a request", maxRequest, run.Request)
	r.list("what was not applied", run.NotApplied)
	r.list("warnings", run.Warnings)
	if e := run.Error; e != nil {
		r.want(e.Code != "" && len(e.Code) <= 64, "an error has no code")
		r.short("an error", maxDetail, e.Message, e.Detail)
		r.want(e.HTTPStatus >= 0 && e.HTTPStatus < 1000, "an HTTP status is none")
		r.ns("the time to wait", bakeoff.Span{D: e.RetryAfter, Known: true})
	}
	if !run.SentAt.IsZero() {
		r.when("the time of a request", run.SentAt)
	}
	r.want(len(run.Pace) <= maxPace, "a run is longer than Bakeoff keeps")
	for _, s := range run.Pace {
		r.want(s.Answer >= 0 && s.Reasoning >= 0, "a pace is negative")
	}
	r.timing(run.Timing)
	r.usage(run.Usage)
	r.cost(run.Cost)
	e := run.Egress
	r.want(e.Requests >= 0 && e.Requests <= maxRuns && e.Sent >= 0 && e.Received >= 0 && e.Sent <= maxTokens && e.Received <= maxTokens, "the bytes of a request are no count")
}

func (r *rules) ns(what string, s bakeoff.Span) {
	r.want(s.D >= 0 && int64(s.D) <= maxNs, "%s is negative or longer than a year", what)
}

func (r *rules) timing(t bakeoff.Timing) {
	for _, s := range []bakeoff.Span{t.Queue, t.Skew, t.Connect, t.Headers, t.TTFT, t.TimeToAnswer, t.LastText, t.Total, t.Load, t.PromptEval, t.Eval, t.ServerWait} {
		r.ns("a time", s)
	}
	r.want(oneOf(t.Warmth, bakeoff.WarmthUnknown, bakeoff.Cold, bakeoff.Warm), "a model was neither cold nor warm")
	r.want(t.Rate >= 0 && t.Rate < 1e9 && !math.IsNaN(t.Rate), "a rate is no number of tokens per second")
	r.want(oneOf(t.RateSource, bakeoff.Absent, bakeoff.Reported, bakeoff.Estimated), "a rate is neither reported nor estimated")
}

func (r *rules) usage(u bakeoff.Usage) {
	for _, c := range []bakeoff.Count{u.Input, u.Output, u.Reasoning, u.CacheRead, u.CacheWrite, u.CacheWrite1h} {
		r.want(c.N >= 0 && c.N <= maxTokens && oneOf(c.Source, bakeoff.Absent, bakeoff.Reported, bakeoff.Estimated), "a number of tokens is no count")
		r.want(c.Known() || c.N == 0, "a number of tokens has no source")
	}
	r.want(u.Raw == nil || json.Valid(u.Raw) && len(u.Raw) <= maxDetail, "the provider's usage is no JSON")
	r.list("notes on usage", u.Notes)
}

func (r *rules) cost(c bakeoff.Cost) {
	r.want(oneOf(c.Source, "", bakeoff.CostUnknown, bakeoff.CostReported, bakeoff.CostComputed, bakeoff.CostEstimated, bakeoff.CostFree), "a cost has an unknown source")
	r.want(c.Amount >= 0 && (c.Known() || c.Amount == 0), "a cost is negative or has no source")
	r.short("a note on a cost", maxSmall, c.PriceDate, c.PriceSource, c.Note)
}

func (r *rules) sitting(c *bakeoff.Comparison) {
	s := c.Sitting
	if s == nil {
		return
	}
	r.when("the time of the blind look", s.OpenedAt)
	r.when("the time of the reveal", s.RevealedAt)
	if !s.SeenAt.IsZero() {
		r.when("the time of the reveal", s.SeenAt)
	}
	seats := slices.Sorted(slices.Values(s.Seats))
	r.want(len(seats) == len(c.Lineup), "the blind seats are not those of the lineup")
	for i, seat := range seats {
		r.want(i == seat, "the blind seats are not those of the lineup")
	}
}

func (r *rules) review(v *bakeoff.Review, runs map[string]bool) {
	r.words("a tag", v.Tags)
	if v.Category != "" {
		r.words("the category", []string{v.Category})
	}
	r.short("a note", maxNote, v.Note)
	r.want(len(v.Votes) <= maxVotes && len(v.AllStars) <= maxVotes && len(v.Answers) <= maxRuns, "it has more votes than Bakeoff keeps")
	for _, vote := range v.Votes {
		r.vote(vote, runs)
	}
	for _, s := range v.AllStars {
		r.id("the id of a rating", s.ID)
		r.when("the time of a rating", s.At)
		r.want(runs[s.RunID], "a rating is about a run that is not there")
		r.want(s.N >= 0 && s.N <= 5, "a rating is not from 1 to 5")
	}
	seen := make(map[string]bool)
	for _, a := range v.Answers {
		r.want(runs[a.RunID] && !seen[a.RunID], "a note is about a run that is not there, or twice about one")
		seen[a.RunID] = true
		r.words("a reason", a.Reasons)
		r.short("a note", maxNote, a.Note)
		r.when("the time of a note", a.At)
	}
}

func (r *rules) vote(v bakeoff.Verdict, runs map[string]bool) {
	r.id("the id of a vote", v.ID)
	r.when("the time of a vote", v.At)
	r.want(oneOf(v.Kind, bakeoff.VerdictBest, bakeoff.VerdictTie, bakeoff.VerdictNone, bakeoff.VerdictRanked, bakeoff.VerdictWithdrawn), "a vote is of no known kind")
	ranks, standing := make(map[int]int), make(map[string]bool)
	for _, s := range v.Standings {
		r.want(runs[s.RunID], "a vote is about a run that is not there")
		r.want(!standing[s.RunID], "a vote ranks one run twice")
		r.want(s.Rank >= 0 && s.Rank <= maxEntries, "a vote has a rank that is none")
		standing[s.RunID] = true
		ranks[s.Rank]++
	}
	shown := make(map[string]bool)
	for _, run := range v.Shown {
		r.want(standing[run] && !shown[run], "a vote does not rank what was shown")
		shown[run] = true
	}
	r.want(len(shown) == len(standing), "a vote does not rank what was shown")
	switch ranked := len(v.Standings) - ranks[0]; v.Kind {
	case bakeoff.VerdictBest:
		r.want(ranks[1] == 1, "a vote for the best has not one winner")
	case bakeoff.VerdictTie:
		r.want(ranks[1] >= 2, "a tie has fewer than two winners")
	case bakeoff.VerdictRanked:
		r.want(ranked >= 2 && ranks[1] >= 1, "an order ranks fewer than two answers")
	default:
		r.want(ranked == 0, "a vote without a winner has ranks")
	}
}

func (r *rules) words(what string, list []string) {
	r.want(len(list) <= maxWords, "%ss are too many", what)
	for i, w := range list {
		n := utf8.RuneCountInString(w)
		r.want(n >= 1 && n <= maxWord, "%s is empty or longer than %d characters", what, maxWord)
		r.want(!slices.Contains(list[:i], w), "%s stands twice", what)
	}
}
