package app

import (
	"errors"
	"fmt"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/prompt"
	"bakeoff/backend/review"
)

// Comparisons is bound to the window: it starts comparisons and controls those that go on.
type Comparisons struct{ roof *roof }

// Start saves the comparison, asks all its models and returns at once; frames tell the rest.
func (b *Comparisons) Start(request StartRequest) (ComparisonView, error) {
	return call(func() (ComparisonView, error) {
		h, err := b.roof.house()
		if err == nil {
			b.roof.reread(h)
			err = b.roof.mover.asking()
		}
		if err != nil {
			return ComparisonView{}, err
		}
		spec, err := b.roof.spec(request)
		if err != nil {
			return ComparisonView{}, err
		}
		l, err := h.Engine.Start(b.roof.ctx, spec)
		if err != nil {
			return ComparisonView{}, err
		}
		return b.roof.bridge.Snapshot(l), nil
	})
}

// spec checks a request and fetches its attachments.
func (r *roof) spec(request StartRequest) (compare.Spec, error) {
	if len(request.Lineup) > compare.MaxEntries || len(request.Attachments) > compare.MaxEntries {
		return compare.Spec{}, tooMany()
	}
	if err := short("The name of the lanes", request.Lanes, maxID); err != nil {
		return compare.Spec{}, err
	}
	lineup, err := checkedLineup(request.Lineup)
	if err != nil {
		return compare.Spec{}, err
	}
	files, err := r.files.take(request.Attachments)
	if err != nil {
		return compare.Spec{}, err
	}
	spec := compare.Spec{
		Prompt:    bakeoff.Prompt{System: request.System, User: request.Prompt, Attachments: files},
		Lineup:    bakeoff.Repeated(lineup),
		Lanes:     bakeoff.Lanes(request.Lanes),
		WarmUp:    request.WarmUp,
		LocalOnly: request.LocalOnly,
		Sensitive: request.Sensitive,
		Confirmed: request.Confirmed,
	}
	spec.Sitting = r.sitting(request.Blind, len(spec.Lineup))
	if err := fill(&spec, request); err != nil {
		return compare.Spec{}, err
	}
	return spec, r.descend(&spec, request)
}

// fill puts the values of variables into a prompt that has some. Any other prompt is sent as it stands, braces and all.
func fill(spec *compare.Spec, request StartRequest) error {
	if !request.Template {
		return nil
	}
	values, err := variables(request.Variables)
	if err == nil {
		spec.Prompt, err = prompt.FillPrompt(spec.Prompt, values)
	}
	return err
}

// maxVariables is how many values are kept: those of the prompt and of some before it.
const maxVariables = 200

func variables(views []VariableView) (map[string]string, error) {
	if len(views) > maxVariables {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("More than %d variables have a value. Use fewer.", maxVariables)}
	}
	values := make(map[string]string, len(views))
	for _, v := range views {
		if err := errors.Join(short("The name of a variable", v.Name, maxName), short("The value of a variable", v.Value, compare.MaxPrompt)); err != nil {
			return nil, err
		}
		values[v.Name] = v.Value
	}
	return values, nil
}

func tooMany() error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("At most %d models and as many files go into one comparison. Remove some.", compare.MaxEntries)}
}

// checkedLineup reads entries of bounded size.
func checkedLineup(views []EntryView) ([]bakeoff.Entry, error) {
	for _, v := range views {
		p := v.Params
		err := errors.Join(short("The endpoint's name", v.Endpoint, maxID), short("The model's name", v.Model, maxName),
			short("The effort level", p.Effort, maxID), short("The text of extra parameters", p.Extra, maxExtra),
			short("Keep-alive", p.KeepAlive, maxID), short("The response format", p.ResponseFormat, maxExtra), shortAll("A stop sequence", p.Stop, maxExtra))
		if p.System != nil {
			err = errors.Join(err, short("A model's own system text", *p.System, compare.MaxPrompt))
		}
		if v.Repeats < 0 || v.Repeats > compare.MaxEntries {
			err = errors.Join(err, tooMany())
		}
		if err != nil {
			return nil, err
		}
	}
	return entries(views)
}

// Get returns a comparison, live or from the history.
func (b *Comparisons) Get(id string) (ComparisonView, error) {
	return call(func() (ComparisonView, error) {
		if _, err := b.roof.withID(id); err != nil {
			return ComparisonView{}, err
		}
		return b.roof.view(id)
	})
}

