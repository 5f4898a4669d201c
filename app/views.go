package app

// What crosses the bridge: plain JSON types. Lists are never null. Times are Unix milliseconds; durations are
// milliseconds as floats, null when unknown; money is an exact decimal string of US dollars, null when unknown.

// ErrorView is an error as the window shows it. It is also the JSON text of every rejected bound call.
type ErrorView struct {
	Code         string `json:"code"`
	Message      string `json:"message"`
	Detail       string `json:"detail"` // the provider's own words, for the folded details; may be empty
	HTTPStatus   int    `json:"httpStatus"`
	RetryAfterMs int64  `json:"retryAfterMs"`
}

// ParamsView are an entry's settings; null and empty mean "not sent". Extra is a JSON object as text, or empty.
type ParamsView struct {
	System         *string  `json:"system"` // in place of the common system text; null: that one
	Temperature    *float64 `json:"temperature"`
	TopP           *float64 `json:"topP"`
	MaxTokens      *int     `json:"maxTokens"`
	Seed           *int64   `json:"seed"`
	Stop           []string `json:"stop"`
	Effort         string   `json:"effort"`
	ThinkingBudget *int     `json:"thinkingBudget"` // tokens; 0: no thinking
	NumCtx         *int     `json:"numCtx"`
	KeepAlive      string   `json:"keepAlive"`
	ResponseFormat string   `json:"responseFormat"` // "json" or the text of a JSON schema
	Extra          string   `json:"extra"`
}

// EntryView is one place of a lineup.
type EntryView struct {
	Endpoint string     `json:"endpoint"`
	Model    string     `json:"model"`
	Params   ParamsView `json:"params"`
	Repeats  int        `json:"repeats"` // how often it is asked; 0 and 1: once
}

// AttachmentView is a file chosen in a dialog. The bytes stay in Go; ID names them until the comparison starts.
type AttachmentView struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Bytes     int64  `json:"bytes"`
	Width     int    `json:"width"` // pixels, 0 unless an image
	Height    int    `json:"height"`
	Pages     int    `json:"pages"` // of the PDF whose text it is, 0 unless one
}

// StartRequest is what Comparisons.Start takes.
type StartRequest struct {
	System      string         `json:"system"`
	Prompt      string         `json:"prompt"`
	Attachments []string       `json:"attachments"` // ids
	Lineup      []EntryView    `json:"lineup"`
	Lanes       string         `json:"lanes"`  // "parallel" or "serial"
	WarmUp      bool           `json:"warmUp"` // with serial lanes: each local model is loaded before its time begins
	LocalOnly   bool           `json:"localOnly"`
	Sensitive   bool           `json:"sensitive"` // it and what is made of it stay on this machine
	Unmark      bool           `json:"unmark"`    // the user's yes to take the mark of the parent off an edited prompt
	Blind       bool           `json:"blind"`     // names, times and costs stay in Go until the vote
	ParentID    string         `json:"parentId"`  // the comparison that this one comes from; empty: none
	Relation    string         `json:"relation"`  // with a parent: "rerun" or "edited" (Go tells them apart by the prompt), "follow_up"
	BaseRunID   string         `json:"baseRunId"` // of a follow_up: the run whose answers are everybody's history; empty: each has its own
	Template    bool           `json:"template"`  // prompt and system text hold {{variables}}: Variables fill them before anything else is done
	Variables   []VariableView `json:"variables"`
	Confirmed   bool           `json:"confirmed"` // the user has seen what it costs and wants it above the cap for one comparison
}

// CountView is a number of tokens; a null *CountView means absent.
type CountView struct {
	N      int64  `json:"n"`
	Source string `json:"source"` // "reported" or "estimated"
}

// CostView is what a run cost.
type CostView struct {
	USD         *string `json:"usd"`
	Source      string  `json:"source"` // "reported", "computed", "estimated", "free", "unknown"
	AtLeast     bool    `json:"atLeast"`
	PriceDate   string  `json:"priceDate"`
	PriceSource string  `json:"priceSource"`
	Note        string  `json:"note"`
}

