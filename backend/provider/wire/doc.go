// Package wire is the one transport under every SDK of every adapter: reliability lives here once, not in each adapter.
//
// It promises: a key goes to its own origin only, over TLS or loopback; no redirect is followed and no proxy is used
// that the user did not choose; a hostile endpoint costs bounded memory; every answer that is not 2xx becomes a
// *StatusError before an SDK can parse it; every error becomes a sentence with a next step; the moments of a request are
// stamped in the body reader, the one measuring point. It never retries, starts no goroutine of its own and keeps no
// state between requests but idle connections.
//
// # Redaction
//
// Redact cleans what is short and not a model's answer: errors, ids, names, status texts. It removes the endpoint's own
// key (plain, base64 in any alignment, URL-encoded, JSON-escaped) and whatever else looks like a key. Guard cleans a
// stream of events: answers lose the endpoint's own key, also when it is spread over many deltas, and nothing else, since
// a model may well be asked to write an example key. To see a split key, Guard holds text back that continues the first
// five characters of it; those five may be shown. Text that holds no such beginning passes untouched and unallocated.
// Bodies that are not streams (model lists) are cleaned as a whole.
package wire
