package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// anything sets every field of a value to something, so that a field which the format forgets is found.
func anything(v reflect.Value, r *rand.Rand) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_000 + r.Int64N(1e11)).UTC()))
		return
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		v.Set(reflect.ValueOf(json.RawMessage(fmt.Sprintf("{ \"n\": %d,\n\"x\":1e400}", r.IntN(1e6)))))
		return
	case v.Type() == reflect.TypeFor[error](), v.Type() == reflect.TypeFor[*bakeoff.Verdict](), v.Type() == reflect.TypeFor[*bakeoff.Import]():
		return // never stored; found again from the votes; set anew by each import
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d <b>&\"\n\x00\u2028 🎈 </script>", r.IntN(1e6)))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(1 + r.Int64N(1<<31-1))
	case reflect.Float64:
		v.SetFloat(r.Float64() + 1e-9)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(r.IntN(256)))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		anything(v.Elem(), r)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			anything(v.Index(i), r)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			anything(key, r)
			anything(value, r)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			anything(v.Field(i), r)
		}
	default:
		panic("a kind that the nouns did not have: " + v.Kind().String())
	}
}

// everyField is a comparison in which every field is set.
func everyField(seed uint64) bakeoff.Comparison {
	var c bakeoff.Comparison
	anything(reflect.ValueOf(&c).Elem(), rand.New(rand.NewPCG(seed, 1)))
	c.Set = bakeoff.SetPlace{} // a set stays where it is: its rows are exported as comparisons
	for i := range c.Runs {
		c.Runs[i].ComparisonID = c.ID
		c.Runs[i].Entry.Repeat = 0 // of a plan: what was asked has a seat for each time
	}
	for i := range c.Lineup {
		c.Lineup[i].Repeat = 0
	}
	for i := range c.Review.Votes {
		c.Review.Votes[i].ComparisonID = c.ID
	}
	for i := range c.Review.Answers {
		c.Review.Answers[i].Stars = 0 // found again from AllStars
	}
	return c
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	for seed := range uint64(20) {
		want := everyField(seed)
		b, err := Encode(want)
		must(t, err)
		if bytes.ContainsAny(b, "\n\r") {
			t.Fatal("a comparison takes more than one line")
		}
		got, err := Decode(b)
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
}

func TestAbsentStaysAbsent(t *testing.T) {
	for name, want := range map[string]bakeoff.Comparison{
		"nothing at all": {},
		"empty lists": {
			Runs: []bakeoff.Run{{Warnings: []string{}, NotApplied: []string{}, Usage: bakeoff.Usage{Notes: []string{}}, Timing: bakeoff.Timing{Queue: bakeoff.Measured(0)}}},
		},
		"zero that is known": {Runs: []bakeoff.Run{{
			Usage: bakeoff.Usage{Input: bakeoff.ReportedCount(0)}, Cost: bakeoff.Cost{Source: bakeoff.CostFree}, Egress: bakeoff.Egress{Known: true},
		}}},
	} {
		b, err := Encode(want)
		must(t, err)
		got, err := Decode(b)
		must(t, err)
		again, err := Encode(got)
		must(t, err)
		if !bytes.Equal(b, again) || len(got.Runs) > 0 && !reflect.DeepEqual(got.Runs[0], want.Runs[0]) {
			t.Errorf("%s:\n%s\n%s\n%s", name, b, again, cmp.Diff(want, got))
		}
	}
}

// some returns comparisons as a store does.
func some(all ...bakeoff.Comparison) iter.Seq2[bakeoff.Comparison, error] {
	return func(yield func(bakeoff.Comparison, error) bool) {
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// reviewed is a finished comparison with stars, notes and a verdict.
func reviewed(n int) bakeoff.Comparison {
	c := storetest.Comparison(n, 3)
	v := bakeoff.Verdict{ID: storetest.ID(90, n), ComparisonID: c.ID, Kind: bakeoff.VerdictRanked, Blind: true, At: c.StartedAt, Standings: []bakeoff.Standing{
		{RunID: c.Runs[1].ID, Rank: 1}, {RunID: c.Runs[0].ID, Rank: 2}, {RunID: c.Runs[2].ID, Rank: 0},
	}}
	c.Review = bakeoff.Review{
		Verdict: &v, Votes: []bakeoff.Verdict{v}, Category: "coding", Tags: []string{"sky", "=cmd"}, Note: "a | note", Favourite: true,
		Answers: []bakeoff.AnswerReview{{RunID: c.Runs[1].ID, Stars: 4, Reasons: []string{"clear"}, Note: "@good"}},
	}
	return c
}

func write(t testing.TB, f Format, all ...bakeoff.Comparison) (string, Written) {
	t.Helper()
	var b bytes.Buffer
	done, err := Write(t.Context(), &b, some(all...), Options{Format: f, App: "9.9.9", Now: time.Unix(0, 0)}, nil)
	must(t, err)
	if done.Bytes != int64(b.Len()) {
		t.Errorf("%s: counted %d bytes of %d", f, done.Bytes, b.Len())
	}
	return b.String(), done
}

func TestWhatIsBlindOrGoingIsLeftOutOfEveryFormat(t *testing.T) {
	blind, going := storetest.Comparison(1, 2), storetest.Comparison(2, 2)
	blind.Sitting = &bakeoff.Sitting{Seats: []int{1, 0}, OpenedAt: blind.StartedAt}
	blind.Prompt.User, going.Prompt.User = "hiddenprompt", "hiddenprompt"
	going.Runs[1].Status = bakeoff.Streaming
	for _, f := range Formats() {
		out, done := write(t, f, blind, storetest.Comparison(3, 2), going)
		if done.Comparisons != 1 || done.Runs != 2 || done.Blind != 1 || done.Going != 1 || !strings.Contains(done.Left(), "blind") {
			t.Errorf("%s: %+v", f, done)
		}
		if strings.Contains(out, "hiddenprompt") || strings.Contains(out, blind.ID) || strings.Contains(out, going.ID) {
			t.Errorf("%s holds what is to be left out", f)
		}
		blind.Sitting.RevealedAt = blind.StartedAt // the control
		if out, _ := write(t, f, blind); !strings.Contains(out, "hiddenprompt") {
			t.Errorf("%s: a revealed comparison is missing", f)
		}
		blind.Sitting.RevealedAt = time.Time{}
	}
}

func TestEveryFormatTellsTextsFiguresAndVotes(t *testing.T) {
	for _, f := range Formats() {
		out, _ := write(t, f, reviewed(1))
		for _, want := range []string{"Question 1:", "model-1", "coding", "sky", "clear", "270", "9.9.9"} {
			if f == CSV && want == "9.9.9" {
				continue // the version is each comparison's own there
			}
			if !strings.Contains(out, want) {
				t.Errorf("%s lacks %q", f, want)
			}
		}
	}
	if out, _ := write(t, Markdown, reviewed(1)); !strings.Contains(out, `B \> A \(voted blind\)`) {
		t.Error("the order is not told")
	}
}

// formulas are beginnings that some spreadsheet runs.
var formulas = []string{"=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "  @x", "\u00a0=1", "＝1+1", "＋1", "－1", "＠1", `"=1+1`, "=cmd|' /C calc'!A0", `=HYPERLINK("http://evil.example","x")`}

func TestNoCellIsAFormula(t *testing.T) {
	for _, f := range formulas {
		c := storetest.Comparison(1, 1)
		c.Prompt.User, c.Prompt.System, c.AppVersion, c.Review.Note, c.Review.Tags = f, f, f, f, []string{f}
		r := &c.Runs[0]
		r.Answer, r.Reasoning, r.Entry.Model, r.ResolvedModel, r.FinishReason, r.Digest = f, f, f, f, f, f
		r.Error = &bakeoff.Error{Code: bakeoff.Code(f), Message: f}
		r.Warnings, r.NotApplied = []string{f}, []string{f}
		out, _ := write(t, CSV, c)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
		must(t, err)
		if len(rows) != 2 || len(rows[0]) != len(columns) || len(rows[1]) != len(columns) {
			t.Fatalf("%q: %d rows", f, len(rows))
		}
		for i, cell := range rows[1] {
			trimmed := strings.TrimLeft(cell, " \u00a0\"")
			if trimmed != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(trimmed)[0]) {
				t.Errorf("%s begins with %q", rows[0][i], cell)
			}
		}
		if f == "=1+1" && rows[1][3] != "'=1+1" { // the control: the cell is there at all
			t.Errorf("the prompt is %q", rows[1][3])
		}
	}
}

func TestNoTextLeavesItsMarkdownBlock(t *testing.T) {
	c := storetest.Comparison(1, 1)
	c.Runs[0].Answer = "```\n</code><script>1</script>\n`````text\n![x](http://evil.example/p)\n````\n# A heading"
	c.Runs[0].Entry.Model = "m|<img src=x>![y](http://evil.example)\n# no"
	out, _ := write(t, Markdown, c)
	if !strings.Contains(out, "\n``````text\n```\n</code>") {
		t.Error("the fence is not longer than the longest in the text")
	}
	outside, inside := "", false
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "``````") || !inside && strings.HasPrefix(line, "```") || inside && line == "```\n" && !strings.Contains(outside, "Answer:") {
			inside = !inside
			continue
		}
		if !inside {
			outside += line
		}
	}
	if strings.Contains(outside, "<") || strings.Contains(outside, "](") || strings.Contains(outside, "\n# no") {
		t.Errorf("outside of the blocks:\n%s", outside)
	}
}

