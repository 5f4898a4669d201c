// Package attach reads the files that go with a prompt: images that decode, text, and the text of PDF files. It promises that what it returns
// can be sent to any adapter; what cannot is refused with a sentence before anything leaves the machine.
package attach

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // decoders register themselves
	_ "image/jpeg" //
	_ "image/png"  //
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/pdftext"

	_ "golang.org/x/image/webp" // webp too
)

// MaxFile is the largest file of any kind, MaxText the largest of text, in bytes; maxPixels is the largest image, since a
// small file can hold a huge one. Of a PDF the text is bounded too: pdftext.MaxText.
const (
	MaxFile   = 10 << 20
	MaxText   = 1 << 20
	maxPixels = 100_000_000
)

// File is an attachment with what the screen shows of it.
type File struct {
	bakeoff.Attachment
	Width, Height int // pixels; 0 unless an image
}

// TooLarge refuses a file of more than MaxFile.
func TooLarge(name string) error {
	return invalid("%s is larger than 10 MB. Attach a smaller file.", name)
}

// Read reads a file for a prompt. Errors are *bakeoff.Error with code invalid and name the file, never its folder.
func Read(ctx context.Context, path string) (File, error) {
	name := filepath.Base(path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return File{}, invalid("There is no file %s. Check the name and attach it again.", name)
	case err != nil:
		return File{}, Unreadable(name)
	case !info.Mode().IsRegular():
		return File{}, invalid("%s is no file. Attach an image, a PDF or a text file.", name)
	case info.Size() > MaxFile:
		return File{}, TooLarge(name)
	}
	file, err := os.Open(path)
	if err != nil {
		return File{}, Unreadable(name)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, MaxFile+1)) // it may have grown since
	if err != nil {
		return File{}, Unreadable(name)
	}
	return Decode(ctx, name, data)
}

// Decode makes an attachment of a file's bytes. Its errors are those of Read.
func Decode(ctx context.Context, name string, data []byte) (File, error) {
	switch {
	case len(data) == 0:
		return File{}, invalid("%s is empty. Attach an image, a PDF or a text file.", name)
	case len(data) > MaxFile:
		return File{}, TooLarge(name)
	case pdftext.Is(data):
		return decodePDF(ctx, name, data)
	}
	f := file(name, data)
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err == nil {
		if config.Width*config.Height > maxPixels {
			return File{}, invalid("The image %s is too large. Make it smaller than 100 megapixels.", name)
		}
		// An image that breaks off crashes some local servers: it is decoded whole before it is sent anywhere.
		if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
			return File{}, invalid("The image %s is damaged. Save it anew and attach it again.", name)
		}
		f.MediaType, f.Width, f.Height = "image/"+format, config.Width, config.Height
		return f, nil
	}
	switch {
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return File{}, invalid("%s is neither a PNG, JPEG, GIF or WebP image nor a PDF nor text in UTF-8. Convert it and attach it again.", name)
	case len(data) > MaxText:
		return File{}, invalid("The text file %s is larger than 1 MB. Attach a part of it.", name)
	}
	f.MediaType = "text/plain"
	return f, nil
}

// Unreadable refuses a file whose bytes cannot be had.
func Unreadable(name string) error {
	return invalid("%s cannot be read. Check its permissions and attach it again.", name)
}

// file is an attachment with the hash of its bytes.
func file(name string, data []byte) File {
	sum := sha256.Sum256(data)
	return File{Attachment: bakeoff.Attachment{Name: name, Data: data, SHA256: hex.EncodeToString(sum[:])}}
}

// decodePDF makes an attachment of a PDF's text: every model gets the same, also those whose API takes no PDF.
func decodePDF(ctx context.Context, name string, data []byte) (File, error) {
	text, err := pdftext.Extract(ctx, data)
	switch {
	case errors.Is(err, pdftext.ErrEncrypted):
		return File{}, invalid("The PDF %s is behind a password. Save it without one and attach it again.", name)
	case errors.Is(err, pdftext.ErrNoText):
		return File{}, invalid("The PDF %s has no text: it may be scanned. Attach its pages as images for models that see.", name)
	case errors.Is(err, pdftext.ErrTooLong):
		return File{}, invalid("The PDF %s has more than %d pages or 1 MB of text. Attach a part of it.", name, pdftext.MaxPages)
	case errors.Is(err, pdftext.ErrTooHard):
		return File{}, invalid("The PDF %s takes too much time or memory to read. Save it anew, or attach its text.", name)
	case err != nil:
		return File{}, invalid("The PDF %s cannot be read. Save it anew, or attach its text.", name)
	}
	f := file(name, []byte(text.Text))
	f.MediaType = bakeoff.PDFText(text.Pages)
	return f, nil
}

func invalid(format string, args ...any) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}
