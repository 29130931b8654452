// Package store keeps everything that must survive a restart in one SQLite file:
// cases and their acts, strikes, the ledger, accounts, cursors.
//
//	s, err := store.Open(ctx, store.Config{Path: "patrol.db"})
//	if err != nil { ... }
//	defer s.Close()
//	err = s.Record(ctx, &c, entries, func(fresh bool, err error) {
//		// c is on disk: carry out its acts, acknowledge its event
//	})
//
// # What is promised
//
// A write whose done was called without an error, or which returned nil, is
// complete (a case comes with all its acts, its strike and its ledger entries, or
// not at all) and is still there after the process is killed and after the power
// is cut: the journal is a write-ahead log with synchronous=FULL, so that each
// commit waits for the disk. One goroutine writes; it takes whatever is queued and
// commits it as one transaction (group commit), so that many writers share one
// wait. A record that spoils a transaction is written alone and fails alone. While
// the disk is full or another process holds the file, a write is tried again for
// Config.Patience; nothing that was accepted is ever dropped without done being
// told.
//
// Several processes may use one file at once (the bot, and somebody at a command
// line). Every write transaction takes SQLite's write lock first and reads the head
// of the ledger under it, so that all processes extend one chain.
package store
