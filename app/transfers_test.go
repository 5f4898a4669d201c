package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func (p *page) transfers() *Transfers { return &Transfers{p.roof} }
func (p *page) backups() *Backups     { return &Backups{p.roof} }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnExportIsShownBeforeItIsWritten(t *testing.T) {
	p := tempPage(t)
	one := p.run(t, demoRequest("quick", "thinker"))
	p.run(t, demoRequest("quick"))
	all, err := p.transfers().Preview(nil)
	must(t, err)
	if all.Comparisons != 2 || all.Runs != 3 || all.Blind != 0 || all.Going != 0 {
		t.Errorf("everything: %+v", all)
	}
	chosen, err := p.transfers().Preview([]string{one.ID})
	must(t, err)
	if chosen.Comparisons != 1 || chosen.Runs != 2 {
		t.Errorf("one: %+v", chosen)
	}
	p.path = filepath.Join(t.TempDir(), "report")
	done, err := p.transfers().Export([]string{one.ID}, "html")
	must(t, err)
	text, err := os.ReadFile(p.path + ".html")
	must(t, err)
	if done.Name != "report.html" || done.Comparisons != 1 || done.Bytes != int64(len(text)) || !strings.Contains(string(text), "What is a bakeoff?") {
		t.Errorf("got %+v", done)
	}
	p.path = ""
	if done, err := p.transfers().Export(nil, "csv"); err != nil || done.Name != "" {
		t.Errorf("a dialog that was cancelled: %+v, %v", done, err)
	}
	p.path = filepath.Join(t.TempDir(), "x")
	if _, err := p.transfers().Export(nil, "exe"); rejection(t, err).Code != "invalid" {
		t.Errorf("got %v", err)
	}
}

func TestAFileIsLookedAtBeforeItIsImported(t *testing.T) {
	p, other := tempPage(t), tempPage(t)
	one := p.run(t, demoRequest("quick", "thinker"))
	p.path = filepath.Join(t.TempDir(), "x.jsonl")
	_, err := p.transfers().Export(nil, "jsonl")
	must(t, err)
	if _, err := other.transfers().Import(); rejection(t, err).Code != "invalid" {
		t.Error("imported without a look")
	}
	other.path = p.path
	look, err := other.transfers().Choose()
	must(t, err)
	if look.Name != "x.jsonl" || look.Source != "bakeoff" || look.New != 1 || look.Runs != 2 {
		t.Errorf("the look: %+v", look)
	}
	if page, _ := other.history.Search(HistoryQuery{Limit: 10}); len(page.Rows) != 0 {
		t.Error("a look wrote")
	}
	done, err := other.transfers().Import()
	must(t, err)
	if done != look {
		t.Errorf("got %+v, the look said %+v", done, look)
	}
	if c := other.get(t, one.ID); c.Imported != "bakeoff" || len(c.Runs) != 2 || c.Runs[0].Answer != one.Runs[0].Answer {
		t.Errorf("got %+v", c)
	}
	if c := p.get(t, one.ID); c.Imported != "" {
		t.Error("what was made here is marked as imported")
	}
}

func TestOneTransferGoesOnAndCanBeCancelled(t *testing.T) {
	p := tempPage(t)
	started, ended := make(chan struct{}), make(chan error)
	go func() {
		ended <- p.transfers().move("export", 1, func(ctx context.Context, step func(int)) error {
			step(1)
			close(started)
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	<-started
	if err := p.transfers().move("look", 0, func(context.Context, func(int)) error { return nil }); err == nil {
		t.Error("two at a time")
	}
	must(t, p.transfers().Cancel())
	if err := <-ended; err == nil {
		t.Error("it was not cancelled")
	}
	must(t, p.transfers().Cancel()) // nothing goes on: no error
	must(t, p.transfers().move("look", 0, func(context.Context, func(int)) error { return nil }))
}

func TestBackupsAreMadeListedAndRestoredAtTheNextStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	t.Run("first", func(t *testing.T) {
		p := openPage(t, dir)
		p.run(t, demoRequest("quick"))
		made, err := p.backups().Now()
		must(t, err)
		p.run(t, demoRequest("quick"))
		all, err := p.backups().List()
		must(t, err)
		if len(all) != 1 || all[0] != made || made.Bytes == 0 || made.Upgrade {
			t.Errorf("got %+v", all)
		}
		if found, err := p.backups().Check(); err != nil || len(found) != 0 || found == nil {
			t.Errorf("check: %v, %v", found, err)
		}
		for _, name := range []string{"../history.db", "history.db", "none.db"} {
			if _, err := p.backups().Restore(name); rejection(t, err).Code != "not_found" {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if chosen, err := p.backups().Restore(""); chosen || err != nil {
			t.Errorf("a dialog that was cancelled: %v, %v", chosen, err)
		}
		if chosen, err := p.backups().Restore(made.Name); !chosen || err != nil {
			t.Errorf("restore: %v, %v", chosen, err)
		}
		if page, _ := p.history.Search(HistoryQuery{Limit: 10}); len(page.Rows) != 2 {
			t.Error("the open history was changed")
		}
	})
	p := openPage(t, dir)
	if page, _ := p.history.Search(HistoryQuery{Limit: 10}); len(page.Rows) != 1 {
		t.Errorf("%d comparisons after the restore, want 1", len(page.Rows))
	}
	if notice, _ := p.desktop.Notice(); !strings.Contains(notice, "restored") {
		t.Errorf("the notice says %q", notice)
	}
}

// An import is one transaction: a comparison that starts beside it would hang until its end.
func TestModelsAreNotAskedBesideAnImport(t *testing.T) {
	p := tempPage(t)
	one := p.run(t, demoRequest("quick"))
	must(t, p.transfers().move("import", 0, func(context.Context, func(int)) error {
		for name, ask := range map[string]func() error{
			"start": func() error { return second(p.comparisons.Start(demoRequest("quick"))) },
			"retry": func() error { return second(p.comparisons.Retry(one.Runs[0].ID, false)) },
			"all":   func() error { return second(p.comparisons.Regenerate(one.ID, false)) },
		} {
			if err := ask(); err == nil || rejection(t, err).Code != "invalid" {
				t.Errorf("%s: got %v", name, err)
			}
		}
		return nil
	}))
	p.run(t, demoRequest("quick"))

	must(t, p.transfers().move("export", 0, func(context.Context, func(int)) error {
		p.run(t, demoRequest("quick")) // reads only
		return nil
	}))
}

func TestAnImportWaitsForModelsThatAnswer(t *testing.T) {
	p, asked := hangingPage(t, "")
	view, err := p.comparisons.Start(StartRequest{Prompt: "why", Lanes: "parallel", Lineup: []EntryView{{Endpoint: "groq", Model: "m"}}})
	must(t, err)
	<-asked
	p.roof.mover.look("some.jsonl")
	if _, err := p.transfers().Import(); err == nil || !strings.Contains(rejection(t, err).Message, "still answering") {
		t.Errorf("got %v", err)
	}
	if got := p.roof.mover.look(""); got != "some.jsonl" {
		t.Errorf("the file that was looked at is forgotten: %q", got)
	}
	must(t, p.comparisons.Stop(view.ID))
	p.wait(t, view.ID)
}
