-- What a run sent and got back, in bytes of bodies; NULL: nobody counted.

-- +goose Up
ALTER TABLE run ADD COLUMN requests INTEGER;
ALTER TABLE run ADD COLUMN sent_bytes INTEGER;
ALTER TABLE run ADD COLUMN received_bytes INTEGER;

PRAGMA user_version = 6;
