package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"bakeoff/backend/bakeoff"
)

const selectRows = `SELECT c.id, c.started_at, c.local_only, c.sensitive, c.prompt_head, ifnull(c.parent_id, ''), ifnull(c.relation, ''), ifnull(c.thread_id, '')
	FROM json_each(?) j CROSS JOIN listing l ON l.num = j.value CROSS JOIN comparison c ON c.id = l.comparison_id ORDER BY j.key`

// rows reads what a list shows of comparisons.
func (e *search) rows(ctx context.Context, hits []candidate) ([]Row, error) {
	nums := make([]int64, len(hits))
	for i, h := range hits {
		nums[i] = h.num
	}
	list, err := toJSON(nums)
	if err != nil {
		return nil, err
	}
	rows, err := page(ctx, e.tx, selectRows, list)
	if err != nil {
		return nil, err
	}
	if err := addRuns(ctx, e.tx, rows); err != nil {
		return nil, err
	}
	if err := addReviews(ctx, e.tx, rows); err != nil {
		return nil, err
	}
	for i := range rows {
		if e.matcher == nil {
			break
		}
		if rows[i].Blind && hits[i].match.source == "note" && hits[i].match.seat >= 0 {
			continue // it may be from before the look and name the model
		}
		if rows[i].Hit = e.matcher.snippet(hits[i].match); rows[i].Hit != nil && rows[i].Blind {
			rows[i].Hit.Seat = -1
		}
	}
	return rows, nil
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
		if err := found.Scan(&row.ID, &started, &row.LocalOnly, &row.Sensitive, &row.Prompt, &row.ParentID, &row.Relation, &row.ThreadID); err != nil {
			return nil, err
		}
		row.StartedAt = time.UnixMilli(started).UTC()
		rows = append(rows, row)
	}
	return rows, found.Err()
}

const selectRowRuns = `SELECT comparison_id, seat, endpoint, model, ifnull(openness, ''), ifnull(place, ''), status, total_ns,
	cost_pusd, ifnull(cost_source, ''), cost_at_least, ifnull(cost_price_date, ''), ifnull(cost_price_source, ''), ifnull(cost_note, ''),
	ifnull((SELECT n FROM stars s WHERE s.run_id = run.id ORDER BY at DESC, s.id DESC LIMIT 1), 0),
	EXISTS (SELECT 1 FROM outcome o JOIN standing p USING (verdict_id) WHERE o.comparison_id = run.comparison_id AND p.run_id = run.id AND p.rank = 1)
	FROM run WHERE comparison_id IN (SELECT value FROM json_each(?)) ORDER BY comparison_id, seat, attempt`

// index finds rows by id; ids is the list of them as JSON.
func index(rows []Row) (byID map[string]*Row, ids string, err error) {
	all := make([]string, len(rows))
	byID = make(map[string]*Row, len(rows))
	for i := range rows {
		byID[rows[i].ID], all[i] = &rows[i], rows[i].ID
	}
	ids, err = toJSON(all)
	return byID, ids, err
}

// addRuns fills in the newest attempt of every seat.
func addRuns(ctx context.Context, tx *sql.Tx, rows []Row) error {
	byID, wanted, err := index(rows)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Demo = true
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
		var won bool
		if err := found.Scan(&id, &r.Seat, &r.Endpoint, &r.Model, &r.Openness, &r.Place, &r.Status, &total,
			&cost, &r.Cost.Source, &r.Cost.AtLeast, &r.Cost.PriceDate, &r.Cost.PriceSource, &r.Cost.Note,
			&r.Stars, &won); err != nil {
			return err
		}
		r.Total, r.Cost.Amount, r.Answered = asSpan(total), bakeoff.PicoUSD(cost.Int64), r.Status.Well()
		byID[id].add(r)
		if won {
			byID[id].Winners = append(byID[id].Winners, r.Seat)
		}
	}
	return found.Err()
}

const selectRowReviews = `SELECT c.id, ifnull(o.kind, ''), ifnull(r.category, ''), ifnull(r.favourite, 0),
	(SELECT json_group_array(name ORDER BY place) FROM tag t WHERE t.comparison_id = c.id),
	CASE WHEN s.opened_at IS NOT NULL AND s.revealed_at IS NULL THEN s.seats END
	FROM comparison c LEFT JOIN outcome o ON o.comparison_id = c.id LEFT JOIN comparison_review r ON r.comparison_id = c.id
	LEFT JOIN sitting s ON s.comparison_id = c.id WHERE c.id IN (SELECT value FROM json_each(?))`

// addReviews fills in what was said about rows that have their runs, and hides what nobody may know of the blind ones.
func addReviews(ctx context.Context, tx *sql.Tx, rows []Row) error {
	byID, wanted, err := index(rows)
	if err != nil {
		return err
	}
	found, err := tx.QueryContext(ctx, selectRowReviews, wanted)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var id, kind, category, tags string
		var favourite bool
		var seats sql.NullString
		if err := found.Scan(&id, &kind, &category, &favourite, &tags, &seats); err != nil {
			return err
		}
		row := byID[id]
		row.Verdict, row.Category, row.Favourite = kind, category, favourite
		if row.Tags, err = asList(sql.NullString{String: tags, Valid: tags != "[]"}); err != nil {
			return err
		}
		if seats.Valid {
			if err := row.veil(seats.String); err != nil {
				return err
			}
		}
	}
	return found.Err()
}

// veil hides which model is which: the rule of review.Veil for a row. seats is the JSON list of a sitting.
func (row *Row) veil(seats string) error {
	var order []int
	if err := json.Unmarshal([]byte(seats), &order); err != nil {
		return err
	}
	bySeat, ended := make(map[int]bakeoff.Status), 0
	for _, r := range row.Runs {
		bySeat[r.Seat] = r.Status
		if r.Status.Ended() {
			ended++
		}
	}
	all := ended == len(row.Runs)
	row.Blind, row.Demo, row.LocalOnly, row.Sensitive, row.Verdict, row.Winners, row.Runs = true, false, false, false, "", nil, nil
	row.ParentID, row.Relation, row.ThreadID = "", "", "" // whatever it comes from may be in the open
	for i, seat := range order {
		status := bakeoff.Failed
		switch {
		case !all && i >= ended:
			status = bakeoff.Streaming
		case !all, bySeat[seat].Well():
			status = bakeoff.Done
		}
		row.Runs = append(row.Runs, RowRun{Seat: i, Status: status})
	}
	return nil
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
