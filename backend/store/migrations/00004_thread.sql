-- Where a comparison comes from, and the conversation that it goes on.

-- +goose Up
-- The parent and the thread may be gone: a link says where a comparison came from, whatever became of that.
ALTER TABLE comparison ADD COLUMN parent_id TEXT; -- NULL: none
ALTER TABLE comparison ADD COLUMN relation TEXT CHECK (relation IN ('rerun', 'edited', 'follow_up')); -- NULL: none
ALTER TABLE comparison ADD COLUMN thread_id TEXT; -- the first comparison of the conversation; NULL: this is the first

CREATE INDEX comparison_by_parent ON comparison (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX comparison_by_thread ON comparison (thread_id) WHERE thread_id IS NOT NULL;

-- What was sent before the prompt, as it was sent: it stays readable when the earlier comparisons are deleted.
CREATE TABLE turn (
    id            INTEGER PRIMARY KEY,
    comparison_id TEXT NOT NULL REFERENCES comparison (id) ON DELETE CASCADE,
    seat          INTEGER NOT NULL CHECK (seat >= 0),
    place         INTEGER NOT NULL CHECK (place >= 0), -- from 0, oldest first
    user          TEXT NOT NULL,
    answer        TEXT NOT NULL,
    UNIQUE (comparison_id, seat, place)
) STRICT;

CREATE TABLE turn_attachment (
    turn_id    INTEGER NOT NULL REFERENCES turn (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL, -- from 0, in the order they were added
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256     TEXT NOT NULL REFERENCES attachment (sha256),
    PRIMARY KEY (turn_id, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX turn_attachment_by_hash ON turn_attachment (sha256);

PRAGMA user_version = 4;
