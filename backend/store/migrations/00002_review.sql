-- What the user thinks of comparisons and answers, and which of them wait for a vote.

-- +goose Up

-- Votes are appended and never changed: the newest of a comparison counts, and a withdrawn one takes back what was.
CREATE TABLE verdict (
    id            TEXT PRIMARY KEY, -- UUIDv7
    comparison_id TEXT NOT NULL REFERENCES comparison (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL CHECK (kind IN ('best', 'tie', 'none', 'ranked', 'withdrawn')),
    blind         INTEGER NOT NULL CHECK (blind IN (0, 1)), -- cast before the names were known
    at            INTEGER NOT NULL
) STRICT;

CREATE INDEX verdict_by_comparison ON verdict (comparison_id, at DESC, id DESC);

-- The runs that a vote was about, one row for each that was shown.
CREATE TABLE standing (
    verdict_id TEXT NOT NULL REFERENCES verdict (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL CHECK (place >= 0), -- on the screen, left to right
    run_id     TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    rank       INTEGER NOT NULL CHECK (rank >= 0),  -- 1 is best, equal ranks tie, 0 was left out
    PRIMARY KEY (verdict_id, place),
    UNIQUE (verdict_id, run_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_by_run ON standing (run_id);

-- Ratings are appended and never changed: the newest of a run counts.
CREATE TABLE stars (
    id     TEXT PRIMARY KEY, -- UUIDv7
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    n      INTEGER NOT NULL CHECK (n BETWEEN 0 AND 5), -- 0 takes the stars back
    blind  INTEGER NOT NULL CHECK (blind IN (0, 1)),
    at     INTEGER NOT NULL
) STRICT;

CREATE INDEX stars_by_run ON stars (run_id, at DESC, id DESC);

CREATE TABLE answer_review (
    run_id TEXT PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    note   TEXT NOT NULL,
    at     INTEGER NOT NULL -- of the newest change of note or reasons
) STRICT;

CREATE TABLE reason (
    run_id TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    place  INTEGER NOT NULL, -- from 0, in the order they were added
    name   TEXT NOT NULL,
    PRIMARY KEY (run_id, place),
    UNIQUE (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX reason_by_name ON reason (name, run_id);

CREATE TABLE comparison_review (
    comparison_id TEXT PRIMARY KEY REFERENCES comparison (id) ON DELETE CASCADE,
    category      TEXT, -- NULL: none chosen
    note          TEXT NOT NULL,
    favourite     INTEGER NOT NULL CHECK (favourite IN (0, 1))
) STRICT;

CREATE INDEX comparison_review_by_category ON comparison_review (category, comparison_id) WHERE category IS NOT NULL;
CREATE INDEX comparison_review_favourite ON comparison_review (comparison_id) WHERE favourite = 1;

CREATE TABLE tag (
    comparison_id TEXT NOT NULL REFERENCES comparison (id) ON DELETE CASCADE,
    place         INTEGER NOT NULL, -- from 0, in the order they were added
    name          TEXT NOT NULL,
    PRIMARY KEY (comparison_id, place),
    UNIQUE (comparison_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX tag_by_name ON tag (name, comparison_id);

-- A blind look at a comparison.
CREATE TABLE sitting (
    comparison_id TEXT PRIMARY KEY REFERENCES comparison (id) ON DELETE CASCADE,
    seats         TEXT NOT NULL, -- JSON list: the lineup seat of letter A, of B, ...
    opened_at     INTEGER NOT NULL,
    revealed_at   INTEGER,       -- NULL: still blind
    seen_at       INTEGER        -- when the names were shown first, also when that was undone; NULL: never
) STRICT;

CREATE INDEX sitting_open ON sitting (comparison_id) WHERE revealed_at IS NULL;

-- +goose StatementBegin
CREATE TRIGGER verdict_is_final BEFORE UPDATE ON verdict
BEGIN
    SELECT RAISE(ABORT, 'a vote never changes');
END;
-- +goose StatementEnd

-- A row goes only with what it is about: when a comparison is purged it is already gone here.

-- +goose StatementBegin
CREATE TRIGGER verdict_stays BEFORE DELETE ON verdict
WHEN EXISTS (SELECT 1 FROM comparison WHERE id = OLD.comparison_id)
BEGIN
    SELECT RAISE(ABORT, 'a vote never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER standing_is_final BEFORE UPDATE ON standing
BEGIN
    SELECT RAISE(ABORT, 'a vote never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER standing_stays BEFORE DELETE ON standing
WHEN EXISTS (SELECT 1 FROM verdict WHERE id = OLD.verdict_id) AND EXISTS (SELECT 1 FROM run WHERE id = OLD.run_id)
BEGIN
    SELECT RAISE(ABORT, 'a vote never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER stars_are_final BEFORE UPDATE ON stars
BEGIN
    SELECT RAISE(ABORT, 'a rating never changes');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER stars_stay BEFORE DELETE ON stars
WHEN EXISTS (SELECT 1 FROM run WHERE id = OLD.run_id)
BEGIN
    SELECT RAISE(ABORT, 'a rating never changes');
END;
-- +goose StatementEnd

-- The vote that counts, one short row for each comparison that has one; triggers keep it, so that lists and filters
-- need not look for the newest vote.
CREATE TABLE outcome (
    comparison_id TEXT PRIMARY KEY REFERENCES comparison (id) ON DELETE CASCADE,
    verdict_id    TEXT NOT NULL REFERENCES verdict (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    started_at    INTEGER NOT NULL -- of the comparison
) STRICT, WITHOUT ROWID;

CREATE INDEX outcome_by_kind ON outcome (kind, started_at DESC, comparison_id DESC);
CREATE INDEX outcome_by_verdict ON outcome (verdict_id);

-- The comparisons that wait for a vote, in short rows too: counting them reads no text.
CREATE TABLE unrated (
    demo          INTEGER NOT NULL CHECK (demo IN (0, 1)), -- fewer than two answers are of real models
    started_at    INTEGER NOT NULL,
    comparison_id TEXT NOT NULL REFERENCES comparison (id) ON DELETE CASCADE,
    PRIMARY KEY (demo, started_at DESC, comparison_id DESC)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX unrated_by_comparison ON unrated (comparison_id);

-- A comparison waits when it has ended, two of its newest attempts are answers, no vote counts, and nobody gave up
-- blindness without one.
CREATE VIEW rateable AS
SELECT c.id AS comparison_id, c.started_at,
       (SELECT count(*) FROM run r WHERE r.comparison_id = c.id AND r.status IN ('done', 'cut') AND r.place IS NOT 'demo'
            AND NOT EXISTS (SELECT 1 FROM run n WHERE n.comparison_id = c.id AND n.seat = r.seat AND n.attempt > r.attempt)) < 2 AS demo
FROM comparison c
WHERE c.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM run r WHERE r.comparison_id = c.id AND r.saved_at IS NULL)
  AND (SELECT count(*) FROM run r WHERE r.comparison_id = c.id AND r.status IN ('done', 'cut')
            AND NOT EXISTS (SELECT 1 FROM run n WHERE n.comparison_id = c.id AND n.seat = r.seat AND n.attempt > r.attempt)) >= 2
  AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.comparison_id = c.id)
  AND NOT EXISTS (SELECT 1 FROM sitting s WHERE s.comparison_id = c.id AND s.revealed_at IS NOT NULL);

INSERT INTO unrated (demo, started_at, comparison_id) SELECT demo, started_at, comparison_id FROM rateable;

-- +goose StatementBegin
CREATE TRIGGER vote_counts AFTER INSERT ON verdict
BEGIN
    DELETE FROM outcome WHERE comparison_id = NEW.comparison_id;
    INSERT INTO outcome (comparison_id, verdict_id, kind, started_at)
        SELECT c.id, v.id, v.kind, c.started_at FROM verdict v JOIN comparison c ON c.id = v.comparison_id
        WHERE v.kind <> 'withdrawn'
          AND v.id = (SELECT id FROM verdict WHERE comparison_id = NEW.comparison_id ORDER BY at DESC, id DESC LIMIT 1);
    DELETE FROM unrated WHERE comparison_id = NEW.comparison_id;
    INSERT INTO unrated (demo, started_at, comparison_id)
        SELECT demo, started_at, comparison_id FROM rateable WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER open_run_leaves_queue AFTER INSERT ON run WHEN NEW.saved_at IS NULL
BEGIN
    DELETE FROM unrated WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER run_added_to_queue AFTER INSERT ON run WHEN NEW.saved_at IS NOT NULL
BEGIN
    DELETE FROM unrated WHERE comparison_id = NEW.comparison_id;
    INSERT INTO unrated (demo, started_at, comparison_id)
        SELECT demo, started_at, comparison_id FROM rateable WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER run_ended_in_queue AFTER UPDATE OF saved_at ON run WHEN NEW.saved_at IS NOT NULL
BEGIN
    DELETE FROM unrated WHERE comparison_id = NEW.comparison_id;
    INSERT INTO unrated (demo, started_at, comparison_id)
        SELECT demo, started_at, comparison_id FROM rateable WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER deletion_changes_queue AFTER UPDATE OF deleted_at ON comparison
BEGIN
    DELETE FROM unrated WHERE comparison_id = NEW.id;
    INSERT INTO unrated (demo, started_at, comparison_id)
        SELECT demo, started_at, comparison_id FROM rateable WHERE comparison_id = NEW.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sitting_changes_queue AFTER UPDATE OF revealed_at ON sitting
BEGIN
    DELETE FROM unrated WHERE comparison_id = NEW.comparison_id;
    INSERT INTO unrated (demo, started_at, comparison_id)
        SELECT demo, started_at, comparison_id FROM rateable WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sitting_added_to_queue AFTER INSERT ON sitting WHEN NEW.revealed_at IS NOT NULL
BEGIN
    DELETE FROM unrated WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

PRAGMA user_version = 2;
