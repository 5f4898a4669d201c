package ollama

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilesKeepTheirPlaceBelowTheirFolder(t *testing.T) {
	root := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }
	files := map[string]string{at("config.json"): "1", at("1_Pooling", "config.json"): "2"}
	want := map[string]string{"config.json": "1", "1_Pooling/config.json": "2"}
	for i := range 30 { // more than one bucket of a map
		name := "model-" + string(rune('a'+i)) + ".safetensors"
		files[at(name)], want[name] = name, name
	}
	if diff := cmp.Diff(want, named(files)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"m.gguf": "1"}, named(map[string]string{at("m.gguf"): "1"})); diff != "" {
		t.Error(diff)
	}
	if named(nil) != nil {
		t.Error("no files became some")
	}
}
