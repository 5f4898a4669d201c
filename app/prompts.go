package app

import (
	"errors"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/review"
	"bakeoff/backend/set"

	"github.com/google/uuid"
)

// Prompts is bound to the window: the library of prompts and system prompts.
type Prompts struct{ roof *roof }

// List returns the saved prompts of a kind, "prompt" or "system", the one that was changed last first.
func (b *Prompts) List(kind string) ([]SavedPromptView, error) {
	return call(func() ([]SavedPromptView, error) {
		h, err := b.roof.house()
		if err == nil {
			err = checkKind(kind)
		}
		if err != nil {
			return nil, err
		}
		all, err := h.Store.Prompts(b.roof.ctx, bakeoff.SavedKind(kind))
		out := []SavedPromptView{}
		for _, p := range all {
			out = append(out, savedPromptView(p))
		}
		return out, err
	})
}

func checkKind(kind string) error {
	switch bakeoff.SavedKind(kind) {
	case bakeoff.KindPrompt, bakeoff.KindSystem:
		return nil
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This is no kind of saved prompt. Choose prompt or system."}
}

// Save adds a prompt, or changes the one of its id, and returns it as it is kept.
func (b *Prompts) Save(view SavedPromptView) (SavedPromptView, error) {
	return call(func() (SavedPromptView, error) {
		h, err := b.roof.withID(view.ID)
		if err == nil {
			err = errors.Join(checkKind(view.Kind), short("The prompt", view.User, compare.MaxPrompt), short("The system prompt", view.System, compare.MaxPrompt),
				short("The name", view.Name, maxName), shortAll("A tag", view.Tags, maxName))
		}
		if err != nil {
			return SavedPromptView{}, err
		}
		p, err := b.roof.savedPrompt(view)
		if err != nil {
			return SavedPromptView{}, err
		}
		return savedPromptView(p), h.Store.SavePrompt(b.roof.ctx, p)
	})
}

func (r *roof) savedPrompt(view SavedPromptView) (p bakeoff.SavedPrompt, err error) {
	p = bakeoff.SavedPrompt{ID: view.ID, Kind: bakeoff.SavedKind(view.Kind), System: view.System, User: view.User, UpdatedAt: r.now().UTC()}
	if p.Name, err = set.Name(view.Name); err != nil {
		return p, err
	}
	if p.Tags, err = review.Tags(view.Tags); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = uuid.Must(uuid.NewV7()).String()
	}
	return p, nil
}

// Delete deletes a saved prompt. Saving it again with its id brings it back.
func (b *Prompts) Delete(id string) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		return h.Store.DeletePrompt(b.roof.ctx, id)
	})
}

func savedPromptView(p bakeoff.SavedPrompt) SavedPromptView {
	return SavedPromptView{ID: p.ID, Kind: string(p.Kind), Name: p.Name, System: p.System, User: p.User, Tags: list(p.Tags), UpdatedAtMs: unixMs(p.UpdatedAt)}
}
