package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// ListQuery asks for a page of the history.
type ListQuery struct {
	Text   string // what prompt or an answer contains, ASCII letters in either case; empty for all
	Cursor string // as the page before returned it; empty for the first page
	Limit  int    // rows; 0 means 50, at most 500
}

const (
	defaultLimit = 50
	maxLimit     = 500
	maxQuery     = 1000 // bytes; SQLite refuses patterns of 50,000
)

const (
	selectPage = `SELECT id, started_at, local_only, prompt_head FROM comparison c
	WHERE deleted_at IS NULL AND (started_at, id) < (?, ?)`
	pageFilter = ` AND (prompt LIKE ? ESCAPE '\' OR EXISTS (
		SELECT 1 FROM run r JOIN run_text t ON t.run_id = r.id WHERE r.comparison_id = c.id AND t.answer LIKE ? ESCAPE '\'))`
	pageOrder = ` ORDER BY started_at DESC, id DESC LIMIT ?`
)

// List returns a page of comparisons, newest first, and the cursor of the next page, which is empty after the last.
func (s *Store) List(ctx context.Context, q ListQuery) (rows []Row, next string, err error) {
	if len(q.Text) > maxQuery {
		return nil, "", &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The search text is too long. Use a few words of it."}
	}
	at, id, err := parseCursor(q.Cursor)
	if err != nil {
		return nil, "", err
	}
	limit := min(q.Limit, maxLimit)
	if limit <= 0 {
		limit = defaultLimit
	}
	query, args := selectPage, []any{at, id}
	if q.Text != "" {
		pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q.Text) + "%"
		query, args = query+pageFilter, append(args, pattern, pattern)
	}
	err = s.view(ctx, "list comparisons", func(tx *sql.Tx) error {
		if rows, err = page(ctx, tx, query+pageOrder, append(args, limit+1)...); err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			last := rows[limit-1]
			next = fmt.Sprintf("%d.%s", last.StartedAt.UnixMilli(), last.ID)
		}
		return addRuns(ctx, tx, rows)
	})
	return rows, next, err
}

// Search returns a page of the comparisons that q asks for.
func (s *Store) Search(ctx context.Context, q Query) (Page, error) {
	rows, next, err := s.List(ctx, ListQuery{Text: q.Text, Cursor: q.Cursor, Limit: q.Limit})
	return Page{Rows: rows, Next: next, Total: -1}, err
}

// Facets returns what the filters can choose from.
func (s *Store) Facets(context.Context) (Facets, error) { return Facets{}, nil }

// parseCursor returns the place after which the page begins; an empty cursor is after everything.
func parseCursor(cursor string) (at int64, id string, err error) {
	if cursor == "" {
		return 1<<63 - 1, "", nil
	}
	ms, id, ok := strings.Cut(cursor, ".")
	at, bad := strconv.ParseInt(ms, 10, 64)
	if !ok || bad != nil {
		return 0, "", &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This page of the history cannot be found. Open the history again.", Err: bad}
	}
	return at, id, nil
}

func page(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]Row, error) {
	found, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var rows []Row
	for found.Next() {
		var row Row
		var started int64
		if err := found.Scan(&row.ID, &started, &row.LocalOnly, &row.Prompt); err != nil {
			return nil, err
		}
		row.StartedAt = time.UnixMilli(started).UTC()
		rows = append(rows, row)
	}
	return rows, found.Err()
}

const selectRowRuns = `SELECT comparison_id, seat, endpoint, model, ifnull(openness, ''), ifnull(place, ''), status, total_ns,
	cost_pusd, ifnull(cost_source, ''), cost_at_least, ifnull(cost_price_date, ''), ifnull(cost_price_source, ''), ifnull(cost_note, '')
	FROM run WHERE comparison_id IN (SELECT value FROM json_each(?)) ORDER BY comparison_id, seat, attempt`

// addRuns fills in the newest attempt of every seat.
func addRuns(ctx context.Context, tx *sql.Tx, rows []Row) error {
	byID, ids := make(map[string]*Row, len(rows)), make([]string, len(rows))
	for i := range rows {
		rows[i].Demo = true
		byID[rows[i].ID], ids[i] = &rows[i], rows[i].ID
	}
	wanted, err := toJSON(ids)
	if err != nil {
		return err
	}
	found, err := tx.QueryContext(ctx, selectRowRuns, wanted)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var id string
		var r RowRun
		var total, cost sql.NullInt64
		if err := found.Scan(&id, &r.Seat, &r.Endpoint, &r.Model, &r.Openness, &r.Place, &r.Status, &total,
			&cost, &r.Cost.Source, &r.Cost.AtLeast, &r.Cost.PriceDate, &r.Cost.PriceSource, &r.Cost.Note); err != nil {
			return err
		}
		r.Total, r.Cost.Amount = asSpan(total), bakeoff.PicoUSD(cost.Int64)
		byID[id].add(r)
	}
	return found.Err()
}

// add takes the next attempt in order of seat and attempt.
func (row *Row) add(r RowRun) {
	row.Demo = row.Demo && r.Place == bakeoff.PlaceDemo
	if n := len(row.Runs); n > 0 && row.Runs[n-1].Seat == r.Seat {
		row.Runs[n-1] = r
		return
	}
	row.Runs = append(row.Runs, r)
}
