package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestTheProjectFileNamesTheSameVersion(t *testing.T) {
	text, err := os.ReadFile("wails.json")
	if err != nil {
		t.Fatal(err)
	}
	var project struct {
		Info struct {
			ProductVersion string `json:"productVersion"`
		} `json:"info"`
	}
	if err := json.Unmarshal(text, &project); err != nil {
		t.Fatal(err)
	}
	if got := project.Info.ProductVersion; got != version {
		t.Errorf("wails.json says %q, main.go %q", got, version)
	}
}

// `make run PROMPT='say "hi"'` lost the quotes, and a prompt with backticks ran as a command: it must reach the script
// through the environment and never as shell text.
func TestThePromptOfMakeRunIsNoShellText(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is missing")
	}
	out, err := exec.Command("make", "-n", "run", "PROMPT=say `hi`").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "build/scripts/run") || strings.Contains(string(out), "hi") {
		t.Errorf("make would run %q (%v)", out, err)
	}
}
