package main

import (
	"encoding/json"
	"os"
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
