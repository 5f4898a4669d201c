package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The index of words follows the texts: a trigger marks a comparison in the transaction that changes a text of it, and
// the indexer, woken by that transaction, takes the marked ones a few at a time. A search looks at marked comparisons
// directly, so it never misses what is committed, and the commit of a run does not wait for its words. An older history
// is marked as a whole by the migration: it opens at once and is indexed newest first.

const (
	stepRows = 16                    // comparisons that one transaction indexes
	stepTime = 25 * time.Millisecond // or as many as are done by then, so that a run's text never waits long
	stepRest = 10 * time.Millisecond // in which others may write
	busyRest = time.Second           // while runs stream: their text goes first
)

// indexer is the goroutine that indexes.
type indexer struct {
	wake   chan struct{} // one place
	cancel context.CancelFunc
	done   chan struct{}
}

func (s *Store) startIndexer() {
	ctx, cancel := context.WithCancel(context.Background())
	s.indexer = &indexer{wake: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	s.indexer.poke()
	go s.index(ctx)
}

func (i *indexer) poke() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// stop waits for the step that goes on.
func (i *indexer) stop() {
	i.cancel()
	<-i.done
}

func (s *Store) index(ctx context.Context) {
	defer close(s.indexer.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.indexer.wake:
		}
		for rest := stepRest; rest > 0; {
			select {
			case <-ctx.Done():
				return
			case <-time.After(rest):
			}
			rest = s.indexSome(ctx)
		}
	}
}

const (
	anyOpen   = `SELECT EXISTS (SELECT 1 FROM run WHERE saved_at IS NULL)`
	countTodo = `SELECT (SELECT count(*) FROM (SELECT 1 FROM listing WHERE worded = 0 LIMIT ?1))
	+ (SELECT count(*) FROM (SELECT 1 FROM listing WHERE summed = -1 LIMIT ?1))`
)

// indexSome indexes a few of the marked comparisons and returns how long to rest before the next; 0 when none are left,
// or when they can wait for the end of the runs that stream. An error is told by whatever the user does next; the marks
// stay.
func (s *Store) indexSome(ctx context.Context) time.Duration {
	var busy bool
	if err := s.read.QueryRowContext(ctx, anyOpen).Scan(&busy); err != nil {
		return 0
	}
	if busy {
		if n, err := howMany(ctx, s.read, countTodo, manyMarked/2); err != nil || n < manyMarked/2 {
			return 0
		}
	}
	switch n, err := s.indexStep(ctx, stepRows, stepTime); {
	case n == 0 || err != nil:
		return 0
	case busy:
		return busyRest
	}
	return stepRest
}

// IndexAll sums and indexes everything that is marked. The fronts need not call it: the store does it by itself.
func (s *Store) IndexAll(ctx context.Context) error {
	for {
		if n, err := s.indexStep(ctx, 20*stepRows, time.Minute); n == 0 || err != nil {
			return err
		}
	}
}

const selectUnworded = `SELECT l.num, l.comparison_id, w.ids FROM listing l LEFT JOIN listing_words w USING (num) WHERE l.worded = 0
	AND NOT EXISTS (SELECT 1 FROM run r WHERE r.comparison_id = l.comparison_id AND r.saved_at IS NULL) ORDER BY l.num DESC LIMIT ?`

// indexStep sums and indexes some marked comparisons, at most so many and for about so long, and returns how many there
// were.
func (s *Store) indexStep(ctx context.Context, rows int, limit time.Duration) (n int, err error) {
	if s.write == nil {
		return 0, nil
	}
	err = s.quietly(ctx, "index words", func(tx *sql.Tx) error {
		if n, err = sumRows(ctx, tx, selectUnsummed, rows); err != nil {
			return err
		}
		todo, err := unworded(ctx, tx, rows)
		if err != nil {
			return err
		}
		until := time.Now().Add(limit)
		for _, l := range todo {
			if err := reindex(ctx, tx, l.num, l.id, l.words); err != nil {
				return err
			}
			if n++; time.Now().After(until) {
				break
			}
		}
		return nil
	})
	return n, err
}

