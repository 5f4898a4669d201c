package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/google/uuid"
)

// Review reads a comparison, asks judge what is to be written about it, and writes that, all in one transaction. id may
// be shortened as for Comparison. An error of judge is returned as it is, and nothing is written.
func (s *Store) Review(ctx context.Context, id string, judge func(c bakeoff.Comparison) (bakeoff.Finding, error)) error {
	return s.promptly(ctx, "save review", func(tx *sql.Tx) error {
		c, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		f, err := judge(c)
		if err != nil {
			return err
		}
		return saveFinding(ctx, tx, c.ID, f)
	})
}

func saveFinding(ctx context.Context, tx *sql.Tx, comparison string, f bakeoff.Finding) (err error) {
	if f.Verdict != nil {
		v := *f.Verdict
		v.ID = newID()
		err = insertVerdict(ctx, tx, v)
	}
	for _, stars := range f.Stars {
		if err == nil {
			stars.ID = newID()
			err = insertStars(ctx, tx, stars)
		}
	}
	if err == nil && f.Answer != nil {
		err = saveAnswer(ctx, tx, *f.Answer)
	}
	if err == nil && f.Description != nil {
		err = saveDescription(ctx, tx, comparison, *f.Description)
	}
	if err == nil && f.Sitting != nil {
		err = saveSitting(ctx, tx, comparison, *f.Sitting)
	}
	return err
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// insertReview saves everything that was said about a comparison that was saved just now.
func insertReview(ctx context.Context, tx *sql.Tx, c bakeoff.Comparison) error {
	if c.Sitting != nil {
		if err := saveSitting(ctx, tx, c.ID, *c.Sitting); err != nil {
			return err
		}
	}
	for _, v := range c.Review.Votes {
		if err := insertVerdict(ctx, tx, v); err != nil {
			return err
		}
	}
	for _, stars := range c.Review.AllStars {
		if err := insertStars(ctx, tx, stars); err != nil {
			return err
		}
	}
	for _, a := range c.Review.Answers {
		if a.At.IsZero() {
			continue // only stars
		}
		if err := saveAnswer(ctx, tx, a); err != nil {
			return err
		}
	}
	r := c.Review
	if r.Category == "" && r.Note == "" && !r.Favourite && len(r.Tags) == 0 {
		return nil
	}
	return saveDescription(ctx, tx, c.ID, bakeoff.Description{Category: r.Category, Tags: r.Tags, Note: r.Note, Favourite: r.Favourite})
}

const (
	insertVote     = `INSERT INTO verdict (id, comparison_id, kind, blind, at) VALUES (?, ?, ?, ?, ?)`
	insertStanding = `INSERT INTO standing (verdict_id, place, run_id, rank) VALUES (?, ?, ?, ?)`
)

func insertVerdict(ctx context.Context, tx *sql.Tx, v bakeoff.Verdict) error {
	if _, err := tx.ExecContext(ctx, insertVote, v.ID, v.ComparisonID, v.Kind, v.Blind, v.At.UnixMilli()); err != nil {
		return err
	}
	for place, run := range v.Shown {
		i := slices.IndexFunc(v.Standings, func(s bakeoff.Standing) bool { return s.RunID == run })
		if i < 0 {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "A vote gives no rank to an answer that was shown. Vote again."}
		}
		if _, err := tx.ExecContext(ctx, insertStanding, v.ID, place, run, v.Standings[i].Rank); err != nil {
			return err
		}
	}
	return nil
}

const insertRating = `INSERT INTO stars (id, run_id, n, blind, at) VALUES (?, ?, ?, ?, ?)`

func insertStars(ctx context.Context, tx *sql.Tx, s bakeoff.Stars) error {
	_, err := tx.ExecContext(ctx, insertRating, s.ID, s.RunID, s.N, s.Blind, s.At.UnixMilli())
	return err
}

const (
	upsertAnswer  = `INSERT INTO answer_review (run_id, note, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET note = excluded.note, at = excluded.at`
	deleteReasons = `DELETE FROM reason WHERE run_id = ?`
	insertReason  = `INSERT INTO reason (run_id, place, name) VALUES (?, ?, ?)`
)

func saveAnswer(ctx context.Context, tx *sql.Tx, a bakeoff.AnswerReview) error {
	if _, err := tx.ExecContext(ctx, upsertAnswer, a.RunID, a.Note, a.At.UnixMilli()); err != nil {
		return err
	}
	return replaceWords(ctx, tx, deleteReasons, insertReason, a.RunID, a.Reasons)
}

const (
	upsertDescription = `INSERT INTO comparison_review (comparison_id, category, note, favourite) VALUES (?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET category = excluded.category, note = excluded.note, favourite = excluded.favourite`
	deleteTags = `DELETE FROM tag WHERE comparison_id = ?`
	insertTag  = `INSERT INTO tag (comparison_id, place, name) VALUES (?, ?, ?)`
)

