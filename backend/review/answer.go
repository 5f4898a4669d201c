package review

import "bakeoff/backend/bakeoff"

// ByLetter returns the answer of the newest attempt that a letter stands for: that of the look while c is blind, else
// that of the lineup's seat. A blind comparison gives none before all are there.
func ByLetter(c bakeoff.Comparison, letter string) (string, error) {
	for _, r := range Shown(Veil(c)) {
		if Letter(r.Seat) != letter {
			continue
		}
		if !r.Status.Ended() || c.Blind() && !allEnded(Shown(c)) {
			return "", invalid("That model is still answering. Wait for it, then compare.")
		}
		return r.Answer, nil
	}
	return "", &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "No answer of that comparison has this letter. `bakeoff show` lists them."}
}
