-- +goose Up

-- The open cases in the order in which people should look at them, and what their
-- list is narrowed by. A case that nobody has to look at has no row.
CREATE TABLE waiting (
	seq       INTEGER PRIMARY KEY,
	rank      INTEGER NOT NULL, -- review.Case.Rank
	due       INTEGER NOT NULL,
	chat      TEXT    NOT NULL,
	severity  TEXT    NOT NULL,
	alike     TEXT    NOT NULL, -- review.Case.Likeness
	escalated INTEGER NOT NULL
) STRICT;

CREATE INDEX waiting_rank      ON waiting (rank);
CREATE INDEX waiting_due       ON waiting (due);
CREATE INDEX waiting_chat      ON waiting (chat, rank);
CREATE INDEX waiting_severity  ON waiting (severity, rank);
CREATE INDEX waiting_alike     ON waiting (alike, rank);
CREATE INDEX waiting_escalated ON waiting (rank) WHERE escalated = 1;

-- One row for all open cases that are alike: the first of them, and their number.
CREATE TABLE alike (
	alike    TEXT    PRIMARY KEY,
	seq      INTEGER NOT NULL,
	rank     INTEGER NOT NULL,
	chat     TEXT    NOT NULL,
	severity TEXT    NOT NULL,
	n        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX alike_rank     ON alike (rank, seq);
CREATE INDEX alike_chat     ON alike (chat, rank, seq);
CREATE INDEX alike_severity ON alike (severity, rank, seq);

-- What cases say, for searching, by their seq; how it is cut into words is in
-- texts.go. Written behind the cases, so that recording one does not wait for it.
CREATE VIRTUAL TABLE case_texts USING fts5 (words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0");

INSERT INTO waiting SELECT seq, due, due, chat, severity, id, 0 FROM cases WHERE state = 'open';
INSERT INTO alike SELECT alike, seq, rank, chat, severity, 1 FROM waiting;

DROP INDEX cases_due;
DROP INDEX cases_due_chat;
DROP INDEX cases_due_severity;

-- +goose Down
CREATE INDEX cases_due          ON cases (due)           WHERE state = 'open';
CREATE INDEX cases_due_chat     ON cases (chat, due)     WHERE state = 'open';
CREATE INDEX cases_due_severity ON cases (severity, due) WHERE state = 'open';
DROP TABLE case_texts;
DROP TABLE alike;
DROP TABLE waiting;
