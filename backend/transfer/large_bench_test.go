package transfer

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
	"bakeoff/backend/store/storetest"
)

// largeSize is how many comparisons the large history has; `make bench` sets it.
const largeSize = "BAKEOFF_BENCH_HISTORY"

// BenchmarkRoundTrip imports a large history into an empty one, exports it again and compares: without a difference, in
// memory that does not grow with the history.
func BenchmarkRoundTrip(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv(largeSize))
	if err != nil {
		b.Skip("set " + largeSize + " to a number of comparisons")
	}
	dir := b.TempDir()
	in, out := filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "out.jsonl")
	f, err := os.Create(in)
	must(b, err)
	_, err = export.Write(b.Context(), f, func(yield func(bakeoff.Comparison, error) bool) {
		for i := range n {
			if !yield(storetest.Large(i), nil) {
				return
			}
		}
	}, lines, nil)
	must(b, err)
	must(b, f.Close())
	s := open(b, filepath.Join(dir, "data"))
	step := func(did string, work func() error) {
		var peak uint64
		began := time.Now()
		watch(&peak, func() { must(b, work()) })
		fmt.Printf("%-8s %8.1f s, memory at most %d MB\n", did, time.Since(began).Seconds(), peak>>20)
	}
	info, err := os.Stat(in)
	must(b, err)
	fmt.Printf("%d comparisons, %d MB of JSON Lines\n", n, info.Size()>>20)
	step("look", func() error { _, err := Preview(b.Context(), s, in, nil); return err })
	step("import", func() error { _, err := Import(b.Context(), s, in, nil); return err })
	step("export", func() error { _, err := Export(b.Context(), s, out, nil, lines, nil); return err })
	step("backup", func() error { return s.BackupTo(b.Context(), filepath.Join(dir, "copy.db")) })
	if sum(b, in) != sum(b, out) {
		b.Error("the round trip differs")
	}
}

func sum(b *testing.B, path string) string {
	f, err := os.Open(path)
	must(b, err)
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	must(b, err)
	return fmt.Sprintf("%x", h.Sum(nil))
}
