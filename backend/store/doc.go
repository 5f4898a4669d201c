// Package store keeps the history in one SQLite file; it holds the only SQL of the house.
//
// What it promises. A method that writes has committed, with a synced disk, when it returns nil. The record of an ended
// run never changes (a trigger holds this), and unknown values stay NULL. Every error is a *bakeoff.Error with a
// sentence. A damaged file is moved aside with all its bytes and said, never deleted and never silently replaced.
//
// The folder (0700, files 0600):
//
//	history.db, -wal, -shm   the history
//	history.marker           there was a history here; size and time of the file at the last clean end
//	open.lock                held while a process opens, checks, upgrades or closes the history
//	sessions/<id>.lock       held by each process for as long as it has the history open
//	backups/                 history-<time>.db, one a day, and history-v<n>-<time>.db, made before an upgrade
//	damaged-<time>/          what was set aside
//	before-restore-<time>/   what a restore replaced
//	history.db.restore       a verified copy on its way to becoming the history
//	restore.next             names the backup that the next start restores
//
// Several processes may have it open: the window and a terminal. SQLite orders their writes. A run carries the session
// of its process; whoever opens the history next finds the sessions whose lock is free, which are dead, and marks their
// open runs interrupted, with the text that was flushed.
//
// The check at the start. Reading every page (quick_check) costs time that grows with the history, so it runs only when
// the last end was unclean: a dead session, a write-ahead log left behind, or a file whose size or time differs from
// what the last clean end noted, which also finds a file that was cut, restored or edited while nobody had it open. A
// page that rots silently on disk is found when it is read: the session then ends unclean on purpose, and the next start
// checks. Check does the full integrity_check.
//
// Backups are copies by VACUUM INTO, made while the history is in use, checked in full, synced and only then renamed to
// their name: what has a backup's name was healthy. After damage the newest one that still is healthy is offered.
// Restoring never overwrites: the present history is moved aside first, and a crash between the two renames is completed
// by the next start. A comparison that was deleted for good is removed from the backups, too.
//
// While the file is open nothing but SQLite opens it: closing any other handle would drop SQLite's POSIX locks.
//
// Reviews. Votes and stars are appended; triggers refuse to change or remove one as long as what it is about is there. Two
// tables of short rows are derived from them by triggers, so that no list looks for the newest vote and no queue reads a
// text: outcome has the vote that counts, unrated what waits for one. While a sitting is open, Search returns rows that
// name nothing; Comparison and Run return everything, and whoever shows it veils it first (review.Veil).
//
// The search. listing has a short row for every comparison and facet_of its models, tags, votes and so on; both are
// brought up to date in the transaction that changes something (change calls sum). The words of its texts are indexed
// right after, in small steps, from a mark that this transaction sets; marked comparisons are read directly until then.
// So nothing committed is ever missed, the commit of a run does not wait for its words, and the history of an older
// version opens at once and is indexed newest first.
//
// Why these indexes. Positions of every word take half as much space as the texts, trigrams of the texts two and a half
// times as much, and trigrams without positions do not tell texts of several kilobytes apart: nearly all have the common
// ones. So the vocabulary is a table of its own; a trigram index over it finds the words that have a part, and FTS5 keeps
// which comparisons have a word, without positions. What words cannot tell (phrases, signs, the order of characters) is
// read from the texts, which also gives the snippet: the index only narrows, and the texts decide.
package store
