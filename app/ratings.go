package app

import (
	"bakeoff/backend/bakeoff"
)

// Ratings is bound to the window: what the user thinks of answers. run is a run's id; while the comparison is blind it is
// the letter, and a run's id is refused.
type Ratings struct{ roof *roof }

func notYet() error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Ratings cannot be saved in this build yet. Use a newer one."}
}

// Rate gives an answer 1 to 5 stars; 0 takes them back.
func (b *Ratings) Rate(comparisonID, run string, stars int) error {
	return do(func() error { return notYet() })
}

// Answer replaces the reasons and the note of an answer.
func (b *Ratings) Answer(comparisonID, run string, reasons []string, note string) error {
	return do(func() error { return notYet() })
}

// Describe replaces what is said about the comparison as a whole.
func (b *Ratings) Describe(comparisonID string, d DescriptionView) error {
	return do(func() error { return notYet() })
}

// Judge casts a vote. When it returns, the vote is on disk and the comparison is revealed.
func (b *Ratings) Judge(comparisonID string, v JudgeRequest) (ComparisonView, error) {
	return call(func() (ComparisonView, error) { return ComparisonView{}, notYet() })
}

// Withdraw takes the newest vote back. Within ten seconds of its reveal a blind comparison becomes blind again.
func (b *Ratings) Withdraw(comparisonID string) (ComparisonView, error) {
	return call(func() (ComparisonView, error) { return ComparisonView{}, notYet() })
}

// Blind hides the names of an ended comparison, in a new random order, until the vote.
func (b *Ratings) Blind(comparisonID string) (ComparisonView, error) {
	return call(func() (ComparisonView, error) { return ComparisonView{}, notYet() })
}

// Reveal gives up blindness without a vote.
func (b *Ratings) Reveal(comparisonID string) (ComparisonView, error) {
	return call(func() (ComparisonView, error) { return ComparisonView{}, notYet() })
}

// Next returns the newest comparison that waits for a vote, blind, except those to skip.
func (b *Ratings) Next(skip []string) (QueueView, error) {
	return call(func() (QueueView, error) { return QueueView{}, notYet() })
}

// Vocabulary returns the words to choose from.
func (b *Ratings) Vocabulary() (VocabularyView, error) {
	return call(func() (VocabularyView, error) { return VocabularyView{}, notYet() })
}
