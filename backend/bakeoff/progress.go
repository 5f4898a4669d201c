package bakeoff

// Progress is what became known of a run since it was last written to the history: a parcel of its text and, a few
// times in its life, its facts: the request as it was sent, the times of its first text.
type Progress struct {
	RunID     string
	Answer    []byte // to append; the caller's buffer, valid only during the call
	Reasoning []byte // to append; likewise
	Known     *Run   // nil unless its facts changed since the write before; texts and pace in it are ignored
}
