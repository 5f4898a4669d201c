package bakeoff

// Progress is what became known of a run since it was last written to the history: a parcel of its text and, once,
// the facts that stood when its request was handed over.
type Progress struct {
	RunID     string
	Answer    []byte // to append; the caller's buffer, valid only during the call
	Reasoning []byte // to append; likewise
	Sent      *Run   // nil unless the request left since the write before; texts and pace in it are ignored
}
