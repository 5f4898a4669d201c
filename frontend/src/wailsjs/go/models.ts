export namespace app {
	
	export interface AttachmentView {
	    id: string;
	    name: string;
	    mediaType: string;
	    bytes: number;
	    width: number;
	    height: number;
	    pages: number;
	}
	export interface VariableView {
	    name: string;
	    value: string;
	}
	export interface ParamsView {
	    system?: string;
	    temperature?: number;
	    topP?: number;
	    maxTokens?: number;
	    seed?: number;
	    stop: string[];
	    effort: string;
	    thinkingBudget?: number;
	    numCtx?: number;
	    keepAlive: string;
	    responseFormat: string;
	    extra: string;
	}
	export interface EntryView {
	    endpoint: string;
	    model: string;
	    params: ParamsView;
	    repeats: number;
	}
	export interface StartRequest {
	    system: string;
	    prompt: string;
	    attachments: string[];
	    lineup: EntryView[];
	    lanes: string;
	    warmUp: boolean;
	    localOnly: boolean;
	    sensitive: boolean;
	    unmark: boolean;
	    blind: boolean;
	    parentId: string;
	    relation: string;
	    baseRunId: string;
	    template: boolean;
	    variables: VariableView[];
	    confirmed: boolean;
	}
	export interface AgainView {
	    request: StartRequest;
	    attachments: AttachmentView[];
	    gone: string[];
	}
	export interface AnswerReviewView {
	    runId: string;
	    stars: number;
	    reasons: string[];
	    note: string;
	}
	
	export interface BackupView {
	    name: string;
	    madeAtMs: number;
	    bytes: number;
	    upgrade: boolean;
	}
	export interface CapsView {
	    runUsd: string;
	    dayUsd: string;
	    monthUsd: string;
	}
	export interface CostView {
	    usd?: string;
	    source: string;
	    atLeast: boolean;
	    priceDate: string;
	    priceSource: string;
	    note: string;
	}
	export interface CostPair {
	    old: CostView;
	    new: CostView;
	    deltaUsd?: string;
	}
	export interface CountView {
	    n: number;
	    source: string;
	}
	export interface CountPair {
	    old?: CountView;
	    new?: CountView;
	    delta?: number;
	}
	export interface NumberPair {
	    old?: number;
	    new?: number;
	    delta?: number;
	}
	export interface StringPair {
	    old: string;
	    new: string;
	    changed: boolean;
	}
	export interface ChangeView {
	    oldRunId: string;
	    newRunId: string;
	    oldSeat: number;
	    newSeat: number;
	    endpoint: string;
	    model: string;
	    notes: string[];
	    sameText: boolean;
	    similarity?: number;
	    params: boolean;
	    served: StringPair;
	    digest: StringPair;
	    status: StringPair;
	    ttftMs: NumberPair;
	    totalMs: NumberPair;
	    rate: NumberPair;
	    input: CountPair;
	    output: CountPair;
	    cost: CostPair;
	}
	export interface ChangesView {
	    oldId: string;
	    newId: string;
	    oldAtMs: number;
	    newAtMs: number;
	    prompt: boolean;
	    seats: ChangeView[];
	}
	export interface StandingView {
	    runId: string;
	    rank: number;
	}
	export interface VerdictView {
	    id: string;
	    kind: string;
	    standings: StandingView[];
	    blind: boolean;
	    atMs: number;
	}
	export interface ReviewView {
	    verdict?: VerdictView;
	    answers: AnswerReviewView[];
	    category: string;
	    tags: string[];
	    note: string;
	    favourite: boolean;
	}
	export interface SetPlaceView {
	    setId: string;
	    name: string;
	    row: number;
	}
	export interface TurnView {
	    user: string;
	    answer: string;
	    attachments: AttachmentView[];
	}
	export interface StrokeView {
	    a: number;
	    r: number;
	}
	export interface MetricsView {
	    sentMs?: number;
	    queueMs?: number;
	    connectMs?: number;
	    loadMs?: number;
	    ttftMs?: number;
	    answerMs?: number;
	    lastTextMs?: number;
	    totalMs?: number;
	    serverWaitMs?: number;
	    rate?: number;
	    rateSource: string;
	    input?: CountView;
	    output?: CountView;
	    reasoning?: CountView;
	    cacheRead?: CountView;
	    cacheWrite?: CountView;
	    cost: CostView;
	    warmth: string;
	    contended: boolean;
	}
	export interface ErrorView {
	    code: string;
	    message: string;
	    detail: string;
	    httpStatus: number;
	    retryAfterMs: number;
	}
	export interface RunView {
	    id: string;
	    seat: number;
	    attempt: number;
	    endpoint: string;
	    endpointLabel: string;
	    host: string;
	    model: string;
	    params: ParamsView;
	    resolvedModel: string;
	    mismatch: boolean;
	    digest: string;
	    quantization: string;
	    openness: string;
	    place: string;
	    notApplied: string[];
	    status: string;
	    finishReason: string;
	    answer: string;
	    reasoning: string;
	    error?: ErrorView;
	    warnings: string[];
	    metrics: MetricsView;
	    pace: StrokeView[];
	    requestId: string;
	    endedAtMs: number;
	}
	export interface ComparisonView {
	    id: string;
	    system: string;
	    prompt: string;
	    attachments: AttachmentView[];
	    startedAtMs: number;
	    nowMs: number;
	    live: boolean;
	    lanes: string;
	    localOnly: boolean;
	    sensitive: boolean;
	    saveProblem: string;
	    appVersion: string;
	    seq: number;
	    blind: string;
	    letters: string[];
	    runs: RunView[];
	    parentId: string;
	    relation: string;
	    threadId: string;
	    earlier: TurnView[][];
	    set?: SetPlaceView;
	    imported: string;
	    review: ReviewView;
	}
	
	
	
	
	export interface DescriptionView {
	    category: string;
	    tags: string[];
	    note: string;
	    favourite: boolean;
	}
	export interface DiffPartView {
	    text: string;
	    mark: string;
	}
	export interface DiffBlockView {
	    kind: string;
	    a: DiffPartView[];
	    b: DiffPartView[];
	    code: boolean;
	    movedTo: number;
	}
	
	export interface DiffSummaryView {
	    same: number;
	    changed: number;
	    added: number;
	    removed: number;
	    moved: number;
	    similarity: number;
	    coarse: boolean;
	}
	export interface DiffView {
	    blocks: DiffBlockView[];
	    summary: DiffSummaryView;
	}
	export interface EndpointEdit {
	    name: string;
	    label: string;
	    kind: string;
	    baseUrl: string;
	}
	export interface PriceView {
	    input: string;
	    output: string;
	    cacheRead: string;
	    date: string;
	    source: string;
	    yours: boolean;
	    why: string;
	}
	export interface ModelView {
	    endpoint: string;
	    id: string;
	    name: string;
	    openness: string;
	    place: string;
	    stays: boolean;
	    sizeBytes: number;
	    quantization: string;
	    parameterSize: string;
	    contextLength: number;
	    capabilities: string[];
	    licence: string;
	    shutdownDate: string;
	    price?: PriceView;
	}
	export interface EndpointView {
	    name: string;
	    label: string;
	    kind: string;
	    baseUrl: string;
	    place: string;
	    own: boolean;
	    keySource: string;
	    addressSource: string;
	    keyHint: string;
	    headerNames: string[];
	    locked: boolean;
	    made: boolean;
	    keyVariables: string[];
	    state: string;
	    problem?: ErrorView;
	    models: ModelView[];
	    listedAtMs: number;
	    seq: number;
	}
	export interface EntryEstimateView {
	    expectedUsd?: string;
	    worstUsd?: string;
	    why: string;
	}
	
	
	export interface EstimateView {
	    entries: EntryEstimateView[];
	    expectedUsd: string;
	    worstUsd: string;
	    unknown: number;
	    worstUnknown: number;
	}
	export interface ExportedView {
	    name: string;
	    comparisons: number;
	    bytes: number;
	    left: string;
	}
	export interface ExtentView {
	    comparisons: number;
	    runs: number;
	    attachments: number;
	    votes: number;
	    blind: number;
	    going: number;
	}
	export interface FacetView {
	    value: string;
	    count: number;
	}
	export interface FacetsView {
	    models: FacetView[];
	    providers: FacetView[];
	    openness: FacetView[];
	    places: FacetView[];
	    tags: FacetView[];
	    categories: FacetView[];
	    statuses: FacetView[];
	    verdicts: FacetView[];
	}
	export interface SnippetPartView {
	    text: string;
	    hit: boolean;
	}
	export interface SnippetView {
	    parts: SnippetPartView[];
	    source: string;
	    seat: number;
	}
	export interface HistoryRunView {
	    seat: number;
	    endpoint: string;
	    model: string;
	    openness: string;
	    place: string;
	    status: string;
	    totalMs?: number;
	    stars: number;
	}
	export interface HistoryRowView {
	    id: string;
	    prompt: string;
	    startedAtMs: number;
	    totalMs?: number;
	    costUsd?: string;
	    demo: boolean;
	    localOnly: boolean;
	    sensitive: boolean;
	    blind: boolean;
	    favourite: boolean;
	    tags: string[];
	    category: string;
	    verdict: string;
	    winners: number[];
	    answers: number;
	    parentId: string;
	    relation: string;
	    threadId: string;
	    runs: HistoryRunView[];
	    hit?: SnippetView;
	}
	export interface FamilyView {
	    parent?: HistoryRowView;
	    children: HistoryRowView[];
	    thread: HistoryRowView[];
	}
	export interface FateView {
	    name: string;
	    as: string;
	    note: string;
	}
	export interface FitView {
	    endpoint: string;
	    endpointLabel: string;
	    state: string;
	    needBytes: number;
	    freeBytes: number;
	    shortBytes: number;
	    says: string;
	    basis: string;
	    then: string;
	}
	export interface FoundView {
	    name: string;
	    source: string;
	    new: number;
	    same: number;
	    different: number;
	    runs: number;
	    votes: number;
	}
	export interface HeaderEdit {
	    name: string;
	    value: string;
	}
	export interface HistoryPageView {
	    rows: HistoryRowView[];
	    next: string;
	    total: number;
	    left: number;
	}
	export interface HistoryQuery {
	    text: string;
	    models: string[];
	    providers: string[];
	    openness: string[];
	    places: string[];
	    category: string;
	    tags: string[];
	    minStars: number;
	    verdict: string;
	    favourite: boolean;
	    status: string[];
	    fromMs: number;
	    toMs: number;
	    minCostUsd: string;
	    maxCostUsd: string;
	    relation: string;
	    setId: string;
	    sort: string;
	    cursor: string;
	    limit: number;
	}
	
	
	export interface JobView {
	    id: string;
	    kind: string;
	    endpoint: string;
	    endpointLabel: string;
	    model: string;
	    state: string;
	    status: string;
	    doneBytes: number;
	    totalBytes: number;
	    bytesPerSecond: number;
	    leftMs?: number;
	    problem?: ErrorView;
	}
	export interface StandingRequest {
	    run: string;
	    rank: number;
	}
	export interface JudgeRequest {
	    kind: string;
	    standings: StandingRequest[];
	}
	export interface KeysView {
	    place: string;
	    keychainProblem: string;
	    fileExists: boolean;
	    locked: boolean;
	}
	export interface LicenceView {
	    name: string;
	    commercial: string;
	    userLimit: string;
	    naming: string;
	    hasText: boolean;
	    text: string;
	}
	export interface LineupView {
	    id: string;
	    name: string;
	    entries: EntryView[];
	    lanes: string;
	    updatedAtMs: number;
	}
	export interface LinkView {
	    url: string;
	    host: string;
	}
	export interface LoadedView {
	    name: string;
	    memoryBytes: number;
	    graphicsBytes: number;
	    contextLength: number;
	    expiresAtMs: number;
	}
	export interface LocalModelView {
	    name: string;
	    digest: string;
	    sizeBytes: number;
	    quantization: string;
	    parameterSize: string;
	    family: string;
	    contextLength: number;
	    capabilities: string[];
	    licence: LicenceView;
	    remoteHost: string;
	    modifiedAtMs: number;
	}
	export interface LocalHostView {
	    endpoint: string;
	    label: string;
	    address: string;
	    place: string;
	    made: boolean;
	    off: boolean;
	    version: string;
	    problem?: ErrorView;
	    startable: boolean;
	    models: LocalModelView[];
	    loaded: LoadedView[];
	    totalMemory: number;
	    freeMemory: number;
	}
	
	export interface LocalsView {
	    hosts: LocalHostView[];
	    jobs: JobView[];
	    installed: boolean;
	    howToInstall: string;
	    installPage: string;
	}
	
	
	
	
	export interface PriceListView {
	    label: string;
	    date: string;
	    prices: number;
	    same: boolean;
	    problem: string;
	}
	
	export interface PrivacyView {
	    localOnly: boolean;
	    forced: boolean;
	    hosts: string[];
	    dataDir: string;
	}
	export interface ProspectView {
	    notApplied: string[];
	    warnings: string[];
	    problem?: ErrorView;
	    input: number;
	    images: boolean;
	    context: number;
	    basis: string;
	    tooLong: string;
	    files: FateView[];
	}
	export interface QueueView {
	    comparison?: ComparisonView;
	    remaining: number;
	}
	export interface RatedView {
	    endpoint: string;
	    model: string;
	    stars: number;
	    atMs: number;
	}
	export interface ReceiptView {
	    host: string;
	    place: string;
	    models: string[];
	    requests?: number;
	    sent?: number;
	    received?: number;
	}
	
	
	export interface RunningCostView {
	    runId: string;
	    usd: string;
	    atMost: boolean;
	    basis: string;
	}
	export interface RunningView {
	    kind: string;
	    watts: string;
	    kwhUsd: string;
	    hourlyUsd: string;
	}
	export interface SavedPromptView {
	    id: string;
	    kind: string;
	    name: string;
	    system: string;
	    user: string;
	    tags: string[];
	    updatedAtMs: number;
	}
	export interface SetCellView {
	    runId: string;
	    seat: number;
	    status: string;
	    totalMs?: number;
	    cost: CostView;
	    stars: number;
	    answer: string;
	    error: string;
	}
	export interface SetCellsRow {
	    line: number;
	    values: string[];
	}
	export interface SetHeadView {
	    id: string;
	    name: string;
	    state: string;
	    reason: string;
	    code: string;
	    rows: number;
	    ended: number;
	    row: number;
	    comparisonId: string;
	    createdAtMs: number;
	    models: number;
	}
	
	export interface SetPreviewView {
	    problem: string;
	    variables: string[];
	    columns: string[];
	    unused: string[];
	    separator: string;
	    rows: SetCellsRow[];
	    total: number;
	    empty: number[];
	    estimate?: EstimateView;
	    question: string;
	    warning: string;
	}
	export interface SetRequest {
	    name: string;
	    table: string;
	    request: StartRequest;
	}
	export interface SetRowView {
	    row: number;
	    line: number;
	    values: string[];
	    comparisonId: string;
	    ended: boolean;
	    gone: boolean;
	    blind: boolean;
	    runs: SetCellView[];
	}
	export interface SetView {
	    head: SetHeadView;
	    system: string;
	    prompt: string;
	    columns: string[];
	    lineup: EntryView[];
	    blind: boolean;
	    localOnly: boolean;
	    sensitive: boolean;
	    rows: SetRowView[];
	}
	export interface SettingsView {
	    theme: string;
	    layout: string;
	    lineup: EntryView[];
	    system: string;
	    params: ParamsView;
	    lanes: string;
	    warmUp: boolean;
	    localOnly: boolean;
	    blind: boolean;
	    sensitive: boolean;
	    draft: string;
	    variables: VariableView[];
	    onboarded: boolean;
	}
	
	
	export interface SpendView {
	    endpoint: string;
	    endpointLabel: string;
	    model: string;
	    runs: number;
	    usd: string;
	}
	export interface SpendingView {
	    dayUsd: string;
	    monthUsd: string;
	    models: SpendView[];
	    caps: CapsView;
	}
	
	
	
	
	
	export interface TableFileView {
	    name: string;
	    text: string;
	}
	export interface TestView {
	    models: number;
	    tookMs: number;
	    problem?: ErrorView;
	}
	
	
	
	export interface VocabularyView {
	    categories: string[];
	    reasons: string[];
	    tags: string[];
	}
	export interface WeightsView {
	    name: string;
	    bytes: number;
	}

}

