package program

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Planted secrets: a key from a variable, one that was entered, the value of a header, and the passphrase of the file.
const (
	plantedVariable   = "sk-planted-variable-8c1d7e2f90ab"
	plantedKey        = "sk-planted-stored-41f6b3a9c7d2"
	plantedHeader     = "planted/header+value=77aa88bb99cc"
	plantedPassphrase = "planted passphrase 5e5e5e"
	plantedPrompt     = "the marker of a prompt 31337" // is everywhere: it shows that the search finds what is there
)

// needles are the forms in which a secret could stand somewhere.
func needles(secret string) map[string][]byte {
	quoted, _ := json.Marshal(secret)
	out := map[string][]byte{
		"as it is": []byte(secret), "in a URL": []byte(url.QueryEscape(secret)), "in JSON": bytes.Trim(quoted, `"`),
		"in hex": []byte(hex.EncodeToString([]byte(secret))), "in wide characters": wide(secret),
	}
	for shift := range 3 { // base64 of it inside of something else: without the characters that its neighbours decide
		whole := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		out[fmt.Sprintf("in base64, shifted by %d", shift)] = []byte(strings.TrimRight(whole[4:len(whole)-4], "="))
	}
	return out
}

func wide(s string) []byte {
	var out []byte
	for _, b := range []byte(s) {
		out = append(out, b, 0)
	}
	return out
}

// search reports every secret in a text.
func search(t *testing.T, where string, text []byte) {
	t.Helper()
	for name, secret := range map[string]string{"the key of a variable": plantedVariable, "the stored key": plantedKey, "a header's value": plantedHeader, "the passphrase": plantedPassphrase} {
		for form, needle := range needles(secret) {
			if bytes.Contains(text, needle) {
				t.Errorf("%s: %s stands there %s", where, name, form)
			}
		}
	}
}

