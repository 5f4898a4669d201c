package machine

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"bakeoff/backend/bakeoff"
)

// InstallPage is where Ollama is to be had, for every system.
const InstallPage = "https://ollama.com/download"

// Ollama is the way to the program ollama on this computer; dirs are looked through after the PATH, which a program that
// was started from a desktop often does not have. Empty when it is not found.
func Ollama(dirs ...string) string {
	name := "ollama"
	if runtime.GOOS == "windows" {
		name = "ollama.exe"
	}
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0) {
			return path
		}
	}
	return ""
}

// UsualPlaces are the folders where the installers of Ollama put it. home is the user's folder.
func UsualPlaces(home string) []string {
	switch runtime.GOOS {
	case "windows":
		return []string{filepath.Join(home, "AppData", "Local", "Programs", "Ollama")}
	case "darwin":
		return []string{"/usr/local/bin", "/opt/homebrew/bin", "/Applications/Ollama.app/Contents/Resources", filepath.Join(home, "Applications/Ollama.app/Contents/Resources")}
	}
	return []string{"/usr/local/bin", "/usr/bin", "/opt/ollama/bin", "/snap/bin", filepath.Join(home, ".local/bin")}
}

// HowToInstall says in a sentence how Ollama is installed on a system (runtime.GOOS).
func HowToInstall(system string) string {
	switch system {
	case "windows":
		return "Download OllamaSetup.exe from ollama.com/download and open it, or run `winget install Ollama.Ollama` in a terminal."
	case "darwin":
		return "Download Ollama.dmg from ollama.com/download and move it to Applications, or run `brew install ollama` in a terminal."
	}
	return "Follow ollama.com/download: it has one command for a terminal, and archives to unpack by hand. Some distributions have a package named ollama."
}

// Serving is a server that was started and goes on when Bakeoff ends.
type Serving struct {
	ended <-chan struct{}
}

// Ended is closed when the server has ended, as far as that happens while Bakeoff runs.
func (s Serving) Ended() <-chan struct{} { return s.ended }

// Serve starts `ollama serve` at path, detached from Bakeoff, listening on host:port.
func Serve(path, hostPort string) (Serving, error) {
	cmd := exec.Command(path, "serve")
	cmd.Env = append(cmd.Environ(), "OLLAMA_HOST="+hostPort)
	cmd.SysProcAttr = detached()
	if err := cmd.Start(); err != nil { // standard input and output are the null device
		return Serving{}, &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "Ollama could not be started. Run `ollama serve` in a terminal to see why.", Err: errors.Unwrap(err)}
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // only that it ended counts
		close(ended)
	}()
	return Serving{ended}, nil
}

// StartLimit is how long a server may take to answer after it was started.
const StartLimit = 20 * time.Second