type unwordedRow struct {
	num   int64
	id    string
	words []byte
}

func unworded(ctx context.Context, tx *sql.Tx, limit int) (todo []unwordedRow, err error) {
	found, err := tx.QueryContext(ctx, selectUnworded, limit)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var l unwordedRow
		if err := found.Scan(&l.num, &l.id, &l.words); err != nil {
			return nil, err
		}
		todo = append(todo, l)
	}
	return todo, found.Err()
}

const (
	setWorded = `UPDATE listing SET worded = 1 WHERE num = ?`
	keepWords = `INSERT INTO listing_words (num, ids) VALUES (?, ?) ON CONFLICT DO UPDATE SET ids = excluded.ids`
)

// reindex makes the index have the words that the texts of a comparison have now. before are those it had.
func reindex(ctx context.Context, tx *sql.Tx, num int64, id string, before []byte) error {
	texts, err := documentsOf(ctx, tx, []int64{num})
	if err != nil {
		return err
	}
	seen := make(map[string]struct{})
	for _, d := range texts[num] {
		indexed(foldText(d.text).fold, func(word string) { seen[word] = struct{}{} })
	}
	words := make([]string, 0, len(seen))
	for word := range seen {
		words = append(words, word)
	}
	slices.Sort(words)
	after, err := wordIDs(ctx, tx, words)
	if err != nil {
		return err
	}
	old := decodeIDs(before)
	if err := countWords(ctx, tx, without(after, old), 1); err != nil {
		return err
	}
	if err := unindex(ctx, tx, num, old, without(old, after)); err != nil {
		return err
	}
	if len(after) > 0 {
		if _, err := tx.ExecContext(ctx, insertIDs, num, tokens(after)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, keepWords, num, encodeIDs(after)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, setWorded, num)
	return err
}

const (
	insertIDs = `INSERT INTO word_of (rowid, ids) VALUES (?, ?)`
	deleteIDs = `INSERT INTO word_of (word_of, rowid, ids) VALUES ('delete', ?, ?)`

	addWords     = `INSERT INTO word (text, docs) SELECT value, 0 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING RETURNING id, text`
	addPart      = `INSERT INTO word_part (rowid, text) VALUES (?, ?)`
	selectWords  = `SELECT w.id FROM json_each(?) j CROSS JOIN word w ON w.text = j.value`
	countDocs    = `UPDATE word SET docs = docs + ?1 WHERE docs < 100 AND id IN (SELECT value FROM json_each(?2))`
	selectGone   = `SELECT id, text FROM word WHERE docs = 0 AND id IN (SELECT value FROM json_each(?))`
	selectCommon = `SELECT id, text FROM word WHERE docs = 100 AND id IN (SELECT value FROM json_each(?))`
	deletePart   = `INSERT INTO word_part (word_part, rowid, text) VALUES ('delete', ?, ?)`
	deleteWord   = `DELETE FROM word WHERE id = ?`
)

// wordIDs returns the ids of words in order, new ones included.
func wordIDs(ctx context.Context, tx *sql.Tx, words []string) ([]int64, error) {
	list, err := toJSON(words)
	if err != nil {
		return nil, err
	}
	fresh, err := wordRows(ctx, tx, addWords, list)
	if err != nil {
		return nil, err
	}
	for _, w := range fresh {
		if _, err := tx.ExecContext(ctx, addPart, w.id, w.text); err != nil {
			return nil, err
		}
	}
	ids, err := numbers(ctx, tx, selectWords, list)
	slices.Sort(ids)
	return ids, err
}

type wordRow struct {
	id   int64
	text string
}

func wordRows(ctx context.Context, tx *sql.Tx, query string, args ...any) (words []wordRow, err error) {
	found, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var w wordRow
		if err := found.Scan(&w.id, &w.text); err != nil {
			return nil, err
		}
		words = append(words, w)
	}
	return words, found.Err()
}

// numbers returns the single column of a query.
func numbers(ctx context.Context, q querier, query string, args ...any) (out []int64, err error) {
	found, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var n int64
		if err := found.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, found.Err()
}

