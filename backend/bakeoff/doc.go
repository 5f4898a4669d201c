// Package bakeoff holds the nouns of the house: prompts, lineups, comparisons, runs, usage, timing, cost, errors.
//
// It is the ground floor: it imports only the standard library, touches neither disk nor network nor clock, and every
// other package may import it. Values are plain data; a caller that shares one between goroutines copies it first.
//
// Three conventions hold throughout. Absent is not zero: an unknown count, duration or cost has its own state. Money is
// an exact integer of pico-dollars. Inside the program durations are time.Duration; at an edge the unit is in the name.
package bakeoff
