package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
)

const (
	insertSet = `INSERT INTO prompt_set (id, name, system, user, columns, lineup, lanes, local_only, sensitive, blind, confirmed, state, reason,
	created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ready', '', ?, ?)`
	insertSetRow = `INSERT INTO set_row (set_id, place, line, vals) VALUES (?, ?, ?, ?)`
)

// InsertSet saves a set with all its rows, none of which was asked yet.
func (s *Store) InsertSet(ctx context.Context, set bakeoff.PromptSet, rows []bakeoff.SetRow) error {
	columns, err := toJSON(set.Columns)
	if err != nil {
		return err
	}
	lineup, err := encodeLineup(set.Lineup)
	if err != nil {
		return errNotANumber(err)
	}
	return s.promptly(ctx, "save set "+set.ID, func(tx *sql.Tx) error {
		at := set.CreatedAt.UnixMilli()
		_, err := tx.ExecContext(ctx, insertSet, set.ID, set.Name, set.Prompt.System, set.Prompt.User, columns, lineup,
			cmp.Or(set.Lanes, bakeoff.LanesParallel), set.LocalOnly, set.Sensitive, set.Blind, set.Confirmed, at, at)
		if err != nil {
			return err
		}
		in := inside(tx)
		defer in.close()
		for _, row := range rows {
			values, err := toJSON(row.Values)
			if err != nil {
				return err
			}
			if _, err := in.exec(ctx, insertSetRow, set.ID, row.Place, row.Line, values); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	setColumns = `s.id, s.name, s.system, s.user, s.columns, s.lineup, s.lanes, s.local_only, s.sensitive, s.blind, s.confirmed, s.state, s.reason, s.reason_code, s.created_at, s.updated_at`
	selectSets = `SELECT ` + setColumns + `, count(r.place), count(r.ended_at) FROM prompt_set s LEFT JOIN set_row r ON r.set_id = s.id
	WHERE s.deleted_at IS NULL GROUP BY s.id ORDER BY s.created_at DESC, s.id DESC`
	selectSet    = `SELECT ` + setColumns + ` FROM prompt_set s WHERE s.id = ? AND s.deleted_at IS NULL`
	selectSetIDs = `SELECT id FROM prompt_set WHERE id >= ? AND id < ? || 'g' AND deleted_at IS NULL LIMIT 2`
)

type scanner interface{ Scan(into ...any) error }

func scanSet(row scanner, more ...any) (set bakeoff.PromptSet, err error) {
	var columns, lineup string
	var created, updated int64
	err = row.Scan(append([]any{&set.ID, &set.Name, &set.Prompt.System, &set.Prompt.User, &columns, &lineup, &set.Lanes, &set.LocalOnly, &set.Sensitive,
		&set.Blind, &set.Confirmed, &set.State, &set.Reason, &set.Code, &created, &updated}, more...)...)
	if err != nil {
		return set, err
	}
	set.CreatedAt, set.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	if err := json.Unmarshal([]byte(columns), &set.Columns); err != nil {
		return set, err
	}
	set.Lineup, err = decodeLineup(lineup)
	return set, err
}

// Sets returns all sets, the newest first.
func (s *Store) Sets(ctx context.Context) (all []bakeoff.SetHead, err error) {
	err = s.view(ctx, "read sets", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectSets)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var head bakeoff.SetHead
			if head.PromptSet, err = scanSet(rows, &head.Rows, &head.Ended); err != nil {
				return err
			}
			all = append(all, head)
		}
		return rows.Err()
	})
	return all, err
}

// Set returns a set. id may be shortened to its first six or more characters where these are unique.
func (s *Store) Set(ctx context.Context, id string) (set bakeoff.PromptSet, err error) {
	err = s.view(ctx, "read set", func(tx *sql.Tx) error {
		if len(id) < minPrefix {
			return errNoSet()
		}
		ids, err := column(ctx, tx, selectSetIDs, id, id)
		switch {
		case err != nil:
			return err
		case len(ids) == 0:
			return errNoSet()
		case len(ids) > 1 && ids[0] != id:
			return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "Several sets begin with these characters. Give more of the id."}
		}
		set, err = scanSet(tx.QueryRowContext(ctx, selectSet, ids[0]))
		return err
	})
	return set, err
}

func errNoSet() error {
	return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "There is no such prompt set. `bakeoff sets` lists them."}
}

// Some places come as a JSON list; NULL means all.
const selectSetRows = `SELECT place, line, vals, ifnull(comparison_id, ''), ended_at IS NOT NULL FROM set_row
	WHERE set_id = ?1 AND (?2 IS NULL OR place IN (SELECT value FROM json_each(?2))) ORDER BY place`

// SetRows returns the rows of a set in their order.
func (s *Store) SetRows(ctx context.Context, id string) (all []bakeoff.SetRow, err error) {
	err = s.view(ctx, "read rows of a set", func(tx *sql.Tx) error {
		all, err = setRows(ctx, tx, id, nil)
		return err
	})
	return all, err
}

