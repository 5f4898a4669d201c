package bakeoff

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// PicoUSD is money in pico-dollars: 1e-12 US dollar, an exact integer. 9.2 million dollars fit.
type PicoUSD int64

// USD is one US dollar.
const USD PicoUSD = 1_000_000_000_000

// MicroPerMillion is a price in micro-dollars (1e-6 USD) per million tokens, which is pico-dollars per token.
type MicroPerMillion int64

// Times returns n tokens at price p, exactly; ok is false when it does not fit or n is negative.
func (p MicroPerMillion) Times(n int64) (cost PicoUSD, ok bool) {
	if n < 0 || p < 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(n), uint64(p))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	return PicoUSD(lo), true
}

// Plus returns a+b; ok is false on overflow.
func (a PicoUSD) Plus(b PicoUSD) (sum PicoUSD, ok bool) {
	sum = a + b
	return sum, (sum > a) == (b > 0) || b == 0
}

// String returns the exact decimal number of dollars without trailing zeros: "0.0109", "3", "0.000000000001".
func (a PicoUSD) String() string {
	sign, u := "", uint64(a)
	if a < 0 {
		sign, u = "-", -u
	}
	whole, frac := u/uint64(USD), u%uint64(USD)
	if frac == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%012d", frac), "0")
}

// ParseUSD reads a plain decimal number of dollars, "0.05", exactly. What is negative, finer than a pico-dollar or too
// large is an error.
func ParseUSD(s string) (PicoUSD, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.Trim(whole+fraction, "0123456789") != "" || whole+fraction == "" || len(fraction) > 12 {
		return 0, fmt.Errorf("no amount of dollars: %q", s)
	}
	amount, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", 12-len(fraction)), 10, 64)
	return PicoUSD(amount), err
}

// CostSource says where a cost comes from.
type CostSource string

const (
	CostUnknown   CostSource = "unknown"   // no price known: shown as a dash
	CostReported  CostSource = "reported"  // the provider named the charge
	CostComputed  CostSource = "computed"  // reported tokens × a dated price
	CostEstimated CostSource = "estimated" // estimated tokens × a dated price
	CostFree      CostSource = "free"      // runs on this machine: the API fee is exactly 0
)

// Cost is what a run cost. The zero value is unknown.
type Cost struct {
	Amount      PicoUSD // meaningless when Source is CostUnknown or empty
	Source      CostSource
	AtLeast     bool   // the true cost may be higher: the run was stopped or its count is partial
	PriceDate   string // "2026-11-23"; empty unless a price was used
	PriceSource string // where the price stands; empty unless a price was used
	Note        string // why it is unknown, or what the figure leaves out
}

// Known reports whether there is an amount.
func (c Cost) Known() bool { return c.Source != "" && c.Source != CostUnknown }
