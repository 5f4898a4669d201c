package secret

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"

	"bakeoff/backend/bakeoff"

	"filippo.io/age" // a small, audited file encryption with a passphrase mode
)

// file keeps all items in one encrypted file. Its contents are in memory while it is unlocked.
type file struct {
	path string
	work int // scrypt's work factor, as the power of 2

	mu         sync.Mutex
	open       bool
	passphrase string
	items      map[string]Item
}

// workFactor makes one guess of a passphrase cost about a second; tests take a lower one.
const workFactor = 18

// minPassphrase is the shortest passphrase, in bytes, and maxFile the largest file that is read.
const (
	minPassphrase = 8
	maxFile       = 1 << 20
)

func newFile(dir string) *file { return &file{path: filepath.Join(dir, "keys.age"), work: workFactor} }

func (f *file) exists() bool {
	_, err := os.Stat(f.path)
	return err == nil
}

func (f *file) locked() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.open
}

func (f *file) item(name string) (Item, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	item, found := f.items[name]
	return item, found
}

// unlock reads the file, or begins an empty one.
func (f *file) unlock(passphrase string) error {
	if len(passphrase) < minPassphrase {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The passphrase is too short. Take at least 8 characters."}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	items, err := f.read(passphrase)
	if errors.Is(err, os.ErrNotExist) {
		f.items, f.passphrase, f.open = make(map[string]Item), passphrase, true
		return f.write()
	}
	if err != nil {
		return err
	}
	f.items, f.passphrase, f.open = items, passphrase, true
	return nil
}

// reread reads an unlocked file again. Without its passphrase, or when it is gone, it is locked.
func (f *file) reread() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.open {
		return nil
	}
	items, err := f.read(f.passphrase)
	if err != nil {
		f.open, f.passphrase, f.items = false, "", nil
		return nil // the endpoints say that they are locked
	}
	f.items = items
	return nil
}

// read decrypts the file. A file that is missing is os.ErrNotExist; other errors are sentences.
func (f *file) read(passphrase string) (items map[string]Item, err error) {
	sealed, err := os.ReadFile(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, os.ErrNotExist
	}
	if err != nil {
		return nil, unreadable(err)
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, unreadable(err)
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if err != nil {
		return nil, &bakeoff.Error{Code: bakeoff.CodeAuth, Message: "This passphrase does not open the file of keys. Try again; without it, delete keys.age and enter the keys anew."}
	}
	text, err := io.ReadAll(io.LimitReader(plain, maxFile))
	if err == nil {
		err = json.Unmarshal(text, &items)
	}
	if err != nil {
		return nil, unreadable(errors.New("damaged")) // the decoder's own error may quote a key
	}
	return clone(items), nil
}

// change changes the items and writes the file; when it cannot be written, nothing has changed.
func (f *file) change(how func(map[string]Item)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.open {
		return &bakeoff.Error{Code: bakeoff.CodeAuth, Message: "The file of keys is locked. Unlock it with its passphrase and try again."}
	}
	before := f.items
	items, err := f.read(f.passphrase) // another Bakeoff may have changed it since: the window, or a command
	if errors.Is(err, os.ErrNotExist) {
		items, err = clone(before), nil
	}
	if err != nil {
		return err
	}
	how(items)
	f.items = items
	if err := f.write(); err != nil {
		f.items = before
		return err
	}
	return nil
}

// write encrypts the items into a new file and puts it in the place of the old one. Called with mu held.
func (f *file) write() error {
	recipient, err := age.NewScryptRecipient(f.passphrase)
	if err != nil {
		return unwritable(err)
	}
	recipient.SetWorkFactor(f.work)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipient)
	if err != nil {
		return unwritable(err)
	}
	if err := errors.Join(json.NewEncoder(w).Encode(f.items), w.Close()); err != nil {
		return unwritable(errors.New("encryption"))
	}
	temp := f.path + ".new"
	out, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return unwritable(err)
	}
	_, err = out.Write(sealed.Bytes())
	if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
		err = os.Rename(temp, f.path)
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

func unreadable(err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The file of keys, keys.age, cannot be read. Move it away and enter the keys anew.", Err: err}
}

func unwritable(err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The file of keys cannot be written. Free some space, or make the data folder writable, and try again.", Err: err}
}