func saveDescription(ctx context.Context, tx *sql.Tx, comparison string, d bakeoff.Description) error {
	if _, err := tx.ExecContext(ctx, upsertDescription, comparison, text(d.Category), d.Note, d.Favourite); err != nil {
		return err
	}
	return replaceWords(ctx, tx, deleteTags, insertTag, comparison, d.Tags)
}

// replaceWords writes a list of words anew.
func replaceWords(ctx context.Context, tx *sql.Tx, remove, add, of string, words []string) error {
	if _, err := tx.ExecContext(ctx, remove, of); err != nil {
		return err
	}
	for place, word := range words {
		if _, err := tx.ExecContext(ctx, add, of, place, word); err != nil {
			return err
		}
	}
	return nil
}

const upsertSitting = `INSERT INTO sitting (comparison_id, seats, opened_at, revealed_at, seen_at) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET seats = excluded.seats, opened_at = excluded.opened_at, revealed_at = excluded.revealed_at,
	seen_at = excluded.seen_at`

func saveSitting(ctx context.Context, tx *sql.Tx, comparison string, s bakeoff.Sitting) error {
	seats, err := toJSON(s.Seats)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, upsertSitting, comparison, seats, s.OpenedAt.UnixMilli(), moment(s.RevealedAt), moment(s.SeenAt))
	return err
}

// readReview fills in everything that was said about a comparison whose runs are there.
func readReview(ctx context.Context, q querier, c *bakeoff.Comparison) (err error) {
	if c.Sitting, err = sitting(ctx, q, c.ID); err != nil {
		return err
	}
	r := &c.Review
	if err := description(ctx, q, c.ID, r); err != nil {
		return err
	}
	if r.Votes, err = votes(ctx, q, c.ID); err != nil {
		return err
	}
	if n := len(r.Votes); n > 0 && r.Votes[n-1].Kind != bakeoff.VerdictWithdrawn {
		r.Verdict = new(r.Votes[n-1])
	}
	for _, run := range c.Runs {
		if err := answerReview(ctx, q, run.ID, r); err != nil {
			return err
		}
	}
	slices.SortStableFunc(r.AllStars, func(a, b bakeoff.Stars) int { return a.At.Compare(b.At) })
	return nil
}

const selectSitting = `SELECT seats, opened_at, revealed_at, seen_at FROM sitting WHERE comparison_id = ?`

func sitting(ctx context.Context, q querier, comparison string) (*bakeoff.Sitting, error) {
	var seats string
	var opened, revealed, seen sql.NullInt64
	switch err := q.QueryRowContext(ctx, selectSitting, comparison).Scan(&seats, &opened, &revealed, &seen); {
	case err == sql.ErrNoRows:
		return nil, nil
	case err != nil:
		return nil, err
	}
	s := bakeoff.Sitting{OpenedAt: asTime(opened), RevealedAt: asTime(revealed), SeenAt: asTime(seen)}
	return &s, json.Unmarshal([]byte(seats), &s.Seats)
}

const (
	selectDescription = `SELECT ifnull(category, ''), note, favourite FROM comparison_review WHERE comparison_id = ?`
	selectTags        = `SELECT name FROM tag WHERE comparison_id = ? ORDER BY place`
)

func description(ctx context.Context, q querier, comparison string, r *bakeoff.Review) (err error) {
	err = q.QueryRowContext(ctx, selectDescription, comparison).Scan(&r.Category, &r.Note, &r.Favourite)
	if err != nil {
		if err == sql.ErrNoRows {
			err = nil
		}
		return err
	}
	r.Tags, err = column(ctx, q, selectTags, comparison)
	return err
}

const selectVotes = `SELECT v.id, v.kind, v.blind, v.at, ifnull(s.run_id, ''), ifnull(s.rank, 0)
	FROM verdict v LEFT JOIN standing s ON s.verdict_id = v.id WHERE v.comparison_id = ? ORDER BY v.at, v.id, s.place`

func votes(ctx context.Context, q querier, comparison string) (all []bakeoff.Verdict, err error) {
	rows, err := q.QueryContext(ctx, selectVotes, comparison)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		v := bakeoff.Verdict{ComparisonID: comparison}
		var at int64
		var s bakeoff.Standing
		if err := rows.Scan(&v.ID, &v.Kind, &v.Blind, &at, &s.RunID, &s.Rank); err != nil {
			return nil, err
		}
		v.At = time.UnixMilli(at).UTC()
		if n := len(all); n == 0 || all[n-1].ID != v.ID {
			all = append(all, v)
		}
		if last := &all[len(all)-1]; s.RunID != "" {
			last.Shown, last.Standings = append(last.Shown, s.RunID), append(last.Standings, s)
		}
	}
	for i := range all {
		slices.SortStableFunc(all[i].Standings, bakeoff.Standing.Compare)
	}
	return all, rows.Err()
}

