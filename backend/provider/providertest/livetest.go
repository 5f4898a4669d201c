//go:build live

package providertest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ollama/ollama/api"
)

// LiveModels are the generated models that a live server has: two plain voices, one that thinks, one that sees, one that
// never ends. Their weights are made by build/tools/tinygguf.
var LiveModels = []string{"tiny-baker", "tiny-clerk", "tiny-poet", "tiny-eyes", "tiny-unicode", "tiny-endless"}

// Live returns the base URL of a real Ollama server that has LiveModels. With OLLAMA_BIN it starts one on a free port,
// with its home and models in a temporary folder and its cloud off, and ends it with the test. With OLLAMA_HOST it uses
// the server there and removes what it created. With neither the test is skipped.
func Live(t *testing.T) string {
	t.Helper()
	bin, host := os.Getenv("OLLAMA_BIN"), os.Getenv("OLLAMA_HOST")
	switch {
	case bin != "":
		host = startOllama(t, bin)
	case host == "":
		t.Skip("neither OLLAMA_BIN nor OLLAMA_HOST is set")
	case !strings.Contains(host, "://"):
		host = "http://" + host
	}
	base, err := url.Parse(host)
	if err != nil {
		t.Fatal(err)
	}
	client := api.NewClient(base, &http.Client{})
	await(t, client)
	createModels(t, client)
	return strings.TrimRight(host, "/")
}

// startOllama starts the server and returns its base URL.
func startOllama(t *testing.T, bin string) string {
	t.Helper()
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := port.Addr().String()
	port.Close()
	home := t.TempDir()
	var log bytes.Buffer
	server := exec.Command(bin, "serve")
	server.Env = append(os.Environ(), "HOME="+home, "OLLAMA_MODELS="+filepath.Join(home, "models"), "OLLAMA_HOST="+address, "OLLAMA_NO_CLOUD=1")
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM) // SIGKILL would orphan its runners
		server.Wait()
		if t.Failed() {
			t.Logf("server log, last part:\n%s", log.Bytes()[max(0, log.Len()-4000):])
		}
	})
	return "http://" + address
}

func await(t *testing.T, client *api.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for client.Heartbeat(ctx) != nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the Ollama server did not answer within 30 s")
		}
	}
}

// LiveWeights generates the models anew and returns their folder: for each a GGUF file and a Modelfile, as
// tiny-baker.Modelfile.
func LiveWeights(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	make := exec.Command("go", "run", ".", "-out", dir)
	make.Dir = filepath.Join(projectRoot(t), "build", "tools", "tinygguf")
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("tinygguf: %v\n%s", err, out)
	}
	return dir
}

// createModels generates the models and creates those that are missing through the API.
func createModels(t *testing.T, client *api.Client) {
	t.Helper()
	dir := LiveWeights(t)
	for _, name := range LiveModels {
		if _, err := client.Show(t.Context(), &api.ShowRequest{Model: name}); err == nil {
			continue
		}
		req := modelfile(t, client, dir, name)
		if err := client.Create(t.Context(), req, func(api.ProgressResponse) error { return nil }); err != nil {
			t.Fatalf("create %s: %v", name, err)
		}
		t.Cleanup(func() { client.Delete(context.Background(), &api.DeleteRequest{Model: name}) })
	}
}

// modelfile reads the instructions that tinygguf writes: FROM, PARAMETER, TEMPLATE and LICENSE.
func modelfile(t *testing.T, client *api.Client, dir, name string) *api.CreateRequest {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name+".Modelfile"))
	if err != nil {
		t.Fatal(err)
	}
	req := &api.CreateRequest{Model: name, Files: map[string]string{}, Parameters: map[string]any{}}
	for rest := string(raw); rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		word, value, _ := strings.Cut(line, " ")
		if text, open := strings.CutPrefix(value, `"""`); open {
			body, after, _ := strings.Cut(text+"\n"+rest, `"""`)
			value, rest = body, strings.TrimPrefix(after, "\n")
		}
		switch word {
		case "FROM":
			file := strings.TrimPrefix(value, "./")
			req.Files[file] = upload(t, client, filepath.Join(dir, file))
		case "TEMPLATE":
			req.Template = value
		case "LICENSE":
			req.License = value
		case "SYSTEM":
			req.System = value
		case "PARAMETER":
			key, setting, _ := strings.Cut(value, " ")
			addParameter(req.Parameters, key, setting)
		}
	}
	return req
}

func addParameter(to map[string]any, key, setting string) {
	if key == "stop" {
		stops, _ := to[key].([]string)
		to[key] = append(stops, setting)
		return
	}
	if n, err := strconv.ParseFloat(setting, 64); err == nil {
		to[key] = n
		return
	}
	to[key] = setting
}

func upload(t *testing.T, client *api.Client, file string) (digest string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	digest = "sha256:" + hex.EncodeToString(sum[:])
	if err := client.CreateBlob(t.Context(), digest, bytes.NewReader(data)); err != nil {
		t.Fatalf("upload %s: %v", filepath.Base(file), err)
	}
	return digest
}

// projectRoot is the folder of go.mod above the test's own.
func projectRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