func setRows(ctx context.Context, q querier, id string, places any) (all []bakeoff.SetRow, err error) {
	rows, err := q.QueryContext(ctx, selectSetRows, id, places)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r bakeoff.SetRow
		var values string
		if err := rows.Scan(&r.Place, &r.Line, &values, &r.ComparisonID, &r.Ended); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(values), &r.Values); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

const (
	selectFates = `SELECT r.place, c.id IS NULL OR c.deleted_at IS NOT NULL,
	EXISTS (SELECT 1 FROM sitting s WHERE s.comparison_id = r.comparison_id AND s.revealed_at IS NULL)
	FROM set_row r LEFT JOIN comparison c ON c.id = r.comparison_id
	WHERE r.set_id = ?1 AND r.comparison_id IS NOT NULL AND (?2 IS NULL OR r.place IN (SELECT value FROM json_each(?2)))`
	// Of a run that goes on there is no answer here: its text comes as it streams.
	selectCells = `SELECT w.place, r.id, r.seat, r.status, r.total_ns, r.cost_pusd, ifnull(r.cost_source, ''), r.cost_at_least,
	ifnull(r.error_message, ''), ifnull(substr(t.answer, 1, ?2), ''),
	ifnull((SELECT n FROM stars s WHERE s.run_id = r.id ORDER BY s.at DESC, s.id DESC LIMIT 1), 0)
	FROM set_row w JOIN comparison c ON c.id = w.comparison_id JOIN run r ON r.comparison_id = c.id LEFT JOIN run_text t ON t.run_id = r.id
	WHERE w.set_id = ?1 AND (?3 IS NULL OR w.place IN (SELECT value FROM json_each(?3))) AND c.deleted_at IS NULL
	AND NOT EXISTS (SELECT 1 FROM sitting s WHERE s.comparison_id = c.id AND s.revealed_at IS NULL)
	AND NOT EXISTS (SELECT 1 FROM run n WHERE n.comparison_id = r.comparison_id AND n.seat = r.seat AND n.attempt > r.attempt)
	ORDER BY w.place, r.seat`
)

// SetTable returns the rows of a set with what came of each, or only those of some places: of answers the first so many
// characters. Of a blind row nothing is told.
func (s *Store) SetTable(ctx context.Context, id string, characters int, places ...int) (all []bakeoff.SetLine, err error) {
	var only any // NULL: all
	if len(places) > 0 {
		if only, err = toJSON(places); err != nil {
			return nil, err
		}
	}
	err = s.view(ctx, "read the table of a set", func(tx *sql.Tx) error {
		rows, err := setRows(ctx, tx, id, only)
		if err != nil {
			return err
		}
		all = make([]bakeoff.SetLine, len(rows))
		at := make(map[int]*bakeoff.SetLine, len(rows))
		for i, r := range rows {
			all[i].SetRow = r
			at[r.Place] = &all[i]
		}
		if err := readFates(ctx, tx, at, id, only); err != nil {
			return err
		}
		return readCells(ctx, tx, at, id, characters, only)
	})
	return all, err
}

func readFates(ctx context.Context, tx *sql.Tx, at map[int]*bakeoff.SetLine, args ...any) error {
	rows, err := tx.QueryContext(ctx, selectFates, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var place int
		var gone, blind bool
		if err := rows.Scan(&place, &gone, &blind); err != nil {
			return err
		}
		at[place].Gone, at[place].Blind = gone, blind
	}
	return rows.Err()
}

func readCells(ctx context.Context, tx *sql.Tx, at map[int]*bakeoff.SetLine, args ...any) error {
	rows, err := tx.QueryContext(ctx, selectCells, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var place int
		var c bakeoff.SetCell
		var total, cost sql.NullInt64
		if err := rows.Scan(&place, &c.RunID, &c.Seat, &c.Status, &total, &cost, &c.Cost.Source, &c.Cost.AtLeast, &c.Error, &c.Answer, &c.Stars); err != nil {
			return err
		}
		c.Total, c.Cost.Amount = asSpan(total), bakeoff.PicoUSD(cost.Int64)
		at[place].Cells = append(at[place].Cells, c)
	}
	return rows.Err()
}

const selectPlace = `SELECT s.id, s.name, r.place FROM set_row r JOIN prompt_set s ON s.id = r.set_id WHERE r.comparison_id = ? AND s.deleted_at IS NULL`

// setOf returns the row that a comparison asks; the zero value when it asks none.
func setOf(ctx context.Context, q querier, comparison string) (p bakeoff.SetPlace, err error) {
	err = q.QueryRowContext(ctx, selectPlace, comparison).Scan(&p.SetID, &p.Name, &p.Row)
	if errors.Is(err, sql.ErrNoRows) {
		return bakeoff.SetPlace{}, nil
	}
	return p, err
}

const claimRow = `UPDATE set_row SET comparison_id = ? WHERE set_id = ? AND place = ? AND comparison_id IS NULL AND ended_at IS NULL`

