//go:build unix

package app

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// TestMain lets a test start this binary a second time as the holder of a window's lock: locks are between processes.
func TestMain(m *testing.M) {
	if dir := os.Getenv("BAKEOFF_TEST_HOLD_WINDOW"); dir != "" {
		holdWindow(dir)
		return
	}
	os.Exit(m.Run())
}

func holdWindow(dir string) {
	raised := make(chan struct{}, 1)
	onRaise(func() { raised <- struct{}{} })
	_, first, err := lockWindow(dir)
	fmt.Println("first", first, err)
	<-raised
	fmt.Println("raised")
	select {} // until killed
}

func TestASecondWindowRaisesTheFirst(t *testing.T) {
	dir := t.TempDir()
	holder := exec.CommandContext(t.Context(), os.Args[0])
	holder.Env = append(os.Environ(), "BAKEOFF_TEST_HOLD_WINDOW="+dir)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	says := bufio.NewScanner(out)
	if says.Scan(); says.Text() != "first true <nil>" {
		t.Fatalf("the holder says %q", says.Text())
	}
	if _, first, err := lockWindow(dir); first || err != nil {
		t.Fatalf("the second window: first %v, %v", first, err)
	}
	if says.Scan(); says.Text() != "raised" {
		t.Errorf("the holder says %q, want raised", says.Text())
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // killed: its error is what was asked for
	release, first, err := lockWindow(dir)
	if !first || err != nil {
		t.Fatalf("after the first was killed: first %v, %v", first, err)
	}
	release()
}
