package review

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
)

// Limits of what a user may say.
const (
	maxWord  = 40       // characters of a tag, category or reason
	maxWords = 20       // of one kind on one thing
	maxNote  = 64 << 10 // bytes
)

// Categories are the kinds of task that everybody has; users add their own.
func Categories() []string {
	return []string{"general knowledge", "coding", "maths", "science and reasoning", "writing", "summarising", "extraction", "translation", "conversation"}
}

// Reasons are the words for why an answer is good or bad; users add their own.
func Reasons() []string {
	return []string{"correct", "complete", "clear", "follows instructions", "style", "too long", "wrong", "refused", "unsafe"}
}

// Vocabulary puts the words that were used behind the fixed ones, each once.
func Vocabulary(fixed, used []string) []string {
	out := slices.Clone(fixed)
	for _, w := range used {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// Rate gives an answer 1 to 5 stars; 0 takes them back.
func Rate(c bakeoff.Comparison, run string, stars int, now time.Time) (f bakeoff.Finding, err error) {
	if stars < 0 || stars > 5 {
		return f, invalid("An answer has 1 to 5 stars, or 0 for none.")
	}
	r, err := ended(c, run)
	if err != nil {
		return f, err
	}
	at := ms(now)
	for _, s := range c.Review.AllStars {
		if s.RunID == r.ID {
			at = after(at, s.At)
		}
	}
	f.Stars = []bakeoff.Stars{{RunID: r.ID, N: stars, Blind: unseen(c), At: at}}
	return f, nil
}

// Answer replaces the reasons and the note of an answer.
func Answer(c bakeoff.Comparison, run string, reasons []string, note string, now time.Time) (f bakeoff.Finding, err error) {
	r, err := ended(c, run)
	if err != nil {
		return f, err
	}
	if said := c.Review.Answer(r.ID); c.Blind() && !said.At.IsZero() && said.At.Before(c.Sitting.OpenedAt) {
		return f, invalid("There are words about this answer from before the blind look, which are hidden now. Vote or reveal first, then change them.")
	}
	if reasons, err = words("reasons", reasons); err != nil {
		return f, err
	}
	if note, err = text(note); err != nil {
		return f, err
	}
	f.Answer = &bakeoff.AnswerReview{RunID: r.ID, Reasons: reasons, Note: note, At: ms(now)}
	return f, nil
}

// Describe replaces what is said about the comparison as a whole.
func Describe(c bakeoff.Comparison, d bakeoff.Description) (f bakeoff.Finding, err error) {
	if d.Tags, err = Tags(d.Tags); err != nil {
		return f, err
	}
	if d.Note, err = text(d.Note); err != nil {
		return f, err
	}
	if strings.TrimSpace(d.Category) == "" {
		d.Category = ""
	} else if d.Category, err = word(d.Category); err != nil {
		return f, err
	}
	f.Description = &d
	return f, nil
}

// ended finds an answer that can be judged: in a blind comparison all must have ended, since none is shown before.
func ended(c bakeoff.Comparison, run string) (bakeoff.Run, error) {
	r, err := Find(c, run)
	if err == nil && (!r.Status.Ended() || c.Blind() && !allEnded(Shown(c))) {
		err = invalid("This answer is still coming. Wait for its end or stop it, then judge it.")
	}
	return r, err
}

// Tags returns tags as they are kept: trimmed, each once. The error says which cannot be one.
func Tags(list []string) ([]string, error) { return words("tags", list) }

// words checks a list; a word that stands twice in it is kept once.
func words(what string, list []string) ([]string, error) {
	out := []string{}
	for _, w := range list {
		w, err := word(w)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
		if len(out) > maxWords {
			return nil, invalid(fmt.Sprintf("At most %d %s are kept of one thing. Remove some.", maxWords, what))
		}
	}
	return out, nil
}

// word trims a word and puts single spaces inside.
func word(w string) (string, error) {
	w = strings.Join(strings.Fields(strings.ToValidUTF8(w, "")), " ")
	switch n := utf8.RuneCountInString(w); {
	case n == 0:
		return "", invalid("A tag, category or reason is empty. Type a word.")
	case n > maxWord:
		return "", invalid(fmt.Sprintf("A tag, category or reason has %d characters, and at most %d are kept. Shorten it.", n, maxWord))
	case strings.ContainsFunc(w, unicode.IsControl):
		return "", invalid("A tag, category or reason holds a control character. Type it anew.")
	}
	return w, nil
}

func text(note string) (string, error) {
	if len(note) > maxNote {
		return "", invalid(fmt.Sprintf("The note is longer than %d KB. Shorten it.", maxNote>>10))
	}
	return strings.TrimSpace(strings.ToValidUTF8(note, "")), nil
}
