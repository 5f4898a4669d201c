package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
)

// MaxEntries is the longest lineup; MaxPrompt the longest system or user text, in bytes.
const (
	MaxEntries = 64
	MaxPrompt  = 10 << 20
)

// Spec is what is asked: one prompt, one lineup.
type Spec struct {
	Prompt    bakeoff.Prompt
	Lineup    []bakeoff.Entry
	Lanes     bakeoff.Lanes // empty means parallel
	WarmUp    bool          // with serial lanes: each local model is loaded before its turn is timed
	LocalOnly bool
	Sensitive bool             // marked by the user: local only for this comparison, its retries and what is made of it
	Link      Link             // where it comes from; zero: from nothing
	Set       bakeoff.SetPlace // the row of a prompt set that it asks; such a one is not sent unless it was saved
	Earlier   [][]bakeoff.Turn // by seat of the lineup: what is sent before the prompt, oldest first; nil: nothing
	Confirmed bool             // the user has seen what it costs and wants it above the cap for one comparison
	Timeout   time.Duration    // limit of each run from the moment it is sent; 0 means none beyond the engine's own
	Sitting   *bakeoff.Sitting // of a blind comparison: saved in the same transaction as the comparison itself; nil otherwise
}

// Link ties a comparison to the one it comes from.
type Link struct {
	ParentID string
	Relation bakeoff.Relation
	ThreadID string // the first comparison of the conversation
}

// Validate checks what no model could do anything with, and fills in what was left out; Start does it too, and asks the
// adapters what their models would refuse.
func (s *Spec) Validate() error {
	if s.Lanes == "" {
		s.Lanes = bakeoff.LanesParallel
	}
	s.spread()
	switch {
	case strings.TrimSpace(s.Prompt.User) == "":
		return invalid("The prompt is empty. Write what the models should answer.")
	case len(s.Prompt.User) > MaxPrompt || len(s.Prompt.System) > MaxPrompt:
		return invalid("The prompt is longer than 10 MB. Shorten it, or ask about a part of it.")
	case len(s.Lineup) == 0:
		return invalid("The lineup is empty. Add at least one model.")
	case len(s.Lineup) > MaxEntries:
		return invalid(fmt.Sprintf("The lineup has %d entries and at most %d can run at once. Remove some.", len(s.Lineup), MaxEntries))
	case s.Lanes != bakeoff.LanesParallel && s.Lanes != bakeoff.LanesSerial:
		return invalid(fmt.Sprintf("Lanes cannot be %q. Choose parallel or serial.", s.Lanes))
	case s.Earlier != nil && len(s.Earlier) != len(s.Lineup):
		return invalid("The earlier turns do not fit the lineup. Open the comparison again and follow up from there.")
	case s.Sitting != nil && len(s.Sitting.Seats) != len(s.Lineup):
		return invalid("The blind look does not fit the lineup. Start the comparison again.")
	case tooLong(s.Earlier):
		return invalid("The conversation is longer than 32 MB. Begin a new one.")
	case s.Timeout < 0:
		return invalid("The timeout is negative. Give a time such as 90s or 5m.")
	}
	for _, e := range s.Lineup {
		if err := CheckParams(e.Params); err != nil {
			return err
		}
	}
	s.Prompt.User = strings.ToValidUTF8(s.Prompt.User, string(utf8.RuneError))
	s.Prompt.System = strings.ToValidUTF8(s.Prompt.System, string(utf8.RuneError))
	return nil
}

// spread gives what is asked several times its seats, each with the same earlier turns.
func (s *Spec) spread() {
	if len(s.Earlier) == len(s.Lineup) {
		var earlier [][]bakeoff.Turn
		for seat, e := range s.Lineup {
			for range max(e.Repeat, 1) {
				earlier = append(earlier, s.Earlier[seat])
			}
		}
		s.Earlier = earlier
	}
	if slices.ContainsFunc(s.Lineup, func(e bakeoff.Entry) bool { return e.Repeat > 0 }) {
		s.Lineup = bakeoff.Repeated(s.Lineup)
	}
}

// maxEarlier is the longest conversation that goes before a prompt, in bytes of text.
const maxEarlier = 32 << 20

