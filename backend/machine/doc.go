// Package machine is this computer as far as local models concern it: its memory, and the program ollama on it. It reads no
// variable of the environment, downloads nothing and installs nothing; Start hands the environment on as it is.
package machine
