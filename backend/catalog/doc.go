// Package catalog knows what models cost and who holds their weights.
//
// The price sheet is embedded (prices.json). Every row says where its price stands and as of which day: the day on which
// that source was read or, where it is not known, the day of the model's last update. A model is found by its exact id or
// by an alias that the sheet lists: matching by prefix would price tomorrow's models wrongly. The first row that covers
// the instant of a request holds, so rows for special hours stand before those for all day. Lists that were fetched later stand
// above the sheet, and the user's own rows above all. What is not found has no price: the cost is unknown, never zero.
//
// The package touches no disk, network or clock; it is safe for concurrent use.
package catalog
