-- +goose Up

-- chance: with which the case came before a person whatever it turned out to be
-- (review.Case.Chance); 0 where something else brought it up. sampled: 1 where it
-- was drawn by chance.
ALTER TABLE verdicts ADD COLUMN chance  REAL    NOT NULL DEFAULT 0;
ALTER TABLE verdicts ADD COLUMN sampled INTEGER NOT NULL DEFAULT 0;

DROP INDEX verdicts_decided;
CREATE INDEX verdicts_decided ON verdicts (decided, rule, upheld, chance, sampled, chat);

-- One row for each case that is decided now: how long it took when it was decided
-- first. rule is the first that hit. asked is since when a person was waited for, 0
-- where nobody was.
CREATE TABLE decisions (
	seq     INTEGER PRIMARY KEY,
	chat    TEXT    NOT NULL, -- adapter/chat
	rule    TEXT    NOT NULL,
	upheld  INTEGER NOT NULL,
	asked   INTEGER NOT NULL,
	due     INTEGER NOT NULL,
	decided INTEGER NOT NULL,
	chance  REAL    NOT NULL, -- as in verdicts
	sampled INTEGER NOT NULL
) STRICT;

CREATE INDEX decisions_decided ON decisions (decided);

-- What was drawn by chance to be judged. upheld is NULL until it is; second is who
-- gave a second opinion, and the two columns behind it what both said then.
CREATE TABLE samples (
	seq          INTEGER PRIMARY KEY,
	of           TEXT    NOT NULL,
	chat         TEXT    NOT NULL, -- adapter/chat
	drawn        INTEGER NOT NULL,
	chance       REAL    NOT NULL,
	twice        INTEGER NOT NULL,
	upheld       INTEGER,
	decided_by   TEXT    NOT NULL,
	second       TEXT    NOT NULL,
	first_upheld INTEGER,
	second_upheld INTEGER
) STRICT;

CREATE INDEX samples_drawn  ON samples (drawn);
CREATE INDEX samples_open   ON samples (seq) WHERE upheld IS NULL;
CREATE INDEX samples_second ON samples (seq) WHERE twice = 1 AND upheld IS NOT NULL AND second = '';

-- How often something happened in a chat on a day; chat '' is all chats together.
CREATE TABLE tallies (
	chat TEXT    NOT NULL,
	day  TEXT    NOT NULL, -- 2006-01-02
	what TEXT    NOT NULL,
	name TEXT    NOT NULL,
	n    INTEGER NOT NULL,
	PRIMARY KEY (chat, day, what, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX tallies_busy ON tallies (day, chat, n) WHERE what = 'messages' AND chat <> '';

-- +goose Down
DROP TABLE tallies;
DROP TABLE samples;
DROP TABLE decisions;
DROP INDEX verdicts_decided;
ALTER TABLE verdicts DROP COLUMN sampled;
ALTER TABLE verdicts DROP COLUMN chance;
CREATE INDEX verdicts_decided ON verdicts (decided, rule, upheld, chat);