// MetricsView are a run's numbers, live or final. While a run goes on, TotalMs is the time since it was sent, token
// counts and cost are estimates.
type MetricsView struct {
	SentMs       *float64   `json:"sentMs"` // from the comparison's start barrier to the moment this run was sent
	QueueMs      *float64   `json:"queueMs"`
	ConnectMs    *float64   `json:"connectMs"`
	LoadMs       *float64   `json:"loadMs"`
	TTFTMs       *float64   `json:"ttftMs"`
	AnswerMs     *float64   `json:"answerMs"` // time to answer
	LastTextMs   *float64   `json:"lastTextMs"`
	TotalMs      *float64   `json:"totalMs"`
	ServerWaitMs *float64   `json:"serverWaitMs"`
	Rate         *float64   `json:"rate"` // tokens per second
	RateSource   string     `json:"rateSource"`
	Input        *CountView `json:"input"`
	Output       *CountView `json:"output"`
	Reasoning    *CountView `json:"reasoning"`
	CacheRead    *CountView `json:"cacheRead"`
	CacheWrite   *CountView `json:"cacheWrite"`
	Cost         CostView   `json:"cost"`
	Warmth       string     `json:"warmth"` // "", "cold", "warm"
	Contended    bool       `json:"contended"`
}

// StrokeView is how many bytes of text arrived in 100 ms, counted from the moment the run was sent.
type StrokeView struct {
	Answer    int32 `json:"a"`
	Reasoning int32 `json:"r"`
}

// RunView is one attempt. Answer and Reasoning are complete in a ComparisonView and empty in a frame's RunPatch.
type RunView struct {
	ID            string       `json:"id"`
	Seat          int          `json:"seat"`
	Attempt       int          `json:"attempt"`
	Endpoint      string       `json:"endpoint"`
	EndpointLabel string       `json:"endpointLabel"` // "Ollama", "OpenAI"
	Host          string       `json:"host"`
	Model         string       `json:"model"`
	Params        ParamsView   `json:"params"`
	ResolvedModel string       `json:"resolvedModel"`
	Mismatch      bool         `json:"mismatch"` // the served model is another than the requested one
	Digest        string       `json:"digest"`
	Quantization  string       `json:"quantization"`
	Openness      string       `json:"openness"` // "open", "closed", "unknown"
	Place         string       `json:"place"`    // "local", "cloud", "demo"
	NotApplied    []string     `json:"notApplied"`
	Status        string       `json:"status"` // queued loading thinking streaming done cut truncated failed cancelled interrupted
	FinishReason  string       `json:"finishReason"`
	Answer        string       `json:"answer"`
	Reasoning     string       `json:"reasoning"`
	Error         *ErrorView   `json:"error"`
	Warnings      []string     `json:"warnings"`
	Metrics       MetricsView  `json:"metrics"`
	Pace          []StrokeView `json:"pace"`
	RequestID     string       `json:"requestId"`
	EndedAtMs     int64        `json:"endedAtMs"` // Unix milliseconds; 0 while it goes on, and for a run that was never sent
}

// ComparisonView is a whole comparison: live or from history. For a live one Seq is the newest frame that is in it:
// the window drops frames up to Seq and applies those after it.
type ComparisonView struct {
	ID          string           `json:"id"`
	System      string           `json:"system"`
	Prompt      string           `json:"prompt"`
	Attachments []AttachmentView `json:"attachments"`
	StartedAtMs int64            `json:"startedAtMs"`
	NowMs       float64          `json:"nowMs"` // milliseconds since the start barrier; for the playhead
	Live        bool             `json:"live"`
	Lanes       string           `json:"lanes"`
	LocalOnly   bool             `json:"localOnly"`
	Sensitive   bool             `json:"sensitive"`
	SaveProblem string           `json:"saveProblem"` // a sentence when the history could not be written
	AppVersion  string           `json:"appVersion"`
	Seq         int64            `json:"seq"`
	Blind       string           `json:"blind"`    // "" never, "open": runs are the letters A, B, C and nothing but their answers; "revealed"
	Letters     []string         `json:"letters"`  // after the reveal: the letter that each lineup seat had; else empty
	Runs        []RunView        `json:"runs"`     // by seat, then attempt; while blind one for each letter, in their order
	ParentID    string           `json:"parentId"` // the comparison that this one comes from, which may be gone; empty: none
	Relation    string           `json:"relation"` // "", "rerun", "edited", "follow_up"
	ThreadID    string           `json:"threadId"` // the first comparison of the conversation; empty for that one itself
	Earlier     [][]TurnView     `json:"earlier"`  // by seat: the turns that were sent before the prompt; empty: none
	Set         *SetPlaceView    `json:"set"`      // the row of a prompt set that it asks; null: none
	Imported    string           `json:"imported"` // what wrote the file it came from: "bakeoff", "promptfoo"; empty: made here
	Review      ReviewView       `json:"review"`   // while blind its run ids are letters and it has no verdict
}

