package app

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bakeoff/backend/compare"
	"bakeoff/backend/wiring"
)

// desk is a desktop without a screen.
type desk struct {
	files []string
	path  string // the answer of every dialog for one file
	fail  error

	mu     sync.Mutex
	opened []string
	copied string
	frames []Frame
	wire   []string    // every event as the page would get it
	seen   chan Frame  // the newest frames, as long as there is room
	heard  chan string // names of endpoints that changed, and ids of comparisons that ended
}

func newDesk() *desk { return &desk{heard: make(chan string, 1000), seen: make(chan Frame, 10_000)} }

func (d *desk) Emit(event string, payload any) {
	text, err := json.Marshal(payload)
	if err != nil {
		panic(err) // the page would get nothing
	}
	d.mu.Lock()
	d.wire = append(d.wire, event+" "+string(text))
	d.mu.Unlock()
	switch p := payload.(type) {
	case Frame:
		d.mu.Lock()
		d.frames = append(d.frames, p)
		d.mu.Unlock()
		select {
		case d.seen <- p:
		default:
		}
		if !p.Live {
			d.heard <- p.Comparison
		}
	case SetHeadView:
		if p.State != "running" {
			d.heard <- p.ID
		}
	case EndpointView:
		if p.State != string(wiring.StateChecking) {
			d.heard <- p.Name
		}
	}
}

func (d *desk) OpenURL(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = append(d.opened, address)
}

func (d *desk) Copy(text string) error {
	d.copied = text
	return d.fail
}

func (d *desk) PickFiles() ([]string, error) { return d.files, d.fail }

func (d *desk) PickFile(string, string) (string, error) { return d.path, d.fail }

func (d *desk) OpenFolder(dir string) error {
	d.opened = append(d.opened, dir)
	return d.fail
}

func (d *desk) SaveFile(string, string, string) (string, error) { return d.path, d.fail }

// wait blocks until something of that name was heard.
func (d *desk) wait(t *testing.T, name string) {
	t.Helper()
	for {
		select {
		case heard := <-d.heard:
			if heard == name {
				return
			}
		case <-t.Context().Done():
			t.Fatalf("%s was never heard of", name)
		}
	}
}

// page is the window's side of the bridge over a real house.
type page struct {
	*desk
	roof        *roof
	comparisons *Comparisons
	history     *History
	models      *Models
	settings    *Settings
	desktop     *Desktop
	ratings     *Ratings
	dir         string
}

// openPage builds a house in a temporary folder with fast demo voices, and a page that holds a lease.
func openPage(t *testing.T, dir string) *page {
	return openPageIn(t, dir, map[string]string{"OLLAMA_HOST": "127.0.0.1:1"}) // a port where nothing listens
}

// openPageIn does so in an environment.
func openPageIn(t *testing.T, dir string, environment map[string]string) *page {
	t.Helper()
	d := newDesk()
	r := newRoof(t.Context(), d, "9.9.9")
	h, err := wiring.Open(t.Context(), wiring.Options{
		DataDir: dir, Getenv: func(name string) string { return environment[name] }, Version: "9.9.9",
		Observers: []compare.Observer{r.bridge}, DemoSpeed: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.open(h)
	go r.bridge.Run()
	r.bridge.Renew() // before the first comparison
	go renew(t.Context(), r.bridge)
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		r.bridge.Close()
	})
	return &page{d, r, &Comparisons{r}, &History{r}, &Models{r}, &Settings{r}, &Desktop{r}, &Ratings{r}, dir}
}

// renew keeps the lease, as a page does for as long as it is there.
func renew(ctx context.Context, b *Bridge) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		b.Renew()
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func tempPage(t *testing.T) *page { return openPage(t, filepath.Join(t.TempDir(), "data")) }

// demoRequest asks demo voices.
func demoRequest(voices ...string) StartRequest {
	r := StartRequest{Prompt: "What is a bakeoff?", Lanes: "parallel"}
	for _, v := range voices {
		r.Lineup = append(r.Lineup, EntryView{Endpoint: "demo", Model: v})
	}
	return r
}

// run starts a comparison and waits for its end.
func (p *page) run(t *testing.T, r StartRequest) ComparisonView {
	t.Helper()
	view, err := p.comparisons.Start(r)
	if err != nil {
		t.Fatal(err)
	}
	p.wait(t, view.ID)
	return p.get(t, view.ID)
}

func (p *page) get(t *testing.T, id string) ComparisonView {
	t.Helper()
	view, err := p.comparisons.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// rejection reads what the window gets of an error.
func rejection(t *testing.T, err error) ErrorView {
	t.Helper()
	var view ErrorView
	if err == nil {
		t.Fatal("got no error")
	}
	if jsonErr := json.Unmarshal([]byte(err.Error()), &view); jsonErr != nil || view.Code == "" || view.Message == "" {
		t.Fatalf("the window cannot read the error %q: %v", err, errors.Join(jsonErr))
	}
	return view
}
