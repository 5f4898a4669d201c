// Package pdftext takes the text out of PDF files. A PDF comes from anywhere and its format is a large one, so PDFium, the
// reader of Chromium, does it inside a WebAssembly sandbox: it has no files, no network, a bounded memory and a bounded time,
// and whatever a file does to it is an error here. Each file has a sandbox of its own.
package pdftext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// The limits of one file: its pages, the bytes of its text, and what the sandbox may take for it. The first file also waits
// for the sandbox to be made ready, which is not counted.
const (
	MaxPages  = 1000
	MaxText   = 1 << 20
	maxTime   = 20 * time.Second
	maxMemory = 256 << 20 >> 16 // pages of 64 kB
)

// Errors that the caller words for the user.
var (
	ErrNoPDF     = errors.New("no PDF")
	ErrDamaged   = errors.New("a damaged PDF")
	ErrEncrypted = errors.New("a PDF behind a password")
	ErrNoText    = errors.New("a PDF without text")
	ErrTooLong   = errors.New("a PDF of too many pages or too much text")
	ErrTooHard   = errors.New("a PDF that takes too much time or memory")
)

// Text is what a file says.
type Text struct {
	Pages int
	Text  string // valid UTF-8; pages are set apart by an empty line
}

// Is reports whether data begins as a PDF does.
func Is(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), 64)], "\ufeff \t\r\n"), []byte("%PDF-"))
}

// Extract returns the text of a PDF. Its errors are those of this package.
func Extract(ctx context.Context, data []byte) (Text, error) { return within(ctx, data, maxTime) }

func within(ctx context.Context, data []byte, limit time.Duration) (Text, error) {
	if !Is(data) {
		return Text{}, ErrNoPDF
	}
	one.Lock() // one file at a time: a sandbox may take much memory
	defer one.Unlock()
	if err := warm(ctx); err != nil {
		return Text{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	text, err := extract(ctx, data)
	if ctx.Err() != nil {
		return Text{}, ErrTooHard
	}
	return text, err
}

var one sync.Mutex

// compiled keeps PDFium's machine code between files: to make it takes about a second.
var compiled struct {
	cache wazero.CompilationCache
	ready bool
}

// warm compiles PDFium once.
func warm(ctx context.Context) error {
	if compiled.ready {
		return nil
	}
	compiled.cache = wazero.NewCompilationCache()
	pool, err := sandbox(ctx)
	if err != nil {
		return err
	}
	compiled.ready = true
	return pool.Close()
}

// sandbox is a fresh one: no files, nothing printed. The end of ctx ends whatever runs in it.
func sandbox(ctx context.Context) (pdfium.Pool, error) {
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MaxTotal: 1, MaxIdle: 1, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
			WithCloseOnContextDone(true).WithMemoryLimitPages(maxMemory).WithCompilationCache(compiled.cache),
	})
	if err != nil {
		return nil, fmt.Errorf("make ready to read PDF files: %w", err)
	}
	return pool, nil
}

// extract reads a file in a sandbox of its own. A file that breaks it panics in the library: that is an error of the file.
func extract(ctx context.Context, data []byte) (text Text, err error) {
	defer func() {
		if v := recover(); v != nil {
			text, err = Text{}, ErrTooHard
		}
	}()
	pool, err := sandbox(ctx)
	if err != nil {
		return Text{}, err
	}
	defer func() { _ = pool.Close() }() // it holds nothing that is needed
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return Text{}, ErrTooHard
	}
	doc, err := instance.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return Text{}, opening(err)
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	switch {
	case err != nil:
		return Text{}, ErrDamaged
	case count.PageCount > MaxPages:
		return Text{}, ErrTooLong
	}
	return read(ctx, instance, doc.Document, count.PageCount)
}

// opening says why a file cannot be opened.
func opening(err error) error {
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return ErrEncrypted
	}
	return ErrDamaged
}

// read joins the texts of all pages. A page that cannot be read fails the file: half of it would be taken for the whole.
func read(ctx context.Context, instance pdfium.Pdfium, doc references.FPDF_DOCUMENT, pages int) (Text, error) {
	var b strings.Builder
	for i := range pages {
		if ctx.Err() != nil {
			return Text{}, ErrTooHard
		}
		page, err := instance.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: i}}})
		if err != nil {
			return Text{}, ErrDamaged
		}
		text := tidy(page.Text)
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(text)
		if b.Len() > MaxText {
			return Text{}, ErrTooLong
		}
	}
	if b.Len() == 0 {
		return Text{}, ErrNoText
	}
	return Text{Pages: pages, Text: b.String()}, nil
}

// tidy makes a page's text plain: lines end in \n, a hyphen at a line's end that PDFium marks is a hyphen, and control
// characters are left out.
func tidy(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, string(utf8.RuneError)), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == 0x02, r == 0xfffe: // PDFium's sign for a hyphen that breaks a word
			return '-'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f:
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}
