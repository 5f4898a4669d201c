package local

import (
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
)

const gb = 1_000_000_000

func TestFittingSaysWhatIsMissingAndWhatFollows(t *testing.T) {
	installed := []Model{{Name: "a:latest", Size: 4 * gb}, {Name: "b:7b", Size: 6 * gb}, {Name: "c:latest", Size: 20 * gb}, {Name: "far:cloud", RemoteHost: "ollama.com", Size: 300}}
	loaded := []Loaded{{Name: "b:7b", Memory: 7 * gb}, {Name: "old:latest", Memory: 5 * gb, Graphics: 2 * gb}}
	for _, test := range []struct {
		name                    string
		wanted                  []string
		lanes                   bakeoff.Lanes
		loaded                  []Loaded
		memory                  Memory
		state                   FitState
		need, free, short       int64
		says, then, saysNothing string
	}{
		{name: "nothing local", wanted: []string{"far:cloud", "unknown"}, state: Fits},
		{name: "together", wanted: []string{"a", "B:7b"}, memory: Memory{Total: 16 * gb, Free: 11 * gb}, state: Fits, need: 10 * gb, free: 11 * gb, says: "Fits: 2 local models together need at least 10 GB, and 11 GB is free."},
		{name: "the same model twice counts once", wanted: []string{"a", "a:latest"}, memory: Memory{Total: 16 * gb, Free: 5 * gb}, state: Fits, need: 4 * gb, free: 5 * gb, says: "the local model needs"},
		{name: "what is loaded needs no more, and others are unloaded", wanted: []string{"a", "b:7b"}, loaded: loaded, memory: Memory{Total: 16 * gb, Free: 2 * gb}, state: Fits, need: 4 * gb, free: 5 * gb},
		{name: "what is mapped from disk looks free and is not", wanted: []string{"a", "b:7b"}, loaded: loaded[:1], memory: Memory{Total: 10 * gb, Free: 9 * gb}, state: Short, need: 4 * gb, free: 3 * gb, short: gb},
		{name: "too much at once", wanted: []string{"a", "b:7b"}, memory: Memory{Total: 16 * gb, Free: 7 * gb}, state: Short, need: 10 * gb, free: 7 * gb, short: 3 * gb, says: "Needs about 3.0 GB more", then: "one after another"},
		{name: "but not one after another", wanted: []string{"a", "b:7b"}, lanes: bakeoff.LanesSerial, memory: Memory{Total: 16 * gb, Free: 7 * gb}, state: Fits, need: 6 * gb, free: 7 * gb, says: "the largest local model needs"},
		{name: "one after another, the loaded one makes room", wanted: []string{"a", "b:7b"}, lanes: bakeoff.LanesSerial, loaded: loaded[:1], memory: Memory{Total: 16 * gb, Free: gb}, state: Fits, need: 7 * gb, free: 8 * gb},
		{name: "one is larger than the machine", wanted: []string{"a", "c"}, memory: Memory{Total: 16 * gb, Free: 12 * gb}, state: TooBig, need: 24 * gb, free: 12 * gb, short: 4 * gb, says: "c:latest alone needs at least 20 GB, and this machine has 16 GB.", then: "smaller model"},
		{name: "another machine", wanted: []string{"a", "b:7b"}, state: FitUnknown, need: 10 * gb, says: "is not known", saysNothing: "free"},
	} {
		got := Fitting(test.wanted, test.lanes, installed, test.loaded, test.memory)
		if got.State != test.state || got.Need != test.need || got.Free != test.free || got.Short != test.short {
			t.Errorf("%s: got %+v", test.name, got)
		}
		if !strings.Contains(got.Says, test.says) || !strings.Contains(got.Then, test.then) || test.saysNothing != "" && strings.Contains(got.Says, test.saysNothing) {
			t.Errorf("%s: %q, then %q", test.name, got.Says, got.Then)
		}
		if (got.Says == "") != (got.Basis == "") {
			t.Errorf("%s: a figure without what it rests on: %+v", test.name, got)
		}
	}
}

func TestBytesAreToldAsModelsAreMeasured(t *testing.T) {
	for n, want := range map[int64]string{89_000: "89 kB", 274e6: "274 MB", 9_049e6: "9.0 GB", 67e9: "67 GB", 999.6e6: "1.0 GB", 9.996e9: "10 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}
