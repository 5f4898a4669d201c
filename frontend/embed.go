// Package frontend holds the built window. Before the first npm build, dist has only its placeholder.
package frontend

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Assets returns the files of the window, index.html at the root.
func Assets() fs.FS {
	assets, err := fs.Sub(dist, "dist")
	if err != nil { // dist is a constant and valid path
		panic(err)
	}
	return assets
}
