package terminal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bakeoff/backend/local"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

// pullJSON is how a download ended.
type pullJSON struct {
	Endpoint   string     `json:"endpoint"`
	Model      string     `json:"model"`
	State      string     `json:"state"` // done, failed, cancelled
	DoneBytes  int64      `json:"done_bytes"`
	TotalBytes int64      `json:"total_bytes"`
	Problem    *errorJSON `json:"problem"`
}

func pullCommand(d *Deps) *cobra.Command {
	var endpoint string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "pull MODEL", Short: "Let an Ollama server download a model", Args: cobra.ExactArgs(1),
		Long: "Let an Ollama server download a model. Ctrl+C ends the download; the server keeps what it has, and the same command goes on\n" +
			"from there. Under Local only nothing is pulled.",
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.open(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			job, err := d.pull(cmd.Context(), h, endpoint, strings.TrimSpace(args[0]), asJSON)
			if err != nil {
				return err
			}
			return d.pulled(job, asJSON)
		},
	}
	cmd.Flags().StringVar(&endpoint, "endpoint", "ollama", "name of the server, as `bakeoff endpoints list` has it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print how it ended as JSON")
	return cmd
}

// pull begins a download, tells how it goes on standard error, and returns it as it ended.
func (d *Deps) pull(ctx context.Context, h *wiring.House, endpoint, model string, quiet bool) (local.Job, error) {
	if model == "" {
		return local.Job{}, invalid("The model has no name. Write one, such as llama3.2:1b.")
	}
	told := make(chan local.Job, 1) // the newest only: who shows it may be slow
	h.Locals.Jobs.Watch(func(jobs []local.Job) {
		for _, j := range jobs {
			for put := false; !put; {
				select {
				case told <- j:
					put = true
				case <-told:
				}
			}
		}
	})
	if _, err := h.Locals.Pull(ctx, endpoint, model); err != nil {
		return local.Job{}, err
	}
	line := progressLine{d: d, wipe: isTerminal(d.Err)}
	for {
		select {
		case j := <-told:
			if !quiet {
				line.show(j)
			}
			if j.State != local.Running {
				line.end()
				return j, nil
			}
		case <-ctx.Done():
			line.end()
			return local.Job{}, ctx.Err()
		}
	}
}

// pulled says how a download ended; the error is the exit status.
func (d *Deps) pulled(j local.Job, asJSON bool) error {
	if asJSON {
		out := pullJSON{Endpoint: j.Endpoint, Model: j.Model, State: string(j.State), DoneBytes: j.Done, TotalBytes: j.Total}
		if j.Problem != nil {
			out.State = string(local.Failed)
			out.Problem = &errorJSON{Code: string(j.Problem.Code), Message: j.Problem.Message}
		}
		if err := encoder(d.Out, "  ").Encode(out); err != nil {
			return err
		}
	}
	switch {
	case j.Problem != nil && asJSON:
		return exit(exitNone)
	case j.Problem != nil:
		return j.Problem
	case !asJSON:
		fmt.Fprintln(d.Out, plain(j.Endpoint+"/"+j.Model)+" is ready.")
	}
	return nil
}

// progressLine is one line that is written over in a terminal; elsewhere a line every now and then.
type progressLine struct {
	d     *Deps
	wipe  bool
	width int
	last  time.Time
	said  string
}

// plainEvery is how often progress is told where lines cannot be written over.
const plainEvery = 5 * time.Second

func (p *progressLine) show(j local.Job) {
	text := plain(pullLine(j))
	if !p.wipe {
		if text != p.said && (time.Since(p.last) >= plainEvery || j.State != local.Running) && j.State != local.Done {
			fmt.Fprintln(p.d.Err, text)
			p.last, p.said = time.Now(), text
		}
		return
	}
	fmt.Fprintf(p.d.Err, "\r%-*s", p.width, text)
	p.width = len(text)
}

func (p *progressLine) end() {
	if p.wipe && p.width > 0 {
		fmt.Fprintln(p.d.Err)
		p.width = 0
	}
}

// pullLine is a download in one line: "gemma3:27b  66%  11.2 GB of 17 GB, 84 MB/s, 1m9s left".
func pullLine(j local.Job) string {
	head := j.Model + "  "
	if j.Total == 0 || j.Done >= j.Total {
		return head + j.Status
	}
	text := fmt.Sprintf("%s%d%%  %s of %s", head, 100*j.Done/j.Total, local.Bytes(j.Done), local.Bytes(j.Total))
	if j.Speed > 0 {
		text += ", " + local.Bytes(j.Speed) + "/s"
	}
	if j.Left > 0 {
		text += ", " + j.Left.Round(time.Second).String() + " left"
	}
	return text
}
