package wiring

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/budget"
	"bakeoff/backend/catalog"
	"bakeoff/backend/provider"
	"bakeoff/backend/store"
)

// capsSetting is where the user's caps are kept, as JSON.
const capsSetting = "budget.caps"

// Budget estimates comparisons and holds the user's caps. It implements compare.Budget.
type Budget struct {
	store   *store.Store
	catalog *catalog.Catalog
	now     func() time.Time
	live    func() []bakeoff.Comparison // those that go on
}

// Caps returns the user's caps.
func (b *Budget) Caps(ctx context.Context) (caps budget.Caps, err error) {
	text, found, err := b.store.Setting(ctx, capsSetting)
	if err != nil || !found {
		return caps, err
	}
	if err := json.Unmarshal([]byte(text), &caps); err != nil {
		return caps, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The caps on spending cannot be read. Set them again with `bakeoff budget`.", Err: err}
	}
	return caps, nil
}

// SetCaps keeps caps; 0 takes one away.
func (b *Budget) SetCaps(ctx context.Context, caps budget.Caps) error {
	if caps.Run < 0 || caps.Day < 0 || caps.Month < 0 {
		return invalid("A cap is negative. Give an amount in dollars, or 0 for none.")
	}
	text, err := json.Marshal(caps)
	if err != nil {
		return err
	}
	return b.store.SetSetting(ctx, capsSetting, string(text))
}

// Spent returns what was spent since the day and since the month began, by this computer's calendar. Comparisons that are
// still blind are counted after the reveal.
func (b *Budget) Spent(ctx context.Context) (budget.Spent, error) { return b.spent(ctx, true) }

func (b *Budget) spent(ctx context.Context, shown bool) (s budget.Spent, err error) {
	day, month := beginnings(b.now())
	if s.Day, err = b.store.SpentSince(ctx, day, shown); err != nil {
		return s, err
	}
	s.Month, err = b.store.SpentSince(ctx, month, shown)
	return s, err
}

// SpentByModel returns this month's spending by model, the dearest first.
func (b *Budget) SpentByModel(ctx context.Context) ([]store.Spend, error) {
	_, month := beginnings(b.now())
	return b.store.SpentBetween(ctx, month, month.AddDate(0, 1, 0))
}

func beginnings(now time.Time) (day, month time.Time) {
	y, m, d := now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, now.Location()), time.Date(y, m, 1, 0, 0, 0, 0, now.Location())
}

// Estimate says what each run of a comparison may cost; runs need their entry, seat and place.
func (b *Budget) Estimate(ctx context.Context, c bakeoff.Comparison, runs []bakeoff.Run) ([]budget.Estimate, error) {
	return b.estimate(ctx, c, runs, b.store.UsualOutput)
}

// lengths says how long the answers of a model usually are, in tokens; 0: nobody knows.
type lengths func(ctx context.Context, endpoint, model string) (int64, error)

func (b *Budget) estimate(ctx context.Context, c bakeoff.Comparison, runs []bakeoff.Run, usualOutput lengths) ([]budget.Estimate, error) {
	var out []budget.Estimate
	for _, r := range runs {
		e := budget.Entry{Name: r.Entry.Endpoint + "/" + r.Entry.Model, Free: r.Place != bakeoff.PlaceCloud, Input: inputTokens(c, r.Seat)}
		if !e.Free {
			usual, err := usualOutput(ctx, r.Entry.Endpoint, r.Entry.Model)
			if err != nil {
				return nil, err
			}
			e.Usual = usual
		}
		if limit := r.Entry.Params.MaxTokens; limit != nil {
			e.Longest = int64(*limit)
		}
		e.Cost = func(u bakeoff.Usage) bakeoff.Cost {
			return b.catalog.Cost(r.Entry.Endpoint, r.Entry.Model, b.now(), u, nil)
		}
		out = append(out, budget.Of(e))
	}
	return out, nil
}

// inputTokens estimates what goes to a seat; negative when images make that impossible.
func inputTokens(c bakeoff.Comparison, seat int) int64 {
	prompts := []bakeoff.Prompt{c.Prompt}
	for _, turn := range c.EarlierOf(seat) {
		prompts = append(prompts, turn.Prompt())
	}
	if slices.ContainsFunc(prompts, func(p bakeoff.Prompt) bool { return len(provider.Images(p)) > 0 }) {
		return -1
	}
	return textTokens(c, seat)
}

// Admit implements compare.Budget.
func (b *Budget) Admit(ctx context.Context, c bakeoff.Comparison, runs []bakeoff.Run, confirmed bool) error {
	caps, err := b.Caps(ctx)
	if err != nil || caps == (budget.Caps{}) {
		return err
	}
	estimates, err := b.Estimate(ctx, c, runs)
	if err != nil {
		return err
	}
	spent, err := b.spent(ctx, false)
	if err != nil {
		return err
	}
	if err := b.expect(ctx, &spent); err != nil {
		return err
	}
	return caps.Check(entryNames(runs), estimates, spent, confirmed)
}

// expect adds what the runs that go on are expected to cost: several comparisons started at once share one cap.
func (b *Budget) expect(ctx context.Context, spent *budget.Spent) error {
	for _, c := range b.live() {
		going := slices.DeleteFunc(c.Runs, func(r bakeoff.Run) bool { return r.Status.Ended() })
		estimates, err := b.Estimate(ctx, c, going)
		if err != nil {
			return err
		}
		expected := budget.Sum(estimates).Expected
		spent.Day, spent.Month = spent.Day+expected, spent.Month+expected
	}
	return nil
}
