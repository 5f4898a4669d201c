package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bakeoff/backend/bakeoff"

	lib "modernc.org/sqlite/lib"
)

// errReadOnly is what every write gets when the history could be opened only for reading.
func errReadOnly() error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The history can only be read here, so nothing is saved. Make its folder writable and start Bakeoff again."}
}

// change runs f in one transaction, committed and synced when change returns nil. What f changes is in the lists when it
// is committed, and the indexer is told. It waits its turn as long as ctx allows.
func (s *Store) change(ctx context.Context, did string, f func(tx *sql.Tx) error) error {
	return s.changeOn(ctx, s.write, did, f)
}

// turnWithin is how long what the user does waits for its turn to write.
const turnWithin = 3 * time.Second

// promptly is change for what somebody waits for: an import is one transaction that may take minutes, and a click must
// not hang behind it. The limit is for the turn alone; once it has come, f may take its time.
func (s *Store) promptly(ctx context.Context, did string, f func(tx *sql.Tx) error) error {
	if s.write == nil {
		return errReadOnly()
	}
	wait, cancel := context.WithTimeout(ctx, s.turn)
	defer cancel()
	turn, err := s.write.Conn(wait)
	switch {
	case err != nil && ctx.Err() == nil && wait.Err() != nil:
		return s.errNoTurn(fmt.Errorf("%s: %w", did, err))
	case err != nil:
		return s.noticing(did, err)
	}
	defer turn.Close()
	return s.changeOn(ctx, turn, did, f)
}

// errNoTurn is for a write whose turn did not come.
func (s *Store) errNoTurn(err error) error {
	sentence := "The disk is too slow to save this now. Try again in a moment."
	if s.importing.Load() {
		sentence = "An import is being written. Wait for it or cancel it, then try again."
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence, Err: err}
}

// beginner is the pool that writes, or its connection.
type beginner interface {
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
}

func (s *Store) changeOn(ctx context.Context, on beginner, did string, f func(tx *sql.Tx) error) error {
	err := s.commit(ctx, on, did, func(tx *sql.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return sum(ctx, tx)
	})
	if err == nil && s.indexer != nil {
		s.indexer.poke()
	}
	return err
}

// quietly is change without what follows from it.
func (s *Store) quietly(ctx context.Context, did string, f func(tx *sql.Tx) error) error {
	return s.commit(ctx, s.write, did, f)
}

func (s *Store) commit(ctx context.Context, on beginner, did string, f func(tx *sql.Tx) error) error {
	if s.write == nil {
		return errReadOnly()
	}
	tx, err := on.BeginTx(ctx, nil)
	if err == nil {
		if err = f(tx); err == nil {
			err = tx.Commit()
		} else {
			_ = tx.Rollback()
		}
	}
	return s.noticing(did, err)
}

// noticing explains err and remembers damage.
func (s *Store) noticing(did string, err error) error {
	if damaged(err) {
		s.rotten.Store(true)
	}
	return explain(did, err)
}

