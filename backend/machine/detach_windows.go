package machine

import "syscall"

// detachedProcess is DETACHED_PROCESS: the program gets no console. Source: Microsoft, Process Creation Flags.
const detachedProcess = 0x8

// detached lets a program go on when Bakeoff ends, without a window.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detachedProcess, HideWindow: true}
}
