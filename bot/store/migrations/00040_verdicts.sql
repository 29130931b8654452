-- +goose Up

-- How people judged: one row for each rule that hit a case which is decided now.
-- Times are nanoseconds since 1970; due is 0 where nobody waited for a decision.
CREATE TABLE verdicts (
	seq     INTEGER NOT NULL,
	rule    TEXT    NOT NULL,
	chat    TEXT    NOT NULL, -- adapter/chat
	upheld  INTEGER NOT NULL,
	created INTEGER NOT NULL,
	decided INTEGER NOT NULL,
	PRIMARY KEY (seq, rule)
) STRICT, WITHOUT ROWID;

CREATE INDEX verdicts_decided ON verdicts (decided, rule, upheld, chat);

-- +goose Down
DROP TABLE verdicts;
