package store

import (
	"context"
	"database/sql"

	"bakeoff/backend/bakeoff"
)

const (
	insertTurn     = `INSERT INTO turn (comparison_id, seat, place, user, answer) VALUES (?, ?, ?, ?, ?)`
	insertTurnFile = `INSERT INTO turn_attachment (turn_id, place, name, media_type, sha256) VALUES (?, ?, ?, ?, ?)`
)

// insertTurns saves what is sent before the prompt.
func insertTurns(ctx context.Context, tx *sql.Tx, c bakeoff.Comparison) error {
	for seat, turns := range c.Earlier {
		for place, t := range turns {
			done, err := tx.ExecContext(ctx, insertTurn, c.ID, seat, place, t.User, t.Answer)
			if err != nil {
				return err
			}
			id, err := done.LastInsertId()
			if err != nil {
				return err
			}
			for k, a := range t.Attachments {
				if err := insertFile(ctx, tx, a, insertTurnFile, id, k); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

const (
	selectTurns     = `SELECT id, seat, user, answer FROM turn WHERE comparison_id = ? ORDER BY seat, place`
	selectTurnFiles = `SELECT u.name, u.media_type, u.sha256, a.data
	FROM turn_attachment u JOIN attachment a USING (sha256) WHERE u.turn_id = ? ORDER BY u.place`
)

// earlier reads the turns of each of so many seats; nil when there are none.
func earlier(ctx context.Context, q querier, comparison string, seats int) ([][]bakeoff.Turn, error) {
	rows, err := q.QueryContext(ctx, selectTurns, comparison)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]bakeoff.Turn
	type place struct {
		seat, at int
		id       int64
	}
	var places []place
	for rows.Next() {
		var p place
		var t bakeoff.Turn
		if err := rows.Scan(&p.id, &p.seat, &t.User, &t.Answer); err != nil {
			return nil, err
		}
		for len(out) < max(seats, p.seat+1) {
			out = append(out, nil)
		}
		p.at = len(out[p.seat])
		out[p.seat], places = append(out[p.seat], t), append(places, p)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, p := range places {
		files, err := files(ctx, q, selectTurnFiles, p.id)
		if err != nil {
			return nil, err
		}
		out[p.seat][p.at].Attachments = files
	}
	return out, nil
}

// Family is what belongs to a comparison, as rows of a list. What is deleted is left out.
type Family struct {
	Parent   *Row  // nil: there is none, or it is gone
	Children []Row // oldest first
	Thread   []Row // its whole conversation, itself too, oldest first; nil when it is alone
}

const (
	selectLinks  = `SELECT ifnull(parent_id, ''), ifnull(thread_id, id) FROM comparison WHERE id = ? AND deleted_at IS NULL`
	selectFamily = `SELECT id, started_at, local_only, sensitive, prompt_head, ifnull(parent_id, ''), ifnull(relation, ''), ifnull(thread_id, '')
	FROM comparison WHERE deleted_at IS NULL AND `
	familyOrder = ` ORDER BY started_at, id LIMIT 500`
)

// Family returns what a comparison came from, what came from it, and its conversation.
func (s *Store) Family(ctx context.Context, id string) (f Family, err error) {
	err = s.view(ctx, "read family", func(tx *sql.Tx) error {
		var parent, thread string
		switch err := tx.QueryRowContext(ctx, selectLinks, id).Scan(&parent, &thread); {
		case err == sql.ErrNoRows:
			return errNoComparison()
		case err != nil:
			return err
		}
		parents, err := relatives(ctx, tx, "id = ?", parent)
		if err != nil {
			return err
		}
		if len(parents) > 0 {
			f.Parent = &parents[0]
		}
		if f.Children, err = relatives(ctx, tx, "parent_id = ?", id); err != nil {
			return err
		}
		f.Thread, err = relatives(ctx, tx, "(id = ?1 OR thread_id = ?1)", thread)
		if len(f.Thread) < 2 {
			f.Thread = nil
		}
		return err
	})
	return f, err
}

func relatives(ctx context.Context, tx *sql.Tx, where string, id string) ([]Row, error) {
	rows, err := page(ctx, tx, selectFamily+where+familyOrder, id)
	if err != nil {
		return nil, err
	}
	if err := addRuns(ctx, tx, rows); err != nil {
		return nil, err
	}
	return rows, addReviews(ctx, tx, rows)
}
