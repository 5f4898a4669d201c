package app

import (
	"encoding/base64"
	"path/filepath"
	"strings"

	"bakeoff/backend/attach"
	"bakeoff/backend/wiring"
)

// ProspectView is what is known about an entry of a request before it is asked.
type ProspectView struct {
	NotApplied []string   `json:"notApplied"` // settings that its model does not take, by name
	Warnings   []string   `json:"warnings"`
	Problem    *ErrorView `json:"problem"` // why its provider would refuse the request; null: nothing is known to be wrong
	Input      int64      `json:"input"`   // estimated tokens of text
	Images     bool       `json:"images"`  // there are images too, whose tokens nobody knows before
	Context    int64      `json:"context"` // tokens; 0: not known
	Basis      string     `json:"basis"`   // where that is from: "as OpenAI lists it"
	TooLong    string     `json:"tooLong"` // a sentence when it does not fit, or hardly
	Files      []FateView `json:"files"`
}

// FateView is what a model gets of a file.
type FateView struct {
	Name string `json:"name"`
	As   string `json:"as"`   // "text", "image", "none": left out, "doubtful": sent, but nobody knows whether it is seen
	Note string `json:"note"` // "text of 12 pages", "cannot take images"
}

// Foresee tells what becomes of a request, entry by entry, before it is sent. Nothing of the prompt leaves for it.
func (b *Comparisons) Foresee(request StartRequest) ([]ProspectView, error) {
	return call(func() ([]ProspectView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		spec, err := b.roof.spec(request)
		if err != nil {
			return nil, err
		}
		c, _ := h.Engine.Plan(spec)
		all := h.Prospects(b.roof.ctx, c)
		out := []ProspectView{}
		seat := 0
		for _, e := range request.Lineup {
			out = append(out, prospectView(all[seat]))
			seat += max(e.Repeats, 1)
		}
		return out, nil
	})
}

func prospectView(p wiring.Prospect) ProspectView {
	view := ProspectView{
		NotApplied: list(p.NotApplied), Warnings: list(p.Warnings), Problem: errorView(p.Problem), Input: p.Input, Images: p.Images,
		Context: p.Context, Basis: p.Basis, TooLong: p.TooLong, Files: []FateView{},
	}
	for _, f := range p.Files {
		view.Files = append(view.Files, FateView{Name: f.Name, As: f.As, Note: f.Note})
	}
	return view
}

// maxDropped is the longest text of a dropped file: its bytes as base64.
const maxDropped = (attach.MaxFile + 2) / 3 * 4

// AttachFile takes a file that was dropped on the window or pasted into it: its bytes, as base64, since the page can name no
// path. The reply is as that of PickAttachments.
func (b *Desktop) AttachFile(name, data string) (AttachmentView, error) {
	return call(func() (AttachmentView, error) {
		if err := short("The file's name", name, maxName); err != nil {
			return AttachmentView{}, err
		}
		name = filepath.Base(strings.ReplaceAll(name, "\\", "/"))
		if len(data) > maxDropped {
			return AttachmentView{}, attach.TooLarge(name)
		}
		raw, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			return AttachmentView{}, attach.Unreadable(name)
		}
		f, err := attach.Decode(b.roof.ctx, name, raw)
		if err != nil {
			return AttachmentView{}, err
		}
		return b.roof.shelve(f), nil
	})
}

// shelve keeps a file at hand and tells the window of it.
func (r *roof) shelve(f attach.File) AttachmentView {
	r.files.put(f.Attachment)
	view := attachmentView(f.Attachment, f.SHA256)
	view.Width, view.Height = f.Width, f.Height
	return view
}