const (
	selectStars = `SELECT id, n, blind, at FROM stars WHERE run_id = ? ORDER BY at, id`
	selectNote  = `SELECT note, at FROM answer_review WHERE run_id = ?`
	selectWhy   = `SELECT name FROM reason WHERE run_id = ? ORDER BY place`
)

// answerReview adds what was said about one run, if anything.
func answerReview(ctx context.Context, q querier, run string, r *bakeoff.Review) error {
	a := bakeoff.AnswerReview{RunID: run}
	before := len(r.AllStars)
	if err := ratings(ctx, q, run, r); err != nil {
		return err
	}
	if n := len(r.AllStars); n > before {
		a.Stars = r.AllStars[n-1].N
	}
	var at sql.NullInt64
	err := q.QueryRowContext(ctx, selectNote, run).Scan(&a.Note, &at)
	if err != nil && err != sql.ErrNoRows {
		return err
	}
	if a.At = asTime(at); at.Valid {
		if a.Reasons, err = column(ctx, q, selectWhy, run); err != nil {
			return err
		}
	}
	if at.Valid || a.Stars > 0 {
		r.Answers = append(r.Answers, a)
	}
	return nil
}

func ratings(ctx context.Context, q querier, run string, r *bakeoff.Review) error {
	rows, err := q.QueryContext(ctx, selectStars, run)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		s := bakeoff.Stars{RunID: run}
		var at int64
		if err := rows.Scan(&s.ID, &s.N, &s.Blind, &at); err != nil {
			return err
		}
		s.At = time.UnixMilli(at).UTC()
		r.AllStars = append(r.AllStars, s)
	}
	return rows.Err()
}

const (
	nextUnrated  = `SELECT comparison_id FROM unrated WHERE demo = ? AND comparison_id NOT IN (SELECT value FROM json_each(?)) ORDER BY started_at DESC, comparison_id DESC LIMIT 1`
	countUnrated = `SELECT (SELECT count(*) FROM unrated WHERE demo = ?1)
	- (SELECT count(*) FROM (SELECT DISTINCT value FROM json_each(?2)) j CROSS JOIN unrated u ON u.comparison_id = j.value WHERE u.demo = ?1)`
)

// Unrated returns the newest comparison that waits for a vote, and how many wait, itself included; skip are ids that do
// not count. Demos come last: the number is that of all which the list has as unrated. id is empty when none waits.
func (s *Store) Unrated(ctx context.Context, skip []string) (id string, waiting int, err error) {
	if skip == nil {
		skip = []string{} // null is no list
	}
	skipped, err := toJSON(skip)
	if err != nil {
		return "", 0, explain("look for unrated comparisons", err)
	}
	err = s.view(ctx, "look for unrated comparisons", func(tx *sql.Tx) error {
		for _, demo := range []bool{false, true} {
			var n int
			if err := tx.QueryRowContext(ctx, countUnrated, demo, skipped).Scan(&n); err != nil {
				return err
			}
			if n > 0 && id == "" {
				if err := tx.QueryRowContext(ctx, nextUnrated, demo, skipped).Scan(&id); err != nil {
					return err
				}
			}
			waiting += n
		}
		return nil
	})
	return id, waiting, err
}

// Each word once, by jumping from one to the next in the index, however many rows have it.
const (
	usedCategories = `WITH RECURSIVE w (name) AS (SELECT min(category) FROM comparison_review
	UNION ALL SELECT (SELECT min(category) FROM comparison_review WHERE category > w.name) FROM w WHERE w.name IS NOT NULL)
	SELECT name FROM w WHERE name IS NOT NULL`
	usedReasons = `WITH RECURSIVE w (name) AS (SELECT min(name) FROM reason
	UNION ALL SELECT (SELECT min(name) FROM reason WHERE name > w.name) FROM w WHERE w.name IS NOT NULL)
	SELECT name FROM w WHERE name IS NOT NULL`
	usedTags = `WITH RECURSIVE w (name) AS (SELECT min(name) FROM tag
	UNION ALL SELECT (SELECT min(name) FROM tag WHERE name > w.name) FROM w WHERE w.name IS NOT NULL)
	SELECT name FROM w WHERE name IS NOT NULL`
)

// Words returns the categories, reasons and tags that were used, each sorted.
func (s *Store) Words(ctx context.Context) (categories, reasons, tags []string, err error) {
	err = s.view(ctx, "read the words of reviews", func(tx *sql.Tx) error {
		for _, w := range []struct {
			query string
			into  *[]string
		}{{usedCategories, &categories}, {usedReasons, &reasons}, {usedTags, &tags}} {
			if *w.into, err = column(ctx, tx, w.query); err != nil {
				return err
			}
		}
		return nil
	})
	return categories, reasons, tags, err
}
