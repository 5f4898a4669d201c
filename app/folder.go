package app

import (
	"os/exec"
	goruntime "runtime"

	"bakeoff/backend/bakeoff"
)

// openFolder shows a folder in the system's file manager. It does not wait for it.
func openFolder(dir string) error {
	opener := map[string]string{"darwin": "open", "windows": "explorer"}[goruntime.GOOS]
	if opener == "" {
		opener = "xdg-open"
	}
	cmd := exec.Command(opener, dir)
	if err := cmd.Start(); err != nil {
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "This system does not say what opens folders. The data is in " + dir + ".", Err: err}
	}
	go func() { _ = cmd.Wait() }() // explorer ends with 1 also when all is well
	return nil
}
