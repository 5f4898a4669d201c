// Package export writes comparisons for others to read: as JSON Lines, which can be imported again without a loss, as
// Markdown, as CSV, and as one HTML file that makes no request. It is pure: it writes to what it is given, one
// comparison at a time, and keeps none.
//
// What it promises. Only fields that stand in this package's types are written, and no key is among them. A blind
// comparison is never written, in any format, before its vote or its reveal: nothing veiled would be worth sending, and
// an order of answers is a hint. A comparison that still goes on is not written either. Both are counted, so that the
// caller can say what was left out. In CSV no cell can be a formula. In HTML every text of a model or a user is text.
//
// The JSON Lines format is documented in docs/export.md. Its reader is here beside its writer, so that they cannot drift
// apart: Encode and Decode are each other's inverse.
package export
