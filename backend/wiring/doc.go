// Package wiring builds the house once, for both fronts: window and terminal. It alone knows the concrete types of every
// room, and it alone reads the environment; nothing below it does.
//
// An endpoint takes its key and its address together from the environment. An address without a key sends nothing
// anywhere. A model server of one's own needs no key and is found by its address; Ollama also without one, since its
// address is the same everywhere. No other variable has any effect: proxies come from BAKEOFF_PROXY alone.
//
// Open never fails because of a history that cannot be opened: one in a temporary
// folder then stands in until the house closes, and the house says so.
// Close takes the house down in reverse order: it refuses new work, stops runs, waits until each is recorded, and closes
// the store last.
package wiring
