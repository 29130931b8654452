package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as ours in SQLite's own header: "Ptrl".
const applicationID = 0x5074726c

// busyMillis is how long SQLite itself waits for another process's write.
const busyMillis = 5000

// connect opens a pool on the file with the pragmas that every connection needs.
func connect(c Config, more ...string) (*sql.DB, error) {
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, err
	}
	synchronous := "synchronous(FULL)"
	if c.Relaxed {
		synchronous = "synchronous(NORMAL)"
	}
	var dsn strings.Builder
	dsn.WriteString("file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + "?_txlock=immediate")
	for _, pragma := range append([]string{fmt.Sprintf("busy_timeout(%d)", busyMillis), synchronous, "temp_store(MEMORY)"}, more...) {
		dsn.WriteString("&_pragma=" + pragma)
	}
	connector, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// prepareFile makes sure that the file is there, ours, and of the newest schema.
func prepareFile(ctx context.Context, c Config) (err error) {
	if c.Path == "" {
		return errors.New("no path is given")
	}
	// Made here and not by SQLite, whose files others may read; the journal beside
	// it gets the same mode.
	file, err := os.OpenFile(c.Path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	db, err := connect(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	for try := 1; ; try++ {
		err := claim(ctx, db)
		if err == nil {
			err = migrate(ctx, db)
		}
		if err == nil || try == prepareTries || errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(try) * 50 * time.Millisecond):
		}
	}
}

// prepareTries is how often preparing the file is tried: another process may be
// preparing the same file, and then ours fails because it is half done or done.
const prepareTries = 5

// claim refuses a file with other things in it, and marks an empty one.
func claim(ctx context.Context, db *sql.DB) error {
	var id, tables int
	err := db.QueryRowContext(ctx, "SELECT (SELECT * FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)").Scan(&id, &tables)
	if code(err) == sqlite3.SQLITE_NOTADB {
		return ErrForeign
	}
	if err != nil {
		return err
	}
	switch {
	case id == applicationID:
		return nil
	case id != 0 || tables > 0:
		return ErrForeign
	}
	for _, pragma := range []string{"journal_mode = WAL", fmt.Sprintf("application_id = %d", applicationID)} {
		if _, err := db.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return err
		}
	}
	return nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	switch {
	case current > target:
		return fmt.Errorf("%w: schema %d, known up to %d", ErrNewer, current, target)
	case current == target:
		return nil
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema from %d to %d: %w", current, target, err)
	}
	return nil
}

// code is SQLite's primary result code of err, 0 where it has none.
func code(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

// passing reports whether trying the same again may well succeed: the disk is
// full, or another process holds the file.
func passing(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM:
		return true
	}
	return false
}
