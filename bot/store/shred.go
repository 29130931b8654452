package store

import (
	"context"
	"errors"
)

// shredPages is how much of the search index is written anew in one step.
const shredPages = 500

// Shred implements retention.Store. SQLite's secure_delete has overwritten what was
// deleted from tables. The search index only notes that a case is not to be found
// any more: its parts are merged, so that its words go. And the journal has the pages
// as they were before: it is written back and cut to nothing.
func (s *Store) Shred(ctx context.Context) (more bool, err error) {
	var to int64
	err = s.reading(ctx, func(q querying) error {
		to, err = count(q, shredKey)
		return err
	})
	if err != nil || to == 0 {
		return false, err
	}
	// 1: something was erased; 2: the merging has begun.
	if err := s.writer.wait(ctx, func(t *transaction) error {
		more, err = t.mergeTexts(to == 1)
		if err != nil {
			return err
		}
		return t.setCount(shredKey, 2)
	}); err != nil || more {
		return more, err
	}
	if err := s.emptyJournal(ctx); err != nil {
		return false, err
	}
	return false, s.writer.wait(ctx, func(t *transaction) error {
		now, err := count(t.rows, shredKey)
		if err != nil || now != 2 {
			return err // something was erased in the meantime
		}
		_, err = t.exec("DELETE FROM states WHERE key = ?", shredKey)
		return err
	})
}

// mergeTexts merges some of the search index; first is the first of many calls. It
// reports whether there is more to merge.
func (t *transaction) mergeTexts(first bool) (more bool, err error) {
	pages := shredPages
	if first {
		pages = -pages
	}
	var before, after int64
	if err := t.row("SELECT total_changes()", nil, &before); err != nil {
		return false, err
	}
	if _, err := t.exec("INSERT INTO case_texts (case_texts, rank) VALUES ('merge', ?)", pages); err != nil {
		return false, err
	}
	err = t.row("SELECT total_changes()", nil, &after)
	return after-before >= 2, err // one change is the command itself
}

// emptyJournal writes the journal back and cuts it to nothing. It waits for readers,
// and holds nobody up for longer than it takes to write some megabytes.
func (s *Store) emptyJournal(ctx context.Context) (err error) {
	db, err := connect(s.writer.config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var busy, pages, written int
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &written); err != nil {
		return err
	}
	if busy != 0 {
		return errJournalBusy
	}
	return nil
}

var errJournalBusy = errors.New("the journal is in use: what was erased is overwritten by the next sweep")
