package bakeoff

// Relation says how a comparison came from its parent.
type Relation string

const (
	Rerun    Relation = "rerun"     // the same prompt once more, perhaps to another lineup
	Edited   Relation = "edited"    // begun from the parent with another prompt
	FollowUp Relation = "follow_up" // the next turn of the same conversation
)

// Turn is one earlier exchange, as it is sent before the prompt. The reasoning of an answer is never part of it.
type Turn struct {
	User        string
	Answer      string
	Attachments []Attachment // that went with User
}

// Prompt is what the user said in this turn, in the form that a prompt has.
func (t Turn) Prompt() Prompt { return Prompt{User: t.User, Attachments: t.Attachments} }

// Thread is the id of the conversation that c belongs to: that of its first comparison.
func (c Comparison) Thread() string {
	if c.ThreadID != "" {
		return c.ThreadID
	}
	return c.ID
}

// EarlierOf returns the turns that go before the prompt to a seat; nil when there are none.
func (c Comparison) EarlierOf(seat int) []Turn {
	if seat < 0 || seat >= len(c.Earlier) {
		return nil
	}
	return c.Earlier[seat]
}