// linkRow ties a comparison to the row that it asks. A row that was asked already refuses.
func linkRow(ctx context.Context, tx *sql.Tx, c bakeoff.Comparison) error {
	if c.Set.SetID == "" {
		return nil
	}
	done, err := tx.ExecContext(ctx, claimRow, c.ID, c.Set.SetID, c.Set.Row)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return cmp.Or(err, error(&bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This row of the set was asked already. Open the set again to see where it stands."}))
	}
	return nil
}

const (
	selectRunner = `SELECT ifnull(session, '') FROM prompt_set WHERE id = ? AND deleted_at IS NULL`
	claimSet     = `UPDATE prompt_set SET state = 'running', reason = '', reason_code = '', session = ?, confirmed = max(confirmed, ?), updated_at = ?
	WHERE id = ? AND ifnull(session, '') = ? AND deleted_at IS NULL`
)

// ClaimSet makes this process the one that runs a set. A set that another live process runs is refused, so that no row
// is asked by both.
func (s *Store) ClaimSet(ctx context.Context, id string, confirmed bool) error {
	if s.write == nil {
		return errReadOnly()
	}
	var runner string
	err := s.read.QueryRowContext(ctx, selectRunner, id).Scan(&runner)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errNoSet()
	case err != nil:
		return s.noticing("read who runs a set", err)
	case runner != "":
		alive, err := s.alive(ctx, runner)
		if err != nil {
			return err
		}
		if alive {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This set is being run already, here or in another Bakeoff. Wait for it, or pause it there."}
		}
	}
	return s.promptly(ctx, "begin set "+id, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, claimSet, s.session, confirmed, time.Now().UnixMilli(), id, runner)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, error(&bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This set was begun by another Bakeoff at the same moment. Wait for it, or pause it there."}))
		}
		return nil
	})
}

// alive reports whether the process of a session still lives.
func (s *Store) alive(ctx context.Context, session string) (bool, error) {
	gate, err := lockFolder(ctx, s.dir)
	if err != nil {
		return false, explain("look for other processes", err)
	}
	defer gate.Unlock()
	found, err := findSessions(s.dir)
	return slices.Contains(found.live, session), explain("look for other processes", err)
}

const (
	holdSet = `UPDATE prompt_set SET state = ?, reason = ?, reason_code = ?, session = NULL, updated_at = ? WHERE id = ? AND session = ?`
	endRow  = `UPDATE set_row SET ended_at = ? WHERE set_id = ? AND place = ? AND ended_at IS NULL`
)

// HoldSet ends the running of a set by this process: paused, perhaps because of an error, or done.
func (s *Store) HoldSet(ctx context.Context, id string, state bakeoff.SetState, because *bakeoff.Error) error {
	var reason string
	var code bakeoff.Code
	if because != nil {
		reason, code = because.Message, because.Code
	}
	return s.quietly(ctx, "hold set "+id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, holdSet, state, reason, code, time.Now().UnixMilli(), id, s.session)
		return err
	})
}

// EndRow notes that a row needs no more asking.
func (s *Store) EndRow(ctx context.Context, id string, place int) error {
	return s.quietly(ctx, "end a row of set "+id, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, endRow, time.Now().UnixMilli(), id, place)
		return err
	})
}

const (
	renameSet   = `UPDATE prompt_set SET name = ? WHERE id = ? AND deleted_at IS NULL`
	deleteSet   = `UPDATE prompt_set SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL AND session IS NULL`
	undeleteSet = `UPDATE prompt_set SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL`
)

// RenameSet gives a set another name.
func (s *Store) RenameSet(ctx context.Context, id, name string) error {
	return s.oneSet(ctx, "rename set", errNoSet(), renameSet, name, id)
}

// DeleteSet takes a set out of the list; until the next purge UndeleteSet brings it back. Its comparisons stay. One that
// runs is refused.
func (s *Store) DeleteSet(ctx context.Context, id string) error {
	refused := &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This set runs, or is gone already. Pause it first, then delete it."}
	return s.oneSet(ctx, "delete set", refused, deleteSet, time.Now().UnixMilli(), id)
}

// UndeleteSet brings a deleted set back.
func (s *Store) UndeleteSet(ctx context.Context, id string) error {
	return s.oneSet(ctx, "undelete set", errNoSet(), undeleteSet, id)
}

// oneSet runs a statement that changes one set, and refuses with none when it changed nothing.
func (s *Store) oneSet(ctx context.Context, did string, none error, query string, args ...any) error {
	return s.promptly(ctx, did, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, none)
		}
		return nil
	})
}

const interruptSets = `UPDATE prompt_set SET state = 'paused', session = NULL, reason_code = 'internal', reason = 'Bakeoff ended while this set ran. Resume it to go on.'
	WHERE session IS NOT NULL AND session NOT IN (SELECT value FROM json_each(?))`

// interruptSets pauses the sets of sessions that are not alive.
func (s *Store) interruptSets(ctx context.Context, alive []string) error {
	living, err := toJSON(alive)
	if err != nil {
		return err
	}
	return s.quietly(ctx, "interrupt sets", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, interruptSets, living)
		return err
	})
}
