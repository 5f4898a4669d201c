// Package importer reads comparisons from files: Bakeoff's own JSON Lines and the results that promptfoo writes. It is
// pure: it reads what it is given and keeps one comparison at a time.
//
// A file is a stranger's. What this package promises: no line, nesting or list is read beyond its cap; every id, count,
// time, status and vote is one that Bakeoff itself could have written, and every vote is about runs that are there; an
// error is a sentence with the number of the line. It cannot know whether a file tells the truth: whoever keeps what it
// reads marks it as imported.
package importer
