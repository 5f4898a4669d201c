package store

import (
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// child is the nth comparison, tied to a parent.
func child(n int, parent bakeoff.Comparison, relation bakeoff.Relation, thread string) bakeoff.Comparison {
	c := storetest.Comparison(n, 2)
	c.ParentID, c.Relation, c.ThreadID = parent.ID, relation, thread
	return c
}

func ids(rows []Row) (out []string) {
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func TestAFamilyIsFoundFromAnyMember(t *testing.T) {
	s := open(t, t.TempDir())
	first, stranger := storetest.Comparison(1, 2), storetest.Comparison(9, 2)
	second := child(2, first, bakeoff.FollowUp, first.ID)
	rerun := child(3, first, bakeoff.Rerun, "")
	third := child(4, second, bakeoff.FollowUp, first.ID)
	for _, c := range []bakeoff.Comparison{third, first, second, rerun, stranger} {
		must(t, s.InsertComparison(t.Context(), c))
	}
	thread := []string{first.ID, second.ID, third.ID}
	for _, test := range []struct {
		name     string
		of       bakeoff.Comparison
		parent   string
		children []string
		thread   []string
	}{
		{"the first", first, "", []string{second.ID, rerun.ID}, thread},
		{"one in the middle", second, first.ID, []string{third.ID}, thread},
		{"the last", third, second.ID, nil, thread},
		{"one that was run again", rerun, first.ID, nil, nil},
		{"a stranger", stranger, "", nil, nil},
	} {
		f, err := s.Family(t.Context(), test.of.ID)
		must(t, err)
		var parent string
		if f.Parent != nil {
			parent = f.Parent.ID
		}
		if diff := cmp.Diff([]any{test.parent, test.children, test.thread}, []any{parent, ids(f.Children), ids(f.Thread)}); diff != "" {
			t.Errorf("%s: want -, got +:\n%s", test.name, diff)
		}
	}
	f, err := s.Family(t.Context(), third.ID)
	must(t, err)
	if r := f.Thread[1]; r.ParentID != first.ID || r.Relation != "follow_up" || r.ThreadID != first.ID || len(r.Runs) != 2 || r.Prompt == "" {
		t.Errorf("got the row %+v", r)
	}
	must(t, s.Delete(t.Context(), second.ID))
	f, err = s.Family(t.Context(), third.ID)
	must(t, err)
	if diff := cmp.Diff([]string{first.ID, third.ID}, ids(f.Thread)); diff != "" || f.Parent != nil {
		t.Errorf("a deleted comparison is in the family: %s", diff)
	}
	if _, err := s.Family(t.Context(), second.ID); code(err) != bakeoff.CodeNotFound {
		t.Errorf("the family of a deleted comparison: got %v", err)
	}
}

// A conversation stays whole when what came before is deleted: its files too, until it goes itself.
func TestTurnsAndTheirFilesOutliveTheComparisonTheyCameFrom(t *testing.T) {
	s := open(t, t.TempDir())
	first := storetest.Full()
	next := child(2, first, bakeoff.FollowUp, first.ID)
	turn := bakeoff.Turn{User: first.Prompt.User, Answer: "Blue.", Attachments: first.Prompt.Attachments}
	next.Earlier = [][]bakeoff.Turn{nil, {turn, turn}}
	must(t, s.InsertComparison(t.Context(), first))
	must(t, s.InsertComparison(t.Context(), next))
	must(t, s.Delete(t.Context(), first.ID))
	must(t, s.PurgeDeleted(t.Context()))
	got, err := s.Comparison(t.Context(), next.ID)
	must(t, err)
	if diff := cmp.Diff(next.Earlier, got.Earlier); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	must(t, s.Delete(t.Context(), next.ID))
	must(t, s.PurgeDeleted(t.Context()))
	if turns, files := number(t, s, `SELECT count(*) FROM turn`), number(t, s, `SELECT count(*) FROM attachment`); turns+files != 0 {
		t.Errorf("%d turns and %d files are left of what is gone", turns, files)
	}
}
