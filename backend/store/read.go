package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"bakeoff/backend/bakeoff"
)

// view runs f on one consistent state of the history.
func (s *Store) view(ctx context.Context, did string, f func(tx *sql.Tx) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err == nil {
		err = f(tx)
		_ = tx.Rollback() // nothing was written
	}
	return s.noticing(did, err)
}

// minPrefix is the shortest beginning of an id that names a comparison.
const minPrefix = 6

// A UUID is hexadecimal and hyphens: everything that begins with p sorts between p and p with a "g" behind it.
const selectIDs = `SELECT id FROM comparison WHERE id >= ? AND id < ? || 'g' AND deleted_at IS NULL LIMIT 2`

// Comparison returns a comparison with everything: texts, attachments, all attempts, by seat, then attempt. id may be
// shortened to its first six or more characters where these are unique. Open runs have the text that was flushed.
func (s *Store) Comparison(ctx context.Context, id string) (c bakeoff.Comparison, err error) {
	err = s.view(ctx, "read comparison", func(tx *sql.Tx) error {
		c, err = find(ctx, tx, id)
		return err
	})
	return c, err
}

// find reads the comparison whose id is, or begins with, what is given.
func find(ctx context.Context, tx *sql.Tx, id string) (c bakeoff.Comparison, err error) {
	if len(id) < minPrefix {
		return c, errNoComparison()
	}
	ids, err := column(ctx, tx, selectIDs, id, id)
	switch {
	case err != nil:
		return c, err
	case len(ids) == 0:
		return c, errNoComparison()
	case len(ids) > 1 && ids[0] != id:
		return c, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "Several comparisons begin with these characters. Give more of the id."}
	}
	return comparison(ctx, tx, ids[0])
}

const (
	selectComparison = `SELECT id, started_at, local_only, sensitive, lanes, app_version, lineup, system, prompt,
	ifnull(parent_id, ''), ifnull(relation, ''), ifnull(thread_id, '') FROM comparison WHERE id = ?`
	selectRuns = `SELECT id FROM run WHERE comparison_id = ? ORDER BY seat, attempt`
)

func comparison(ctx context.Context, q querier, id string) (c bakeoff.Comparison, err error) {
	var started int64
	var lineup string
	err = q.QueryRowContext(ctx, selectComparison, id).Scan(&c.ID, &started, &c.LocalOnly, &c.Sensitive, &c.Lanes, &c.AppVersion, &lineup,
		&c.Prompt.System, &c.Prompt.User, &c.ParentID, &c.Relation, &c.ThreadID)
	if err != nil {
		return c, err
	}
	c.StartedAt = time.UnixMilli(started).UTC()
	if c.Lineup, err = decodeLineup(lineup); err != nil {
		return c, err
	}
	if c.Prompt.Attachments, err = files(ctx, q, selectAttachments, id); err != nil {
		return c, err
	}
	if c.Earlier, err = earlier(ctx, q, id, len(c.Lineup)); err != nil {
		return c, err
	}
	if c.Imported, err = importOf(ctx, q, id); err != nil {
		return c, err
	}
	if c.Set, err = setOf(ctx, q, id); err != nil {
		return c, err
	}
	runs, err := column(ctx, q, selectRuns, id)
	for _, run := range runs {
		r, err := oneRun(ctx, q, run)
		if err != nil {
			return c, err
		}
		c.Runs = append(c.Runs, r)
	}
	if err != nil {
		return c, err
	}
	return c, readReview(ctx, q, &c)
}

const selectAttachments = `SELECT u.name, u.media_type, u.sha256, a.data
	FROM comparison_attachment u JOIN attachment a USING (sha256) WHERE u.comparison_id = ? ORDER BY u.place`

// files reads the attachments that an owner uses.
func files(ctx context.Context, q querier, query string, owner any) (all []bakeoff.Attachment, err error) {
	rows, err := q.QueryContext(ctx, query, owner)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a bakeoff.Attachment
		if err := rows.Scan(&a.Name, &a.MediaType, &a.SHA256, &a.Data); err != nil {
			return nil, err
		}
		if a.Data == nil {
			a.Data = []byte{} // an empty file
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// Run returns one run with its texts.
func (s *Store) Run(ctx context.Context, runID string) (r bakeoff.Run, err error) {
	err = s.view(ctx, "read run", func(tx *sql.Tx) error {
		r, err = oneRun(ctx, tx, runID)
		if errors.Is(err, sql.ErrNoRows) {
			return errNoRun()
		}
		return err
	})
	return r, err
}

const selectRun = `SELECT ` + identityColumns + `, saved_at IS NULL, request, usage_raw, pace, ifnull(reasoning, ''), ifnull(answer, ''), ` + stateColumns + `
	FROM run LEFT JOIN run_text ON run_id = id
	WHERE id = ? AND EXISTS (SELECT 1 FROM comparison c WHERE c.id = comparison_id AND c.deleted_at IS NULL)`

func oneRun(ctx context.Context, q querier, id string) (r bakeoff.Run, err error) {
	var row runRow
	var open bool
	var request, raw sql.NullString
	var pace []byte
	var reasoning, answer string
	targets := append(row.identity(), &open, &request, &raw, &pace, &reasoning, &answer)
	if err := q.QueryRowContext(ctx, selectRun, id).Scan(append(targets, row.state()...)...); err != nil {
		return r, err
	}
	if r, err = row.run(); err != nil {
		return r, err
	}
	r.Request, r.Pace, r.Reasoning, r.Answer = request.String, decodePace(pace), reasoning, answer
	if raw.Valid {
		r.Usage.Raw = json.RawMessage(raw.String)
	}
	if open {
		r.Answer, r.Reasoning, err = parcels(ctx, q, id)
	}
	return r, err
}
