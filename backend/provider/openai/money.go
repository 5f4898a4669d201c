package openai

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"bakeoff/backend/bakeoff"
)

// amount reads a decimal number of units as pico-dollars, where one unit is 10^scale of them. It never goes through a
// float: what is finer than a pico-dollar is rounded half to even, and exact is then false. ok is false for what is no
// number, negative, or too large.
func amount(raw json.RawMessage, scale int) (sum bakeoff.PicoUSD, exact, ok bool) {
	text := strings.Trim(string(raw), `"`)
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	power := 0
	if exponent != "" {
		var err error
		if power, err = strconv.Atoi(exponent); err != nil {
			return 0, false, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	power += scale - len(fraction)
	if digits == "" || len(digits) > 60 || power < -60 || power > 30 || strings.Trim(digits, "0123456789") != "" {
		return 0, false, false
	}
	n, _ := new(big.Int).SetString(digits, 10)
	exact = true
	if power >= 0 {
		n.Mul(n, pow10(power))
	} else {
		n, exact = halfEven(n, pow10(-power))
	}
	if !n.IsInt64() {
		return 0, false, false
	}
	return bakeoff.PicoUSD(n.Int64()), exact, true
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// halfEven returns n/by rounded half to even, and whether that was exact. Both are not negative.
func halfEven(n, by *big.Int) (*big.Int, bool) {
	q, r := new(big.Int).QuoRem(n, by, new(big.Int))
	up := new(big.Int).Lsh(r, 1).Cmp(by)
	if up > 0 || up == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q, r.Sign() == 0
}
