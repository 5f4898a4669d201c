//go:build production

package app

import "net/http"

func middleware(next http.Handler) http.Handler { return secured(next) }

// origins are where the window may go.
const origins = "wails://wails/"

const wailsReadsFlags = false
