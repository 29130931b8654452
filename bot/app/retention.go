package app

import (
	"context"

	"patrol/bot/retention"
)

// letGo lets go of what the bot file does not keep.
func (a *App) letGo(ctx context.Context) {
	sweeper := &retention.Sweeper{Store: a.store, Policy: a.config.RetentionPolicy()}
	sweeper.Run(ctx, func(t retention.Tally, err error) {
		if err != nil {
			a.log.Error().Err(err).Msg("what was kept for long enough could not all go: trying again in an hour")
		}
		if t.Texts.Cases+t.Ledger.Cases+t.Ledger.Entries > 0 {
			a.log.Info().Int("texts", t.Texts.Cases).Int("cases", t.Ledger.Cases).Int("entries", t.Ledger.Entries).Msg("what was kept for long enough has gone")
		}
	})
}
