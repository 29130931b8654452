package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// Factor is the second factor of the reviewer of that name: review.ErrNoFactor
// where none is set up. Secrets are sealed with the keys in Config.Key: where this one
// can't be opened the error is a seal.ErrKey, and the factor lacks nothing but its
// secret.
func (s *Store) Factor(ctx context.Context, name string) (f review.Factor, err error) {
	var (
		created int64
		sealed  string
	)
	err = s.readers.QueryRowContext(ctx, "SELECT secret, created FROM second_factors WHERE name = ?", name).Scan(&sealed, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return f, review.ErrNoFactor
	}
	if err != nil {
		return f, s.orClosed(err)
	}
	f.Created = timeOf(created)
	f.Secret, err = s.keys.Open(sealed, factorOf(name))
	return f, err
}

// factorOf is what a secret is sealed for.
func factorOf(name string) string { return "second factor of " + name }

// RenewKey seals every second factor with a new key, and appends the entries with
// it. A bot that runs on the same file goes on meanwhile. n is how many there are;
// where one can't be opened nothing is changed, and the error is a seal.ErrKey.
func (s *Store) RenewKey(ctx context.Context, entries ...ledger.Entry) (n int, err error) {
	drafts, err := prepareAll(entries)
	if err != nil {
		return 0, err
	}
	finish, err := s.keys.Renew()
	if err != nil {
		return 0, err
	}
	var refused error
	err = s.writer.wait(ctx, func(t *transaction) error {
		if n, refused = s.sealAnew(t); refused != nil {
			return nil
		}
		return t.append(nil, drafts)
	})
	if err = errors.Join(err, refused); err != nil {
		return 0, err // the keys before the new one are still there
	}
	return n, finish()
}

// sealAnew changes all secrets or none.
func (s *Store) sealAnew(t *transaction) (n int, err error) {
	secrets := map[string]string{}
	rows, err := t.rows("SELECT name, secret FROM second_factors")
	err = each(rows, err, func(rows *sql.Rows) error {
		var name, sealed string
		if err := rows.Scan(&name, &sealed); err != nil {
			return err
		}
		secret, err := s.keys.Open(sealed, factorOf(name))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		secrets[name], err = s.keys.Seal(secret, factorOf(name))
		return err
	})
	if err != nil {
		return 0, err
	}
	for name, sealed := range secrets {
		if _, err := t.exec("UPDATE second_factors SET secret = ? WHERE name = ?", sealed, name); err != nil {
			return 0, err
		}
	}
	return len(secrets), nil
}

// PutFactor sets up the second factor, with the hashes of its recovery codes, in
// place of what was there. Codes up to that time step are used up. The account
// loses its sessions.
func (s *Store) PutFactor(ctx context.Context, name string, f review.Factor, entries ...ledger.Entry) error {
	return s.changeAccount(ctx, name, entries, func(t *transaction) error {
		// Under the write lock: the keys may be renewed at the same time.
		sealed, err := s.keys.Seal(f.Secret, factorOf(name))
		if err != nil {
			return err
		}
		_, err = t.exec(`INSERT INTO second_factors (name, secret, created, step) VALUES (?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET secret = excluded.secret, created = excluded.created, step = excluded.step`,
			name, sealed, nanos(f.Created), f.Step)
		if err != nil {
			return err
		}
		return t.putRecovery(name, f.Recovery)
	})
}

// DeleteFactor takes the second factor away; there may be none. The account loses
// its sessions.
func (s *Store) DeleteFactor(ctx context.Context, name string, entries ...ledger.Entry) error {
	return s.changeAccount(ctx, name, entries, func(t *transaction) error {
		if _, err := t.exec("DELETE FROM second_factors WHERE name = ?", name); err != nil {
			return err
		}
		return t.putRecovery(name, nil)
	})
}

func (t *transaction) putRecovery(name string, hashes []string) error {
	if _, err := t.exec("DELETE FROM recovery_codes WHERE name = ?", name); err != nil {
		return err
	}
	for _, hash := range hashes {
		if _, err := t.exec("INSERT INTO recovery_codes (name, hash) VALUES (?, ?)", name, hash); err != nil {
			return err
		}
	}
	return nil
}

// changeAccount does change, writes the entries, and ends the logins of the account
// and those that are under way: review.ErrNoReviewer where there is no such account.
func (s *Store) changeAccount(ctx context.Context, name string, entries []ledger.Entry, change func(*transaction) error) error {
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	missing := false
	err = s.writer.wait(ctx, func(t *transaction) error {
		result, err := t.exec("UPDATE reviewers SET epoch = epoch + 1 WHERE name = ?", name)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if missing = n == 0; missing || err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM sessions WHERE name = ?", name); err != nil {
			return err
		}
		if err := change(t); err != nil {
			return err
		}
		return t.append(nil, drafts)
	})
	if err == nil && missing {
		return review.ErrNoReviewer
	}
	return err
}

// TakeStep uses up the code of that time step, and all before it:
// review.ErrUsedCode where that was done already.
func (s *Store) TakeStep(ctx context.Context, name string, step int64) error {
	return s.change(ctx, review.ErrUsedCode, nil, "UPDATE second_factors SET step = ? WHERE name = ? AND step < ?", step, name, step)
}

// TakeRecovery uses up the recovery code of that hash and writes the entries with
// it: review.ErrUsedCode where there is none (any more).
func (s *Store) TakeRecovery(ctx context.Context, name, hash string, entries ...ledger.Entry) error {
	return s.change(ctx, review.ErrUsedCode, entries, "DELETE FROM recovery_codes WHERE name = ? AND hash = ?", name, hash)
}

// RecoveryLeft counts the recovery codes that are not used.
func (s *Store) RecoveryLeft(ctx context.Context, name string) (n int, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT count(*) FROM recovery_codes WHERE name = ?", name).Scan(&n)
	return n, s.orClosed(err)
}