func TestACancelledOrBrokenWriteEndsWithItsError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := Write(ctx, io.Discard, some(storetest.Comparison(1, 1), storetest.Comparison(2, 1), storetest.Comparison(3, 1)), Options{Format: JSONLines}, func(Written) {
		if n++; n == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || n != 2 {
		t.Errorf("after %d: %v", n, err)
	}
	broken := errors.New("rotten page")
	_, err = Write(t.Context(), io.Discard, func(yield func(bakeoff.Comparison, error) bool) { yield(bakeoff.Comparison{}, broken) }, Options{Format: HTML}, nil)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := Write(t.Context(), io.Discard, some(), Options{Format: "pdf"}, nil); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

func TestKeysAreTakenOutOfEveryFormat(t *testing.T) {
	const key = "sk_canary-0123456789<abc>&def"
	c := storetest.Comparison(1, 1)
	c.Prompt.User = "my key is " + key
	c.Runs[0].Answer = "you said " + key
	c.Review.Note, c.Review.Tags, c.Runs[0].Entry.Model = "a note with "+key, []string{"tag_" + key}, "model_"+key // what formats escape
	for _, f := range Formats() {
		var b bytes.Buffer
		_, err := Write(t.Context(), &b, some(c), Options{Format: f, Redact: func(s string) string { return strings.ReplaceAll(s, key, "[key removed]") }}, nil)
		must(t, err)
		if !strings.Contains(b.String(), "key removed") {
			t.Errorf("%s: nothing tells that a key was removed", f)
		}
		if strings.Contains(b.String(), "0123456789") { // whatever the format escapes of it
			t.Errorf("%s: the key is in it", f)
		}
		if out, _ := write(t, f, c); !strings.Contains(out, "canary") {
			t.Errorf("%s: the control finds no key", f)
		}
	}
}

// A key in an attached file is base64 in the JSON. It must go, the file must stay one that can be imported, and stars must
// not go with it.
func TestAKeyInAnAttachedFileIsTakenOut(t *testing.T) {
	const key = "sk_canary-0123456789abc"
	redact := func(s string) string {
		return strings.NewReplacer(key, "[key removed]", base64.StdEncoding.EncodeToString([]byte(key))[:28], "[key removed]").Replace(s)
	}
	c := storetest.Comparison(1, 2)
	file := func(text string) bakeoff.Attachment {
		sum := sha256.Sum256([]byte(text))
		return bakeoff.Attachment{Name: "notes.txt", MediaType: "text/plain", SHA256: hex.EncodeToString(sum[:]), Data: []byte(text)}
	}
	c.Prompt.Attachments = []bakeoff.Attachment{file("KEY=" + key), file(key + " once more")}
	c.Earlier = [][]bakeoff.Turn{{{User: "before", Answer: "yes", Attachments: c.Prompt.Attachments[:1]}}, nil}
	c.Review.AllStars = []bakeoff.Stars{{ID: "s", RunID: c.Runs[0].ID, N: 4, At: c.StartedAt}}
	c.Review.Answers = []bakeoff.AnswerReview{{RunID: c.Runs[0].ID, Stars: 4}}
	before, err := Encode(c)
	must(t, err)
	got, err := Options{Redact: redact}.clean(c)
	must(t, err)
	files := append(got.Prompt.Attachments, got.Earlier[0][0].Attachments...)
	want := []bakeoff.Attachment{file("KEY=[key removed]"), file("[key removed] once more"), file("KEY=[key removed]")}
	if diff := cmp.Diff(want, files); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if n := got.Review.Answer(c.Runs[0].ID).Stars; n != 4 {
		t.Errorf("got %d stars, want 4", n)
	}
	if after, err := Encode(c); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the comparison that was given has changed: %v", err)
	}
}

func TestDeepLinesAreRefused(t *testing.T) {
	for _, b := range []string{
		strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000), `{"id":"x","nope":1}`, `{"id":1}`, `[]`, ``, `{"id":"a"} {"id":"b"}`,
	} {
		if _, err := Decode([]byte(b)); err == nil {
			t.Errorf("took %.40s", b)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for seed := range uint64(3) {
		b, err := Encode(everyField(seed))
		must(f, err)
		f.Add(b)
	}
	f.Add([]byte(`{"id":"x","pace":[1]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Decode(b)
		if err != nil {
			return
		}
		first, err := Encode(c)
		if err != nil {
			return // an infinite number cannot be in JSON
		}
		again, err := Decode(first)
		must(t, err)
		second, err := Encode(again)
		must(t, err)
		if !bytes.Equal(first, second) {
			t.Errorf("%s\n%s", first, second)
		}
	})
}