// echoes is an endpoint that sends back whatever it was sent as a secret, in every place of a reply.
func echoes(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ") + " " + r.Header.Get("X-Gateway")
		w.Header().Set("X-Request-Id", said)
		w.Header().Set("X-Echo", base64.StdEncoding.EncodeToString([]byte(said)))
		var body struct{ Model string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		quoted, _ := json.Marshal(said)
		switch {
		case strings.HasSuffix(r.URL.Path, "/models"):
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":[{"id":"talks","name":%s},{"id":%s},{"id":"fails"}]}`, quoted, quoted)
		case body.Model == "fails":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":{"message":%s,"code":%s}}`, quoted, quoted)
		case body.Model == "hangs":
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", quoted)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "data: {\"model\":%[1]s,\"id\":%[1]s,\"choices\":[{\"delta\":{\"content\":%[1]s,\"reasoning_content\":%[1]s}}],\"service_tier\":%[1]s}\n\n", quoted)
			for _, b := range []byte(said) { // and once more, a character at a time
				one, _ := json.Marshal(string(b))
				fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", one)
			}
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6,\"note\":%s}}\n\ndata: [DONE]\n\n", quoted)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// The whole life of keys in the real program: entered, used, echoed, exported, backed up, killed. Afterwards every byte that
// it wrote, on disk and on its outputs, is searched.
func TestNoKeyIsWrittenAnywhere(t *testing.T) {
	home := t.TempDir()
	program := filepath.Join(t.TempDir(), "bakeoff")
	build := exec.Command("go", "build", "-o", program, "bakeoff")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address := echoes(t)
	env := []string{
		"HOME=" + home, "XDG_DATA_HOME=" + filepath.Join(home, "share"), "TMPDIR=" + home, "PATH=" + os.Getenv("PATH"), "OLLAMA_HOST=127.0.0.1:1",
		"GROQ_API_KEY=" + plantedVariable, "GROQ_BASE_URL=" + address + "/v1", "BAKEOFF_KEYS_PASSPHRASE=" + plantedPassphrase, "GOTRACEBACK=crash",
	}
	var said bytes.Buffer
	run := func(in string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env, cmd.Dir, cmd.Stdin = env, home, strings.NewReader(in)
		out, err := cmd.CombinedOutput()
		said.Write(out)
		search(t, strings.Join(args, " "), out)
		if cmd.ProcessState.ExitCode() > 2 || cmd.ProcessState.ExitCode() < 0 {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
	}
	run("", "keys", "place", "file")
	run("", "endpoints", "add", "office", address+"/v1")
	run(plantedKey+"\n", "keys", "set", "office")
	run("", "endpoints", "add", "gateway", address+"/v1")
	run(plantedHeader+"\n", "keys", "set", "gateway", "--header", "X-Gateway")
	run(plantedKey+" \u00e4\n", "keys", "set", "office") // refused: no key looks like this
	run("", "keys", plantedPrompt)
	for _, args := range [][]string{{"endpoints", "list"}, {"endpoints", "test", "office"}, {"models"}, {"models", "--format", "json"}, {"doctor"}} {
		run("", args...)
	}
	for _, format := range []string{"json", "table"} {
		run("", "compare", "--format", format, "-m", "office/talks", "-m", "gateway/talks", "-m", "groq/talks", "-m", "office/fails", "-m", "groq/fails", "-m", "gateway/fails", plantedPrompt)
	}
	for _, format := range []string{"html", "md", "csv", "jsonl"} {
		run("", "export", "--all", "--format", format, "-o", filepath.Join(home, "export."+format))
	}
	run("", "backup", filepath.Join(home, "copy.db"))
	for _, args := range [][]string{{"history"}, {"check"}} {
		run("", args...)
	}
	crash := crashed(t, program, env, home)
	search(t, "the dump of a crash", crash)
	if !bytes.Contains(crash, []byte("goroutine ")) {
		t.Fatalf("the program left no dump: %s", crash)
	}
	if !bytes.Contains(said.Bytes(), []byte(plantedPrompt)) {
		t.Error("control: the search does not find what was printed")
	}
	searchFiles(t, home)
}

// crashed runs a comparison into an answer that hangs and makes the program dump its stacks and die.
func crashed(t *testing.T, program string, env []string, home string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", `ulimit -c unlimited 2>/dev/null; exec "$@"`, "sh", program, "compare", "-m", "groq/hangs", "-m", "office/hangs", plantedPrompt)
	cmd.Env, cmd.Dir = env, home
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun := make([]byte, 1)
	if _, err := out.Read(begun); err != nil { // it speaks: requests are on their way
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	rest := new(bytes.Buffer)
	_, _ = rest.ReadFrom(out)
	_ = cmd.Wait()
	if core, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && core.CoreDump() {
		t.Error("the system wrote a core, which holds all memory: keys, too")
	}
	return slices.Concat(errs.Bytes(), rest.Bytes())
}

// searchFiles reads every file below a folder. The prompt must be among them, or the search proves nothing.
func searchFiles(t *testing.T, folder string) {
	t.Helper()
	var files, marked int
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if bytes.Contains(text, []byte(plantedPrompt)) {
			marked++
		}
		search(t, path, text)
		search(t, "the name of a file", []byte(path))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 8 || marked < 5 {
		t.Errorf("control: only %d files, %d of them with the prompt: the search looks in the wrong place", files, marked)
	}
}

// What the search can find: each form, planted.
func TestTheSearchFindsEveryForm(t *testing.T) {
	for form, needle := range needles(plantedKey) {
		if len(needle) < 12 {
			t.Errorf("%s: %q is too short to mean anything", form, needle)
		}
	}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("y", shift) + plantedKey + " and more"))
		found := false
		for _, needle := range needles(plantedKey) {
			found = found || bytes.Contains([]byte(text), needle)
		}
		if !found {
			t.Errorf("base64 shifted by %d is not found in %s", shift, text)
		}
	}
}
