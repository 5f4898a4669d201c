package app

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/wiring"
)

// settingsKey is where the store keeps what the window remembers.
const settingsKey = "window"

// Settings is bound to the window: what it remembers.
type Settings struct{ roof *roof }

// Get returns what was saved last, or the defaults.
func (b *Settings) Get() (SettingsView, error) {
	return call(func() (SettingsView, error) {
		h, err := b.roof.house()
		if err != nil {
			return SettingsView{}, err
		}
		return b.roof.settings(h), nil
	})
}

// Save keeps settings whole, but Local only: that is turned by Privacy alone.
func (b *Settings) Save(s SettingsView) error {
	return do(func() error {
		h, err := b.roof.house()
		if err != nil {
			return err
		}
		if err := s.validate(); err != nil {
			return err
		}
		s.fill()
		text, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("write settings: %w", err)
		}
		if err := h.Store.SetSetting(b.roof.ctx, settingsKey, string(text)); err != nil {
			return err
		}
		b.roof.keepTheme(s.Theme)
		return nil
	})
}

// settings reads what was saved. What cannot be read is no reason to stop: the defaults apply.
func (r *roof) settings(h *wiring.House) (s SettingsView) {
	s = defaultSettings()
	defer func() { s.LocalOnly = h.Privacy.LocalOnly() }()
	text, found, err := h.Store.Setting(r.ctx, settingsKey)
	if err != nil {
		slog.Warn("settings could not be read", "code", bakeoff.AsError(err).Code)
	}
	if err != nil || !found {
		return s
	}
	if json.Unmarshal([]byte(text), &s) != nil || s.validate() != nil {
		return defaultSettings()
	}
	s.fill()
	return s
}

func defaultSettings() SettingsView {
	s := SettingsView{Theme: "system", Layout: "columns", Lanes: string(bakeoff.LanesParallel)}
	s.fill()
	return s
}

// fill makes lists of what is none: settings may be older than a list in them.
func (s *SettingsView) fill() {
	s.Lineup, s.Variables, s.Params.Stop = list(s.Lineup), list(s.Variables), list(s.Params.Stop)
	for i := range s.Lineup {
		s.Lineup[i].Params.Stop = list(s.Lineup[i].Params.Stop)
	}
}

func (s *SettingsView) validate() error {
	for _, choice := range []struct {
		name, value string
		choices     []string
	}{
		{"theme", s.Theme, []string{"system", "light", "dark"}},
		{"layout", s.Layout, []string{"columns", "grid", "focus"}},
		{"lanes", s.Lanes, []string{string(bakeoff.LanesParallel), string(bakeoff.LanesSerial)}},
	} {
		if !slices.Contains(choice.choices, choice.value) {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("The %s cannot be set to this. Choose one of %v.", choice.name, choice.choices)}
		}
	}
	if len(s.Lineup) > compare.MaxEntries {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("A lineup has at most %d models. Remove some.", compare.MaxEntries)}
	}
	if err := short("The draft", s.Draft, compare.MaxPrompt); err != nil {
		return err
	}
	if err := short("The system prompt", s.System, compare.MaxPrompt); err != nil {
		return err
	}
	if _, err := variables(s.Variables); err != nil {
		return err
	}
	_, err := checkedLineup(append(slices.Clone(s.Lineup), EntryView{Params: s.Params}))
	return err
}
