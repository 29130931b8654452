-- +goose Up

-- One row a case, lean: the queue's filters read nothing else. Times are
-- nanoseconds since 1970, 0 for none. What a person has added is in desk (JSON).
CREATE TABLE cases (
	seq        INTEGER PRIMARY KEY,
	id         TEXT    NOT NULL UNIQUE,
	state      TEXT    NOT NULL,
	created    INTEGER NOT NULL,
	due        INTEGER NOT NULL,
	adapter    TEXT    NOT NULL,
	platform   TEXT    NOT NULL,
	chat       TEXT    NOT NULL, -- adapter/chat
	member     TEXT    NOT NULL,
	severity   TEXT    NOT NULL,
	strike     TEXT    NOT NULL,
	claimed_by TEXT    NOT NULL,
	doing      INTEGER NOT NULL, -- 1 while an act is being carried out
	act_due    INTEGER,          -- when the first act that waits is due; NULL for none
	desk       BLOB
) STRICT;

-- A case that the bot acted on alone is written at chat speed, so that each index
-- has to be worth its writing. Lists by platform, connection, state and severity
-- are all merged from this one: it has few different beginnings.
CREATE INDEX cases_kind   ON cases (platform, adapter, state, severity, created);
CREATE INDEX cases_chat   ON cases (chat, created);
CREATE INDEX cases_member ON cases (member, created);

CREATE INDEX cases_due          ON cases (due)           WHERE state = 'open';
CREATE INDEX cases_due_chat     ON cases (chat, due)     WHERE state = 'open';
CREATE INDEX cases_due_severity ON cases (severity, due) WHERE state = 'open';
CREATE INDEX cases_claimed      ON cases (claimed_by, created) WHERE claimed_by <> '';

CREATE INDEX cases_doing   ON cases (doing)   WHERE doing = 1;
CREATE INDEX cases_act_due ON cases (act_due) WHERE act_due IS NOT NULL;

-- The case as first recorded: the exact JSON that the ledger has the digest of, packed
-- (pack.go).
CREATE TABLE evidence (
	seq  INTEGER PRIMARY KEY,
	data BLOB NOT NULL
) STRICT;

-- Every rule that hit, so that cases are found by any of them.
CREATE TABLE case_rules (
	rule    TEXT    NOT NULL,
	created INTEGER NOT NULL,
	seq     INTEGER NOT NULL,
	PRIMARY KEY (rule, created, seq)
) STRICT, WITHOUT ROWID;

-- How the acts of a case stand (JSON), once that is not as the evidence plans them.
CREATE TABLE acts (
	seq  INTEGER PRIMARY KEY,
	data BLOB NOT NULL
) STRICT;

-- until is when the strike lapses; only those in state counts weigh.
CREATE TABLE strikes (
	chat    TEXT    NOT NULL,
	member  TEXT    NOT NULL,
	case_id TEXT    NOT NULL,
	state   TEXT    NOT NULL,
	at      INTEGER NOT NULL,
	until   INTEGER NOT NULL,
	weight  INTEGER NOT NULL,
	rule    TEXT    NOT NULL,
	PRIMARY KEY (chat, member, case_id)
) STRICT, WITHOUT ROWID;

-- The hash chain. seq of the case where the entry is about one.
CREATE TABLE ledger (
	seq      INTEGER PRIMARY KEY,
	case_seq INTEGER,
	body     BLOB NOT NULL,
	hash     BLOB NOT NULL
) STRICT;

CREATE INDEX ledger_case ON ledger (case_seq) WHERE case_seq IS NOT NULL;

CREATE TABLE states (
	key   TEXT PRIMARY KEY,
	value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE reviewers (
	name     TEXT PRIMARY KEY,
	hash     TEXT    NOT NULL,
	role     TEXT    NOT NULL,
	created  INTEGER NOT NULL,
	disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
	hash    TEXT PRIMARY KEY,
	name    TEXT    NOT NULL,
	csrf    TEXT    NOT NULL,
	created INTEGER NOT NULL,
	seen    INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE sessions;
DROP TABLE reviewers;
DROP TABLE states;
DROP TABLE ledger;
DROP TABLE strikes;
DROP TABLE acts;
DROP TABLE case_rules;
DROP TABLE evidence;
DROP TABLE cases;
