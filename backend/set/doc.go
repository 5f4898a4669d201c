// Package set asks a prompt with variables once for each row of a table: one comparison per row, row after row, the
// models of a row at the same moment.
//
// A row is linked to its comparison in the transaction that saves the comparison, before anything is sent, and one that
// cannot be saved is not sent. So whatever ends the program, no row is asked as two comparisons, and an answer that has
// ended is not asked for again: a set goes on at its first row that has not ended, and there asks only the models that
// were broken off. Nothing is asked again while a comparison is blind, since that would tell a seat; such a row keeps
// what it has.
//
// A set pauses, with a sentence, when the budget refuses a row, when a row cannot be saved, and when no model of a row
// could be reached at all: the rest would only fail as well. It is run by one process at a time.
package set
