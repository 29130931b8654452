-- +goose Up

-- limited: only the chats of reviewer_chats, be they none, and not all.
-- epoch counts the changes of the account: a login that was begun before one is void.
-- source: who vouches for the person ("issuer subject"), '' where a password does.
ALTER TABLE reviewers ADD COLUMN limited INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reviewers ADD COLUMN epoch   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reviewers ADD COLUMN source  TEXT    NOT NULL DEFAULT '';

CREATE UNIQUE INDEX reviewers_source ON reviewers (source) WHERE source <> '';

CREATE TABLE reviewer_chats (
	name TEXT NOT NULL,
	chat TEXT NOT NULL, -- adapter/chat
	PRIMARY KEY (name, chat)
) STRICT, WITHOUT ROWID;

ALTER TABLE sessions ADD COLUMN method  TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent   TEXT NOT NULL DEFAULT '';

CREATE INDEX sessions_name ON sessions (name);

-- step is the last time step whose code was taken: no code is taken twice.
CREATE TABLE second_factors (
	name    TEXT PRIMARY KEY,
	secret  TEXT    NOT NULL,
	created INTEGER NOT NULL,
	step    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A code is deleted when it is used.
CREATE TABLE recovery_codes (
	name TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (name, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
	id      TEXT PRIMARY KEY,
	hash    TEXT    NOT NULL UNIQUE,
	owner   TEXT    NOT NULL,
	label   TEXT    NOT NULL,
	scopes  TEXT    NOT NULL, -- separated by spaces
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	used    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_owner ON tokens (owner);

-- +goose Down
DROP TABLE tokens;
DROP TABLE recovery_codes;
DROP TABLE second_factors;
DROP INDEX sessions_name;
ALTER TABLE sessions DROP COLUMN agent;
ALTER TABLE sessions DROP COLUMN address;
ALTER TABLE sessions DROP COLUMN method;
DROP TABLE reviewer_chats;
DROP INDEX reviewers_source;
ALTER TABLE reviewers DROP COLUMN source;
ALTER TABLE reviewers DROP COLUMN epoch;
ALTER TABLE reviewers DROP COLUMN limited;
