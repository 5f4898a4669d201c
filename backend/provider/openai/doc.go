// Package openai asks OpenAI and every service that speaks its Chat Completions protocol, and OpenAI's Responses for the
// models that have nothing else.
//
// Chat Completions goes through the go-openai library, which is wrapped from both sides. Before the request: the library
// judges parameters by model id and cannot send zeroes or unknown members, so it gets only messages, and everything else
// is merged into the finished body (doer). After it: the library stumbles over comments, event names and errors, so it
// sees clean data lines only (dataLines), and each payload is read once, by a tolerant decoder of our own (chunk).
// Responses needs neither and is a small client on wire.SSE.
//
// What services do differently is data: services.go names the members and habits of each, rules.json what a model refuses.
// A stream is complete when a finish_reason came (Chat Completions) or response.completed or .incomplete (Responses);
// the text so far is kept otherwise. Nothing is retried, and no goroutine is started.
package openai