// ReviewView is what the user said about a comparison.
type ReviewView struct {
	Verdict   *VerdictView       `json:"verdict"` // the one that counts; null when there is none
	Answers   []AnswerReviewView `json:"answers"` // of the runs that have any
	Category  string             `json:"category"`
	Tags      []string           `json:"tags"`
	Note      string             `json:"note"`
	Favourite bool               `json:"favourite"`
}

// VerdictView is a vote as it was cast.
type VerdictView struct {
	ID        string         `json:"id"`
	Kind      string         `json:"kind"`      // "best", "tie", "none", "ranked"
	Standings []StandingView `json:"standings"` // every run that was shown, best first
	Blind     bool           `json:"blind"`     // cast before the names were known
	AtMs      int64          `json:"atMs"`
}

// StandingView is the place of one run: 1 is best, equal ranks tie, 0 was left out of the vote.
type StandingView struct {
	RunID string `json:"runId"`
	Rank  int    `json:"rank"`
}

// AnswerReviewView is what the user said about one run.
type AnswerReviewView struct {
	RunID   string   `json:"runId"`
	Stars   int      `json:"stars"` // 1 to 5; 0: none
	Reasons []string `json:"reasons"`
	Note    string   `json:"note"`
}

// RatedView is the newest rating that answers of a model have.
type RatedView struct {
	Endpoint string `json:"endpoint"`
	Model    string `json:"model"`
	Stars    int    `json:"stars"` // 1 to 5
	AtMs     int64  `json:"atMs"`
}

// DescriptionView is what the user said about a comparison as a whole. Saving it replaces all of it.
type DescriptionView struct {
	Category  string   `json:"category"`
	Tags      []string `json:"tags"`
	Note      string   `json:"note"`
	Favourite bool     `json:"favourite"`
}

// JudgeRequest is a vote. A run that standings do not name lost if it answered, and is left out if it did not.
type JudgeRequest struct {
	Kind      string            `json:"kind"`      // "best", "tie", "none", "ranked"
	Standings []StandingRequest `json:"standings"` // best and tie need only the runs of rank 1, none needs nothing
}

// StandingRequest gives a run its rank: 1 is best, 0 leaves it out.
type StandingRequest struct {
	Run  string `json:"run"` // its id; the letter while blind
	Rank int    `json:"rank"`
}

// QueueView is the next comparison to judge.
type QueueView struct {
	Comparison *ComparisonView `json:"comparison"` // blind; null when the queue is empty
	Remaining  int             `json:"remaining"`  // how many wait, this one included, those to skip excluded
}

// VocabularyView are the words to choose from: the fixed ones first, then those that were used, by name.
type VocabularyView struct {
	Categories []string `json:"categories"`
	Reasons    []string `json:"reasons"`
	Tags       []string `json:"tags"`
}

// RunPatch is what changed in one run since the frame before.
type RunPatch struct {
	ID        string       `json:"id"`
	Answer    string       `json:"answer"`    // to append
	Reasoning string       `json:"reasoning"` // to append
	PaceFrom  int          `json:"paceFrom"`  // Pace replaces the strokes from this index on
	Pace      []StrokeView `json:"pace"`
	Status    string       `json:"status"`
	Metrics   MetricsView  `json:"metrics"`
	Run       *RunView     `json:"run"` // set when more than text and numbers changed: replaces all but texts and pace
}

// Frame is one tick of a live comparison: the event "frame". A frame is sent only when something changed, at most 30
// times a second. Seq grows by one per frame of a comparison; after a gap the window asks Comparisons.Get.
type Frame struct {
	Comparison  string     `json:"comparison"`
	Seq         int64      `json:"seq"`
	NowMs       float64    `json:"nowMs"`
	Live        bool       `json:"live"` // false in the last frame: every run has ended and is saved
	SaveProblem string     `json:"saveProblem"`
	Runs        []RunPatch `json:"runs"`
}

// PriceView is the price of a model: decimal strings of US dollars per million tokens, empty when unknown.
type PriceView struct {
	Input     string `json:"input"`
	Output    string `json:"output"`
	CacheRead string `json:"cacheRead"`
	Date      string `json:"date"`
	Source    string `json:"source"`
	Yours     bool   `json:"yours"` // the user's own
	Why       string `json:"why"`   // why there is no price although its source names one; empty otherwise
}

