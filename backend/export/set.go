package export

import (
	"strconv"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
)

// SetCSV is the table of a set: a row for each row, first its number and its cells, then of each model how it ended, its
// time, its cost, its stars and its answer. Of rows that are still blind nothing is told, and before the first vote no
// model is named. Cells are safe in a spreadsheet, as those of comparisons are.
func SetCSV(set bakeoff.PromptSet, lines []bakeoff.SetLine) []byte {
	named := !set.Blind
	for _, l := range lines {
		named = named || len(l.Cells) > 0
	}
	head := append([]string{"row"}, set.Columns...)
	head = append(head, "comparison_id", "state")
	for seat, e := range set.Lineup {
		name := review.Letter(seat)
		if named {
			name += " " + e.Endpoint + "/" + e.Model
		}
		for _, column := range []string{"status", "total_ms", "cost_usd", "stars", "answer"} {
			head = append(head, name+" "+column)
		}
	}
	var b strings.Builder
	b.WriteString("\ufeff" + row(head))
	for _, l := range lines {
		b.WriteString(row(lineCells(set, l)))
	}
	return []byte(b.String())
}

func lineCells(set bakeoff.PromptSet, l bakeoff.SetLine) []string {
	cells := append([]string{strconv.Itoa(l.Place + 1)}, l.Values...)
	cells = append(cells, l.ComparisonID, RowState(l))
	models := make([]string, 5*len(set.Lineup))
	for _, c := range l.Cells {
		if c.Seat < len(set.Lineup) {
			copy(models[5*c.Seat:], []string{string(c.Status), ms(c.Total), usd(c.Cost), whole(c.Stars), c.Answer})
		}
	}
	return append(cells, models...)
}

// RowState says in a word where a row of a set stands.
func RowState(l bakeoff.SetLine) string {
	switch {
	case l.ComparisonID == "":
		return "waiting"
	case l.Gone:
		return "deleted"
	case l.Blind:
		return "blind"
	case !l.Ended:
		return "unfinished"
	}
	return "asked"
}