func tooLong(earlier [][]bakeoff.Turn) bool {
	return slices.ContainsFunc(earlier, func(turns []bakeoff.Turn) bool {
		n := 0
		for _, t := range turns {
			n += len(t.User) + len(t.Answer)
		}
		return n > maxEarlier
	})
}

// CheckParams refuses settings that no model accepts, with one sentence. What only some refuse is theirs to say:
// provider.Foreseer.
func CheckParams(p bakeoff.Params) error {
	switch {
	case p.Temperature != nil && !(*p.Temperature >= 0 && *p.Temperature <= 10):
		return invalid(fmt.Sprintf("Temperature cannot be %g. Choose a number from 0 to 2.", *p.Temperature))
	case p.TopP != nil && !(*p.TopP >= 0 && *p.TopP <= 1):
		return invalid(fmt.Sprintf("Top P cannot be %g. Choose a number from 0 to 1.", *p.TopP))
	case p.MaxTokens != nil && (*p.MaxTokens < 1 || *p.MaxTokens > 1<<30):
		return invalid(fmt.Sprintf("Max tokens cannot be %d. Choose a number from 1 up.", *p.MaxTokens))
	case p.ThinkingBudget != nil && (*p.ThinkingBudget < 0 || *p.ThinkingBudget > 1<<30):
		return invalid(fmt.Sprintf("The thinking budget cannot be %d tokens. Choose a number from 0, which means no thinking, up.", *p.ThinkingBudget))
	case p.NumCtx != nil && (*p.NumCtx < 4 || *p.NumCtx > 1<<30):
		return invalid(fmt.Sprintf("The context length cannot be %d tokens. Choose a number from 4 up, such as 8192.", *p.NumCtx))
	case len(p.Effort) > 40:
		return invalid("The effort level is too long. Use a word such as low, medium or high.")
	case p.System != nil && len(*p.System) > MaxPrompt:
		return invalid("A model's own system text is longer than 10 MB. Shorten it.")
	}
	return cmp.Or(checkStop(p.Stop), checkKeepAlive(p.KeepAlive), checkFormat(p.ResponseFormat), checkExtra(p.Extra))
}

// maxStop is how many stop sequences an entry may have, and maxStopText how long each, in bytes.
const maxStop, maxStopText = 64, 1024

func checkStop(stop []string) error {
	switch {
	case len(stop) > maxStop:
		return invalid(fmt.Sprintf("There are %d stop sequences and at most %d can be sent. Remove some.", len(stop), maxStop))
	case slices.Contains(stop, ""):
		return invalid("A stop sequence is empty. Write the text at which the answer should end, or remove it.")
	case slices.ContainsFunc(stop, func(s string) bool { return len(s) > maxStopText }):
		return invalid("A stop sequence is longer than 1,024 characters. Shorten it.")
	}
	return nil
}

// checkKeepAlive takes what Ollama does: seconds, or a duration such as "10m"; a negative one means for ever.
func checkKeepAlive(text string) error {
	if text == "" {
		return nil
	}
	if _, err := strconv.ParseInt(text, 10, 32); err == nil {
		return nil
	}
	if _, err := time.ParseDuration(text); err == nil {
		return nil
	}
	return invalid("Keep-alive is neither a duration nor seconds. Write it like 10m or 1h; 0 unloads the model after the answer, -1 keeps it for ever.")
}

// maxSchema is the largest JSON schema of an answer, in bytes.
const maxSchema = 64 << 10

func checkFormat(text string) error {
	var object map[string]json.RawMessage
	switch {
	case text == "" || text == bakeoff.FormatJSON:
		return nil
	case len(text) > maxSchema:
		return invalid("The JSON schema of the answer is larger than 64 kB. Shorten it.")
	case json.Unmarshal([]byte(text), &object) != nil || object == nil:
		return invalid(`The response format is neither json nor a JSON schema. Write json, or a schema such as {"type": "object"}.`)
	}
	return nil
}

func checkExtra(extra map[string]json.RawMessage) error {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if name == "" || !json.Valid(extra[name]) {
			return invalid(fmt.Sprintf("The extra parameter %q is no valid JSON. Correct it.", name))
		}
	}
	return nil
}

func invalid(sentence string) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