// PriceListView is a price list: the built-in one or one that is fetched.
type PriceListView struct {
	Label   string `json:"label"`
	Date    string `json:"date"` // "2026-11-24"; empty: never refreshed
	Prices  int    `json:"prices"`
	Same    bool   `json:"same"`    // of a refresh: nothing had changed
	Problem string `json:"problem"` // of a refresh: why the list that was there stays
}

// ModelView is a model that can be asked.
type ModelView struct {
	Endpoint      string     `json:"endpoint"`
	ID            string     `json:"id"`
	Name          string     `json:"name"` // its id where the endpoint has no other
	Openness      string     `json:"openness"`
	Place         string     `json:"place"`
	Stays         bool       `json:"stays"` // Local only asks it
	SizeBytes     int64      `json:"sizeBytes"`
	Quantization  string     `json:"quantization"`
	ParameterSize string     `json:"parameterSize"`
	ContextLength int64      `json:"contextLength"`
	Capabilities  []string   `json:"capabilities"`
	Licence       string     `json:"licence"` // recognised from its text: "Apache 2.0"; empty: unknown
	ShutdownDate  string     `json:"shutdownDate"`
	Price         *PriceView `json:"price"`
}

// EndpointView is a provider with an address: what can be asked there, or why not. It is also the event "endpoint",
// sent whenever one changes.
type EndpointView struct {
	Name          string      `json:"name"`  // "ollama"
	Label         string      `json:"label"` // "Ollama"
	Kind          string      `json:"kind"`  // "ollama" "openai" "anthropic" "gemini" "demo"
	BaseURL       string      `json:"baseUrl"`
	Place         string      `json:"place"`
	Own           bool        `json:"own"`           // elsewhere, on a host of the user's own list
	KeySource     string      `json:"keySource"`     // "OPENAI_API_KEY", "keychain", "file", "session" or empty; never the key
	AddressSource string      `json:"addressSource"` // "default" or the variable's name
	KeyHint       string      `json:"keyHint"`       // the last 4 characters of a stored key
	HeaderNames   []string    `json:"headerNames"`   // of the user's extra headers; never their values
	Locked        bool        `json:"locked"`        // its key is in the locked file of keys
	Made          bool        `json:"made"`          // by the user: it can be changed and removed
	KeyVariables  []string    `json:"keyVariables"`  // the variables that would give it a key
	State         string      `json:"state"`         // "checking", "ready", "no_key", "off", "problem"
	Problem       *ErrorView  `json:"problem"`
	Models        []ModelView `json:"models"`
	ListedAtMs    int64       `json:"listedAtMs"`
	Seq           int64       `json:"seq"` // grows with every change: of two, the one with more is newer
}

// EndpointEdit is an endpoint as the user writes it. An empty Name is made from Label.
type EndpointEdit struct {
	Name    string `json:"name"`
	Label   string `json:"label"`
	Kind    string `json:"kind"`
	BaseURL string `json:"baseUrl"`
}

// HeaderEdit is a header that goes with every request to an endpoint. Its value only ever goes in.
type HeaderEdit struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// PrivacyView is the switch Local only with the hosts that it takes for the user's own.
type PrivacyView struct {
	LocalOnly bool     `json:"localOnly"`
	Forced    bool     `json:"forced"` // by the command line: it cannot be turned off here
	Hosts     []string `json:"hosts"`
	DataDir   string   `json:"dataDir"` // the folder of the history
}

// TestView is what a test of a connection found; a null Problem means that it works.
type TestView struct {
	Models  int        `json:"models"`
	TookMs  float64    `json:"tookMs"`
	Problem *ErrorView `json:"problem"`
}

// KeysView tells where keys are kept: "keychain", "file", "session", or "" for the environment only.
type KeysView struct {
	Place           string `json:"place"`
	KeychainProblem string `json:"keychainProblem"` // a sentence; empty when the keychain works
	FileExists      bool   `json:"fileExists"`
	Locked          bool   `json:"locked"`
}

// ReceiptView is what one host was told by a comparison: bytes of bodies, all attempts together; null: nobody counted.
type ReceiptView struct {
	Host     string   `json:"host"`
	Place    string   `json:"place"`
	Models   []string `json:"models"`
	Requests *int     `json:"requests"`
	Sent     *int64   `json:"sent"`
	Received *int64   `json:"received"`
}

