package app

import (
	"bakeoff/backend/attach"
	"bakeoff/backend/compare"
)

// Desktop is bound to the window: what only the desktop can do.
type Desktop struct{ roof *roof }

// CheckLink says what would be opened for an address of an answer, or why it is not opened.
func (b *Desktop) CheckLink(address string) (LinkView, error) {
	return call(func() (LinkView, error) { return checkLink(address) })
}

// OpenLink opens an address in the user's browser after the same check.
func (b *Desktop) OpenLink(address string) error {
	return do(func() error {
		link, err := checkLink(address)
		if err == nil {
			b.roof.shell.OpenURL(link.URL)
		}
		return err
	})
}

// Copy puts text on the clipboard.
func (b *Desktop) Copy(text string) error {
	return do(func() error {
		if err := short("The text to copy", text, maxClip); err != nil {
			return err
		}
		return b.roof.shell.Copy(text)
	})
}

// PickAttachments lets the user choose files for the next prompt. One that cannot be used refuses them all, with its
// name. None comes back when the dialog was cancelled.
func (b *Desktop) PickAttachments() ([]AttachmentView, error) {
	return call(func() ([]AttachmentView, error) {
		paths, err := b.roof.shell.PickFiles()
		if err != nil {
			return nil, err
		}
		if len(paths) > compare.MaxEntries {
			return nil, tooMany()
		}
		files := make([]attach.File, len(paths))
		for i, path := range paths {
			if files[i], err = attach.Read(b.roof.ctx, path); err != nil {
				return nil, err
			}
		}
		views := []AttachmentView{}
		for _, f := range files {
			views = append(views, b.roof.shelve(f))
		}
		return views, nil
	})
}

// Renew lets the page receive frames for another while. A page that we did not load does not know to ask.
func (b *Desktop) Renew() error {
	return do(func() error {
		b.roof.bridge.Renew()
		return nil
	})
}

// Version returns the app's version: "0.1.0".
func (b *Desktop) Version() (string, error) {
	return call(func() (string, error) { return b.roof.version, nil })
}

// Notice returns what the user should know about this start: a history that was damaged, or that cannot be opened.
// Empty when all is well.
func (b *Desktop) Notice() (string, error) {
	return call(func() (string, error) {
		h, err := b.roof.house()
		if err != nil {
			return "", err
		}
		return h.Notice(), nil
	})
}