func countWords(ctx context.Context, tx *sql.Tx, ids []int64, by int) error {
	if len(ids) == 0 {
		return nil
	}
	list, err := toJSON(ids)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, countDocs, by, list)
	return err
}

// unindex takes a comparison with all its words out of the index. lost are the words that it does not have any more:
// those that no other comparison has leave the file.
func unindex(ctx context.Context, tx *sql.Tx, num int64, all, lost []int64) error {
	if len(all) > 0 {
		if _, err := tx.ExecContext(ctx, deleteIDs, num, tokens(all)); err != nil {
			return err
		}
	}
	if len(lost) == 0 {
		return nil
	}
	if err := countWords(ctx, tx, lost, -1); err != nil {
		return err
	}
	list, err := toJSON(lost)
	if err != nil {
		return err
	}
	gone, err := wordRows(ctx, tx, selectGone, list)
	if err != nil {
		return err
	}
	common, err := wordRows(ctx, tx, selectCommon, list)
	if err != nil {
		return err
	}
	for _, w := range common { // nobody counted further
		n, err := howMany(ctx, tx, countWorded, "w"+strconv.FormatInt(w.id, 36), 1)
		if err != nil {
			return err
		}
		if n == 0 {
			gone = append(gone, w)
		}
	}
	for _, w := range gone {
		if err == nil {
			_, err = tx.ExecContext(ctx, deletePart, w.id, w.text)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, deleteWord, w.id)
		}
	}
	return err
}

const (
	hasIndex      = `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'listing')`
	selectDeleted = `SELECT l.num, l.comparison_id, w.ids FROM listing l JOIN listing_words w USING (num)
	JOIN comparison c ON c.id = l.comparison_id WHERE c.deleted_at IS NOT NULL`
)

// unindexDeleted takes what is deleted out of the index, before its comparisons go. A copy of an older version has none.
// query is selectDeleted, or a part of it.
func unindexDeleted(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	var has bool
	if err := tx.QueryRowContext(ctx, hasIndex).Scan(&has); err != nil || !has {
		return err
	}
	found, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	var rows []unwordedRow
	for found.Next() {
		var l unwordedRow
		if err = found.Scan(&l.num, &l.id, &l.words); err != nil {
			break
		}
		rows = append(rows, l)
	}
	if err := errors.Join(err, found.Err(), found.Close()); err != nil {
		return err
	}
	for _, l := range rows {
		ids := decodeIDs(l.words)
		if err := unindex(ctx, tx, l.num, ids, ids); err != nil {
			return err
		}
	}
	return nil
}

const (
	checkWords = `INSERT INTO word_of (word_of) VALUES ('integrity-check')`
	checkParts = `INSERT INTO word_part (word_part, rank) VALUES ('integrity-check', 1)`
)

// CheckIndex lists what is wrong with the index of words; none when it is healthy. Its time grows with the history.
func (s *Store) CheckIndex(ctx context.Context) (faults []string, err error) {
	if s.write == nil {
		return nil, nil // the checks are commands of the index, which a history that is only read refuses
	}
	for _, check := range []struct{ query, fault string }{
		{checkWords, "the index of words is damaged"}, {checkParts, "the index of parts of words is damaged"},
	} {
		if _, err := s.write.ExecContext(ctx, check.query); damaged(err) {
			faults = append(faults, check.fault)
		} else if err != nil {
			return faults, s.noticing("check the index of words", err)
		}
	}
	return faults, nil
}

const (
	clearWords = `INSERT INTO word_of (word_of) VALUES ('delete-all')`
	clearParts = `INSERT INTO word_part (word_part) VALUES ('delete-all')`
	clearWord  = `DELETE FROM word`
	clearLists = `DELETE FROM listing_words`
	markAll    = `UPDATE listing SET worded = 0`
)

