/**
 * What the window can ask of the program behind it, in one typed interface. The client calls the generated bindings,
 * the fake plays scripts; nothing else in the house knows which of the two answers.
 *
 * Every method rejects with an AppError. Durations are milliseconds, null when unknown; money is an exact decimal
 * string of US dollars, null when unknown; token counts are null when absent.
 */
import type { app } from '../../wailsjs/go/models';
import type { JobView, LocalsBackend } from './locals';
import type { LibraryBackend, SetPlaceView } from './library';
import type { LineupsBackend } from './lineups';
import type { PricesBackend } from './prices';

export type * from './library';
export type * from './lineups';

/** The generated types mark a Go pointer as optional; in the JSON it is null, never missing. */
export type Wire<T> = T extends (infer Item)[]
  ? Wire<Item>[]
  : T extends object
    ? { [K in keyof T]-?: undefined extends T[K] ? Wire<Exclude<T[K], undefined>> | null : Wire<T[K]> }
    : T;

/** The same type with some fields described more exactly than Go's string allows. */
export type With<T, Exact> = Omit<T, keyof Exact> & Exact;

export type Status =
  | 'queued'
  | 'loading'
  | 'thinking'
  | 'streaming'
  | 'done'
  | 'cut'
  | 'truncated'
  | 'failed'
  | 'cancelled'
  | 'interrupted';
export type Openness = 'open' | 'closed' | 'unknown';
export type Place = 'local' | 'cloud' | 'demo';
export type CostSource = 'reported' | 'computed' | 'estimated' | 'free' | 'unknown';
export type Theme = 'system' | 'light' | 'dark';
export type Layout = 'columns' | 'grid' | 'focus';
/** How a comparison came from its parent; '' when it has none. */
export type Relation = '' | 'rerun' | 'edited' | 'follow_up';
export type Lanes = 'parallel' | 'serial';

export type ErrorView = Wire<app.ErrorView>;
export type ParamsView = Wire<app.ParamsView>;
export type EntryView = Wire<app.EntryView>;
export type AttachmentView = Wire<app.AttachmentView>;
export type CountView = Wire<app.CountView>;
export type StrokeView = Wire<app.StrokeView>;
export type PriceView = Wire<app.PriceView>;
export type LinkView = Wire<app.LinkView>;
export type CostView = With<Wire<app.CostView>, { source: CostSource }>;
export type MetricsView = With<Wire<app.MetricsView>, { cost: CostView }>;
export type ModelView = With<Wire<app.ModelView>, { openness: Openness; place: Place }>;
export type EndpointState = 'checking' | 'ready' | 'no_key' | 'off' | 'problem';
export type EndpointEdit = Wire<app.EndpointEdit>;
export type HeaderEdit = Wire<app.HeaderEdit>;
export type PrivacyView = Wire<app.PrivacyView>;
export type TestView = Wire<app.TestView>;
export type KeysView = Wire<app.KeysView>;
export type EstimateView = Wire<app.EstimateView>;
export type SpendingView = Wire<app.SpendingView>;
export type CapsView = Wire<app.CapsView>;
export type RunningView = With<Wire<app.RunningView>, { kind: 'none' | 'power' | 'hourly' }>;
export type RunningCostView = Wire<app.RunningCostView>;
export type ReceiptView = With<Wire<app.ReceiptView>, { place: Place }>;
export type EndpointView = With<Wire<app.EndpointView>, { place: Place; state: EndpointState; models: ModelView[] }>;
export type SettingsView = With<Wire<app.SettingsView>, { theme: Theme; layout: Layout; lanes: Lanes }>;
export type StartRequest = With<Wire<app.StartRequest>, { lanes: Lanes; relation: Relation }>;
/** What is known about an entry of a request before it is sent. */
export type FateView = With<Wire<app.FateView>, { as: 'text' | 'image' | 'none' | 'doubtful' }>;
export type ProspectView = With<Wire<app.ProspectView>, { problem: ErrorView | null; files: FateView[] }>;
export type RunView = With<
  Wire<app.RunView>,
  { openness: Openness; place: Place; status: Status; metrics: MetricsView }
