package app

import (
	"context"
	"time"

	"patrol/bot/undo"
)

// An order to undo is left to whoever gave it for a while; then it is taken for one
// that was cut short.
const (
	undoLeft  = time.Minute
	undoEvery = 15 * time.Second
)

// finishUndos finishes the orders that another process, or the last run, has left
// undone: at the start all of them.
func (a *App) finishUndos(ctx context.Context) {
	desk := &undo.Desk{Store: a.store, Queue: a.queue}
	tick := time.NewTicker(undoEvery)
	defer tick.Stop()
	for before := time.Now(); ; before = time.Now().Add(-undoLeft) {
		if err := desk.Resume(ctx, before); err != nil && ctx.Err() == nil {
			a.log.Error().Err(err).Msg("an undo that was cut short could not be finished: trying again")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
