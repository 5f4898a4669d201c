package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"bakeoff/backend/bakeoff"
)

const (
	selectChanged  = `SELECT num, comparison_id, started_at, shown FROM listing WHERE summed = 0 LIMIT 500`
	selectUnsummed = `SELECT num, comparison_id, started_at, shown FROM listing WHERE summed = -1 ORDER BY num DESC LIMIT ?`
)

// listed is a row of the listing that is to be summed.
type listed struct {
	num     int64
	id      string
	started int64
	shown   bool
}

// sum brings the rows of the listing and their facets up to date that the transaction has changed. Every transaction
// ends with it, so that lists and filters never miss a committed change.
func sum(ctx context.Context, tx *sql.Tx) error {
	for {
		n, err := sumRows(ctx, tx, selectChanged)
		if err != nil || n == 0 {
			return err
		}
	}
}

// sumRows sums the rows that a query selects.
func sumRows(ctx context.Context, tx *sql.Tx, query string, args ...any) (n int, err error) {
	found, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer found.Close()
	var rows []listed
	for found.Next() {
		var l listed
		if err := found.Scan(&l.num, &l.id, &l.started, &l.shown); err != nil {
			return 0, err
		}
		rows = append(rows, l)
	}
	if err := found.Err(); err != nil {
		return 0, err
	}
	for _, l := range rows {
		if err := sumOne(ctx, tx, l); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

const (
	updateListing = `UPDATE listing SET cost_pusd = ?, total_ns = ?, summed = 1 WHERE num = ?`
	insertFacets  = `INSERT INTO facet (kind, value, n) SELECT value ->> 0, value ->> 1, 0 FROM json_each(?) WHERE true ON CONFLICT DO NOTHING`
	loseFacets    = `DELETE FROM facet_of WHERE (facet, started_at, num) IN (SELECT o.facet, o.started_at, o.num FROM facet_of o JOIN facet f ON f.id = o.facet
	WHERE o.num = ?1 AND NOT EXISTS (SELECT 1 FROM json_each(?2) WHERE value ->> 0 = f.kind AND value ->> 1 = f.value))`
	gainFacets = `INSERT INTO facet_of (facet, started_at, num) SELECT f.id, ?2, ?1 FROM json_each(?3) j
	CROSS JOIN facet f ON f.kind = j.value ->> 0 AND f.value = j.value ->> 1 WHERE true ON CONFLICT DO NOTHING`
)

func sumOne(ctx context.Context, tx *sql.Tx, l listed) error {
	s := summary{facets: [][2]string{}}
	if l.shown {
		var err error
		if s, err = summarise(ctx, tx, l.id); err != nil {
			return err
		}
	}
	list, err := json.Marshal(s.facets)
	if err != nil {
		return err
	}
	facets := string(list)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{loseFacets, []any{l.num, facets}}, {insertFacets, []any{facets}}, {gainFacets, []any{l.num, l.started, facets}},
		{updateListing, []any{s.cost, s.total, l.num}},
	} {
		if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// summary is what lists and filters need of a comparison.
type summary struct {
	cost, total sql.NullInt64
	facets      [][2]string // kind, value; without repetitions
}

func (s *summary) add(kind, value string) {
	if f := [2]string{kind, value}; value != "" && !slices.Contains(s.facets, f) {
		s.facets = append(s.facets, f)
	}
}

// Kinds of facets that no list shows.
const (
	facetAll       = "all"
	facetFavourite = "favourite"
	facetStars     = "stars" // one for each number up to the best answer's
	facetRelation  = "relation"
	yes            = "yes"
)

const selectOpinion = `SELECT ifnull(v.category, ''), ifnull(v.favourite, 0), ifnull(o.kind, ''),
	ifnull(c.relation, ''), EXISTS (SELECT 1 FROM rateable w WHERE w.comparison_id = c.id),
	EXISTS (SELECT 1 FROM sitting s WHERE s.comparison_id = c.id AND s.revealed_at IS NULL),
	(SELECT json_group_array(t.name) FROM tag t WHERE t.comparison_id = c.id)
	FROM comparison c LEFT JOIN comparison_review v ON v.comparison_id = c.id LEFT JOIN outcome o ON o.comparison_id = c.id WHERE c.id = ?`

func summarise(ctx context.Context, tx *sql.Tx, id string) (s summary, err error) {
	var category, verdict, relation, tags string
	var favourite, waits, blind bool
	err = tx.QueryRowContext(ctx, selectOpinion, id).Scan(&category, &favourite, &verdict, &relation, &waits, &blind, &tags)
	if err != nil {
		return s, err
	}
	s.facets = [][2]string{{facetAll, yes}}
	s.add(FacetCategory, category)
	s.add(facetRelation, relation)
	if favourite {
		s.add(facetFavourite, yes)
	}
	if verdict != "" {
		s.add(FacetVerdict, verdict)
		s.add(FacetVerdict, "any")
	}
	if waits {
		s.add(FacetVerdict, "unrated")
	}
	var names []string
	if err := json.Unmarshal([]byte(tags), &names); err != nil {
		return s, err
	}
	for _, name := range names {
		s.add(FacetTag, name)
	}
	return s, s.addRuns(ctx, tx, id, blind)
}

const selectNewestRuns = `SELECT r.endpoint, r.model, ifnull(r.openness, ''), ifnull(r.place, ''), r.status, r.saved_at IS NOT NULL, r.total_ns,
	r.cost_pusd, ifnull((SELECT n FROM stars s WHERE s.run_id = r.id ORDER BY at DESC, id DESC LIMIT 1), 0)
	FROM run r WHERE r.comparison_id = ?1
	AND NOT EXISTS (SELECT 1 FROM run n WHERE n.comparison_id = ?1 AND n.seat = r.seat AND n.attempt > r.attempt)`

// addRuns adds what the newest attempts of all seats say; of a blind comparison only its stars.
func (s *summary) addRuns(ctx context.Context, tx *sql.Tx, id string, blind bool) error {
	found, err := tx.QueryContext(ctx, selectNewestRuns, id)
	if err != nil {
		return err
	}
	defer found.Close()
	best, all, sum := 0, true, bakeoff.PicoUSD(0)
	for found.Next() {
		var endpoint, model, openness, place, status string
		var ended bool
		var total, cost sql.NullInt64
		var stars int
		if err := found.Scan(&endpoint, &model, &openness, &place, &status, &ended, &total, &cost, &stars); err != nil {
			return err
		}
		best = max(best, stars)
		if blind {
			all = false
			continue
		}
		if !ended {
			status = "running"
		}
		s.add(FacetModel, endpoint+"/"+model)
		s.add(FacetProvider, endpoint)
		s.add(FacetOpenness, openness)
		s.add(FacetPlace, place)
		s.add(FacetStatus, status)
		if total.Valid && total.Int64 > s.total.Int64 {
			s.total = total
		}
		more, fits := sum.Plus(bakeoff.PicoUSD(cost.Int64))
		sum, all = more, all && cost.Valid && fits
		s.cost = sql.NullInt64{Int64: int64(sum), Valid: true}
	}
	s.cost.Valid = s.cost.Valid && all
	for n := 1; n <= best; n++ {
		s.add(facetStars, string(rune('0'+n)))
	}
	return found.Err()
}