>;
export type TurnView = Wire<app.TurnView>;
/** "" was never blind; "open": nothing but letters and answers is known; "revealed": it was, and the names are here. */
export type Blindness = '' | 'open' | 'revealed';
export type VerdictKind = 'best' | 'tie' | 'none' | 'ranked';
export type StandingView = Wire<app.StandingView>;
export type VerdictView = With<Wire<app.VerdictView>, { kind: VerdictKind }>;
export type AnswerReviewView = Wire<app.AnswerReviewView>;
export type RatedView = Wire<app.RatedView>;
export type DescriptionView = Wire<app.DescriptionView>;
export type ReviewView = With<Wire<app.ReviewView>, { verdict: VerdictView | null }>;
export type JudgeRequest = With<Wire<app.JudgeRequest>, { kind: VerdictKind }>;
export type VocabularyView = Wire<app.VocabularyView>;
export type QueueView = With<Wire<app.QueueView>, { comparison: ComparisonView | null }>;
export type ComparisonView = With<
  Wire<app.ComparisonView>,
  { lanes: Lanes; runs: RunView[]; relation: Relation; earlier: TurnView[][]; blind: Blindness; review: ReviewView; set: SetPlaceView | null }
>;
export type HistorySort = 'newest' | 'oldest' | 'cost' | 'slowest' | 'relevance';
export type SnippetView = With<Wire<app.SnippetView>, { source: 'prompt' | 'answer' | 'note' | 'tag' }>;
export type HistoryRunView = With<Wire<app.HistoryRunView>, { openness: Openness; place: Place; status: Status }>;
export type HistoryRowView = With<
  Wire<app.HistoryRowView>,
  { runs: HistoryRunView[]; verdict: VerdictKind | ''; relation: Relation; hit: SnippetView | null }
>;
export type FacetView = Wire<app.FacetView>;
export type FacetsView = Wire<app.FacetsView>;
export type HistoryQuery = With<
  Wire<app.HistoryQuery>,
  {
    openness: Openness[];
    places: Place[];
    status: Status[];
    verdict: '' | 'any' | VerdictKind | 'unrated';
    relation: Relation;
    sort: HistorySort;
  }
>;
export type HistoryPageView = With<Wire<app.HistoryPageView>, { rows: HistoryRowView[] }>;
export type AgainView = With<Wire<app.AgainView>, { request: StartRequest }>;
export type FamilyView = With<Wire<app.FamilyView>, { parent: HistoryRowView | null; children: HistoryRowView[]; thread: HistoryRowView[] }>;
export type DiffPartView = With<Wire<app.DiffPartView>, { mark: 'same' | 'del' | 'ins' }>;
export type DiffBlockView = With<
  Wire<app.DiffBlockView>,
  { kind: 'same' | 'changed' | 'added' | 'removed' | 'moved'; a: DiffPartView[]; b: DiffPartView[] }
>;
export type DiffView = With<Wire<app.DiffView>, { blocks: DiffBlockView[] }>;
export type ChangeView = With<Wire<app.ChangeView>, { cost: With<Wire<app.CostPair>, { old: CostView; new: CostView }> }>;
export type ExportFormat = 'html' | 'md' | 'csv' | 'jsonl';
export type ExtentView = Wire<app.ExtentView>;
export type ExportedView = Wire<app.ExportedView>;
export type FoundView = With<Wire<app.FoundView>, { source: 'bakeoff' | 'promptfoo' }>;
export type BackupView = Wire<app.BackupView>;
export type ChangesView = With<Wire<app.ChangesView>, { seats: ChangeView[] }>;

/** The query that asks for everything, newest first. */
export function emptyQuery(): HistoryQuery {
  return {
    text: '', models: [], providers: [], openness: [], places: [], category: '', tags: [], minStars: 0, verdict: '',
    favourite: false, status: [], fromMs: 0, toMs: 0, minCostUsd: '', maxCostUsd: '', relation: '', setId: '', sort: 'newest',
    cursor: '', limit: 50,
  }; // prettier-ignore
}

/** What changed in one run since the frame before. Events are not generated: these two follow app/views.go by hand. */
export interface RunPatch {
  id: string;
  /** Text to append. */
  answer: string;
  reasoning: string;
  /** pace replaces the strokes from this index on. */
  paceFrom: number;
  pace: StrokeView[];
  status: Status;
  metrics: MetricsView;
  /** Set when more than text and numbers changed: replaces all but texts and pace. */
  run: RunView | null;
}

