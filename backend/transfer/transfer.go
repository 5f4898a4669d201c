// Package transfer moves comparisons between the history and files: what the window and the terminal both do when they
// export and import.
//
// A file is written beside its place under another name, readable by the user alone, and renamed when it is whole: one
// that was cancelled or broke off leaves nothing. An import is looked at before anything is written, and is written in
// one transaction. Both keep one comparison in memory at a time and end with ctx.
package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
	"bakeoff/backend/importer"
	"bakeoff/backend/store"
)

// Store is the history as transfers use it.
type Store interface {
	All(ctx context.Context, ids []string) iter.Seq2[bakeoff.Comparison, error]
	Extent(ctx context.Context, ids []string) (store.Extent, error)
	Comparison(ctx context.Context, id string) (bakeoff.Comparison, error)
	Import(ctx context.Context, source string, all iter.Seq2[bakeoff.Comparison, error], same func(a, b bakeoff.Comparison) bool, progress func(store.Imported)) (store.Imported, error)
}

// Export writes comparisons to a file, which it replaces. ids are whole; nil means everything. progress, which may be
// nil, is called after each comparison. When nothing may be written it fails with the reason, and writes no file.
func Export(ctx context.Context, s Store, path string, ids []string, o export.Options, progress func(export.Written)) (done export.Written, err error) {
	err = replace(ctx, path, func(w io.Writer) error {
		if done, err = export.Write(ctx, w, s.All(ctx, ids), o, progress); err != nil {
			return err
		}
		if done.Comparisons == 0 && done.Left() != "" {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Nothing was exported. " + strings.TrimSpace(done.Left())}
		}
		return nil
	})
	return done, err
}

// ExportText writes a text to a file, which it replaces.
func ExportText(ctx context.Context, path string, text []byte) error {
	return replace(ctx, path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// replace writes a file beside path and puts it in its place when it is whole.
func replace(ctx context.Context, path string, write func(w io.Writer) error) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".bakeoff-*.part") // 0600 whatever the umask
	if err != nil {
		return fileError(ctx, err)
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
			_ = os.Remove(temp.Name())
		}
	}()
	if err = write(temp); err != nil {
		return fileError(ctx, err)
	}
	if err = errors.Join(temp.Sync(), temp.Close()); err != nil {
		return fileError(ctx, err)
	}
	return fileError(ctx, os.Rename(temp.Name(), path))
}

// fileError turns what a file met into a sentence.
func fileError(ctx context.Context, err error) error {
	var known *bakeoff.Error
	sentence := "The file cannot be written. Check the disk, or choose another place."
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Stopped: nothing was written.", Err: ctx.Err()}
	case errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC):
		sentence = "The disk is full, and nothing was written. Free some space, or choose another disk."
	case errors.Is(err, fs.ErrNotExist):
		sentence = "There is no such folder. Create it, or choose another place."
	case errors.Is(err, fs.ErrPermission):
		sentence = "The file cannot be written there: the folder is read-only. Choose another place."
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence, Err: err}
}

// Found is what a file holds, beside what is in the history already.
type Found struct {
	Source string // "bakeoff" or "promptfoo"
	store.Imported
}

// Comparisons is how many the file holds.
func (f Found) Comparisons() int { return f.New + f.Same + f.Different }

// Preview reads a file to its end and writes nothing. What it accepts Import accepts, unless the history changes
// meanwhile or has one of the file's runs under another comparison.
func Preview(ctx context.Context, s Store, path string, progress func(Found)) (found Found, err error) {
	err = reading(ctx, path, func(f *importer.File) error {
		found.Source = f.Source()
		news := make(map[string]digest) // what Import would have written by then
		for c, err := range f.All() {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return err
			}
			here, err := s.Comparison(ctx, c.ID)
			first, again := news[c.ID]
			switch missing := bakeoff.AsError(err).Code == bakeoff.CodeNotFound; {
			case err != nil && !missing:
				return err
			case missing && !again:
				found.New++
				found.Runs += len(c.Runs)
				found.Votes += len(c.Review.Votes)
				news[c.ID] = digestOf(c)
			case !missing && same(here, c), missing && first == digestOf(c):
				found.Same++
			default:
				found.Different++
			}
			if progress != nil {
				progress(found)
			}
		}
		return nil
	})
	return found, err
}

// Import saves what a file holds, all or nothing. progress, which may be nil, is called after each comparison.
func Import(ctx context.Context, s Store, path string, progress func(Found)) (found Found, err error) {
	err = reading(ctx, path, func(f *importer.File) error {
		found.Source = f.Source()
		found.Imported, err = s.Import(ctx, f.Source(), cancellable(ctx, f), same, func(i store.Imported) {
			if progress != nil {
				progress(Found{f.Source(), i})
			}
		})
		return err
	})
	return found, err
}

// cancellable ends with ctx, and tells the line of what the history refuses.
func cancellable(ctx context.Context, f *importer.File) iter.Seq2[bakeoff.Comparison, error] {
	return func(yield func(bakeoff.Comparison, error) bool) {
		for c, err := range f.All() {
			if err == nil {
				err = ctx.Err()
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

func reading(ctx context.Context, path string, do func(*importer.File) error) error {
	in, err := os.Open(path)
	if err != nil {
		sentence := "The file cannot be read. Check its permissions and choose it again."
		if errors.Is(err, fs.ErrNotExist) {
			sentence = "There is no such file. Check its name."
		}
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence, Err: err}
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || info.IsDir() {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This is a folder. Choose a file.", Err: err}
	}
	f, err := importer.Open(in)
	if err == nil {
		err = do(f)
	}
	var known *bakeoff.Error
	switch {
	case err != nil && ctx.Err() != nil:
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Stopped: nothing was imported.", Err: ctx.Err()}
	case errors.As(err, &known) && f != nil && f.Line() > 0 && known.Code == bakeoff.CodeInvalid && !strings.Contains(known.Message, "Line "):
		return &bakeoff.Error{Code: known.Code, Message: "Line " + strconv.Itoa(f.Line()) + ": " + known.Message, Err: err}
	}
	return err
}

// digest stands for everything that an export tells of a comparison.
type digest [sha256.Size]byte

func digestOf(c bakeoff.Comparison) digest {
	text, _ := export.Encode(c) // what cannot be encoded was refused by the importer
	return sha256.Sum256(text)
}

// same reports whether two comparisons are equal in everything that an export tells.
func same(a, b bakeoff.Comparison) bool {
	x, errX := export.Encode(a)
	y, errY := export.Encode(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
