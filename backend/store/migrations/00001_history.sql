-- Times are Unix milliseconds UTC, durations nanoseconds, money pico-dollars (1e-12 USD). NULL means unknown or absent.

-- +goose Up
PRAGMA application_id = 1111575375; -- "BAKO": this file is ours

-- Which history this is: one row. A write-ahead log that belongs to another file is known by it.
CREATE TABLE identity (id TEXT NOT NULL) STRICT;
INSERT INTO identity VALUES (lower(hex(randomblob(16))));

CREATE TABLE comparison (
    id          TEXT PRIMARY KEY, -- UUIDv7
    started_at  INTEGER NOT NULL,
    deleted_at  INTEGER,          -- NULL: not deleted; else it waits for the purge
    local_only  INTEGER NOT NULL CHECK (local_only IN (0, 1)),
    lanes       TEXT NOT NULL CHECK (lanes IN ('parallel', 'serial')),
    app_version TEXT NOT NULL,
    prompt_head TEXT NOT NULL,    -- first 300 characters of prompt, so that a list need not read the whole
    lineup      TEXT NOT NULL,    -- JSON list of entries
    system      TEXT NOT NULL,
    prompt      TEXT NOT NULL
) STRICT;

CREATE INDEX comparison_by_time ON comparison (started_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX comparison_deleted ON comparison (deleted_at) WHERE deleted_at IS NOT NULL;

-- The bytes of an attachment, once, however many comparisons use it.
CREATE TABLE attachment (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64), -- hex, of data
    data   BLOB NOT NULL
) STRICT;

CREATE TABLE comparison_attachment (
    comparison_id TEXT NOT NULL REFERENCES comparison (id) ON DELETE CASCADE,
    place         INTEGER NOT NULL, -- from 0, in the order they were added
    name          TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    sha256        TEXT NOT NULL REFERENCES attachment (sha256),
    PRIMARY KEY (comparison_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX comparison_attachment_by_hash ON comparison_attachment (sha256);

CREATE TABLE run (
    id            TEXT PRIMARY KEY, -- UUIDv7
    comparison_id TEXT NOT NULL REFERENCES comparison (id) ON DELETE CASCADE,
    seat          INTEGER NOT NULL CHECK (seat >= 0),
    attempt       INTEGER NOT NULL CHECK (attempt >= 1),
    endpoint      TEXT NOT NULL,
    model         TEXT NOT NULL,    -- as asked for
    params        TEXT NOT NULL,    -- JSON
    session       TEXT NOT NULL,    -- of the process that runs it
    saved_at      INTEGER,          -- NULL: the run is open; from then on the record never changes

    status         TEXT NOT NULL CHECK (status IN ('queued', 'loading', 'thinking', 'streaming', 'done', 'cut',
                                                   'truncated', 'failed', 'cancelled', 'interrupted')),
    openness       TEXT CHECK (openness IN ('open', 'closed', 'unknown')),
    place          TEXT CHECK (place IN ('local', 'cloud', 'demo')),
    endpoint_host  TEXT,
    resolved_model TEXT,
    digest         TEXT,
    quantization   TEXT,
    not_applied    TEXT, -- JSON list of parameter names
    finish_reason  TEXT,
    request_id     TEXT,
    warnings       TEXT, -- JSON list of sentences

    error_code           TEXT, -- NULL: no error
    error_message        TEXT,
    error_detail         TEXT,
    error_http_status    INTEGER,
    error_retry_after_ns INTEGER,

    sent_at           INTEGER,
    queue_ns          INTEGER,
    skew_ns           INTEGER,
    connect_ns        INTEGER,
    headers_ns        INTEGER,
    ttft_ns           INTEGER,
    time_to_answer_ns INTEGER,
    last_text_ns      INTEGER,
    total_ns          INTEGER,
    load_ns           INTEGER,
    prompt_eval_ns    INTEGER,
    eval_ns           INTEGER,
    server_wait_ns    INTEGER,
    warmth            TEXT CHECK (warmth IN ('cold', 'warm')),
    contended         INTEGER NOT NULL CHECK (contended IN (0, 1)),
    tokens_per_second REAL,
    rate_source       TEXT CHECK (rate_source IN ('reported', 'estimated')),

    input_tokens          INTEGER, -- each count has its source; both NULL: absent
    input_source          TEXT CHECK (input_source IN ('reported', 'estimated')),
    output_tokens         INTEGER,
    output_source         TEXT CHECK (output_source IN ('reported', 'estimated')),
    reasoning_tokens      INTEGER, -- part of output_tokens
    reasoning_source      TEXT CHECK (reasoning_source IN ('reported', 'estimated')),
    cache_read_tokens     INTEGER, -- part of input_tokens
    cache_read_source     TEXT CHECK (cache_read_source IN ('reported', 'estimated')),
    cache_write_tokens    INTEGER, -- part of input_tokens
    cache_write_source    TEXT CHECK (cache_write_source IN ('reported', 'estimated')),
    cache_write_1h_tokens INTEGER, -- part of cache_write_tokens
    cache_write_1h_source TEXT CHECK (cache_write_1h_source IN ('reported', 'estimated')),
    usage_notes           TEXT,    -- JSON list

    cost_pusd         INTEGER, -- pico-dollars; NULL: unknown
    cost_source       TEXT CHECK (cost_source IN ('unknown', 'reported', 'computed', 'estimated', 'free')),
    cost_at_least     INTEGER NOT NULL CHECK (cost_at_least IN (0, 1)),
    cost_price_date   TEXT,
    cost_price_source TEXT,
    cost_note         TEXT,

    UNIQUE (comparison_id, seat, attempt),
    CHECK ((cost_pusd IS NULL) = (cost_source IS NULL OR cost_source = 'unknown')),
    CHECK (saved_at IS NULL OR status IN ('done', 'cut', 'truncated', 'failed', 'cancelled', 'interrupted'))
) STRICT;

CREATE INDEX run_open ON run (session) WHERE saved_at IS NULL;

-- What is long in a run stands apart, so that lists and sums read short rows.
CREATE TABLE run_text (
    run_id    TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    request   TEXT, -- the body as sent, attachments as "attachment:sha256:<hex>"
    usage_raw TEXT, -- the provider's own usage object
    pace      BLOB, -- per 100 ms since the request: uvarint answer bytes, uvarint reasoning bytes
    reasoning TEXT NOT NULL,
    answer    TEXT NOT NULL
) STRICT;

-- The text of open runs as it arrives, appended; the final record replaces it in the transaction that ends the run.
CREATE TABLE parcel (
    id        INTEGER PRIMARY KEY, -- grows: the order of arrival
    run_id    TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    answer    TEXT,
    reasoning TEXT
) STRICT;

CREATE INDEX parcel_by_run ON parcel (run_id, id);

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER run_record_is_final BEFORE UPDATE ON run WHEN OLD.saved_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'the record of an ended run never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER run_text_is_final BEFORE UPDATE ON run_text
WHEN (SELECT saved_at FROM run WHERE id = OLD.run_id) IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'the record of an ended run never changes');
END;
-- +goose StatementEnd

PRAGMA user_version = 1;