/** One tick of a live comparison. seq grows by one per frame of a comparison; after a gap the window asks get(). */
export interface Frame {
  comparison: string;
  seq: number;
  /** Milliseconds since the start barrier: the playhead. */
  nowMs: number;
  /** False in the last frame: every run has ended and is saved. */
  live: boolean;
  saveProblem: string;
  runs: RunPatch[];
}

/** How far an export or import is; total is 0 when it is not known. Follows app/views_transfer.go by hand. */
export interface TransferView {
  did: 'export' | 'look' | 'import';
  done: number;
  total: number;
}

/** Ends a subscription. */
export type Unsubscribe = () => void;

export interface Backend extends LibraryBackend {
  /** The comparison that a scene of the fake opens with; a real window has none. */
  scene?: string;
  comparisons: {
    start(request: StartRequest): Promise<ComparisonView>;
    get(id: string): Promise<ComparisonView>;
    stop(id: string): Promise<void>;
    stopRun(runId: string): Promise<void>;
    /** Starts a new attempt of the run's seat. */
    retry(runId: string, confirmed: boolean): Promise<RunView>;
    /** Asks all models once more, from one start barrier, as new attempts of their seats. */
    regenerate(id: string, confirmed: boolean): Promise<ComparisonView>;
    /** What becomes of a request, entry by entry. Nothing of the prompt is sent for it. */
    foresee(request: StartRequest): Promise<ProspectView[]>;
    /** The request body as it was sent. */
    request(runId: string): Promise<string>;
    /** What was sent to which host, those away from this machine first. */
    receipt(id: string): Promise<ReceiptView[]>;
    /** What to start to ask the same once more, and what of it no longer exists. */
    again(id: string): Promise<AgainView>;
    /** What a comparison came from, what came from it, and its conversation. */
    family(id: string): Promise<FamilyView>;
    /** A comparison that was run again beside the one it came from, seat by seat. */
    changes(id: string): Promise<ChangesView>;
  };
  diffs: {
    /** How the answer of run b differs from that of run a, also of another comparison. */
    answers(runA: string, runB: string): Promise<DiffView>;
    /** Any two comparisons side by side, old against new. */
    comparisons(oldId: string, newId: string): Promise<ChangesView>;
  };
  history: {
    /**
     * One page of what a query asks for; emptyQuery() asks for everything. A page may be short, even empty, with a
     * next: a search looks only so long at once, and the next page goes on.
     */
    search(query: HistoryQuery): Promise<HistoryPageView>;
    /** What the filters can choose from, with counts. */
    facets(): Promise<FacetsView>;
    /** All or none; undelete brings them back until the window closes. */
    delete(ids: string[]): Promise<void>;
    undelete(ids: string[]): Promise<void>;
    tag(ids: string[], add: string[], remove: string[]): Promise<void>;
  };
  /** No ids means everything. One transfer at a time; how far it is comes as transfer events. */
  transfers: {
    /** What an export would hold. */
    preview(ids: string[]): Promise<ExtentView>;
    /** Opens the system's dialog and writes; the name is "" when it was closed. */
    export(ids: string[], format: ExportFormat): Promise<ExportedView>;
    /** Opens the system's dialog and reads the file, without writing; the name is "" when it was closed. */
    choose(): Promise<FoundView>;
    /** Writes what was chosen, all or nothing. */
    import(): Promise<FoundView>;
    /** The transfer that goes on rejects, and nothing was written. */
    cancel(): Promise<void>;
  };
  backups: {
    list(): Promise<BackupView[]>;
    now(): Promise<BackupView>;
    /** The next start restores it; "" asks for a file, and is false when that dialog was closed. */
    restore(name: string): Promise<boolean>;
    /** What is wrong with the history; nothing when it is healthy. */
    check(): Promise<string[]>;
  };
  /** While a comparison is blind, a run is named by its letter. */
  ratings: {
    /** Gives a run stars, 1 to 5; 0 takes them back. */
    rate(comparisonId: string, run: string, stars: number): Promise<void>;
    /** Says why: reasons and a note replace those before. */
    answer(comparisonId: string, run: string, reasons: string[], note: string): Promise<void>;
    describe(comparisonId: string, description: DescriptionView): Promise<void>;
    /** Commits a verdict, and with it reveals what was blind. Returns all that is now known. */
    judge(comparisonId: string, verdict: JudgeRequest): Promise<ComparisonView>;
    /** Takes the newest verdict back. What it revealed less than ten seconds ago is blind again. */
    withdraw(comparisonId: string): Promise<ComparisonView>;
    /** Hides the names of an ended comparison. */
    blind(comparisonId: string): Promise<ComparisonView>;
    /** Shows the names without a vote. */
    reveal(comparisonId: string): Promise<ComparisonView>;
    next(skip: string[]): Promise<QueueView>;
    /** How many comparisons wait for their vote. */
    waiting(): Promise<number>;
    vocabulary(): Promise<VocabularyView>;
    /** The newest rating of each model that has any, but for what is still blind. */
    rated(): Promise<RatedView[]>;
  };
  models: {
    list(): Promise<EndpointView[]>;
    /** Asks an endpoint again, "" for all. What it says comes as endpoint events. */
    refresh(endpoint: string): Promise<void>;
  };
  locals: LocalsBackend;
  lineups: LineupsBackend;
  prices: PricesBackend;
  endpoints: {
    /** Adds an endpoint of the user's own or changes it; returns its name. A changed address asks for the key again. */
    save(edit: EndpointEdit): Promise<string>;
    remove(name: string): Promise<void>;
    enable(name: string, on: boolean): Promise<void>;
    test(name: string): Promise<TestView>;
    /** Keys and values of headers only ever go in. Returns the place: "keychain", "file" or "session". */
    setKey(name: string, key: string, headers: HeaderEdit[]): Promise<string>;
    clearKey(name: string): Promise<void>;
    keys(): Promise<KeysView>;
    chooseKeys(place: string): Promise<void>;
    unlockKeys(passphrase: string): Promise<void>;
    /** Takes over what a command has changed since; what differs comes as events. */
    reread(): Promise<void>;
  };
  privacy: {
    get(): Promise<PrivacyView>;
    /** Holds at once and for good: the settings' own save does not turn it. */
    setLocalOnly(on: boolean): Promise<PrivacyView>;
    addHost(host: string): Promise<PrivacyView>;
    removeHost(host: string): Promise<PrivacyView>;
    openDataFolder(): Promise<void>;
  };
  budgets: {
    /** What a request may cost, before it is sent. Nothing is asked for it. */
    estimate(request: StartRequest): Promise<EstimateView>;
    spending(): Promise<SpendingView>;
    setCaps(caps: CapsView): Promise<void>;
    running(): Promise<RunningView>;
    setRunning(running: RunningView): Promise<void>;
    /** What the local runs of a comparison that have ended cost to run, apart from all costs. A blind one is refused. */
    runningCosts(comparisonId: string): Promise<RunningCostView[]>;
  };
  settings: {
    get(): Promise<SettingsView>;
    save(settings: SettingsView): Promise<void>;
  };
  desktop: {
    /** Checks an address of an answer; rejects one that will not be opened. */
    checkLink(url: string): Promise<LinkView>;
    openLink(url: string): Promise<void>;
    copy(text: string): Promise<void>;
    /** Opens the system's dialog; an empty list when it was closed. */
    pickAttachments(): Promise<AttachmentView[]>;
    /** Takes a file that was dropped or pasted: its bytes, as base64. */
    attachFile(name: string, data: string): Promise<AttachmentView>;
    /** Lets this page receive frames for another three seconds. */
    renew(): Promise<void>;
    version(): Promise<string>;
    /** A sentence about the history that the user must know, or "". */
    notice(): Promise<string>;
  };
  events: {
    onFrame(listener: (frame: Frame) => void): Unsubscribe;
    onEndpoint(listener: (endpoint: EndpointView) => void): Unsubscribe;
    /** The list of endpoints has changed: one may be gone. */
    onEndpoints(listener: () => void): Unsubscribe;
    onPrivacy(listener: (privacy: PrivacyView) => void): Unsubscribe;
    onTransfer(listener: (transfer: TransferView) => void): Unsubscribe;
    onJobs(listener: (jobs: JobView[]) => void): Unsubscribe;
  };
  window: {
    minimise(): void;
    toggleMaximise(): void;
    quit(): void;
    /** "linux", "darwin" or "windows". */
    platform(): Promise<string>;
  };
}