// EstimateView is what a request may cost, in decimal US dollars. Unknown counts the entries without an expected cost,
// WorstUnknown those without a worst case: the sums are then at least so much.
type EstimateView struct {
	Entries      []EntryEstimateView `json:"entries"` // in lineup order
	ExpectedUSD  string              `json:"expectedUsd"`
	WorstUSD     string              `json:"worstUsd"`
	Unknown      int                 `json:"unknown"`
	WorstUnknown int                 `json:"worstUnknown"`
}

// EntryEstimateView is what one entry may cost; null: not known, Why is the reason.
type EntryEstimateView struct {
	ExpectedUSD *string `json:"expectedUsd"`
	WorstUSD    *string `json:"worstUsd"`
	Why         string  `json:"why"`
}

// CapsView are the most that may be spent, in decimal US dollars; empty: no cap.
type CapsView struct {
	RunUSD   string `json:"runUsd"` // one comparison
	DayUSD   string `json:"dayUsd"`
	MonthUSD string `json:"monthUsd"`
}

// RunningView is what the user told about the cost of running models on this machine: exact decimals, in US dollars.
type RunningView struct {
	Kind      string `json:"kind"`   // "none", "power", "hourly"
	Watts     string `json:"watts"`  // of the kind power, as is the next
	KWhUSD    string `json:"kwhUsd"` // a kilowatt-hour
	HourlyUSD string `json:"hourlyUsd"`
}

// RunningCostView is what one local run cost to run: part of no cost, no spending.
type RunningCostView struct {
	RunID  string `json:"runId"`
	USD    string `json:"usd"`
	AtMost bool   `json:"atMost"` // the machine was shared meanwhile
	Basis  string `json:"basis"`  // a sentence or two: what it was made of
}

// SpendingView is what ended runs cost since today and since this month began, by this computer's calendar.
type SpendingView struct {
	DayUSD   string      `json:"dayUsd"`
	MonthUSD string      `json:"monthUsd"`
	Models   []SpendView `json:"models"` // of this month, the dearest first
	Caps     CapsView    `json:"caps"`
}

// SpendView is what was spent on one model.
type SpendView struct {
	Endpoint      string `json:"endpoint"`
	EndpointLabel string `json:"endpointLabel"`
	Model         string `json:"model"`
	Runs          int    `json:"runs"`
	USD           string `json:"usd"`
}

// SettingsView is what the window remembers.
type SettingsView struct {
	Theme     string         `json:"theme"`  // "system", "light", "dark"
	Layout    string         `json:"layout"` // "columns", "grid", "focus"
	Lineup    []EntryView    `json:"lineup"`
	System    string         `json:"system"`
	Params    ParamsView     `json:"params"` // common to all entries unless an entry has its own
	Lanes     string         `json:"lanes"`
	WarmUp    bool           `json:"warmUp"` // with serial lanes
	LocalOnly bool           `json:"localOnly"`
	Blind     bool           `json:"blind"`
	Sensitive bool           `json:"sensitive"` // what was typed is marked sensitive
	Draft     string         `json:"draft"`     // what was typed and not sent
	Variables []VariableView `json:"variables"` // what was typed into the fields of variables, also of earlier prompts
	Onboarded bool           `json:"onboarded"` // the first run is over
}

// HistoryQuery asks for a page of the history. Empty fields do not narrow it; the values of one list are alternatives.
type HistoryQuery struct {
	Text       string   `json:"text"`       // words, "phrases", -excluded; any text is valid
	Models     []string `json:"models"`     // "endpoint/model", as FacetsView names them
	Providers  []string `json:"providers"`  // names of endpoints
	Openness   []string `json:"openness"`   // "open", "closed", "unknown"
	Places     []string `json:"places"`     // "local", "cloud", "demo"
	Category   string   `json:"category"`   //
	Tags       []string `json:"tags"`       //
	MinStars   int      `json:"minStars"`   // an answer has at least so many, 1 to 5
	Verdict    string   `json:"verdict"`    // "", "any", "best", "tie", "none", "ranked", "unrated"
	Favourite  bool     `json:"favourite"`  // only favourites
	Status     []string `json:"status"`     // of the newest attempt of a seat
	FromMs     int64    `json:"fromMs"`     // started at or after; 0 for no bound
	ToMs       int64    `json:"toMs"`       // started before; 0 for no bound
	MinCostUSD string   `json:"minCostUsd"` // decimal; a comparison without a known cost is in no range
	MaxCostUSD string   `json:"maxCostUsd"`
	Relation   string   `json:"relation"` // "rerun", "edited", "follow_up"
	SetID      string   `json:"setId"`    // the comparisons of a prompt set
	Sort       string   `json:"sort"`     // "newest" (also ""), "oldest", "cost" and "slowest" (highest first), "relevance"
	Cursor     string   `json:"cursor"`   // "" for the first page, else the next of the page before
	Limit      int      `json:"limit"`    // at most 200
}

