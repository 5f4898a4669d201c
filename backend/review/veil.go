package review

import (
	"slices"

	"bakeoff/backend/bakeoff"
)

// Veil returns what may be known of c. A comparison that is not blind comes back as it is. Of a blind one there are, in
// the order of letters, the answers of the newest attempts, with the letter for a run id and its place for a seat;
// everything that could tell a model, a provider, a time, a count or a price is empty. Its status is streaming, done or
// failed.
//
// Until all have ended there is no answer, and no letter that tells who is fast: as many of the first letters say done as
// runs have ended, whichever these are.
//
// What Veil keeps is listed here field by field: a field that a comparison gains later is hidden until somebody decides.
func Veil(c bakeoff.Comparison) bakeoff.Comparison {
	if !c.Blind() {
		return c
	}
	shown := Shown(c)
	out := bakeoff.Comparison{
		ID: c.ID, Prompt: c.Prompt, Lanes: bakeoff.LanesParallel, StartedAt: c.StartedAt, AppVersion: c.AppVersion, Set: c.Set,
		Sitting: &bakeoff.Sitting{Seats: make([]int, len(shown)), OpenedAt: c.Sitting.OpenedAt},
		Review:  veiledReview(c, shown),
	}
	ended := 0
	for _, r := range shown {
		if r.Status.Ended() {
			ended++
		}
	}
	for i, r := range shown {
		out.Sitting.Seats[i] = i
		run := bakeoff.Run{ID: Letter(i), ComparisonID: c.ID, Seat: i, Attempt: 1, Status: bakeoff.Streaming}
		switch {
		case ended < len(shown) && i < ended:
			run.Status = bakeoff.Done
		case ended < len(shown):
		default:
			run.Answer, run.Status = r.Answer, bakeoff.Failed
			if r.Status.Well() {
				run.Status = bakeoff.Done
			}
		}
		out.Runs = append(out.Runs, run)
	}
	return out
}

// veiledReview is what was said without knowing a name: since the look began, by letter. What was said before it is
// hidden, and votes too.
func veiledReview(c bakeoff.Comparison, shown []bakeoff.Run) bakeoff.Review {
	r := c.Review
	out := bakeoff.Review{Category: r.Category, Tags: r.Tags, Note: r.Note, Favourite: r.Favourite}
	for i, run := range shown {
		a := bakeoff.AnswerReview{RunID: Letter(i)}
		for _, s := range r.AllStars { // oldest first
			if s.RunID == run.ID && !s.At.Before(c.Sitting.OpenedAt) {
				a.Stars = s.N
			}
		}
		if said := r.Answer(run.ID); !said.At.Before(c.Sitting.OpenedAt) {
			a.Reasons, a.Note, a.At = slices.Clone(said.Reasons), said.Note, said.At
		}
		if a.Stars > 0 || len(a.Reasons) > 0 || a.Note != "" {
			out.Answers = append(out.Answers, a)
		}
	}
	return out
}
