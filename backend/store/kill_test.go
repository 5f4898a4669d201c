package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/record"
	"bakeoff/backend/store"
	"bakeoff/backend/store/storetest"

	"github.com/google/uuid"
)

// The test binary is its own victim: with these variables set it streams runs into a history until it is killed.
const (
	victimDir    = "BAKEOFF_TEST_VICTIM_DIR"
	victimMutant = "BAKEOFF_TEST_VICTIM_MUTANT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		if err := stream(dir, os.Getenv(victimMutant)); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// stream runs comparisons of eight runs, one after another, and tells on its output what was acknowledged:
//
//	begun <comparison>     now <run> <ms of the text>     ended <run> <bytes of the answer>
//	writing <ms>           written
func stream(dir, mutant string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	var kept record.Store = told{s}
	if mutant == "acknowledges before the commit" {
		kept = hasty{s}
	}
	opts := record.Options{}
	if mutant == "flushes every hour" {
		opts.Tick = time.Hour
	}
	r := record.New(kept, opts)
	for {
		if err := streamOne(ctx, r); err != nil {
			return err
		}
	}
}

func streamOne(ctx context.Context, r *record.Recorder) error {
	c := bakeoff.Comparison{ID: newID(), Prompt: bakeoff.Prompt{User: "Why?"}, StartedAt: time.Now().UTC().Truncate(time.Millisecond)}
	for seat := range 8 {
		c.Lineup = append(c.Lineup, bakeoff.Entry{Endpoint: "demo", Model: strconv.Itoa(seat)})
		c.Runs = append(c.Runs, bakeoff.Run{ID: newID(), ComparisonID: c.ID, Seat: seat, Attempt: 1, Entry: c.Lineup[seat], Status: bakeoff.Queued})
	}
	if err := r.Begin(ctx, c); err != nil {
		return err
	}
	fmt.Printf("begun %s\n", c.ID)
	errs := make([]error, len(c.Runs))
	var wg sync.WaitGroup
	for i, run := range c.Runs {
		wg.Go(func() { errs[i] = streamRun(ctx, r, run) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// streamRun writes the time into its answer every 5 ms; the eighth run is long, so that a kill always finds it open.
func streamRun(ctx context.Context, r *record.Recorder, run bakeoff.Run) error {
	deltas := 4 + 2*run.Seat
	if run.Seat == 7 {
		deltas = 100 + rand.IntN(60)
	}
	var answer strings.Builder
	for range deltas {
		now := strconv.FormatInt(time.Now().UnixMilli(), 10)
		answer.WriteString(now + " ")
		r.Delta(run.ID, provider.KindText, now+" ")
		if run.Seat == 7 {
			fmt.Printf("now %s %s\n", run.ID, now)
		}
		time.Sleep(5 * time.Millisecond)
	}
	run = storetest.Done(run.ComparisonID, run.ID, run.Seat, run.Entry)
	run.Answer = answer.String()
	if err := r.Finish(ctx, run); err != nil {
		return err
	}
	fmt.Printf("ended %s %d\n", run.ID, len(run.Answer))
	return nil
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// told is a store that tells when it writes text. A write in which the process is killed does not count for the age of
// the text: a disk may take as long as it likes.
type told struct{ *store.Store }

func (s told) SaveProgress(ctx context.Context, parcels []bakeoff.Progress) error {
	fmt.Printf("writing %d\n", time.Now().UnixMilli())
	defer fmt.Println("written")
	return s.Store.SaveProgress(ctx, parcels)
}

// hasty is a mutant: it says that a run is saved while the transaction still waits.
type hasty struct{ *store.Store }

func (h hasty) FinishRuns(ctx context.Context, runs ...bakeoff.Run) error {
	time.AfterFunc(50*time.Millisecond, func() { _ = h.Store.FinishRuns(context.WithoutCancel(ctx), runs...) })
	return nil
}

// witness is what the victims of one history acknowledged, and what the history had after each kill.
type witness struct {
	begun       map[string]bool
	ended       map[string]int   // bytes of the answer, by run
	now         map[string]int64 // newest text that was handed over, in Unix milliseconds, by run
	writing     int64            // since when a write of text goes on, in Unix milliseconds; 0: none
	lost        []string
	interrupted int
	oldest      time.Duration // of the text of an interrupted run
}

// kill starts a victim, kills it after a while, reopens the history and holds it against what was acknowledged.
func (w *witness) kill(t *testing.T, dir, mutant string, after time.Duration) {
	t.Helper()
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), victimDir+"="+dir, victimMutant+"="+mutant)
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	clean := w.listen(out, func() { // the clock starts with the first acknowledged work, however slow the start was
		time.AfterFunc(after, func() { _ = victim.Process.Kill() })
	})
	_ = victim.Wait()
	if clean != nil {
		t.Fatal(clean)
	}
	w.inspect(t, dir)
}

func (w *witness) listen(out io.Reader, first func()) error {
	lines := bufio.NewScanner(out)
	began := false
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) == 2 && f[0] == "begun":
			w.begun[f[1]] = true
			if !began {
				began = true
				first()
			}
		case len(f) == 2 && f[0] == "writing":
			w.writing, _ = strconv.ParseInt(f[1], 10, 64)
		case len(f) == 1 && f[0] == "written":
			w.writing = 0
		case len(f) == 3 && f[0] == "now":
			w.now[f[1]], _ = strconv.ParseInt(f[2], 10, 64)
		case len(f) == 3 && f[0] == "ended":
			w.ended[f[1]], _ = strconv.Atoi(f[2])
			delete(w.now, f[1])
		case len(f) > 0 && f[0] == "error":
			return errors.New(lines.Text())
		}
	}
	return nil // a line cut by the kill is no acknowledgement
}

func (w *witness) inspect(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if strings.Contains(s.Notice(), "damaged") {
		t.Fatal(s.Notice())
	}
	if found, err := s.Check(t.Context()); err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	for id := range w.begun {
		if _, err := s.Comparison(t.Context(), id); err != nil {
			w.lost = append(w.lost, "comparison "+id)
		}
	}
	for id, bytes := range w.ended {
		if r, err := s.Run(t.Context(), id); err != nil || r.Status != bakeoff.Done || len(r.Answer) != bytes {
			w.lost = append(w.lost, fmt.Sprintf("run %s: %v, %s with %d of %d bytes", id, err, r.Status, len(r.Answer), bytes))
		}
	}
	for id, now := range w.now {
		if w.writing > 0 {
			now = min(now, w.writing)
		}
		w.age(t, s, id, now)
	}
	w.begun, w.ended, w.now, w.writing = map[string]bool{}, map[string]int{}, map[string]int64{}, 0
}

// age measures how much of an interrupted run's text is missing, by the text's own time stamps.
func (w *witness) age(t *testing.T, s *store.Store, id string, now int64) {
	t.Helper()
	r, err := s.Run(t.Context(), id)
	if err != nil {
		t.Errorf("run %s: %v", id, err)
		return
	}
	if r.Status == bakeoff.Done {
		return // it ended, and the kill came before it could say so
	}
	if r.Status != bakeoff.Interrupted {
		t.Errorf("run %s: got %s, want interrupted", id, r.Status)
	}
	w.interrupted++
	c, err := s.Comparison(t.Context(), r.ComparisonID)
	if err != nil {
		t.Fatal(err)
	}
	newest := c.StartedAt.UnixMilli() // nothing flushed yet
	if f := strings.Fields(r.Answer); len(f) > 0 {
		newest, _ = strconv.ParseInt(f[len(f)-1], 10, 64)
	}
	w.oldest = max(w.oldest, time.Duration(now-newest)*time.Millisecond)
}

func newWitness() *witness {
	return &witness{begun: map[string]bool{}, ended: map[string]int{}, now: map[string]int64{}}
}

// kills is 60 in the suite; the soak raises it.
func kills(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("BAKEOFF_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 10
	}
	return 60
}

func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel() // it mostly waits; together with its controls, after all other tests
	dir, w := t.TempDir(), newWitness()
	n, comparisons, runs := kills(t), 0, 0
	for range n {
		w.counting(&comparisons, &runs, func() { w.kill(t, dir, "", time.Duration(rand.IntN(900))*time.Millisecond) })
	}
	t.Logf("%d kills: %d comparisons and %d runs acknowledged, %d runs interrupted, their text at most %v old", n, comparisons, runs, w.interrupted, w.oldest)
	if len(w.lost) > 0 {
		t.Errorf("lost %d: %v", len(w.lost), w.lost)
	}
	if comparisons < n/2 || runs < 5*n || w.interrupted < n/2 {
		t.Errorf("too little was going on to prove anything")
	}
	if w.oldest > 500*time.Millisecond {
		t.Errorf("text of an interrupted run was %v old, want at most 500ms", w.oldest)
	}
}

// counting adds what f lets the victims acknowledge.
func (w *witness) counting(comparisons, runs *int, f func()) {
	begun, ended := map[string]bool{}, map[string]int{}
	w.begun, w.ended = begun, ended
	f()
	*comparisons, *runs = *comparisons+len(begun), *runs+len(ended)
}

// The controls: the same harness must catch what is wrong on purpose.
func TestTheKillHarnessCatchesMutants(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		mutant string
		caught func(w *witness) bool
	}{
		{"acknowledges before the commit", func(w *witness) bool { return len(w.lost) > 0 }},
		{"flushes every hour", func(w *witness) bool { return w.oldest > 500*time.Millisecond }},
	} {
		t.Run(tt.mutant, func(t *testing.T) {
			dir, w := t.TempDir(), newWitness()
			for try := 0; try < 20 && !tt.caught(w); try++ {
				w.kill(t, dir, tt.mutant, 650*time.Millisecond)
			}
			if !tt.caught(w) {
				t.Error("not caught: the harness proves nothing")
			}
		})
	}
}
