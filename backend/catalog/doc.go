// Package catalog knows what models cost and who holds their weights.
//
// The price sheet is embedded (prices.json), dated as a whole, and every row says where its price stands and on which
// day it was read there. A model is found by its exact id or by an alias that the sheet lists: matching by prefix would
// price tomorrow's models wrongly. The user's own rows stand above the sheet. What is not found has no price: the cost is
// unknown, never zero.
//
// The package is pure but for reading the user's file at the start; it is safe for concurrent use.
package catalog
