package app

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// `bakeoff --data-dir DIR` printed the help and opened no window.
func TestACommandLineWithoutACommandOpensTheWindow(t *testing.T) {
	for _, tt := range []struct {
		args string
		dir  string
		yes  bool
	}{
		{"", "", true},
		{"--data-dir there", "there", true},
		{"--data-dir=there", "there", true},
		{"--data-dir here --data-dir there", "there", true},
		{"--data-dir", "", false}, // the terminal says what is missing
		{"--data-dir there history", "there", false},
		{"history --data-dir there", "", false},
		{"--version", "", false},
		{"--help", "", false},
		{"-h", "", false},
		{"-v", "", false},
		{"compare", "", false},
	} {
		dir, yes := Opens(strings.Fields(tt.args))
		if yes != tt.yes || yes && dir != tt.dir {
			t.Errorf("bakeoff %s: got %v with folder %q, want %v with %q", tt.args, yes, dir, tt.yes, tt.dir)
		}
	}
}

func TestTheExitStatusOfTheWindowSaysWhetherItCouldOpen(t *testing.T) {
	for name, tt := range map[string]struct {
		display bool
		first   bool
		lockErr error
		showErr error
		status  int
		shown   bool
		says    string
	}{
		"it was opened and closed":        {display: true, first: true, status: 0, shown: true},
		"no display":                      {first: true, status: 2, says: "no display"},
		"open already":                    {display: true, status: 0, says: "open already"},
		"a folder that cannot be written": {display: true, lockErr: errors.New("read-only"), status: 0, shown: true},
		"the system refuses":              {display: true, first: true, showErr: errors.New("no webview"), status: 2, shown: true, says: "no webview"},
	} {
		t.Run(name, func(t *testing.T) {
			var err bytes.Buffer
			shown, held := false, 0
			got := launch{
				display: func() bool { return tt.display },
				lock: func() (func(), bool, error) {
					if tt.lockErr != nil {
						return nil, false, tt.lockErr
					}
					held++
					if !tt.first {
						return func() {}, false, nil
					}
					return func() { held-- }, true, nil
				},
				show: func() error { shown = true; return tt.showErr },
			}.run(&err)
			if got != tt.status || shown != tt.shown || !strings.Contains(err.String(), tt.says) || (tt.says == "") != (err.Len() == 0) {
				t.Errorf("exit status %d, shown %v, said %q", got, shown, err.String())
			}
			if tt.first && held != 0 {
				t.Error("the folder is still locked")
			}
		})
	}
}