const insertComparison = `INSERT INTO comparison
	(id, started_at, local_only, sensitive, lanes, app_version, prompt_head, lineup, system, prompt, parent_id, relation, thread_id)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// InsertComparison saves a comparison with its attachments and all its runs, ended or open, in one transaction. The
// error wraps bakeoff.ErrSaved when it was saved before.
func (s *Store) InsertComparison(ctx context.Context, c bakeoff.Comparison) error {
	err := s.change(ctx, "save comparison "+c.ID, func(tx *sql.Tx) error { return s.insertComparison(ctx, tx, c) })
	return s.orSaved(ctx, err, hasComparison, c.ID)
}

const (
	hasComparison = `SELECT EXISTS (SELECT 1 FROM comparison WHERE id = ?)`
	hasRun        = `SELECT EXISTS (SELECT 1 FROM run WHERE id = ? AND comparison_id = ?)`
)

// orSaved tells what was saved before from what cannot be saved: the disk may take a commit and lose its answer.
func (s *Store) orSaved(ctx context.Context, err error, query string, ids ...any) error {
	if resultCode(err) != lib.SQLITE_CONSTRAINT {
		return err
	}
	var has bool
	if bad := s.read.QueryRowContext(ctx, query, ids...).Scan(&has); bad != nil || !has {
		return err
	}
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The history has this already. Open it again from the history.", Err: errors.Join(bakeoff.ErrSaved, err)}
}

func (s *Store) insertComparison(ctx context.Context, tx *sql.Tx, c bakeoff.Comparison) error {
	in := inside(tx)
	defer in.close()
	return s.insertWith(ctx, in, c)
}

// insertWith is insertComparison with statements that serve for many.
func (s *Store) insertWith(ctx context.Context, in *statements, c bakeoff.Comparison) error {
	tx := in.tx
	lineup, err := encodeLineup(c.Lineup)
	if err != nil {
		return errNotANumber(err)
	}
	lanes := c.Lanes
	if lanes == "" {
		lanes = bakeoff.LanesParallel
	}
	_, err = in.exec(ctx, insertComparison, c.ID, c.StartedAt.UnixMilli(), c.LocalOnly, c.Sensitive, lanes, c.AppVersion,
		head(c.Prompt.User), lineup, c.Prompt.System, c.Prompt.User, text(c.ParentID), text(string(c.Relation)), text(c.ThreadID))
	if err != nil {
		return err
	}
	if err := linkRow(ctx, tx, c); err != nil {
		return err
	}
	for place, a := range c.Prompt.Attachments {
		if err := insertFile(ctx, tx, a, insertUse, c.ID, place); err != nil {
			return err
		}
	}
	if err := insertTurns(ctx, tx, c); err != nil {
		return err
	}
	for _, r := range c.Runs {
		if err := s.insertRun(ctx, in, r); err != nil {
			return err
		}
	}
	return insertReview(ctx, tx, c)
}

// headLength is how many characters of a prompt a list shows.
const headLength = 300

func head(prompt string) string {
	n := 0
	for i := range prompt {
		if n == headLength {
			return prompt[:i]
		}
		n++
	}
	return prompt
}

const (
	insertBytes = `INSERT INTO attachment (sha256, data) VALUES (?, ?) ON CONFLICT DO NOTHING`
	insertUse   = `INSERT INTO comparison_attachment (comparison_id, place, name, media_type, sha256) VALUES (?, ?, ?, ?, ?)`
)

// insertFile saves an attachment's bytes, once, and that it is used: in use, by an owner, at a place.
func insertFile(ctx context.Context, tx *sql.Tx, a bakeoff.Attachment, use string, owner any, place int) error {
	data := a.Data
	if data == nil {
		data = []byte{} // an empty file, not an absent one
	}
	if _, err := tx.ExecContext(ctx, insertBytes, a.SHA256, data); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, use, owner, place, a.Name, a.MediaType, a.SHA256)
	return err
}

// InsertRun saves one more run of a saved comparison: a retry. The error wraps bakeoff.ErrSaved when it was saved before.
func (s *Store) InsertRun(ctx context.Context, r bakeoff.Run) error {
	err := s.change(ctx, "save run "+r.ID, func(tx *sql.Tx) error { return s.insertRun(ctx, inside(tx), r) })
	return s.orSaved(ctx, err, hasRun, r.ID, r.ComparisonID)
}

const insertRun = `INSERT INTO run (` + identityColumns + `, session, saved_at, ` + stateColumns + `)
	VALUES (` + identityMarks + `, ?, ?, ` + stateMarks + `)`

func (s *Store) insertRun(ctx context.Context, in *statements, r bakeoff.Run) error {
	row, err := rowOf(r)
	if err != nil {
		return err
	}
	args := append(row.identity(), s.session, savedAt(r))
	if _, err := in.exec(ctx, insertRun, append(args, row.state()...)...); err != nil {
		return err
	}
	if !r.Status.Ended() {
		return nil
	}
	_, err = in.exec(ctx, insertText, textArgs(r)...)
	return err
}

func savedAt(r bakeoff.Run) sql.NullInt64 {
	return sql.NullInt64{Int64: time.Now().UnixMilli(), Valid: r.Status.Ended()}
}

const (
	insertText = `INSERT INTO run_text (run_id, request, usage_raw, pace, reasoning, answer) VALUES (?, ?, ?, ?, ?, ?)`
	finishText = insertText + ` ON CONFLICT DO UPDATE SET request = excluded.request, usage_raw = excluded.usage_raw,
	pace = excluded.pace, reasoning = excluded.reasoning, answer = excluded.answer`
	knownText = `INSERT INTO run_text (run_id, request, reasoning, answer) VALUES (?, ?, '', '')
	ON CONFLICT DO UPDATE SET request = excluded.request`
)

func textArgs(r bakeoff.Run) []any {
	raw := sql.NullString{String: string(r.Usage.Raw), Valid: r.Usage.Raw != nil}
	return []any{r.ID, text(r.Request), raw, encodePace(r.Pace), r.Reasoning, r.Answer}
}

const (
	updateRun     = `UPDATE run SET (` + stateColumns + `) = (` + stateMarks + `) WHERE id = ? AND saved_at IS NULL`
	finishRun     = `UPDATE run SET (saved_at, ` + stateColumns + `) = (?, ` + stateMarks + `) WHERE id = ? AND saved_at IS NULL`
	deleteParcels = `DELETE FROM parcel WHERE run_id = ?`
)

// FinishRuns writes the final records of runs: text, usage, times and status of all in one transaction. Writing one
// twice is no error; the first record stands.
func (s *Store) FinishRuns(ctx context.Context, runs ...bakeoff.Run) error {
	return s.change(ctx, "finish runs", func(tx *sql.Tx) error {
		in := inside(tx)
		for _, r := range runs {
			if err := finish(ctx, in, r); err != nil {
				return fmt.Errorf("run %s: %w", r.ID, err)
			}
		}
		return nil
	})
}

func finish(ctx context.Context, in *statements, r bakeoff.Run) error {
	row, err := rowOf(r)
	if err != nil {
		return err
	}
	open, err := isOpen(ctx, in, r)
	if err != nil || !open {
		return err
	}
	if _, err := in.exec(ctx, finishText, textArgs(r)...); err != nil {
		return err
	}
	if _, err := in.exec(ctx, deleteParcels, r.ID); err != nil {
		return err
	}
	_, err = in.exec(ctx, finishRun, append(append([]any{savedAt(r)}, row.state()...), r.ID)...)
	return err
}

const selectState = `SELECT saved_at IS NULL, status FROM run WHERE id = ?`

func isOpen(ctx context.Context, in *statements, r bakeoff.Run) (open bool, err error) {
	var status bakeoff.Status
	switch err := in.scan(ctx, selectState, r.ID, &open, &status); {
	case errors.Is(err, sql.ErrNoRows):
		return false, errNoRun()
	case err != nil:
		return false, err
	case !open && status != r.Status:
		return false, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The run was already recorded with another end, and that record stands. Run it again for a new one."}
	}
	return open, nil
}

const (
	// A parcel for a run that has ended meanwhile is not kept: its final record has the text.
	insertParcel = `INSERT INTO parcel (run_id, answer, reasoning) SELECT id, ?, ? FROM run WHERE id = ? AND saved_at IS NULL`
	updateStatus = `UPDATE run SET status = ? WHERE id = ? AND saved_at IS NULL AND status <> ?`
)

// SaveProgress appends what arrived of open runs, all in one transaction.
func (s *Store) SaveProgress(ctx context.Context, parcels []bakeoff.Progress) error {
	return s.change(ctx, "save progress", func(tx *sql.Tx) error {
		in := inside(tx)
		for _, p := range parcels {
			if err := saveParcel(ctx, in, p); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveParcel(ctx context.Context, in *statements, p bakeoff.Progress) error {
	if p.Known != nil {
		if err := saveKnown(ctx, in, *p.Known); err != nil {
			return err
		}
	}
	if len(p.Answer)+len(p.Reasoning) == 0 {
		return nil
	}
	if _, err := in.exec(ctx, insertParcel, text(string(p.Answer)), text(string(p.Reasoning)), p.RunID); err != nil {
		return err
	}
	status := bakeoff.Thinking
	if len(p.Answer) > 0 {
		status = bakeoff.Streaming
	}
	_, err := in.exec(ctx, updateStatus, status, p.RunID, status)
	return err
}

// saveKnown writes what is known of a run that goes on.
func saveKnown(ctx context.Context, in *statements, r bakeoff.Run) error {
	open, err := in.exec(ctx, updateRun, knownArgs(r)...)
	if err != nil {
		return err
	}
	if n, err := open.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = in.exec(ctx, knownText, r.ID, text(r.Request))
	return err
}

func knownArgs(r bakeoff.Run) []any {
	row, _ := rowOf(r) // parameters that cannot be encoded never came into the history
	return append(row.state(), r.ID)
}

const (
	// Sessions that are alive come as a JSON list.
	selectOrphans = `SELECT id FROM run WHERE saved_at IS NULL AND session NOT IN (SELECT value FROM json_each(?))`
	interruptText = `INSERT INTO run_text (run_id, reasoning, answer) VALUES (?, ?, ?)
	ON CONFLICT DO UPDATE SET reasoning = excluded.reasoning, answer = excluded.answer`
	interruptRun = `UPDATE run SET status = 'interrupted', saved_at = ? WHERE id = ?`
)

// interruptRuns ends the open runs of sessions that are not alive, with the text that was flushed.
func (s *Store) interruptRuns(ctx context.Context, alive []string) (n int, err error) {
	living, err := toJSON(alive)
	if err != nil {
		return 0, err
	}
	err = s.change(ctx, "interrupt runs", func(tx *sql.Tx) error {
		ids, err := column(ctx, tx, selectOrphans, living)
		n = len(ids)
		for _, id := range ids {
			if err == nil {
				err = interrupt(ctx, tx, id)
			}
		}
		return err
	})
	return n, err
}

func interrupt(ctx context.Context, tx *sql.Tx, id string) error {
	answer, reasoning, err := parcels(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, interruptText, id, reasoning, answer); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, deleteParcels, id); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, interruptRun, time.Now().UnixMilli(), id)
	return err
}

// querier is a transaction or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const selectParcels = `SELECT ifnull(answer, ''), ifnull(reasoning, '') FROM parcel WHERE run_id = ? ORDER BY id`

// parcels joins the text of an open run.
func parcels(ctx context.Context, q querier, run string) (answer, reasoning string, err error) {
	rows, err := q.QueryContext(ctx, selectParcels, run)
	if err != nil {
		return "", "", err
	}
	defer rows.Close()
	var a, r []byte
	for rows.Next() {
		var moreA, moreR sql.RawBytes
		if err := rows.Scan(&moreA, &moreR); err != nil {
			return "", "", err
		}
		a, r = append(a, moreA...), append(r, moreR...)
	}
	return string(a), string(r), rows.Err()
}

// column returns the single column of a query.
func column(ctx context.Context, q querier, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
