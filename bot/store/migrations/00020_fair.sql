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

-- +goose Down
DROP TABLE undos;
DROP TABLE brake_holds;
DROP TABLE brakes;
