package app

import (
	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/lineage"
	"bakeoff/backend/review"
	"bakeoff/backend/store"
)

// Again returns the request that asks the same as a comparison did: prompt, files, lineup, lanes. What no longer exists
// is said. Start it as it is, or change it first; earlier turns are kept by Go and go along.
func (b *Comparisons) Again(id string) (AgainView, error) {
	return call(func() (AgainView, error) {
		h, err := b.roof.withID(id)
		if err != nil {
			return AgainView{}, err
		}
		c, err := b.roof.comparison(id)
		if err != nil {
			return AgainView{}, err
		}
		if c.Blind() {
			return AgainView{}, review.ErrBlind()
		}
		view := b.roof.againView(c)
		view.Gone = list(h.Registry.Gone(c))
		return view, nil
	})
}

// againView puts the comparison's files at hand and names them in its request.
func (r *roof) againView(c bakeoff.Comparison) AgainView {
	view := AgainView{Attachments: []AttachmentView{}, Request: StartRequest{
		System: c.Prompt.System, Prompt: c.Prompt.User, Attachments: []string{}, Lineup: []EntryView{}, Variables: []VariableView{}, Lanes: string(c.Lanes),
		LocalOnly: c.LocalOnly, Sensitive: c.Sensitive, ParentID: c.ID, Relation: string(bakeoff.Rerun),
	}}
	for _, a := range c.Prompt.Attachments {
		r.files.put(a)
		view.Attachments = append(view.Attachments, attachmentView(a, a.SHA256))
		view.Request.Attachments = append(view.Request.Attachments, a.SHA256)
	}
	view.Request.Lineup = entryViews(c.Lineup)
	return view
}

// descend ties what is about to start to the comparison that it comes from.
func (r *roof) descend(spec *compare.Spec, request StartRequest) error {
	if request.ParentID == "" {
		return nil
	}
	if _, err := r.withID(request.ParentID); err != nil {
		return err
	}
	parent, err := r.comparison(request.ParentID)
	if err != nil {
		return err
	}
	d, err := lineage.Descend(parent, bakeoff.Relation(request.Relation), request.BaseRunID, spec.Prompt, spec.Lineup)
	spec.Link = compare.Link{ParentID: d.ParentID, Relation: d.Relation, ThreadID: d.ThreadID}
	spec.Earlier = d.Earlier
	if err != nil {
		return err
	}
	spec.Sensitive, err = d.Mark(parent, request.Sensitive, request.Unmark)
	return err
}

// comparison is one as it stands, live or from the history.
func (r *roof) comparison(id string) (bakeoff.Comparison, error) {
	if l, live := r.built.Engine.Live(id); live {
		return l.Snapshot(), nil
	}
	return r.built.Store.Comparison(r.ctx, id)
}

// Family returns what a comparison came from, what came from it, and its conversation.
func (b *Comparisons) Family(id string) (FamilyView, error) {
	return call(func() (FamilyView, error) {
		h, err := b.roof.withID(id)
		if err != nil {
			return FamilyView{}, err
		}
		f, err := h.Store.Family(b.roof.ctx, id)
		if err != nil {
			return FamilyView{}, err
		}
		view := FamilyView{Children: rowViews(f.Children), Thread: rowViews(f.Thread)}
		if f.Parent != nil {
			view.Parent = new(historyRowView(*f.Parent))
		}
		return view, nil
	})
}

func rowViews(rows []store.Row) []HistoryRowView {
	out := []HistoryRowView{}
	for _, row := range rows {
		out = append(out, historyRowView(row))
	}
	return out
}

// Changes sets a comparison that was run again beside the one it came from.
func (b *Comparisons) Changes(id string) (ChangesView, error) {
	return call(func() (ChangesView, error) {
		if _, err := b.roof.withID(id); err != nil {
			return ChangesView{}, err
		}
		c, err := b.roof.comparison(id)
		if err != nil {
			return ChangesView{}, err
		}
		if c.ParentID == "" {
			return ChangesView{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This comparison comes from no other, so there is nothing to set it beside. Choose two comparisons of the history."}
		}
		return b.roof.changes(c.ParentID, id)
	})
}
