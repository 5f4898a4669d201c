package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// Words of a large history are drawn as in a language: the most frequent half as often again as the next, and a long
// tail of rare ones.
const (
	vocabulary = 300_000
	answerSize = 2000 // bytes, about
)

var largeModels = []struct {
	endpoint, model string
	openness        bakeoff.Openness
	place           bakeoff.Place
}{
	{"ollama", "llama3.2:1b", bakeoff.Open, bakeoff.PlaceLocal}, {"ollama", "qwen3:8b", bakeoff.Open, bakeoff.PlaceLocal},
	{"ollama", "gemma3:4b", bakeoff.Open, bakeoff.PlaceLocal}, {"openai", "gpt-x", bakeoff.Closed, bakeoff.PlaceCloud},
	{"openai", "gpt-x-mini", bakeoff.Closed, bakeoff.PlaceCloud}, {"anthropic", "claude-x", bakeoff.Closed, bakeoff.PlaceCloud},
	{"gemini", "gemini-x", bakeoff.Closed, bakeoff.PlaceCloud}, {"groq", "llama-70b", bakeoff.Open, bakeoff.PlaceCloud},
	{"openrouter", "mixtral", bakeoff.Open, bakeoff.PlaceCloud}, {"mistral", "large", bakeoff.Closed, bakeoff.PlaceCloud},
	{"deepseek", "chat", bakeoff.Open, bakeoff.PlaceCloud}, {"openai", "rarely-asked", bakeoff.Closed, bakeoff.PlaceCloud},
}

var (
	largeCategories = []string{"", "", "", "coding", "writing", "maths", "translation", "conversation"}
	largeTags       = []string{"red", "green", "blue", "weekly", "customer", "draft", "benchmark", "odd"}
)

// Large returns the nth comparison of a large history, finished, with four answers of about 2 KB in made-up words. The
// same n gives the same comparison. One in twenty is in Chinese, one in twenty in Cyrillic letters.
func Large(n int) bakeoff.Comparison {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	c := bakeoff.Comparison{
		ID: ID(0, n), Prompt: bakeoff.Prompt{User: largeText(r, n, 150)}, Lanes: bakeoff.LanesParallel,
		StartedAt: epoch.AddDate(-3, 0, 0).Add(time.Duration(n) * 15 * time.Minute), AppVersion: "0.1.0",
	}
	first := r.IntN(len(largeModels) - 1)
	for seat := range 4 {
		m := largeModels[(first+seat*2)%(len(largeModels)-1)]
		if seat == 3 && n%1000 == 7 {
			m = largeModels[len(largeModels)-1]
		}
		e := bakeoff.Entry{Endpoint: m.endpoint, Model: m.model}
		run := Done(c.ID, ID(seat+1, n), seat, e)
		run.Openness, run.Place, run.Answer = m.openness, m.place, largeText(r, n, answerSize)
		run.Timing.Total = bakeoff.Measured(time.Duration(r.ExpFloat64() * float64(8*time.Second)))
		if m.place == bakeoff.PlaceCloud {
			run.Cost = bakeoff.Cost{Amount: bakeoff.PicoUSD(r.ExpFloat64() * 4e9), Source: bakeoff.CostComputed, PriceDate: "2026-11-01"}
		}
		if r.IntN(50) == 0 {
			run.Status, run.Answer, run.Error = bakeoff.Failed, "", &bakeoff.Error{Code: bakeoff.CodeTimeout, Message: "Too late. Try again."}
		}
		c.Lineup, c.Runs = append(c.Lineup, e), append(c.Runs, run)
	}
	largeReview(r, n, &c)
	return c
}

// largeReview rates one in three, tags one in five and notes something about one in ten.
func largeReview(r *rand.Rand, n int, c *bakeoff.Comparison) {
	at := c.StartedAt.Add(time.Hour)
	review := &c.Review
	review.Category, review.Favourite = largeCategories[r.IntN(len(largeCategories))], r.IntN(100) == 0
	if r.IntN(5) == 0 {
		review.Tags = []string{largeTags[r.IntN(len(largeTags))]}
	}
	if r.IntN(10) == 0 {
		review.Note = largeText(r, n, 60)
	}
	if r.IntN(3) > 0 {
		return
	}
	v := bakeoff.Verdict{ID: ID(100, n), ComparisonID: c.ID, Kind: bakeoff.VerdictBest, At: at}
	for seat, run := range c.Runs {
		v.Shown = append(v.Shown, run.ID)
		v.Standings = append(v.Standings, bakeoff.Standing{RunID: run.ID, Rank: 1 + min(seat, 1)})
	}
	review.Votes = []bakeoff.Verdict{v}
	review.AllStars = []bakeoff.Stars{{ID: ID(101, n), RunID: c.Runs[0].ID, N: 1 + r.IntN(5), At: at}}
}

// largeText returns about size bytes. A number that is in no other text stands among the words.
func largeText(r *rand.Rand, n, size int) string {
	var b strings.Builder
	unique := size / 2
	for b.Len() < size {
		if unique > 0 && b.Len() > unique {
			fmt.Fprintf(&b, "id%x%04x ", n, r.IntN(1<<16))
			unique = 0
		}
		rank := int(math.Pow(vocabulary, math.Pow(r.Float64(), 0.8))) - 1
		switch n % 20 {
		case 3:
			rank = int(math.Sqrt(float64(rank))) // a few hundred characters make most of a text
			b.WriteRune(rune(0x4E00 + rank*7))
			b.WriteRune(rune(0x4E00 + rank*11))
			if rank%12 == 0 {
				b.WriteString("，")
			}
		case 11:
			b.WriteString(syllables(rank, cyrillic))
			b.WriteByte(' ')
		default:
			b.WriteString(LargeWord(rank))
			b.WriteByte(" \n"[min(1, rank%40/39)])
		}
	}
	return b.String()
}

var (
	latin    = [2]string{"bdfgklmnprstvz", "aeiou"}
	cyrillic = [2]string{"бвгдклмнпрстшж", "аеиоу"}
)

// LargeWord returns a word of a large history by its rank: 0 is the most frequent.
func LargeWord(rank int) string {
	if rank < len(words) {
		return words[rank]
	}
	return syllables(rank, latin)
}

func syllables(n int, letters [2]string) string {
	consonants, vowels := []rune(letters[0]), []rune(letters[1])
	var b strings.Builder
	for n += 71; n > 0; n /= len(consonants) * len(vowels) {
		k := n % (len(consonants) * len(vowels))
		b.WriteRune(consonants[k%len(consonants)])
		b.WriteRune(vowels[k/len(consonants)])
	}
	return b.String()
}
