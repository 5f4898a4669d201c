package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// The default was empty: without a display `make run` asked nothing and failed.
func TestMakeRunHasAPromptOfItsOwn(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is missing")
	}
	show := filepath.Join(t.TempDir(), "show.mk")
	if err := os.WriteFile(show, []byte("show:\n\t@printenv PROMPT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"": "why the sky is blue", "PROMPT=And at night?": "And at night?"} {
		args := []string{"-s", "-f", "Makefile", "-f", show, "show"}
		if given != "" {
			args = append(args, given)
		}
		cmd := exec.Command("make", args...)
		cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
			return strings.HasPrefix(v, "PROMPT=") || strings.HasPrefix(v, "MAKE")
		})
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("with %q the prompt is %q (%v), want %q", given, out, err, want)
		}
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
