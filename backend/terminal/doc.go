// Package terminal is the house's second roof: the same engine and the same history as the window, for scripts and for
// machines without a display. It knows no Wails.
//
// What was asked for goes to standard output; progress and warnings go to standard error. Text of models is untrusted:
// control characters never reach the terminal. The shapes of --format json and jsonl are in result.go; fields are added,
// never renamed.
package terminal
