// Package providertest is the conformance suite that every adapter passes, with the tools it is made of: a fake HTTP
// server that plays scripted replies and faults, a provider that plays a script, and a real Ollama server for live tests.
//
// It is imported by tests only. It promises that no test of it waits for a clock: faults are released by channels and by
// the client's own disconnecting.
package providertest