// HistoryRowView is one comparison in the list. While a comparison is blind nothing that could name a model is in it.
type HistoryRowView struct {
	ID          string           `json:"id"`
	Prompt      string           `json:"prompt"` // the first 300 characters
	StartedAtMs int64            `json:"startedAtMs"`
	TotalMs     *float64         `json:"totalMs"` // the slowest run
	CostUSD     *string          `json:"costUsd"` // null when one run's cost is unknown
	Demo        bool             `json:"demo"`
	LocalOnly   bool             `json:"localOnly"`
	Sensitive   bool             `json:"sensitive"`
	Blind       bool             `json:"blind"` // then runs name nothing, in the order of letters, and totals are null
	Favourite   bool             `json:"favourite"`
	Tags        []string         `json:"tags"`
	Category    string           `json:"category"`
	Verdict     string           `json:"verdict"`  // "", "best", "tie", "none", "ranked"
	Winners     []int            `json:"winners"`  // seats that share the first rank
	Answers     int              `json:"answers"`  // how many seats have an answer
	ParentID    string           `json:"parentId"` // the comparison that this one goes back to
	Relation    string           `json:"relation"` // "", "rerun", "edited", "follow_up"
	ThreadID    string           `json:"threadId"` // empty: the first of its conversation
	Runs        []HistoryRunView `json:"runs"`     // the newest attempt of each seat
	Hit         *SnippetView     `json:"hit"`      // where the text of the query was found; null without one
}

// HistoryRunView is a run in the list: enough for a chip and the fingerprint.
type HistoryRunView struct {
	Seat     int      `json:"seat"`
	Endpoint string   `json:"endpoint"`
	Model    string   `json:"model"`
	Openness string   `json:"openness"`
	Place    string   `json:"place"`
	Status   string   `json:"status"`
	TotalMs  *float64 `json:"totalMs"`
	Stars    int      `json:"stars"` // 0: none
}

// SnippetView is a piece of text around what was searched for.
type SnippetView struct {
	Parts  []SnippetPartView `json:"parts"`  // in the order of the text; nothing is left out between them
	Source string            `json:"source"` // "prompt", "answer", "note", "tag"
	Seat   int               `json:"seat"`   // of an answer, or of the answer that a note is about; -1: no seat, or blind
}

// SnippetPartView is a part of a snippet that was searched for, or one that was not.
type SnippetPartView struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

// HistoryPageView is one page of the list. Next is empty on the last page. A page may be short, even empty, with a Next:
// a search looks only so long at once, and the next page goes on where it stopped.
type HistoryPageView struct {
	Rows  []HistoryRowView `json:"rows"`
	Next  string           `json:"next"`
	Total int64            `json:"total"` // how many rows all pages have; -1: not counted
	Left  int64            `json:"left"`  // comparisons of an older version that are not indexed yet: filters miss them
}

// FacetView is a value that a filter can take, and how many comparisons have it.
type FacetView struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// FacetsView are the values that occur in the history, the most frequent first.
type FacetsView struct {
	Models     []FacetView `json:"models"` // "endpoint/model"
	Providers  []FacetView `json:"providers"`
	Openness   []FacetView `json:"openness"`
	Places     []FacetView `json:"places"`
	Tags       []FacetView `json:"tags"`
	Categories []FacetView `json:"categories"`
	Statuses   []FacetView `json:"statuses"`
	Verdicts   []FacetView `json:"verdicts"` // "best", "tie", "none", "ranked", "unrated"
}

// LinkView is an address of an answer, checked by Go before it is opened.
type LinkView struct {
	URL  string `json:"url"`  // as it would be opened
	Host string `json:"host"` // as sent: punycode
}
