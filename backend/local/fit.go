package local

import (
	"fmt"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// FitState says whether the models of a lineup fit into the memory of their host.
type FitState string

const (
	Fits       FitState = "fits"
	Short      FitState = "short"   // not together, but each alone
	TooBig     FitState = "too_big" // one is larger than all memory of the machine
	FitUnknown FitState = "unknown"
)

// Memory is the main memory of a machine, in bytes; zero when it is not known.
type Memory struct {
	Total int64
	Free  int64 // what programs could take now without pushing others out
}

// Fit is whether models fit, with sentences that say what it rests on and what follows.
type Fit struct {
	State FitState
	Need  int64  // bytes, at least; 0 when unknown
	Free  int64  // bytes that they could take
	Short int64  // bytes by which it falls short, at least
	Says  string // "Needs about 6.0 GB more: …"; empty where nothing is worth a line
	Basis string // what the figures are
	Then  string // what happens if they do not fit; empty when they do
}

const basis = "Counted: the size of each model's file, or what the server reports for those in memory. Each context comes on top. Free is this machine's main memory; memory of a graphics card is not counted."

// Fitting sums up models that are to answer on one host. wanted are names of models; all are in memory together unless
// lanes is serial, when it is one after another. A name that is not installed, or only forwarded, needs nothing.
func Fitting(wanted []string, lanes bakeoff.Lanes, installed []Model, loaded []Loaded, m Memory) Fit {
	sizes, unused := needs(wanted, installed, loaded)
	if len(sizes) == 0 {
		return Fit{State: Fits}
	}
	together, largest := int64(0), sizes[0]
	for _, s := range sizes {
		together += s.rest
		if s.all > largest.all {
			largest = s
		}
	}
	// Weights that a server maps from disk count as free for the system: what is loaded is taken all the same.
	resident := int64(0)
	for _, l := range loaded {
		resident += l.Memory - l.Graphics
	}
	f := Fit{Need: together, Free: max(0, min(m.Free, m.Total-resident)) + unused, Basis: basis}
	if lanes == bakeoff.LanesSerial { // the server makes room: what is in memory of the others goes, too
		f.Need = largest.all
		for _, s := range sizes {
			f.Free += s.all - s.rest
		}
	}
	switch {
	case m.Total == 0:
		f.State, f.Free = FitUnknown, 0
		f.Says = fmt.Sprintf("Whether %s together is not known: a server does not tell how much memory its machine has. They need at least %s.", fitWords(len(sizes)), Bytes(sum(sizes)))
		f.Basis = "Counted: the size of each model's file, or what the server reports for those in memory. Each context comes on top."
	case largest.all > m.Total:
		f.State, f.Short = TooBig, largest.all-m.Total
		f.Says = fmt.Sprintf("%s alone needs at least %s, and this machine has %s.", largest.name, Bytes(largest.all), Bytes(m.Total))
		f.Then = "Ollama may refuse it, or run it partly from disk, very slowly. Choose a smaller model or quantisation."
	case f.Need > f.Free:
		f.State, f.Short = Short, f.Need-f.Free
		f.Says = fmt.Sprintf("Needs about %s more: %s at least %s, and %s is free.", Bytes(f.Short), needWords(len(sizes), lanes), Bytes(f.Need), Bytes(f.Free))
		f.Then = then(lanes)
	default:
		f.State = Fits
		f.Says = fmt.Sprintf("Fits: %s at least %s, and %s is free.", needWords(len(sizes), lanes), Bytes(f.Need), Bytes(f.Free))
	}
	return f
}

func then(lanes bakeoff.Lanes) string {
	if lanes == bakeoff.LanesSerial {
		return "Ollama may refuse it, or run it partly from disk, very slowly. Close other programs, or choose a smaller model."
	}
	return "Ollama then loads some only after others are done, so those wait, or refuses them. Run them one after another, or take one out."
}

func fitWords(n int) string {
	if n == 1 {
		return "the local model fits"
	}
	return fmt.Sprintf("the %d local models fit", n)
}

func needWords(n int, lanes bakeoff.Lanes) string {
	switch {
	case n == 1:
		return "the local model needs"
	case lanes == bakeoff.LanesSerial:
		return "one after another, the largest local model needs"
	}
	return fmt.Sprintf("%d local models together need", n)
}

// size is what one model needs.
type size struct {
	name string
	all  int64 // in main and graphics memory
	rest int64 // of it what is not in memory yet
}

// needs are the sizes of the wanted models, each once, and what main memory the server would get back from others.
func needs(wanted []string, installed []Model, loaded []Loaded) (sizes []size, unused int64) {
	var names []string
	for _, w := range wanted {
		if n := Canonical(w); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	for _, l := range loaded {
		if !slices.Contains(names, Canonical(l.Name)) {
			unused += l.Memory - l.Graphics
		}
	}
	for _, name := range names {
		if i := slices.IndexFunc(loaded, func(l Loaded) bool { return Canonical(l.Name) == name }); i >= 0 {
			sizes = append(sizes, size{loaded[i].Name, loaded[i].Memory, 0})
			continue
		}
		i := slices.IndexFunc(installed, func(m Model) bool { return Canonical(m.Name) == name })
		if i >= 0 && installed[i].RemoteHost == "" && installed[i].Size > 0 {
			sizes = append(sizes, size{installed[i].Name, installed[i].Size, installed[i].Size})
		}
	}
	return sizes, unused
}

func sum(sizes []size) (n int64) {
	for _, s := range sizes {
		n += s.all
	}
	return n
}

// Canonical is the one name of a model: names ignore case, and a missing tag means "latest".
func Canonical(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	name = strings.TrimPrefix(strings.TrimPrefix(name, "registry.ollama.ai/"), "library/")
	if !strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		name += ":latest"
	}
	return name
}

// Bytes is a size in units of a thousand, as models are measured: "67 GB", "9.0 GB", "274 MB".
func Bytes(n int64) string {
	switch {
	case n >= 99.95e8:
		return fmt.Sprintf("%.0f GB", float64(n)/1e9)
	case n >= 999.5e6:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 999.5e3:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0f kB", float64(n)/1e3)
}
