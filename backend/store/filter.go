package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// filter is one condition on a row of the listing.
type filter struct {
	condition string // with %[1]s for the table; that of a facet needs only num and started_at
	args      []any
	nums      string // SQL of the numbers of the rows that fit, with the arguments numArgs
	numArgs   []any
	size      int64 // how many fit; those of ranges are counted only so far that a choice can be made
	isFacet   bool  // rather than a range
	facet     int64 // when it is one facet
	place     int   // among the filters, from 1
}

const (
	selectFacet = `SELECT id, n FROM facet WHERE kind = ? AND value IN (SELECT value FROM json_each(?))`
	hasFacet    = `EXISTS (SELECT 1 FROM facet_of o WHERE o.facet IN (SELECT value FROM json_each(?)) AND o.started_at = %[1]s.started_at AND o.num = %[1]s.num)`
	hasOneFacet = `EXISTS (SELECT 1 FROM facet_of o WHERE o.facet = ? AND o.started_at = %[1]s.started_at AND o.num = %[1]s.num)`
	numsOfFacet = `SELECT num FROM facet_of WHERE facet IN (SELECT value FROM json_each(?))`
)

// addFilters resolves what a query asks for besides its text. some is false when nothing can fit.
func (e *search) addFilters(ctx context.Context, q Query) (some bool, err error) {
	stars := ""
	if q.MinStars > 0 {
		stars = fmt.Sprint(q.MinStars)
	}
	favourite := ""
	if q.Favourite {
		favourite = yes
	}
	for _, f := range []struct {
		kind   string
		values []string
	}{
		{FacetModel, q.Models}, {FacetProvider, q.Providers}, {FacetOpenness, q.Openness}, {FacetPlace, q.Places},
		{FacetStatus, q.Status}, {FacetTag, q.Tags}, {FacetCategory, one(q.Category)}, {FacetVerdict, one(q.Verdict)},
		{facetStars, one(stars)}, {facetFavourite, one(favourite)}, {facetRelation, one(q.Relation)},
	} {
		if len(f.values) == 0 {
			continue
		}
		if some, err := e.addFacet(ctx, f.kind, f.values); err != nil || !some {
			return false, err
		}
	}
	if q.SetID != "" {
		if err := e.addSet(ctx, q.SetID); err != nil {
			return false, err
		}
	}
	return true, e.addRanges(ctx, q)
}

const (
	inSet     = `EXISTS (SELECT 1 FROM set_row r WHERE r.comparison_id = %[1]s.comparison_id AND r.set_id = ?)`
	numsOfSet = `SELECT l.num FROM set_row r JOIN listing l ON l.comparison_id = r.comparison_id WHERE l.shown = 1 AND r.set_id = ?`
)

// addSet keeps the comparisons of a prompt set.
func (e *search) addSet(ctx context.Context, id string) (err error) {
	f := filter{condition: inSet, args: []any{id}, nums: numsOfSet, numArgs: []any{id}, place: len(e.filters) + 1}
	f.size, err = howMany(ctx, e.tx, `SELECT count(*) FROM (`+numsOfSet+`)`, id)
	e.filters = append(e.filters, f)
	return err
}

