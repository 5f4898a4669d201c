// Package local is what a server of local models can do beside answering: what it has on disk and in memory, downloads,
// loading and unloading, and making a model of one's own; with the sums over that, which are pure: what a licence says and
// whether a lineup fits into memory. It knows no protocol and no screen; package provider/ollama implements Server.
//
// Nothing here guesses: a licence is recognised by its own title and words, never by a model's name, and a sum of memory
// says what it was made of. Jobs tells its watcher at most ten times a second and loses no last state.
package local
