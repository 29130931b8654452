-- +goose Up

-- Filters of the queue that were given a name; owner is '' where a view is
-- everybody's. Every name is there once for each owner.
CREATE TABLE views (
	id      TEXT PRIMARY KEY,
	owner   TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	query   TEXT    NOT NULL,
	created INTEGER NOT NULL,
	UNIQUE (owner, name)
) STRICT, WITHOUT ROWID;

-- The view that a reviewer begins with.
CREATE TABLE view_homes (
	reviewer TEXT PRIMARY KEY,
	view     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Reports that were taken and are not filed yet, with what the pipeline has to know.
CREATE TABLE kept_reports (
	key  TEXT PRIMARY KEY,
	data BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- asked: when the first act that a person is to do by hand is due; NULL for none.
ALTER TABLE cases ADD COLUMN asked INTEGER;
CREATE INDEX cases_asked ON cases (asked) WHERE asked IS NOT NULL;

-- How many are overdue, of some chats, is counted along it.
DROP INDEX waiting_due;
CREATE INDEX waiting_due ON waiting (due, chat);

-- +goose Down
DROP INDEX waiting_due;
CREATE INDEX waiting_due ON waiting (due);
DROP TABLE kept_reports;
DROP INDEX cases_asked;
ALTER TABLE cases DROP COLUMN asked;
DROP TABLE view_homes;
DROP TABLE views;
