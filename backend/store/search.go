package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// How a page is found. Every filter and the index of words can tell how many comparisons it leaves, up to a few. Where one
// leaves no more than that, these are looked up and sorted: any sort, any other filter. Where all leave more, the page
// is near: the order asked for is walked, along the rarest facet when it is one of time, and what does not fit is passed
// over. Texts decide last, by reading them, since a query means more than its words; that also gives the snippet. A
// search stops after patience and says where it goes on.

const (
	defaultLimit = 50
	maxLimit     = 500
	fewAtMost    = 2000
	manyMarked   = 256 // marked comparisons that a search looks up besides the index; with more it walks
	patience     = 60 * time.Millisecond
)

// Search returns a page of the comparisons that q asks for.
func (s *Store) Search(ctx context.Context, q Query) (page Page, err error) {
	limit := min(q.Limit, maxLimit)
	if limit <= 0 {
		limit = defaultLimit
	}
	matcher := newMatcher(q.Text)
	order, start, err := parseCursor(q, matcher != nil)
	if err != nil {
		return Page{}, err
	}
	err = s.view(ctx, "search the history", func(tx *sql.Tx) error {
		e := &search{tx: tx, matcher: matcher, order: order, at: start, few: s.few, until: time.Now().Add(patience), total: -1}
		if q.Sort == Relevance && matcher != nil {
			page, err = e.ranked(ctx, q, limit)
		} else {
			page, err = e.page(ctx, q, limit)
		}
		if err == nil {
			page.Left, err = howMany(ctx, tx, countLeft)
		}
		return err
	})
	return page, err
}

const countLeft = `SELECT count(*) FROM listing WHERE summed = -1`

