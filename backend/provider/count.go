package provider

import (
	"encoding/json"
	"math"
	"strconv"

	"bakeoff/backend/bakeoff"
)

// ReadCount reads a number of tokens as it stands in a reply. Services write 12 and also 12.0; what is missing, null,
// negative, broken, a fraction or absurdly large is absent, never zero.
func ReadCount(raw json.RawMessage) bakeoff.Count {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return bakeoff.ReportedCount(n)
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return bakeoff.Count{}
	}
	return bakeoff.ReportedCount(int64(f))
}
