package ollama

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"

	"github.com/ollama/ollama/api"
	"github.com/ollama/ollama/parser"
)

// maxModelfile is the largest Modelfile that is read, in bytes: what is larger and no GGUF file is the wrong file.
const maxModelfile = 1 << 20

// ggufMagic are the first bytes of every GGUF file.
var ggufMagic = []byte("GGUF")

// Create makes a model from a GGUF file or a Modelfile. Weights that the server lacks are uploaded. A Modelfile whose FROM
// is neither a file nor an installed model is refused, since the server would download it without a word.
func (p *Provider) Create(ctx context.Context, model, path string, progress func(local.Progress)) error {
	ctx = provider.WithTrace(ctx, nil)
	progress(local.Progress{Status: "reading the files"})
	req, err := readFiles(ctx, path)
	if err != nil {
		return err
	}
	if req.From != "" {
		if err := p.has(ctx, req.From); err != nil {
			return err
		}
	}
	for _, files := range []*map[string]string{&req.Files, &req.DraftFiles, &req.Adapters} {
		for file, digest := range *files {
			if err := p.upload(ctx, file, digest, progress); err != nil {
				return err
			}
		}
		*files = named(*files)
	}
	req.Model = model
	done := false
	err = p.api.Create(wire.Expect(ctx, "application/x-ndjson"), req, func(r api.ProgressResponse) error {
		done = done || r.Status == "success"
		progress(local.Progress{Status: r.Status})
		return nil
	})
	switch {
	case done:
		return nil
	case err == nil:
		return &bakeoff.Error{Code: bakeoff.CodeTruncated, Message: p.label + " did not say that " + shortName(model) + " is ready. Look into the log of the Ollama server for the reason, and try again."}
	}
	return p.createError(err)
}

// readFiles is recipe until ctx ends. Weights of many gigabytes are hashed for minutes, which nothing can stop on the way:
// then the rest of it is left to itself.
func readFiles(ctx context.Context, path string) (*api.CreateRequest, error) {
	type read struct {
		req *api.CreateRequest
		err error
	}
	done := make(chan read, 1)
	go func() {
		req, err := recipe(path)
		done <- read{req, err}
	}()
	select {
	case r := <-done:
		return r.req, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// named gives files the names by which the server knows them: without the folder that all of them are in.
func named(files map[string]string) map[string]string {
	if files == nil {
		return nil
	}
	root := ""
	for file := range files {
		dir := filepath.Dir(file)
		if root == "" {
			root = dir
		}
		for root != dir && !strings.HasPrefix(dir, root+string(filepath.Separator)) && filepath.Dir(root) != root {
			root = filepath.Dir(root)
		}
	}
	out := make(map[string]string, len(files))
	for file, digest := range files {
		name, err := filepath.Rel(root, file)
		if err != nil {
			name = filepath.Base(file)
		}
		out[filepath.ToSlash(name)] = digest
	}
	return out
}

// createError keeps the server's reason in sight: it is about the user's own file.
func (p *Provider) createError(err error) error {
	e := bakeoff.AsError(p.fail("", err))
	if e.Detail != "" && (e.Code == bakeoff.CodeInvalid || e.Code == bakeoff.CodeProvider) {
		e.Message = p.label + " could not make a model of this file: " + e.Detail
	}
	return e
}

// recipe reads what is to be created from, and the digests of its files.
func recipe(path string) (*api.CreateRequest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	head := make([]byte, len(ggufMagic))
	if _, err := io.ReadFull(f, head); err == nil && bytes.Equal(head, ggufMagic) {
		return plainRecipe(f, path)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.Size() > maxModelfile {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: filepath.Base(path) + " is neither a GGUF file nor a Modelfile. Choose one of these."}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, unreadable(path, err)
	}
	file, err := parser.ParseFile(f)
	if err != nil {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: filepath.Base(path) + " is no Modelfile that Ollama knows. It begins with FROM and a model or a file.", Detail: err.Error()}
	}
	req, err := file.CreateRequest(filepath.Dir(path))
	if err != nil {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "A file that " + filepath.Base(path) + " names cannot be used. Look at its FROM and ADAPTER lines.", Err: err}
	}
	return req, nil
}

// plainRecipe is a model of nothing but its weights.
func plainRecipe(f *os.File, path string) (*api.CreateRequest, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, unreadable(path, err)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return nil, unreadable(path, err)
	}
	return &api.CreateRequest{Files: map[string]string{path: "sha256:" + hex.EncodeToString(hash.Sum(nil))}}, nil
}

func unreadable(path string, err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: filepath.Base(path) + " cannot be read. Look at its permissions, or choose another file.", Err: err}
}

// has refuses a base model that the server would have to download.
func (p *Provider) has(ctx context.Context, model string) error {
	list, err := p.api.List(ctx)
	if err != nil {
		return p.fail("", err)
	}
	if _, ok := find(list.Models, model); ok {
		return nil
	}
	return &bakeoff.Error{Code: bakeoff.CodeModelMissing, Message: p.label + " has no model " + shortName(model) + ", which FROM names, and there is no such file. Pull it first, or correct the Modelfile."}
}

// upload sends a file to the server, which drops what it has already.
func (p *Provider) upload(ctx context.Context, path, digest string, progress func(local.Progress)) error {
	f, err := os.Open(path)
	if err != nil {
		return unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable(path, err)
	}
	reader := &counted{Reader: f, tell: func(done int64) {
		progress(local.Progress{Status: "uploading " + filepath.Base(path), Digest: digest, Done: done, Total: info.Size()})
	}}
	if err := p.api.CreateBlob(ctx, digest, reader); err != nil {
		return p.createError(err)
	}
	reader.tell(info.Size())
	return nil
}

// counted tells how much of a file was read.
type counted struct {
	io.Reader
	done int64
	tell func(done int64)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.done += int64(n)
	c.tell(c.done)
	return n, err
}
