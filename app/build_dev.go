//go:build dev && !production

package app

import (
	"io"
	"net/http"
)

// middleware also keeps the desktop window of a dev build empty: the browser that a test or a developer uses is the one
// client of the backend.
func middleware(next http.Handler) http.Handler {
	next = secured(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "wails" {
			_, _ = io.WriteString(w, "<!doctype html><title>Bakeoff</title>")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// origins are where the window may go: with hot reload the page comes from a development server.
const origins = "wails://wails"

const wailsReadsFlags = true
