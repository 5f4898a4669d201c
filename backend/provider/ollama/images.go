package ollama

import (
	"bytes"
	"image"
	_ "image/gif"  // the media types that an attachment may have
	_ "image/jpeg" //
	_ "image/png"  //
	"sync"

	"bakeoff/backend/bakeoff"

	_ "golang.org/x/image/webp"
)

// maxPixels is the largest image that is decoded to look whether it can be.
const maxPixels = 64 << 20

// imageCheck remembers which images decode: the check belongs before the start barrier, not into a measured lane.
type imageCheck struct {
	mu    sync.Mutex
	known map[string]bool // by SHA-256
}

func (c *imageCheck) decodes(a bakeoff.Attachment) bool {
	c.mu.Lock()
	ok, known := c.known[a.SHA256]
	c.mu.Unlock()
	if known && a.SHA256 != "" {
		return ok
	}
	ok = decodable(a.Data)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) > 256 || c.known == nil {
		c.known = map[string]bool{}
	}
	c.known[a.SHA256] = ok
	return ok
}

// decodable decodes the whole image: a file that is cut in half has a good header.
func decodable(data []byte) bool {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return false
	}
	_, _, err = image.Decode(bytes.NewReader(data))
	return err == nil
}