// Reindex throws the index of words away and has it made anew beside whatever else goes on. Nothing is lost: all of it
// follows from the texts.
func (s *Store) Reindex(ctx context.Context) error {
	return s.change(ctx, "make the index of words anew", func(tx *sql.Tx) error {
		for _, step := range []string{clearWords, clearParts, clearWord, clearLists, markAll} {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		return nil
	})
}

// tokens is a list of ids as the index takes it.
func tokens(ids []int64) string {
	var b strings.Builder
	for _, id := range ids {
		b.WriteString("w")
		b.WriteString(strconv.FormatInt(id, 36))
		b.WriteByte(' ')
	}
	return b.String()
}

// encodeIDs writes ascending ids as uvarint differences.
func encodeIDs(ids []int64) []byte {
	out := make([]byte, 0, 2*len(ids))
	last := int64(0)
	for _, id := range ids {
		out = binary.AppendUvarint(out, uint64(id-last))
		last = id
	}
	return out
}

func decodeIDs(b []byte) (ids []int64) {
	last := int64(0)
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			break
		}
		last += int64(step)
		ids, b = append(ids, last), b[n:]
	}
	return ids
}

// hasAny reports whether one of the encoded ids is in a set.
func hasAny(b []byte, set map[int64]bool) bool {
	last := int64(0)
	for len(b) > 0 {
		step, n := binary.Uvarint(b)
		if n <= 0 {
			return false
		}
		if last += int64(step); set[last] {
			return true
		}
		b = b[n:]
	}
	return false
}

// without returns the ids of a that are not in b; both ascend.
func without(a, b []int64) (out []int64) {
	for _, id := range a {
		for len(b) > 0 && b[0] < id {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != id {
			out = append(out, id)
		}
	}
	return out
}

const (
	// Who finds an answer of a blind comparison while others of it still write learns which model was fast.
	notLiveBlind = ` AND NOT (EXISTS (SELECT 1 FROM sitting s WHERE s.comparison_id = l.comparison_id AND s.revealed_at IS NULL)
	AND EXISTS (SELECT 1 FROM run o WHERE o.comparison_id = l.comparison_id AND o.saved_at IS NULL))`
	selectPrompts = `SELECT l.num, 'prompt', -1, c.prompt FROM json_each(?1) j CROSS JOIN listing l ON l.num = j.value
	CROSS JOIN comparison c ON c.id = l.comparison_id`
	selectAnswers = `SELECT l.num, 'answer', r.seat, t.answer FROM json_each(?1) j CROSS JOIN listing l ON l.num = j.value
	CROSS JOIN run r ON r.comparison_id = l.comparison_id CROSS JOIN run_text t ON t.run_id = r.id WHERE r.saved_at IS NOT NULL` + notLiveBlind
	selectAnswerNotes = `SELECT l.num, 'note', r.seat, a.note FROM json_each(?1) j CROSS JOIN listing l ON l.num = j.value
	CROSS JOIN run r ON r.comparison_id = l.comparison_id CROSS JOIN answer_review a ON a.run_id = r.id`
	selectNoteTexts = `SELECT l.num, 'note', -1, v.note FROM json_each(?1) j CROSS JOIN listing l ON l.num = j.value
	CROSS JOIN comparison_review v ON v.comparison_id = l.comparison_id`
	selectTagTexts = `SELECT l.num, 'tag', -1, t.name FROM json_each(?1) j CROSS JOIN listing l ON l.num = j.value
	CROSS JOIN tag t ON t.comparison_id = l.comparison_id`
	selectDocuments = selectPrompts + ` UNION ALL ` + selectAnswers + ` UNION ALL ` + selectAnswerNotes + ` UNION ALL ` + selectNoteTexts + ` UNION ALL ` + selectTagTexts
)

// documentsOf returns the texts of comparisons that can be searched.
func documentsOf(ctx context.Context, q querier, nums []int64) (map[int64][]document, error) {
	list, err := toJSON(nums)
	if err != nil {
		return nil, err
	}
	found, err := q.QueryContext(ctx, selectDocuments, list)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	texts := make(map[int64][]document, len(nums))
	for found.Next() {
		var num int64
		var d document
		if err := found.Scan(&num, &d.source, &d.seat, &d.text); err != nil {
			return nil, err
		}
		texts[num] = append(texts[num], d)
	}
	return texts, found.Err()
}
