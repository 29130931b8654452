package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ratesPath is where the rate windows outlive the process. They stand beside the
// store and not in it: with a million keys a snapshot is tens of megabytes,
// written again and again.
func (a *App) ratesPath() string { return a.config.Resolve(a.config.Store.Path) + ".rates" }

func (a *App) restoreRates() error {
	f, err := os.Open(a.ratesPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return a.rates.Restore(f, time.Now())
}

func (a *App) saveRates() (err error) {
	path := a.ratesPath()
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := a.rates.Snapshot(f); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// keepRates saves the windows once a second, less often where that takes long:
// never more than a twentieth of the time goes into it.
func (a *App) keepRates(ctx context.Context) {
	const often, share = time.Second, 20
	timer := time.NewTimer(often)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began := time.Now()
		if err := a.saveRates(); err != nil {
			a.log.Error().Err(err).Msg("the rate windows could not be kept")
		}
		timer.Reset(max(often, share*time.Since(began)))
	}
}
