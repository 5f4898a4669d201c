package bakeoff

import "strconv"

// Thousands writes a count with a comma at each thousand. n is not negative.
func Thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
