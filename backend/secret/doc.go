// Package secret keeps API keys outside the history: in the system's keychain, or, by the user's choice, in a file that a
// passphrase encrypts, or for this session only. It never writes a key in plain and never chooses a weaker place by itself.
//
// An item belongs to the origin (scheme, host, port) that it was entered for and is given out for no other. A keychain may
// wait for the user for ever: each call of it is given up after a few seconds. Errors are *bakeoff.Error and hold no key.
//
// Not promised: protection from other programs of the same user. On macOS any of them may read an item that was made here.
package secret
