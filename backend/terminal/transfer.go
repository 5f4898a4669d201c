package terminal

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bakeoff/backend/export"
	"bakeoff/backend/transfer"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func exportCommand(d *Deps) *cobra.Command {
	var format, out string
	var all, force bool
	cmd := &cobra.Command{
		Use:   "export [ID…]",
		Short: "Write comparisons to a file: html, md or csv to read, jsonl to import again",
		Long: "Writes comparisons with their answers, figures and votes to a file, or with -o - to standard output.\n" +
			"The format follows the file's name unless --format says it. Comparisons that are still blind are left out.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return invalid("Say what to export: the ids of comparisons, or --all. `bakeoff history` lists them.")
			}
			format = cmp.Or(format, strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), "."))
			if err := oneOf("format", format, "html", "md", "csv", "jsonl"); err != nil {
				return err
			}
			if out == "" {
				return invalid("Say where to: -o FILE, or -o - for standard output.")
			}
			if _, err := os.Lstat(out); err == nil && out != "-" && !force {
				return invalid("There is a file of that name already. Give another name, or --force to replace it.")
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			return d.export(cmd.Context(), h, args, out, export.Format(format))
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "html, md, csv or jsonl")
	cmd.Flags().StringVarP(&out, "output", "o", "", "the file; - for standard output")
	cmd.Flags().BoolVar(&all, "all", false, "everything that is saved")
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

// export writes the comparisons that ids name, or all.
func (d *Deps) export(ctx context.Context, h *wiring.House, ids []string, out string, format export.Format) error {
	chosen, err := wholeIDs(ctx, h, ids)
	if err != nil {
		return err
	}
	extent, err := h.Store.Extent(ctx, chosen)
	if err != nil {
		return err
	}
	o := export.Options{Format: format, App: d.Version, Now: time.Now(), Redact: h.Registry.Conceal}
	p := d.progress("exported", extent.Comparisons)
	step := func(w export.Written) { p.step(w.Comparisons + w.Blind + w.Going + w.Large) }
	var done export.Written
	if out == "-" {
		done, err = export.Write(ctx, d.Out, h.Store.All(ctx, chosen), o, step)
	} else {
		done, err = transfer.Export(ctx, h.Store, out, chosen, o, step)
	}
	p.end()
	if err != nil {
		return stopped(ctx, d.Err, err)
	}
	if left := strings.TrimSpace(done.Left()); left != "" {
		say(d.Err, "%s", left)
	}
	if out != "-" {
		say(d.Err, "Exported %d of %d comparisons to %s (%s).", done.Comparisons, extent.Comparisons, out, megabytes(done.Bytes))
	}
	if done.Comparisons == 0 && extent.Comparisons > 0 {
		return exit(exitNone)
	}
	return nil
}

// wholeIDs finds what shortened ids name; none for everything.
func wholeIDs(ctx context.Context, h *wiring.House, ids []string) (whole []string, err error) {
	for _, id := range ids {
		c, err := h.Store.Comparison(ctx, id)
		if err != nil {
			return nil, err
		}
		whole = append(whole, c.ID)
	}
	return whole, nil
}

func importCommand(d *Deps) *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Add the comparisons of a Bakeoff export (jsonl) or of promptfoo's results (json)",
		Long: "Reads the whole file first and writes all of it or nothing. What is in the history already is never changed.\n" +
			"Imported comparisons are marked as such: their figures and votes are what the file said.",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			do, did := transfer.Import, "Imported"
			if dry {
				do, did = transfer.Preview, "Would import"
			}
			p := d.progress("read", 0)
			found, err := do(cmd.Context(), h.Store, args[0], func(f transfer.Found) { p.step(f.Comparisons()) })
			p.end()
			if err != nil {
				return stopped(cmd.Context(), d.Err, err)
			}
			fmt.Fprintf(d.Out, "%s %d of %d comparisons, with %d answers and %d votes.\n", did, found.New, found.Comparisons(), found.Runs, found.Votes)
			if found.Same > 0 {
				fmt.Fprintf(d.Out, "%d are in the history already.\n", found.Same)
			}
			if found.Different > 0 {
				fmt.Fprintf(d.Out, "%d are in the history with another content, which is kept.\n", found.Different)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "read the file and say what it holds; write nothing")
	return cmd
}

// stopped is the end of a transfer that failed; after Ctrl+C its sentence is said here, since Execute is silent then.
func stopped(ctx context.Context, w io.Writer, err error) error {
	if ctx.Err() != nil {
		say(w, "%s", sentence(err))
	}
	return err
}

// progressEvery is how often a number on the screen changes.
const progressEvery = 100 * time.Millisecond

// progress tells on standard error how far a long command is, when a person reads that.
type progress struct {
	to    io.Writer // nil: nobody reads
	did   string
	total int // 0: not known
	last  time.Time
	shown bool
}

func (d *Deps) progress(did string, total int) *progress {
	p := &progress{did: did, total: total, last: time.Now()}
	if isTerminal(d.Err) {
		p.to = d.Err
	}
	return p
}

func (p *progress) step(n int) {
	if p.to == nil || time.Since(p.last) < progressEvery {
		return
	}
	p.last, p.shown = time.Now(), true
	if p.total > 0 {
		fmt.Fprintf(p.to, "\r%s %d of %d (%d %%)", p.did, n, p.total, 100*n/p.total)
		return
	}
	fmt.Fprintf(p.to, "\r%s %d", p.did, n)
}

// end clears the line.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
