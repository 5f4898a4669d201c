-- What was spent from here: a row for each ended run that cost something. It outlives a deleted comparison, since the
-- money is gone all the same. Imported comparisons were paid elsewhere and demo voices charge nothing: neither is in it.

-- +goose Up
CREATE TABLE spend (
    run_id    TEXT PRIMARY KEY, -- the run itself may be deleted
    at        INTEGER NOT NULL,
    endpoint  TEXT NOT NULL,
    model     TEXT NOT NULL,
    cost_pusd INTEGER NOT NULL CHECK (cost_pusd > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX spend_by_time ON spend (at, endpoint, model, cost_pusd);

INSERT INTO spend SELECT id, saved_at, endpoint, model, cost_pusd FROM run
WHERE saved_at IS NOT NULL AND cost_pusd > 0 AND place = 'cloud' AND comparison_id NOT IN (SELECT comparison_id FROM imported);

-- +goose StatementBegin
CREATE TRIGGER spend_of_an_ended_run AFTER UPDATE OF saved_at ON run
WHEN OLD.saved_at IS NULL AND NEW.saved_at IS NOT NULL AND NEW.cost_pusd > 0 AND NEW.place = 'cloud'
BEGIN
    INSERT INTO spend VALUES (NEW.id, NEW.saved_at, NEW.endpoint, NEW.model, NEW.cost_pusd) ON CONFLICT DO NOTHING;
END;
-- +goose StatementEnd

-- How long the answers of a model usually are.
CREATE INDEX run_output_by_model ON run (endpoint, model, saved_at DESC, output_tokens) WHERE status = 'done' AND output_tokens IS NOT NULL;

PRAGMA user_version = 8;
