-- +goose Up

-- One row for each time that a brake tripped. scope is a chat (adapter/chat) or the
-- id of a rule; why is a text in both languages (JSON).
CREATE TABLE brakes (
	id        TEXT PRIMARY KEY,
	kind      TEXT    NOT NULL,
	scope     TEXT    NOT NULL,
	at        INTEGER NOT NULL,
	until     INTEGER NOT NULL,
	why       BLOB    NOT NULL,
	lifted_by TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX brakes_until ON brakes (until);

-- The cases of which a brake holds something; a row goes once it holds nothing.
CREATE TABLE brake_holds (
	brake TEXT    NOT NULL,
	seq   INTEGER NOT NULL,
	PRIMARY KEY (brake, seq)
) STRICT, WITHOUT ROWID;

-- Orders to undo everything that a rule did, as JSON; finished is 0 until then.
CREATE TABLE undos (
	id       TEXT PRIMARY KEY,
	at       INTEGER NOT NULL,
	finished INTEGER NOT NULL,
	data     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX undos_at ON undos (at);

-- What members reported. There may be no case yet: reporters who are seldom right
-- have to be several. The author of a report is here and nowhere else.
CREATE TABLE reports (
	case_id  TEXT    NOT NULL,
	reporter TEXT    NOT NULL, -- adapter/member
	chat     TEXT    NOT NULL, -- adapter/chat
	at       INTEGER NOT NULL,
	weight   REAL    NOT NULL,
	PRIMARY KEY (case_id, reporter)
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_reporter ON reports (reporter);

-- Links with which the punished appeal; the token itself is nowhere.
CREATE TABLE appeal_tokens (
	hash    TEXT PRIMARY KEY,
	case_id TEXT    NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX appeal_tokens_expires ON appeal_tokens (expires);

-- +goose Down
DROP TABLE appeal_tokens;
DROP TABLE reports;
DROP TABLE undos;
DROP TABLE brake_holds;
DROP TABLE brakes;
