// Package gemini speaks Google's streamGenerateContent.
//
// It is a small client of our own on the shared transport, not google.golang.org/genai: that SDK adds some 8 MB to the
// binary, hides the raw JSON that the history keeps, ends at a comment line in the stream, and sends a request again by
// itself unless told otherwise (v1.77.0, 2026-11-23). One request, one stream of events and one list need less code than
// switching those off.
//
// A stream is complete when a candidate has a finishReason, or when the prompt was blocked. Counts are running totals: the
// last ones hold. Params.Extra goes to the top of the request when Google has a member of that name there
// (safetySettings, tools, cachedContent, ...), else into generationConfig.
package gemini