func one(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func (e *search) addFacet(ctx context.Context, kind string, values []string) (some bool, err error) {
	list, err := toJSON(values)
	if err != nil {
		return false, err
	}
	ids, size, err := facetIDs(ctx, e.tx, kind, list)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	all, err := toJSON(ids)
	if err != nil {
		return false, err
	}
	f := filter{condition: hasFacet, args: []any{all}, nums: numsOfFacet, numArgs: []any{all}, size: size, isFacet: true, place: len(e.filters) + 1}
	if len(ids) == 1 {
		f.condition, f.args, f.facet = hasOneFacet, []any{ids[0]}, ids[0]
	}
	e.filters = append(e.filters, f)
	return true, nil
}

func facetIDs(ctx context.Context, q querier, kind, values string) (ids []int64, size int64, err error) {
	found, err := q.QueryContext(ctx, selectFacet, kind, values)
	if err != nil {
		return nil, 0, err
	}
	defer found.Close()
	for found.Next() {
		var id, n int64
		if err := found.Scan(&id, &n); err != nil {
			return nil, 0, err
		}
		ids, size = append(ids, id), size+n
	}
	return ids, size, found.Err()
}

// addRanges adds the bounds of time and cost.
func (e *search) addRanges(ctx context.Context, q Query) error {
	var time, cost bounds
	if !q.From.IsZero() {
		time.add(`%[1]s.started_at >= ?`, q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		time.add(`%[1]s.started_at < ?`, q.To.UnixMilli())
	}
	if q.MinCost != nil {
		cost.add(`%[1]s.cost_pusd >= ?`, int64(*q.MinCost))
	}
	if q.MaxCost != nil {
		cost.add(`%[1]s.cost_pusd <= ?`, int64(*q.MaxCost))
	}
	return errors.Join(e.addRange(ctx, time, "1"), e.addRange(ctx, cost, "l.cost_pusd IS NOT NULL"))
}

type bounds struct {
	conditions []string
	args       []any
}

func (b *bounds) add(condition string, arg any) {
	b.conditions, b.args = append(b.conditions, condition), append(b.args, arg)
}

// on is the condition on a row of a table.
func (f filter) on(table string) string { return fmt.Sprintf(f.condition, table) }

// addRange adds one range. partial is what its index requires.
func (e *search) addRange(ctx context.Context, b bounds, partial string) error {
	if len(b.args) == 0 {
		return nil
	}
	f := filter{condition: strings.Join(b.conditions, " AND "), args: b.args, numArgs: b.args, place: len(e.filters) + 1}
	f.nums = `SELECT l.num FROM listing l WHERE l.shown = 1 AND ` + partial + ` AND ` + f.on("l")
	var err error
	f.size, err = howMany(ctx, e.tx, fmt.Sprintf(`SELECT count(*) FROM (%s LIMIT %d)`, f.nums, 4*e.few+1), f.numArgs...)
	e.filters = append(e.filters, f)
	return err
}

// source yields candidates in the order of the search.
type source interface {
	// next returns the candidates among the next size rows, or so; end is true after the last.
	next(ctx context.Context, size int) (some []candidate, end bool, err error)
	// place is behind everything that next has looked at.
	place() place
}

// source chooses the way to the page: see the remark at the top of search.go.
func (e *search) source(ctx context.Context, q Query, limit int) (source, error) {
	rarest := slices.Clone(e.filters)
	slices.SortStableFunc(rarest, func(a, b filter) int { return int(a.size - b.size) })
	if e.words.usable && (len(rarest) == 0 || e.words.size < rarest[0].size) {
		nums, err := toJSON(e.words.nums)
		if err != nil {
			return nil, err
		}
		return e.lookup(ctx, filter{nums: numsGiven, numArgs: []any{nums}})
	}
	onlyFacet := e.matcher == nil && len(rarest) == 1 && rarest[0].facet != 0 && e.order.column == "started_at" // its index has the order
	few := e.few
	if e.matcher == nil { // no text to read; and with more filters a walk passes over more
		few *= min(2*int64(len(rarest)), 4)
	}
	if len(rarest) > 0 && rarest[0].size <= few && !onlyFacet {
		if e.matcher == nil {
			return e.lookupPage(ctx, rarest[0], q.Cursor == "", limit)
		}
		return e.lookup(ctx, rarest[0])
	}
	w := &walk{search: e, from: `listing w WHERE w.shown = 1`, at: e.at, filters: e.filters}
	if e.order.column != "started_at" {
		w.from += ` AND w.` + e.order.column + ` IS NOT NULL`
	} else if i := slices.IndexFunc(rarest, func(f filter) bool { return f.facet != 0 }); i >= 0 {
		w.from, w.fromArgs = `facet_of w WHERE w.facet = ?`, []any{rarest[i].facet}
		w.filters = slices.DeleteFunc(slices.Clone(e.filters), func(f filter) bool { return f.facet == rarest[i].facet })
	}
	w.bound(q)
	if e.matcher == nil && len(e.filters) <= 1 {
		return w, e.countAll(ctx)
	}
	return w, nil
}

const countShown = `SELECT ifnull((SELECT n FROM facet WHERE kind = '` + facetAll + `'), 0)`

// countAll counts what a walk with at most one filter finds, where that is known without looking.
func (e *search) countAll(ctx context.Context) (err error) {
	switch {
	case e.order.column != "started_at":
	case len(e.filters) == 0:
		e.total, err = howMany(ctx, e.tx, countShown)
	case e.filters[0].facet != 0:
		e.total = e.filters[0].size
	}
	return err
}

// lookup is a source of few rows, all at hand.
type lookup struct {
	rows []candidate
	at   place
}

func (l *lookup) place() place { return l.at }

func (l *lookup) next(_ context.Context, size int) ([]candidate, bool, error) {
	some := l.rows[:min(size, len(l.rows))]
	l.rows = l.rows[len(some):]
	if len(some) > 0 {
		last := some[len(some)-1]
		l.at = place{key: last.key, num: last.num}
	}
	return some, len(l.rows) == 0, nil
}

// lookup reads the rows of one filter that fit all others, too.
func (e *search) lookup(ctx context.Context, f filter) (*lookup, error) {
	from, args := e.among(f)
	rows, _, err := e.candidates(ctx, `SELECT l.num, l.`+e.order.column+`, 1`+from+` ORDER BY `+e.order.by("l"), args...)
	if e.matcher == nil || e.words.exact && len(e.words.marked)+len(e.words.sets) == 0 {
		e.total = int64(len(rows))
	}
	rest := slices.DeleteFunc(rows, func(c candidate) bool { return !e.order.after(e.at, c) })
	return &lookup{rows: rest, at: e.at}, err
}

// among is the SQL of the rows of one filter that fit all others, too.
func (e *search) among(one filter) (string, []any) {
	others := slices.DeleteFunc(slices.Clone(e.filters), func(f filter) bool { return f.place == one.place })
	slices.SortStableFunc(others, func(a, b filter) int { return cmp.Compare(a.size, b.size) })
	nums, args := one.nums, slices.Clone(one.numArgs)
	if one.facet != 0 { // its rows tell the other facets, so that only what has them all is looked up in the listing
		nums, args = `SELECT num FROM facet_of w WHERE facet = ?`, []any{one.facet}
		others = slices.DeleteFunc(others, func(f filter) bool {
			if f.isFacet {
				nums, args = nums+` AND `+f.on("w"), append(args, f.args...)
			}
			return f.isFacet
		})
		nums += ` LIMIT -1` // or SQLite would look up the listing first
	}
	from := ` FROM listing l WHERE l.num IN (` + nums + `) AND l.shown = 1 AND l.` + e.order.column + ` IS NOT NULL`
	for _, f := range others {
		from, args = from+` AND `+f.on("l"), append(args, f.args...)
	}
	return from, args
}

// lookupPage is lookup for a query without a text: only the rows of the page are brought out of the database. The first
// page also counts them all.
func (e *search) lookupPage(ctx context.Context, f filter, first bool, limit int) (*lookup, error) {
	from, args := e.among(f)
	count := `-1`
	if first {
		count = `(SELECT count(*) FROM fit)`
	}
	found, err := e.tx.QueryContext(ctx, fmt.Sprintf(`WITH fit AS MATERIALIZED (SELECT l.num, l.%[1]s%[2]s)
		SELECT num, %[1]s, %[3]s FROM fit WHERE %[4]s ORDER BY %[5]s LIMIT ?`, e.order.column, from, count, e.order.beyond("fit"), e.order.by("fit")),
		append(args, e.at.key, e.at.num, limit+1)...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	if first {
		e.total = 0 // unless a row says otherwise
	}
	page := &lookup{at: e.at}
	for found.Next() {
		var c candidate
		if err := found.Scan(&c.num, &c.key, &e.total); err != nil {
			return nil, err
		}
		page.rows = append(page.rows, c)
	}
	return page, found.Err()
}

// after reports whether c comes behind a place.
func (o order) after(p place, c candidate) bool {
	if o.up {
		return c.key > p.key || c.key == p.key && c.num > p.num
	}
	return c.key < p.key || c.key == p.key && c.num < p.num
}

// candidates reads number, key, and whether the row fits; last is where the rows end, fitting or not.
func (e *search) candidates(ctx context.Context, query string, args ...any) (rows []candidate, last candidate, err error) {
	found, err := e.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, last, err
	}
	defer found.Close()
	n := 0
	for found.Next() {
		var fits bool
		if err := found.Scan(&last.num, &last.key, &fits); err != nil {
			return nil, last, err
		}
		if n++; fits {
			rows = append(rows, last)
		}
	}
	last.fits = n > 0 // whether there was one at all
	return rows, last, found.Err()
}

// walk is a source that goes along an index.
type walk struct {
	*search
	from     string // table w and its condition
	fromArgs []any
	filters  []filter // to be looked at in every row
	at       place
}

func (w *walk) place() place { return w.at }

// bound ends the walk where the bound of time or cost on its other side is; its beginning is in the first place.
func (w *walk) bound(q Query) {
	add := func(condition string, arg any) {
		w.from += ` AND w.` + w.order.column + condition
		w.fromArgs = append(w.fromArgs, arg)
	}
	switch {
	case w.order.column == "started_at" && !w.order.up && !q.From.IsZero():
		add(` >= ?`, q.From.UnixMilli())
	case w.order.column == "started_at" && w.order.up && !q.To.IsZero():
		add(` < ?`, q.To.UnixMilli())
	case w.order.column == "cost_pusd" && q.MinCost != nil:
		add(` >= ?`, int64(*q.MinCost))
	}
}

func (w *walk) next(ctx context.Context, size int) ([]candidate, bool, error) {
	conditions, args := []string{"1"}, []any{}
	for _, f := range w.filters {
		conditions, args = append(conditions, f.on("l")), append(args, f.args...)
	}
	query := fmt.Sprintf(`SELECT l.num, l.%[1]s, ifnull(%[2]s, 0) FROM (SELECT w.num FROM %[3]s AND %[4]s ORDER BY %[5]s LIMIT ?) p
		CROSS JOIN listing l ON l.num = p.num ORDER BY %[6]s`,
		w.order.column, strings.Join(conditions, ` AND `), w.from, w.order.beyond("w"), w.order.by("w"), w.order.by("l"))
	args = append(append(args, w.fromArgs...), w.at.key, w.at.num, size)
	rows, last, err := w.candidates(ctx, query, args...)
	if err != nil || !last.fits {
		return nil, true, err
	}
	w.at = place{key: last.key, num: last.num}
	rows, err = w.withWords(ctx, rows)
	return rows, false, err
}

const (
	wordedBetween = `SELECT rowid FROM word_of WHERE word_of MATCH ? AND rowid BETWEEN ? AND ?`
	markedBetween = `SELECT num FROM listing WHERE worded = 0 AND num BETWEEN ? AND ?`
)

// withWords leaves out the rows that the index of words rules out, where asking it is quicker than reading the texts.
func (w *walk) withWords(ctx context.Context, rows []candidate) ([]candidate, error) {
	if w.matcher == nil || w.words.match == "" && !w.words.none || len(rows) == 0 {
		return rows, nil
	}
	lo, hi := rows[0].num, rows[0].num
	for _, c := range rows {
		lo, hi = min(lo, c.num), max(hi, c.num)
	}
	if hi-lo > 16*fewAtMost && !w.words.none {
		return rows, nil
	}
	in := make(map[int64]bool)
	marked, err := numbers(ctx, w.tx, markedBetween, lo, hi)
	if err != nil {
		return nil, err
	}
	var worded []int64
	if !w.words.none {
		if worded, err = numbers(ctx, w.tx, wordedBetween, w.words.match, lo, hi); err != nil {
			return nil, err
		}
	}
	for _, num := range slices.Concat(marked, worded) {
		in[num] = true
	}
	return slices.DeleteFunc(rows, func(c candidate) bool { return !in[c.num] }), nil
}

const selectFacets = `SELECT kind, value, n FROM facet WHERE n > 0 AND kind IN ('` + FacetModel + `', '` + FacetProvider + `', '` + FacetOpenness + `', '` +
	FacetPlace + `', '` + FacetTag + `', '` + FacetCategory + `', '` + FacetStatus + `', '` + FacetVerdict + `') ORDER BY kind, n DESC, value`

// Facets returns what the filters can choose from.
func (s *Store) Facets(ctx context.Context) (Facets, error) {
	all := Facets{}
	err := s.view(ctx, "read what filters choose from", func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, selectFacets)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var kind string
			var f Facet
			if err := found.Scan(&kind, &f.Value, &f.Count); err != nil {
				return err
			}
			all[kind] = append(all[kind], f)
		}
		return found.Err()
	})
	return all, err
}
