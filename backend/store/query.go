package store

import (
	"time"

	"bakeoff/backend/bakeoff"
)

// Query asks for a page of the history. Empty fields do not narrow it; the values of one list are alternatives.
type Query struct {
	Text      string   // words, "phrases", -excluded; any text is valid
	Models    []string // "endpoint/model"
	Providers []string // names of endpoints
	Openness  []string
	Places    []string
	Category  string
	Tags      []string
	MinStars  int    // an answer has at least so many
	Verdict   string // "", "any", "best", "tie", "none", "ranked", "unrated"
	Favourite bool
	Status    []string // of the newest attempt of a seat
	From, To  time.Time
	MinCost   *bakeoff.PicoUSD // a comparison without a known cost is in no range
	MaxCost   *bakeoff.PicoUSD
	Relation  string
	SetID     string // the comparisons of a prompt set
	Sort      Sort
	Cursor    string // as the page before returned it; empty for the first page
	Limit     int    // rows; 0 means 50, at most 500
}

// Sort is an order of the history.
type Sort string

const (
	Newest    Sort = "newest" // also the empty one
	Oldest    Sort = "oldest"
	Costliest Sort = "cost"      // highest first; those without a known cost are not in it
	Slowest   Sort = "slowest"   // by the slowest run; those without a time are not in it
	Relevance Sort = "relevance" // best match first; newest without a text
)

// Page is a page of the history. It may be short, even empty, with a Next: a search looks only so long at once.
type Page struct {
	Rows  []Row
	Next  string // cursor of the next page; empty after the last
	Total int64  // how many rows all pages have; -1: not counted
	Left  int64  // comparisons that are not indexed yet: filters miss them
}

// Row is a comparison in a list. While it is blind nothing that could name a model is in it.
type Row struct {
	ID        string
	Prompt    string // first 300 characters
	StartedAt time.Time
	LocalOnly bool
	Sensitive bool // marked by the user
	Demo      bool // every run is a demo
	Blind     bool
	Favourite bool
	Tags      []string
	Category  string
	Verdict   string // "", "best", "tie", "none", "ranked"
	Winners   []int  // seats that share the first rank
	ParentID  string
	Relation  string
	ThreadID  string // empty: the first of its conversation
	Runs      []RowRun
	Hit       *Snippet // where the text was found; nil without one
}

// RowRun is the newest attempt of a seat.
type RowRun struct {
	Seat     int
	Endpoint string
	Model    string
	Openness bakeoff.Openness
	Place    bakeoff.Place
	Status   bakeoff.Status
	Total    bakeoff.Span
	Cost     bakeoff.Cost
	Stars    int  // 0: none
	Answered bool // ended with an answer
}

// Snippet is a piece of text around what was searched for.
type Snippet struct {
	Parts  []Part
	Source string // "prompt", "answer", "note", "tag"
	Seat   int    // of an answer, or of the answer that a note is about; -1: none, or blind
}

// Part is a part of a snippet.
type Part struct {
	Text string
	Hit  bool // was searched for
}

// Kinds of facets.
const (
	FacetModel    = "model"
	FacetProvider = "provider"
	FacetOpenness = "openness"
	FacetPlace    = "place"
	FacetTag      = "tag"
	FacetCategory = "category"
	FacetStatus   = "status"
	FacetVerdict  = "verdict"
)

// Facets are, by kind, the values that occur in the history, the most frequent first.
type Facets map[string][]Facet

// Facet is a value and how many comparisons have it.
type Facet struct {
	Value string
	Count int64
}
