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

-- +goose Down
DROP TABLE view_homes;
DROP TABLE views;
