package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"bakeoff/backend/bakeoff"

	lib "modernc.org/sqlite/lib"
)

const (
	selectLibrary = `SELECT id, kind, name, system, user, tags, updated_at FROM saved_prompt WHERE kind = ? ORDER BY updated_at DESC, id DESC`
	upsertPrompt  = `INSERT INTO saved_prompt (id, kind, name, system, user, tags, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET name = excluded.name, system = excluded.system, user = excluded.user, tags = excluded.tags,
	updated_at = excluded.updated_at`
	deletePrompt = `DELETE FROM saved_prompt WHERE id = ?`
	notePrompt   = `INSERT OR IGNORE INTO purged (comparison_id) SELECT id FROM saved_prompt WHERE id = ?`
	unnotePrompt = `DELETE FROM purged WHERE comparison_id = ?`
)

// Prompts returns the saved prompts of a kind, the one that was changed last first.
func (s *Store) Prompts(ctx context.Context, kind bakeoff.SavedKind) (all []bakeoff.SavedPrompt, err error) {
	err = s.view(ctx, "read saved prompts", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectLibrary, kind)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p bakeoff.SavedPrompt
			var tags string
			var updated int64
			if err := rows.Scan(&p.ID, &p.Kind, &p.Name, &p.System, &p.User, &tags, &updated); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(tags), &p.Tags); err != nil {
				return err
			}
			p.UpdatedAt = time.UnixMilli(updated).UTC()
			all = append(all, p)
		}
		return rows.Err()
	})
	return all, err
}

// SavePrompt adds a saved prompt, or changes the one of its id. The name of another one of its kind is refused.
func (s *Store) SavePrompt(ctx context.Context, p bakeoff.SavedPrompt) error {
	tags := p.Tags
	if tags == nil {
		tags = []string{}
	}
	encoded, err := toJSON(tags)
	if err != nil {
		return err
	}
	err = s.promptly(ctx, "save prompt "+p.ID, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, upsertPrompt, p.ID, p.Kind, p.Name, p.System, p.User, encoded, p.UpdatedAt.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, unnotePrompt, p.ID) // its deletion was undone
		return err
	})
	return nameTaken(err)
}

func nameTaken(err error) error {
	if resultCode(err) == lib.SQLITE_CONSTRAINT {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "There is one of this name already. Choose another name, or delete that one first.", Err: err}
	}
	return err
}

// DeletePrompt deletes a saved prompt, and the next purge also from the backups; saving it again undoes that. What was
// asked with it stays; deleting what is gone is no error.
func (s *Store) DeletePrompt(ctx context.Context, id string) error {
	return s.promptly(ctx, "delete prompt "+id, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, notePrompt, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, deletePrompt, id)
		return err
	})
}

const (
	notePurgedSets = `INSERT OR IGNORE INTO purged (comparison_id) SELECT id FROM prompt_set WHERE deleted_at IS NOT NULL`
	purgeSets      = `DELETE FROM prompt_set WHERE deleted_at IS NOT NULL`
	hasTable       = `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?)`
	forgetSets     = `DELETE FROM prompt_set WHERE id IN (SELECT value FROM json_each(?))`
	forgetPrompts  = `DELETE FROM saved_prompt WHERE id IN (SELECT value FROM json_each(?))`
	forgetLineups  = `DELETE FROM lineup WHERE id IN (SELECT value FROM json_each(?))`
)

// forgetLibrary removes sets, prompts and lineups, ids as a JSON list, from a copy of the history. Ids are unique among all kinds.
func forgetLibrary(ctx context.Context, tx *sql.Tx, ids string) error {
	for table, query := range map[string]string{"prompt_set": forgetSets, "saved_prompt": forgetPrompts, "lineup": forgetLineups} {
		var there bool // a copy of an older version may not have it
		if err := tx.QueryRowContext(ctx, hasTable, table).Scan(&there); err != nil {
			return err
		}
		if !there {
			continue
		}
		if _, err := tx.ExecContext(ctx, query, ids); err != nil {
			return err
		}
	}
	return nil
}
