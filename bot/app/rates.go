package app

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ratesPath is where the rate windows outlive the process. They stand beside the
// store and not in it: with a million keys a snapshot is tens of megabytes,
// written again and again.
func (a *App) ratesPath() string { return a.config.Resolve(a.config.Store.Path) + ".rates" }

// memoryPath is where what rules remember beside them outlives it: who is new, what
// admins are called, what was said lately. It matters less from second to second,
// and is written less often.
func (a *App) memoryPath() string { return a.config.Resolve(a.config.Store.Path) + ".memory" }

func (a *App) restoreRates() error { return restore(a.ratesPath(), a.rates.Restore) }

func (a *App) restoreMemory() error { return restore(a.memoryPath(), a.rates.RestoreMemory) }

// restore takes over a file, where there is one.
func restore(path string, take func(io.Reader, time.Time) error) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return take(bufio.NewReaderSize(f, 1<<16), time.Now())
}

func (a *App) saveRates() error { return save(a.ratesPath(), a.rates.Snapshot) }

func (a *App) saveMemory() error {
	return save(a.memoryPath(), func(w io.Writer) error { return a.rates.SnapshotMemory(w, time.Now()) })
}

// save writes a file that is there whole or not at all.
func save(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// keepRates saves the windows once a second.
func (a *App) keepRates(ctx context.Context) {
	a.keep(ctx, time.Second, a.saveRates, "the rate windows could not be kept")
}

// keepMemory saves what rules remember every ten seconds.
func (a *App) keepMemory(ctx context.Context) {
	a.keep(ctx, 10*time.Second, a.saveMemory, "what the rules remember could not be kept")
}

// keep saves something again and again, less often where that takes long: never
// more than a twentieth of the time goes into it.
func (a *App) keep(ctx context.Context, often time.Duration, save func() error, failed string) {
	const share = 20
	timer := time.NewTimer(often)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began := time.Now()
		if err := save(); err != nil {
			a.log.Error().Err(err).Msg(failed)
		}
		timer.Reset(max(often, share*time.Since(began)))
	}
}
