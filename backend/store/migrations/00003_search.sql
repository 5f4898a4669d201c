-- What lists, filters and the search read instead of whole comparisons. All of it follows from the other tables.

-- +goose Up

-- A comparison in short: one row for each, which triggers mark when something of it changes.
CREATE TABLE listing (
    num           INTEGER PRIMARY KEY, -- the row of the index of words
    comparison_id TEXT NOT NULL UNIQUE REFERENCES comparison (id) ON DELETE CASCADE,
    started_at    INTEGER NOT NULL,    -- of the comparison
    shown         INTEGER NOT NULL CHECK (shown IN (0, 1)), -- 0: deleted
    cost_pusd     INTEGER, -- of the newest attempts together; NULL: not all known, or blind
    total_ns      INTEGER, -- of the slowest newest attempt; NULL: unknown, or blind
    summed        INTEGER NOT NULL CHECK (summed IN (-1, 0, 1)), -- 1: this row and its facets are up to date; 0: to be
                                                                -- done before the transaction ends; -1: when there is time
    worded        INTEGER NOT NULL CHECK (worded IN (0, 1))      -- 0: the index of words does not have all of it yet
) STRICT;

-- The words in the index of each comparison; apart, so that the rows that lists and filters read are short.
CREATE TABLE listing_words (
    num INTEGER PRIMARY KEY REFERENCES listing (num) ON DELETE CASCADE,
    ids BLOB NOT NULL -- of words, ascending, as uvarint differences
) STRICT;

CREATE INDEX listing_by_time ON listing (started_at DESC, num DESC) WHERE shown = 1;
CREATE INDEX listing_by_cost ON listing (cost_pusd DESC, num DESC) WHERE shown = 1 AND cost_pusd IS NOT NULL;
CREATE INDEX listing_by_total ON listing (total_ns DESC, num DESC) WHERE shown = 1 AND total_ns IS NOT NULL;
CREATE INDEX listing_changed ON listing (num) WHERE summed = 0;
CREATE INDEX listing_unsummed ON listing (num DESC) WHERE summed = -1;
CREATE INDEX listing_unworded ON listing (num DESC) WHERE worded = 0;

-- What filters choose from: "model" "openai/gpt-x", "tag" "poems". A blind comparison has none that could name a model.
CREATE TABLE facet (
    id    INTEGER PRIMARY KEY,
    kind  TEXT NOT NULL,
    value TEXT NOT NULL,
    n     INTEGER NOT NULL, -- comparisons that have it
    UNIQUE (kind, value)
) STRICT;

-- Which comparisons have a facet, in the order of the list. A deleted comparison has none.
CREATE TABLE facet_of (
    facet      INTEGER NOT NULL REFERENCES facet (id),
    started_at INTEGER NOT NULL,
    num        INTEGER NOT NULL REFERENCES listing (num) ON DELETE CASCADE,
    PRIMARY KEY (facet, started_at DESC, num DESC)
) STRICT, WITHOUT ROWID;

CREATE INDEX facet_of_listing ON facet_of (num, facet);

-- +goose StatementBegin
CREATE TRIGGER facet_gained AFTER INSERT ON facet_of
BEGIN
    UPDATE facet SET n = n + 1 WHERE id = NEW.facet;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER facet_lost AFTER DELETE ON facet_of
BEGIN
    UPDATE facet SET n = n - 1 WHERE id = OLD.facet;
    DELETE FROM facet WHERE id = OLD.facet AND n = 0; -- the name of a tag goes with its last use
END;
-- +goose StatementEnd

-- The words of all texts, folded: small letters without accents. Scripts without spaces stand in pairs of characters.
CREATE TABLE word (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    docs INTEGER NOT NULL CHECK (docs BETWEEN 0 AND 100) -- comparisons that have it; 100: so many or more, once
) STRICT;

-- Finds words by a part of three or more characters.
CREATE VIRTUAL TABLE word_part USING fts5 (text, content = 'word', content_rowid = 'id', detail = none, columnsize = 0,
    tokenize = 'trigram case_sensitive 1');

-- Which comparisons have a word: the row is listing.num, the text its words' ids, as in "w1 w20 w300".
CREATE VIRTUAL TABLE word_of USING fts5 (ids, content = '', detail = none, columnsize = 0, tokenize = 'ascii');

INSERT INTO word_part (word_part, rank) VALUES ('secure-delete', 1); -- a word that is deleted leaves the file at once
INSERT INTO word_of (word_of, rank) VALUES ('secure-delete', 1);

-- What was there before is summed and indexed later, a few at a time: a large history must open at once.
INSERT INTO listing (comparison_id, started_at, shown, summed, worded)
    SELECT id, started_at, deleted_at IS NULL, -1, 0 FROM comparison ORDER BY started_at, id;

-- +goose StatementBegin
CREATE TRIGGER comparison_listed AFTER INSERT ON comparison
BEGIN
    INSERT INTO listing (comparison_id, started_at, shown, summed, worded)
        VALUES (NEW.id, NEW.started_at, NEW.deleted_at IS NULL, 0, 0);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER deletion_listed AFTER UPDATE OF deleted_at ON comparison
BEGIN
    UPDATE listing SET summed = 0, shown = NEW.deleted_at IS NULL WHERE comparison_id = NEW.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER run_listed AFTER INSERT ON run
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = NEW.comparison_id AND (summed <> 0 OR worded <> 0);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER end_listed AFTER UPDATE OF saved_at ON run
WHEN NEW.saved_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM run r WHERE r.comparison_id = NEW.comparison_id AND r.saved_at IS NULL)
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = NEW.comparison_id AND (summed <> 0 OR worded <> 0);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER verdict_listed AFTER INSERT ON outcome
BEGIN
    UPDATE listing SET summed = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER no_verdict_listed AFTER DELETE ON outcome
BEGIN
    UPDATE listing SET summed = 0 WHERE comparison_id = OLD.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER stars_listed AFTER INSERT ON stars
BEGIN
    UPDATE listing SET summed = 0 WHERE comparison_id = (SELECT comparison_id FROM run WHERE id = NEW.run_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sitting_listed AFTER INSERT ON sitting
BEGIN
    UPDATE listing SET summed = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER reveal_listed AFTER UPDATE ON sitting
BEGIN
    UPDATE listing SET summed = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER review_listed AFTER INSERT ON comparison_review
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER changed_review_listed AFTER UPDATE ON comparison_review
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER tag_listed AFTER INSERT ON tag
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER changed_tag_listed AFTER UPDATE ON tag
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = NEW.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lost_tag_listed AFTER DELETE ON tag
BEGIN
    UPDATE listing SET summed = 0, worded = 0 WHERE comparison_id = OLD.comparison_id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER note_listed AFTER INSERT ON answer_review
BEGIN
    UPDATE listing SET worded = 0 WHERE comparison_id = (SELECT comparison_id FROM run WHERE id = NEW.run_id);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER changed_note_listed AFTER UPDATE ON answer_review
BEGIN
    UPDATE listing SET worded = 0 WHERE comparison_id = (SELECT comparison_id FROM run WHERE id = NEW.run_id);
END;
-- +goose StatementEnd

PRAGMA user_version = 3;
