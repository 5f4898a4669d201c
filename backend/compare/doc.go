// Package compare is the engine: it fans one prompt out to a lineup.
//
// Every run has its own goroutine, cancel, timeout and error, so that a slow, failed or hanging model delays, cancels or
// blocks no other. All requests leave at one start barrier. The engine knows interfaces only: providers that yield
// events, a recorder that keeps them, observers that show them. It never retries: a retry is a new run, asked for by the
// user.
//
// Order and blocking. Each event is stamped before any sink sees it. Recorder.Delta and observers are called from the
// run's goroutine, in the order of the wire, and must not block. A run is told as ended only after its final record was
// committed, or the failure to commit is known.
//
// The barrier waits for every provider's Prepare (a warm connection, facts about the model), but never longer than
// PrepareLimit: one hanging server must not hold the others back, and what it would have told is only missed, not needed.
package compare
