// Package anthropic is the adapter of Anthropic's Messages API, as Anthropic, gateways and Ollama serve it.
//
// Requests, parameters and lists go through the official SDK with its own habits off: no retries (a 429 would cost three
// requests and two seconds), nothing read from the environment or from profile files (they could change key, address and
// headers). The stream is read from the SDK's raw response by package wire instead of its typed events. Three reasons,
// found with v1.84.0: the typed stream turns a missing count into 0; it drops a last event that lacks its empty line; and
// it tells a stream that was cut cleanly from a complete one no better than we do. An answer is complete only after
// message_stop.
//
// A refusal is an answer, not a failure: the model was asked, and said no. The run ends well with the reason "refusal", a
// warning says so, and what text came before it is kept.
//
// What a model does not accept is a table (families.json), told as "not applied" before the start and left out of the
// request. Members of Params.Extra are merged at the top level of the body and win over ours, so that a field newer than
// this adapter can be used; "model", "messages", "system" and "stream" stay ours.
package anthropic
