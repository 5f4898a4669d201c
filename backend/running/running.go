// Package running says what a local run cost in power, or in hours of the machine, from what the user told about both. It
// is pure. The figure stands beside the costs and never in them: it is not in bakeoff.Cost, in no sum of spending, under no
// cap and in no ranking, since it is only as good as two numbers that the user typed, as they are today.
package running

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"
)

// Setting is what the user told about this machine: power and tariff, or an hourly rate. The zero value is nothing.
type Setting struct {
	Milliwatts int64           `json:"milliwatts,omitempty"` // while answering
	KWh        bakeoff.PicoUSD `json:"kwh_pusd,omitempty"`   // the price of a kilowatt-hour, pico-dollars
	Hourly     bakeoff.PicoUSD `json:"hourly_pusd,omitempty"`
}

// Power reads watts and dollars per kilowatt-hour, both exact decimals above zero.
func Power(watts, kwh string) (Setting, error) {
	mw, err := milliwatts(watts)
	if err != nil || mw <= 0 {
		return Setting{}, invalid("The watts are no number above zero. Write them as 350, with three decimals at most.", err)
	}
	price, err := bakeoff.ParseUSD(kwh)
	if err != nil || price <= 0 {
		return Setting{}, invalid("The price of a kilowatt-hour is no amount of US dollars above zero. Write it as 0.30.", err)
	}
	return Setting{Milliwatts: mw, KWh: price}, nil
}

// ByHour reads dollars an hour, an exact decimal above zero.
func ByHour(usd string) (Setting, error) {
	rate, err := bakeoff.ParseUSD(usd)
	if err != nil || rate <= 0 {
		return Setting{}, invalid("The hourly rate is no amount of US dollars above zero. Write it as 0.50.", err)
	}
	return Setting{Hourly: rate}, nil
}

func invalid(message string, err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: message, Err: err}
}

func milliwatts(s string) (int64, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.Trim(whole+fraction, "0123456789") != "" || whole+fraction == "" || len(fraction) > 3 {
		return 0, fmt.Errorf("no watts: %q", s)
	}
	return strconv.ParseInt(whole+fraction+strings.Repeat("0", 3-len(fraction)), 10, 64)
}

// Watts returns the exact decimal number of watts: "350", "12.5".
func (s Setting) Watts() string {
	text := fmt.Sprintf("%d.%03d", s.Milliwatts/1000, s.Milliwatts%1000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// None reports whether there is nothing to count with.
func (s Setting) None() bool { return s.Hourly <= 0 && (s.Milliwatts <= 0 || s.KWh <= 0) }

// String says the setting in words: "350 W and $0.30 a kWh", "$0.50 an hour", "none".
func (s Setting) String() string {
	switch {
	case s.None():
		return "none"
	case s.Hourly > 0:
		return tariff(s.Hourly) + " an hour"
	}
	return s.Watts() + " W and " + tariff(s.KWh) + " a kWh"
}

// tariff is the exact amount, with cents at least.
func tariff(a bakeoff.PicoUSD) string {
	whole, fraction, _ := strings.Cut(a.String(), ".")
	return "$" + whole + "." + fraction + strings.Repeat("0", max(2-len(fraction), 0))
}

// Figure is what one run cost to run.
type Figure struct {
	Amount bakeoff.PicoUSD // rounded to a pico-dollar, half up
	AtMost bool            // the machine was shared meanwhile: the true figure may be lower
	Active time.Duration   // the span that is counted: from send to end, load included
	Basis  string          // one or two sentences: what it was made of
}

// Text is the amount for the eye: "$0.000286", "≤ $0.0012".
func (f Figure) Text() string {
	text := figure.Money(bakeoff.Cost{Amount: f.Amount, Source: bakeoff.CostComputed})
	if f.AtMost {
		return "≤ " + text
	}
	return text
}

// Of returns what r cost to run. Only a run of a local model that was sent and has ended has such a figure.
func Of(r bakeoff.Run, s Setting) (Figure, bool) {
	if s.None() || r.Place != bakeoff.PlaceLocal || !r.Status.Ended() || !r.Timing.Total.Known {
		return Figure{}, false
	}
	f := Figure{Active: r.Timing.Total.D, AtMost: r.Timing.Contended}
	var fits bool
	if f.Amount, fits = s.during(f.Active); !fits {
		return Figure{}, false
	}
	f.Basis = fmt.Sprintf("From send to end, load included: %s at %s; with the setting of today.", figure.Seconds(r.Timing.Total), s)
	if f.AtMost {
		f.Basis += " Other runs shared the machine and their times overlap: an upper bound."
	}
	return f, true
}

// All returns the figures of a comparison's runs, by run id: none while it is blind, and none of an imported one, whose
// machine was another.
func All(c bakeoff.Comparison, s Setting) map[string]Figure {
	out := make(map[string]Figure)
	if c.Blind() || c.Imported != nil {
		return out
	}
	for _, r := range c.Runs {
		if f, ok := Of(r, s); ok {
			out[r.ID] = f
		}
	}
	return out
}

// during is exact up to the last rounding: nanoseconds × rate, over the nanoseconds of an hour.
func (s Setting) during(d time.Duration) (bakeoff.PicoUSD, bool) {
	amount, unit := big.NewInt(int64(d)), big.NewInt(int64(time.Hour))
	if s.Hourly > 0 {
		amount.Mul(amount, big.NewInt(int64(s.Hourly)))
	} else {
		const milliwattsInKilowatt = 1_000_000
		amount.Mul(amount, big.NewInt(s.Milliwatts)).Mul(amount, big.NewInt(int64(s.KWh)))
		unit.Mul(unit, big.NewInt(milliwattsInKilowatt))
	}
	half := new(big.Int).Rsh(unit, 1)
	amount.Add(amount, half).Quo(amount, unit)
	return bakeoff.PicoUSD(amount.Int64()), amount.IsInt64()
}
