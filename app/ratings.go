package app

import (
	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/review"
)

// Ratings is bound to the window: what the user thinks of answers. run is a run's id; while the comparison is blind it is
// the letter, and a run's id is refused. What a method did is on disk when it returns.
type Ratings struct{ roof *roof }

// Rate gives an answer 1 to 5 stars; 0 takes them back.
func (b *Ratings) Rate(comparisonID, run string, stars int) error {
	return do(func() error {
		return b.roof.review(comparisonID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
			return review.Rate(c, run, stars, b.roof.now())
		})
	})
}

// Answer replaces the reasons and the note of an answer.
func (b *Ratings) Answer(comparisonID, run string, reasons []string, note string) error {
	return do(func() error {
		return b.roof.review(comparisonID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
			return review.Answer(c, run, reasons, note, b.roof.now())
		})
	})
}

// Describe replaces what is said about the comparison as a whole.
func (b *Ratings) Describe(comparisonID string, d DescriptionView) error {
	return do(func() error {
		return b.roof.review(comparisonID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
			return review.Describe(c, bakeoff.Description{Category: d.Category, Tags: d.Tags, Note: d.Note, Favourite: d.Favourite})
		})
	})
}

// Judge casts a vote. When it returns, the vote is on disk and the comparison is revealed.
func (b *Ratings) Judge(comparisonID string, v JudgeRequest) (ComparisonView, error) {
	return b.decide(comparisonID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
		if len(v.Standings) > compare.MaxEntries {
			return bakeoff.Finding{}, tooMany()
		}
		var places []review.Place
		for _, s := range v.Standings {
			places = append(places, review.Place{Run: s.Run, Rank: s.Rank})
		}
		return review.Judge(c, bakeoff.VerdictKind(v.Kind), places, b.roof.now())
	})
}

// Withdraw takes the newest vote back. Within ten seconds of its reveal a blind comparison becomes blind again.
func (b *Ratings) Withdraw(comparisonID string) (ComparisonView, error) {
	return b.decide(comparisonID, func(c bakeoff.Comparison) (bakeoff.Finding, error) { return review.Withdraw(c, b.roof.now()) })
}

// Blind hides the names of an ended comparison, in a new random order, until the vote.
func (b *Ratings) Blind(comparisonID string) (ComparisonView, error) {
	return b.decide(comparisonID, b.openLook)
}

func (b *Ratings) openLook(c bakeoff.Comparison) (bakeoff.Finding, error) {
	return review.Open(c, b.roof.now())
}

// Reveal gives up blindness without a vote.
func (b *Ratings) Reveal(comparisonID string) (ComparisonView, error) {
	return b.decide(comparisonID, func(c bakeoff.Comparison) (bakeoff.Finding, error) { return review.Reveal(c, b.roof.now()) })
}

func (b *Ratings) decide(id string, judge func(bakeoff.Comparison) (bakeoff.Finding, error)) (ComparisonView, error) {
	return call(func() (ComparisonView, error) { return b.roof.decide(id, judge) })
}

// decide writes a finding and returns the comparison as it stands after it. The view is made from what the database has
// by then: nothing is shown that is not committed.
func (r *roof) decide(id string, judge func(bakeoff.Comparison) (bakeoff.Finding, error)) (ComparisonView, error) {
	if err := r.review(id, judge); err != nil {
		return ComparisonView{}, err
	}
	return r.view(id)
}

// Next returns the newest comparison that waits for a vote, blind, except those to skip.
func (b *Ratings) Next(skip []string) (QueueView, error) {
	return call(func() (QueueView, error) {
		if err := shortAll("The id", skip, maxID); err != nil {
			return QueueView{}, err
		}
		h, err := b.roof.house()
		if err != nil {
			return QueueView{}, err
		}
		id, waiting, err := h.Store.Unrated(b.roof.ctx, skip)
		if err != nil || id == "" {
			return QueueView{}, err
		}
		view, err := b.roof.decide(id, b.openLook)
		return QueueView{Comparison: &view, Remaining: waiting}, err
	})
}

// Waiting returns how many comparisons wait for a vote. It begins no blind look.
func (b *Ratings) Waiting() (int, error) {
	return call(func() (int, error) {
		h, err := b.roof.house()
		if err != nil {
			return 0, err
		}
		_, waiting, err := h.Store.Unrated(b.roof.ctx, nil)
		return waiting, err
	})
}

// Vocabulary returns the words to choose from.
func (b *Ratings) Vocabulary() (VocabularyView, error) {
	return call(func() (VocabularyView, error) {
		h, err := b.roof.house()
		if err != nil {
			return VocabularyView{}, err
		}
		categories, reasons, tags, err := h.Store.Words(b.roof.ctx)
		return VocabularyView{
			Categories: review.Vocabulary(review.Categories(), categories),
			Reasons:    review.Vocabulary(review.Reasons(), reasons), Tags: list(tags),
		}, err
	})
}

// review writes what judge finds about a comparison.
func (r *roof) review(id string, judge func(bakeoff.Comparison) (bakeoff.Finding, error)) error {
	h, err := r.withID(id)
	if err != nil {
		return err
	}
	return h.Store.Review(r.ctx, id, judge)
}

// blindness is the word of a ComparisonView for its sitting.
func blindness(c bakeoff.Comparison) string {
	switch {
	case c.Blind():
		return "open"
	case c.Sitting != nil:
		return "revealed"
	}
	return ""
}

func reviewView(r bakeoff.Review) ReviewView {
	view := ReviewView{Answers: []AnswerReviewView{}, Category: r.Category, Tags: list(r.Tags), Note: r.Note, Favourite: r.Favourite}
	for _, a := range r.Answers {
		view.Answers = append(view.Answers, AnswerReviewView{RunID: a.RunID, Stars: a.Stars, Reasons: list(a.Reasons), Note: a.Note})
	}
	if v := r.Verdict; v != nil {
		verdict := VerdictView{ID: v.ID, Kind: string(v.Kind), Standings: []StandingView{}, Blind: v.Blind, AtMs: v.At.UnixMilli()}
		for _, s := range v.Standings {
			verdict.Standings = append(verdict.Standings, StandingView{RunID: s.RunID, Rank: s.Rank})
		}
		view.Verdict = &verdict
	}
	return view
}

// sitting shuffles the seats of a comparison that begins blind; nil for one that does not.
func (r *roof) sitting(blind bool, seats int) *bakeoff.Sitting {
	if !blind {
		return nil
	}
	return new(review.Sit(seats, r.now()))
}