// view is a comparison as it stands, live or from the history.
func (r *roof) view(id string) (ComparisonView, error) {
	l, live := r.built.Engine.Live(id)
	if !live {
		c, err := r.built.Store.Comparison(r.ctx, id)
		if err != nil {
			return ComparisonView{}, err
		}
		view := comparisonView(c, r.label)
		view.Seq = r.bridge.Seq(c.ID)
		return view, nil
	}
	view := r.bridge.Snapshot(l)
	if c, err := r.built.Store.Comparison(r.ctx, id); err == nil { // what was said meanwhile is there, not in l
		view.Review = reviewView(review.Veil(c).Review)
	}
	return view, nil
}

// Stop stops all runs of a comparison and keeps what has arrived.
func (b *Comparisons) Stop(id string) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err == nil {
			h.Engine.Stop(id)
		}
		return err
	})
}

// StopRun stops one run and keeps what has arrived.
func (b *Comparisons) StopRun(runID string) error {
	return do(func() error {
		h, err := b.roof.withID(runID)
		if err != nil {
			return err
		}
		if l := b.roof.bridge.Find(runID); l != nil && l.Blind() {
			return review.ErrBlind()
		}
		h.Engine.StopRun(runID)
		return nil
	})
}

// Retry asks the model of an ended run once more and returns the new attempt. What is above the cap for one comparison is
// refused as unconfirmed until the user has said yes.
func (b *Comparisons) Retry(runID string, confirmed bool) (RunView, error) {
	return call(func() (RunView, error) {
		h, err := b.roof.withID(runID)
		if err == nil {
			b.roof.reread(h)
			err = b.roof.mover.asking()
		}
		if err != nil {
			return RunView{}, err
		}
		c, err := b.roof.comparisonOf(runID)
		if err != nil {
			return RunView{}, err
		}
		l, id, err := h.Engine.Retry(b.roof.ctx, c, runID, confirmed)
		if err != nil {
			return RunView{}, err
		}
		run, _ := l.Since(id, 0, 0, 0)
		return runView(run, b.roof.label), nil
	})
}

// Regenerate asks all models of an ended comparison once more, at one moment, as new attempts.
func (b *Comparisons) Regenerate(id string, confirmed bool) (ComparisonView, error) {
	return call(func() (ComparisonView, error) {
		h, err := b.roof.withID(id)
		if err == nil {
			b.roof.reread(h)
			err = b.roof.mover.asking()
		}
		if err != nil {
			return ComparisonView{}, err
		}
		c, err := h.Store.Comparison(b.roof.ctx, id)
		if err != nil {
			return ComparisonView{}, err
		}
		l, err := h.Engine.Regenerate(b.roof.ctx, c, confirmed)
		if err != nil {
			return ComparisonView{}, err
		}
		return b.roof.bridge.Snapshot(l), nil
	})
}

// Request returns the request of a run as it was sent, without headers. It names the model: a blind comparison gives none.
func (b *Comparisons) Request(runID string) (string, error) {
	return call(func() (string, error) {
		if _, err := b.roof.withID(runID); err != nil {
			return "", err
		}
		c, err := b.roof.comparisonOf(runID)
		if err != nil {
			return "", err
		}
		if c.Blind() {
			return "", review.ErrBlind()
		}
		run, err := review.Find(c, runID)
		return run.Request, err
	})
}

// Receipt tells what a comparison sent to which host, those away from this machine first.
func (b *Comparisons) Receipt(id string) ([]ReceiptView, error) {
	return call(func() ([]ReceiptView, error) {
		h, err := b.roof.withID(id)
		if err != nil {
			return nil, err
		}
		c, err := h.Store.Comparison(b.roof.ctx, id)
		if err != nil {
			return nil, err
		}
		if c.Blind() {
			return nil, review.ErrBlind()
		}
		out := []ReceiptView{}
		for _, r := range c.Receipt() {
			view := ReceiptView{Host: r.Host, Place: string(r.Place), Models: r.Models}
			if r.Known {
				view.Requests, view.Sent, view.Received = new(r.Requests), new(r.Sent), new(r.Received)
			}
			out = append(out, view)
		}
		return out, nil
	})
}
