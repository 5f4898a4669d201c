// Package catalog knows what models cost and who holds their weights.
//
// The price sheet is embedded (prices.json), dated as a whole, and every row says where its price stands and on which
// day it was read there. A model is found by its exact id or by an alias that the sheet lists: matching by prefix would
// price tomorrow's models wrongly. A row's date is the day on which its source was read, or where that day is not known the
// day of the model's last update: the price is at least that old. The first row that covers the instant of a request holds,
// so rows for special hours stand before those for all day. The user's own rows stand above the sheet. What is not found has no price: the cost is
// unknown, never zero.
//
// The package is pure but for reading the user's file at the start; it is safe for concurrent use.
package catalog
