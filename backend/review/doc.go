// Package review holds the rules of judging: blind seats, votes, stars, and the words to describe with.
//
// It is pure: no disk, no screen, no clock of its own; only Sit uses chance. Each act (Rate, Answer, Describe, Judge,
// Withdraw, Open, Reveal) looks at a comparison as the history has it and returns the bakeoff.Finding to write, or a
// *bakeoff.Error with the next step; Store.Review reads, calls and writes in one transaction.
//
// Two things hold throughout. What a blind comparison may show is what Veil leaves, everywhere: the window, its events,
// lists, the terminal, exports. And an act on a blind comparison names its answers by letter; run ids are refused, since
// nobody can know them yet.
package review
