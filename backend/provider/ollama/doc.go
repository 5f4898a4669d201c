// Package ollama is the adapter of a native Ollama server: POST /api/chat as newline-delimited JSON, with the model list,
// details and residency from /api/tags, /api/show and /api/ps.
//
// Requests, lists and details go through github.com/ollama/ollama/api; the answer's lines are read by one plain decoder
// over package wire instead of the client's Chat. Three reasons, found with v0.32.15: Chat decodes every line twice,
// which costs two to three times the CPU of one decoder; it sets 8 MB of buffer aside per stream; and it fails a whole
// answer when one count on the last line is of an odd type. An answer is complete only when a line with "done": true came.
//
// What the server would do without a word, the adapter prevents or tells: prompts are not truncated and the context is
// not shifted ("truncate": false, "shift": false), images go only to models that see, and only after they decode (an
// undecodable one crashes the runner of Ollama 0.24 and with it every other answer of that model), and a model that the
// server only forwards is named as such, and refused under local only before the prompt is sent.
package ollama
