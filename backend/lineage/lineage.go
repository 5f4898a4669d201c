// Package lineage says how a comparison comes from another: what its models are sent of the turns before, and what
// differs when the same is asked again. It is pure: no disk, no network, no screen.
//
// In a conversation a model gets its own answers and never another's, unless the user chose one answer as everybody's
// history. Reasoning is no part of any turn.
package lineage

import (
	"reflect"
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
)

// Descent is how a new comparison comes from its parent.
type Descent struct {
	ParentID string
	Relation bakeoff.Relation
	ThreadID string           // the first comparison of the conversation
	Earlier  [][]bakeoff.Turn // by seat: what is sent before the prompt
}

// Descend ties a new comparison to its parent: as the next turn when relation is FollowUp (see FollowUp, also for base),
// else as the same once more, which keeps the place in the conversation.
func Descend(parent bakeoff.Comparison, relation bakeoff.Relation, base string, prompt bakeoff.Prompt, lineup []bakeoff.Entry) (d Descent, err error) {
	d.ParentID = parent.ID
	switch relation {
	case bakeoff.FollowUp:
		d.Relation, d.ThreadID = bakeoff.FollowUp, parent.Thread()
		d.Earlier, err = FollowUp(parent, lineup, base)
		return d, err
	case bakeoff.Rerun, bakeoff.Edited:
		if parent.Blind() { // its lineup is not known yet
			return d, review.ErrBlind()
		}
		d.Relation, d.ThreadID, d.Earlier = again(parent, prompt), parent.ThreadID, Again(parent, lineup)
		return d, nil
	}
	return d, invalid("A comparison can be run again, edited or followed up on, and nothing else.")
}

// Mark says whether a comparison is sensitive that comes from parent by d: what is made of a sensitive one is, too. unmark
// is the user's yes to take the mark off, which only a prompt that was edited can lose: one that goes on from a sensitive
// conversation would send that along.
func (d Descent) Mark(parent bakeoff.Comparison, marked, unmark bool) (bool, error) {
	switch {
	case !parent.Sensitive || marked:
		return marked, nil
	case !unmark:
		return true, nil
	case d.Relation != bakeoff.Edited:
		return true, invalid("The prompt is the one that was marked sensitive, so it stays marked. Edit it to take the mark off.")
	case d.Earlier != nil:
		return true, invalid("The earlier turns of this conversation were marked sensitive and would be sent along, so the mark stays. Begin a new comparison.")
	}
	return false, nil
}

// FollowUp returns what is sent before the next prompt to each entry of a lineup: its own turns up to and with those of
// parent, or with base, a run of parent, that one's for all. A seat without an answer goes on without that turn.
func FollowUp(parent bakeoff.Comparison, lineup []bakeoff.Entry, base string) ([][]bakeoff.Turn, error) {
	if err := ready(parent); err != nil {
		return nil, err
	}
	if base != "" {
		return fromOne(parent, len(lineup), base)
	}
	out := make([][]bakeoff.Turn, len(lineup))
	any := false
	for i, seat := range Seats(parent.Lineup, lineup) {
		out[i] = turns(parent, seat)
		any = any || len(out[i]) > 0
	}
	if !any {
		return nil, invalid("None of these models has an answer in that comparison, so there is nothing to follow up on. Run it again, or choose one of its answers for all.")
	}
	return out, nil
}

// ready refuses to go on from what is blind or not over.
func ready(parent bakeoff.Comparison) error {
	if parent.Blind() {
		return review.ErrBlind()
	}
	if slices.ContainsFunc(parent.Runs, func(r bakeoff.Run) bool { return !r.Status.Ended() }) {
		return invalid("Some models are still answering. Wait for them or stop them, then follow up.")
	}
	return nil
}

func fromOne(parent bakeoff.Comparison, seats int, base string) ([][]bakeoff.Turn, error) {
	run, err := review.Find(parent, base)
	if err != nil {
		return nil, err
	}
	if !review.Answered(run) {
		return nil, invalid("That model gave no whole answer, so the others cannot go on from it. Choose another answer.")
	}
	common := append(slices.Clone(parent.EarlierOf(run.Seat)), turn(parent, run))
	out := make([][]bakeoff.Turn, seats)
	for i := range out {
		out[i] = common
	}
	return out, nil
}

// turns is the conversation of a seat of c up to and with c itself; nil for a seat that is not there.
func turns(c bakeoff.Comparison, seat int) []bakeoff.Turn {
	out := slices.Clone(c.EarlierOf(seat))
	for _, r := range slices.Backward(c.Runs) {
		if r.Seat == seat && review.Answered(r) {
			return append(out, turn(c, r))
		}
	}
	return out
}

func turn(c bakeoff.Comparison, r bakeoff.Run) bakeoff.Turn {
	return bakeoff.Turn{User: c.Prompt.User, Answer: r.Answer, Attachments: c.Prompt.Attachments}
}

// Again returns what is sent before the prompt when a comparison is run again with a lineup: to each entry what its seat
// was sent then. An entry that was not there begins without; nil when nobody was sent anything.
func Again(parent bakeoff.Comparison, lineup []bakeoff.Entry) [][]bakeoff.Turn {
	if parent.Earlier == nil {
		return nil
	}
	out := make([][]bakeoff.Turn, len(lineup))
	for i, seat := range Seats(parent.Lineup, lineup) {
		out[i] = parent.EarlierOf(seat)
	}
	if common, ok := oneForAll(parent.Earlier); ok {
		for i := range out {
			out[i] = common
		}
	}
	return out
}

// oneForAll returns the turns that all seats have in common, if that is all they have: a conversation from one answer is
// everybody's, that of a new model too.
func oneForAll(earlier [][]bakeoff.Turn) ([]bakeoff.Turn, bool) {
	for _, turns := range earlier[1:] {
		if !reflect.DeepEqual(turns, earlier[0]) {
			return nil, false
		}
	}
	return earlier[0], len(earlier) > 1
}

// again tells the same prompt once more from another one.
func again(parent bakeoff.Comparison, prompt bakeoff.Prompt) bakeoff.Relation {
	if SamePrompt(parent.Prompt, prompt) {
		return bakeoff.Rerun
	}
	return bakeoff.Edited
}

// SamePrompt reports whether two prompts are the same bytes.
func SamePrompt(a, b bakeoff.Prompt) bool {
	return a.System == b.System && a.User == b.User && slices.EqualFunc(a.Attachments, b.Attachments, func(x, y bakeoff.Attachment) bool {
		return x.SHA256 == y.SHA256 && x.Name == y.Name
	})
}

// Seats finds for each entry of a lineup its seat in an older one, -1 for none: first the entries that are the same, then
// those of the same model with other settings. A seat of the older lineup may serve several entries of its model.
func Seats(old, now []bakeoff.Entry) []int {
	out := make([]int, len(now))
	taken := make([]bool, len(old))
	for i := range out {
		out[i] = -1
	}
	for _, fits := range []func(seat, i int) bool{
		func(seat, i int) bool { return !taken[seat] && reflect.DeepEqual(old[seat], now[i]) },
		func(seat, i int) bool { return !taken[seat] && sameModel(old[seat], now[i]) },
		func(seat, i int) bool { return sameModel(old[seat], now[i]) },
	} {
		for i := range now {
			for seat := range old {
				if out[i] < 0 && fits(seat, i) {
					out[i], taken[seat] = seat, true
				}
			}
		}
	}
	return out
}

func sameModel(a, b bakeoff.Entry) bool { return a.Endpoint == b.Endpoint && a.Model == b.Model }

func invalid(sentence string) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