func howMany(ctx context.Context, q querier, query string, args ...any) (n int64, err error) {
	err = q.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

// order is how the listing is walked.
type order struct {
	name   string // as in a cursor
	column string // of listing
	up     bool
}

var orders = map[Sort]order{
	"": {"n", "started_at", false}, Newest: {"n", "started_at", false}, Relevance: {"n", "started_at", false},
	Oldest: {"o", "started_at", true}, Costliest: {"c", "cost_pusd", false}, Slowest: {"t", "total_ns", false},
}

// by is the SQL of the order; beyond compares a row with the place that a cursor tells.
func (o order) by(table string) string {
	if o.up {
		return fmt.Sprintf(`%[1]s.%[2]s, %[1]s.num`, table, o.column)
	}
	return fmt.Sprintf(`%[1]s.%[2]s DESC, %[1]s.num DESC`, table, o.column)
}

func (o order) beyond(table string) string {
	sign := "<"
	if o.up {
		sign = ">"
	}
	return fmt.Sprintf(`(%[1]s.%[2]s, %[1]s.num) %[3]s (?, ?)`, table, o.column, sign)
}

// place is a place in an order: behind the row with this key and number.
type place struct {
	key, num int64
	skip     int // of the ranked rows of this window, those that were shown
	size     int // of the ranked window; 0 when it is not known yet
}

func errCursor(err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This page of the history cannot be found. Open the history again.", Err: err}
}

// parseCursor returns the order of a query and where its page begins.
func parseCursor(q Query, text bool) (order, place, error) {
	o, known := orders[q.Sort]
	if !known {
		return o, place{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The history cannot be sorted that way. Sort by newest, oldest, cost, slowest or relevance."}
	}
	if q.Sort == Relevance && text {
		o.name = "r"
	}
	if q.Cursor == "" {
		return o, o.start(q), nil
	}
	parts := strings.Split(q.Cursor, ".")
	if len(parts) != 5 || parts[0] != o.name {
		return o, place{}, errCursor(nil)
	}
	var n [4]int64
	var errs []error
	for i, part := range parts[1:] {
		var err error
		n[i], err = strconv.ParseInt(part, 10, 64)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil || n[2] < 0 || n[3] < 0 || n[2] > maxLimit || n[3] > maxLimit {
		return o, place{}, errCursor(err)
	}
	return o, place{n[0], n[1], int(n[2]), int(n[3])}, nil
}

func (o order) cursor(p place) string {
	return fmt.Sprintf("%s.%d.%d.%d.%d", o.name, p.key, p.num, p.skip, p.size)
}

// start is the place before everything, or before the first row that the bounds of time or cost let pass.
func (o order) start(q Query) place {
	switch {
	case o.up && !q.From.IsZero():
		return place{key: q.From.UnixMilli(), num: math.MinInt64}
	case o.up:
		return place{key: math.MinInt64}
	case o.column == "started_at" && !q.To.IsZero():
		return place{key: q.To.UnixMilli(), num: math.MinInt64}
	case o.column == "cost_pusd" && q.MaxCost != nil:
		return place{key: int64(*q.MaxCost), num: math.MaxInt64}
	}
	return place{key: math.MaxInt64, num: math.MaxInt64}
}

// search is one search on its way.
type search struct {
	tx      *sql.Tx
	matcher *matcher // nil without a text
	order   order
	at      place
	few     int64 // see the remark at the top
	until   time.Time
	total   int64

	filters []filter
	words   wordPlan
}

// candidate is a comparison that may be on the page.
type candidate struct {
	num, key int64
	match    match
	fits     bool
}

// page returns up to limit rows from where the search stands.
func (e *search) page(ctx context.Context, q Query, limit int) (Page, error) {
	hits, more, err := e.collect(ctx, q, limit)
	if err != nil {
		return Page{}, err
	}
	page := Page{Total: e.total}
	if more {
		page.Next = e.order.cursor(e.at)
	}
	page.Rows, err = e.rows(ctx, hits)
	return page, err
}

// window is how many matches are ranked at once: the best of the newest so many come first, then those of the next.
const window = 200

// ranked returns a page of the best matches.
func (e *search) ranked(ctx context.Context, q Query, limit int) (Page, error) {
	begin, size := e.at, window
	if begin.size > 0 { // the same window as on the page before
		size, e.until = begin.size, e.until.Add(time.Second)
	}
	hits, more, err := e.collect(ctx, q, size)
	if err != nil {
		return Page{}, err
	}
	if begin.size == 0 && len(hits) > 0 { // what is added later is before the window, not in it
		begin = place{key: hits[0].key, num: hits[0].num + 1}
	}
	slices.SortStableFunc(hits, func(a, b candidate) int { return cmp.Compare(b.match.score, a.match.score) })
	from := min(begin.skip, len(hits))
	to := min(from+limit, len(hits))
	page := Page{Total: e.total}
	switch {
	case to < len(hits):
		page.Next = e.order.cursor(place{begin.key, begin.num, to, len(hits)})
	case more:
		page.Next = e.order.cursor(place{key: e.at.key, num: e.at.num})
	}
	page.Rows, err = e.rows(ctx, hits[from:to])
	return page, err
}

// readAtOnce is how many comparisons' texts are in memory at the same time.
const readAtOnce = 24

// collect finds up to limit candidates that fit in every way and moves the search behind the last one, or behind
// everything that was looked at. more is true when there may be others.
func (e *search) collect(ctx context.Context, q Query, limit int) (hits []candidate, more bool, err error) {
	some, err := e.addFilters(ctx, q)
	if err != nil || !some {
		e.total = 0
		return nil, false, err
	}
	if e.matcher != nil {
		if err := e.addText(ctx); err != nil {
			return nil, false, err
		}
	}
	source, err := e.source(ctx, q, limit)
	if err != nil {
		return nil, false, err
	}
	size := limit + 1
	if e.matcher != nil {
		size = max(size, 256)
	}
	for ; ; size = min(2*size, fewAtMost) {
		chunk, end, err := source.next(ctx, size)
		if err != nil {
			return nil, false, err
		}
		full, err := e.take(ctx, chunk, limit, &hits)
		if err != nil || full {
			return hits, true, err
		}
		if end {
			return hits, false, nil
		}
		if len(hits) < limit {
			e.at = source.place()
		}
		if len(hits) == limit || e.late() {
			return hits, true, nil
		}
	}
}

// take adds to hits those of a chunk that fit. full is true when it stopped before the end of the chunk, because limit
// was reached or because it took too long; the search then stands where to go on.
func (e *search) take(ctx context.Context, chunk []candidate, limit int, hits *[]candidate) (full bool, err error) {
	for batch := range slices.Chunk(chunk, readAtOnce) {
		if e.matcher != nil && (len(*hits) == limit || e.late()) {
			return true, nil
		}
		fit, err := e.withSets(ctx, batch)
		if err == nil {
			err = e.read(ctx, fit)
		}
		if err != nil {
			return false, err
		}
		for _, c := range fit {
			switch {
			case !c.fits:
			case len(*hits) == limit:
				return true, nil
			default:
				*hits, e.at = append(*hits, c), place{key: c.key, num: c.num}
			}
		}
		if last := batch[len(batch)-1]; len(*hits) < limit {
			e.at = place{key: last.key, num: last.num}
		}
	}
	return false, nil
}

func (e *search) late() bool { return time.Now().After(e.until) }

// read decides by their texts which candidates fit.
func (e *search) read(ctx context.Context, batch []candidate) error {
	if e.matcher == nil {
		for i := range batch {
			batch[i].fits = true
		}
		return nil
	}
	nums := make([]int64, len(batch))
	for i, c := range batch {
		nums[i] = c.num
	}
	texts, err := documentsOf(ctx, e.tx, nums)
	if err != nil {
		return err
	}
	for i := range batch {
		batch[i].match, batch[i].fits = e.matcher.match(texts[batch[i].num])
	}
	return nil
}
