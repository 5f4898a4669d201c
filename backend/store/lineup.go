package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

const (
	selectLineups = `SELECT id, name, entries, lanes, updated_at FROM lineup ORDER BY place, id`
	upsertLineup  = `INSERT INTO lineup (id, name, folded, entries, lanes, updated_at, place)
	VALUES (?, ?, ?, ?, ?, ?, (SELECT ifnull(max(place), 0) + 1 FROM lineup))
	ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded, entries = excluded.entries, lanes = excluded.lanes,
	updated_at = excluded.updated_at`
	deleteLineup    = `DELETE FROM lineup WHERE id = ?`
	noteLineup      = `INSERT OR IGNORE INTO purged (comparison_id) SELECT id FROM lineup WHERE id = ?`
	selectLineupIDs = `SELECT id FROM lineup ORDER BY place, id`
	placeLineup     = `UPDATE lineup SET place = ? WHERE id = ?`
)

// Lineups returns the saved lineups in the user's order.
func (s *Store) Lineups(ctx context.Context) (all []bakeoff.Lineup, err error) {
	err = s.view(ctx, "read saved lineups", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectLineups)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var l bakeoff.Lineup
			var entries string
			var updated int64
			if err := rows.Scan(&l.ID, &l.Name, &entries, &l.Lanes, &updated); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(entries), &l.Entries); err != nil {
				return err
			}
			l.UpdatedAt = time.UnixMilli(updated).UTC()
			all = append(all, l)
		}
		return rows.Err()
	})
	return all, err
}

// SaveLineup adds a lineup at the end of the list, or changes the one of its id. The name of another one is refused.
func (s *Store) SaveLineup(ctx context.Context, l bakeoff.Lineup) error {
	entries, err := toJSON(l.Entries)
	if err != nil {
		return err
	}
	err = s.promptly(ctx, "save lineup "+l.ID, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, upsertLineup, l.ID, l.Name, strings.ToLower(l.Name), entries, l.Lanes, l.UpdatedAt.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, unnotePrompt, l.ID) // its deletion was undone
		return err
	})
	return nameTaken(err)
}

// DeleteLineup deletes a lineup, and the next purge also from the backups, since an entry may have a system prompt of its
// own. Saving it again undoes that; deleting what is gone is no error.
func (s *Store) DeleteLineup(ctx context.Context, id string) error {
	return s.promptly(ctx, "delete lineup "+id, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, noteLineup, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, deleteLineup, id)
		return err
	})
}

// MoveLineup gives a lineup another place in the list, from 0. Moving what is gone is no error.
func (s *Store) MoveLineup(ctx context.Context, id string, to int) error {
	return s.promptly(ctx, "move lineup "+id, func(tx *sql.Tx) error {
		ids, err := column(ctx, tx, selectLineupIDs)
		if err != nil {
			return err
		}
		at := slices.Index(ids, id)
		if at < 0 {
			return nil
		}
		ids = slices.Delete(ids, at, at+1)
		ids = slices.Insert(ids, max(0, min(to, len(ids))), id)
		for place, id := range ids {
			if _, err := tx.ExecContext(ctx, placeLineup, place, id); err != nil {
				return err
			}
		}
		return nil
	})
}
