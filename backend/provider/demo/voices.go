package demo

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// scripts holds what the voices say. {opening} stands for the first words of the prompt as a code span, {words} for its
// length.
//
//go:embed scripts
var scripts embed.FS

// voice is one script with its speed.
type voice struct {
	id, name string
	waits    time.Duration // before the first word
	thinks   time.Duration // for each word of reasoning
	speaks   time.Duration // for each word of the answer
	priced   bool

	reasoning, answer string
}

// voices returns the three voices in the order in which they are listed.
func voices() []*voice {
	return []*voice{
		{id: "quick", name: "Demo: quick (a script, no model)",
			waits: 180 * time.Millisecond, speaks: 15 * time.Millisecond, answer: script("quick")},
		{id: "thinker", name: "Demo: thinker (a script, no model)",
			waits: 500 * time.Millisecond, thinks: 35 * time.Millisecond, speaks: 25 * time.Millisecond,
			reasoning: script("thinker-reasoning"), answer: script("thinker")},
		{id: "priced", name: "Demo: priced (a script, no model; made-up price)",
			waits: 320 * time.Millisecond, speaks: 11 * time.Millisecond, priced: true, answer: script("priced")},
	}
}

func script(name string) string {
	text, err := scripts.ReadFile("scripts/" + name + ".md")
	if err != nil {
		panic(err) // the names stand above, the files are in the binary
	}
	return strings.TrimSpace(string(text))
}

func find(id string) (*voice, error) {
	for _, v := range voices() {
		if v.id == id {
			return v, nil
		}
	}
	return nil, &bakeoff.Error{Code: bakeoff.CodeModelMissing, Message: fmt.Sprintf("There is no demo voice %q. Choose quick, thinker or priced.", id)}
}

func (v *voice) capabilities() []string {
	if v.reasoning != "" {
		return []string{"completion", "thinking"}
	}
	return []string{"completion"}
}

// The made-up price of the priced voice: $1 for a million words in, $5 for a million words out.
const (
	priceIn  bakeoff.MicroPerMillion = 1_000_000
	priceOut bakeoff.MicroPerMillion = 5_000_000
)

// charge returns what the priced voice says it costs; nil when that does not fit.
func charge(input, output int64) *bakeoff.PicoUSD {
	in, okIn := priceIn.Times(input)
	out, okOut := priceOut.Times(output)
	sum, ok := in.Plus(out)
	if !okIn || !okOut || !ok {
		return nil
	}
	return &sum
}
