package app

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"time"

	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/bot/stats"
)

// drawKey is where the key of the draws outlives the process.
const drawKey = "draws.key"

// draws is what the bot file says is drawn, with the key of this store: a random
// one, made once, so that nobody can tell which messages will be drawn.
func (a *App) draws(ctx context.Context) (pipeline.Draws, error) {
	d := pipeline.Draws{Sampling: a.config.Sampling(), Day: func(begins time.Time) (pipeline.DrawDay, error) { return a.drawDay(ctx, begins) }}
	kept, err := a.store.LoadState(ctx, drawKey)
	if err != nil {
		return d, err
	}
	if len(kept) != 8 {
		kept = make([]byte, 8)
		_, _ = rand.Read(kept) // never fails
		if err := a.store.SaveState(ctx, drawKey, kept); err != nil {
			return d, err
		}
	}
	d.Key = binary.LittleEndian.Uint64(kept)
	return d, nil
}

// mostUnjudged is how many days' worth of draws may wait for people: where nobody
// judges them nothing more is drawn, and no more texts are kept. Whether a message is
// drawn does not depend on what it is for that.
const mostUnjudged = 10

// drawDay is what the store knows of a day and of the one before.
func (a *App) drawDay(ctx context.Context, begins time.Time) (d pipeline.DrawDay, err error) {
	if d.Drawn, err = a.store.Drawn(ctx, begins); err != nil {
		return d, err
	}
	perDay := a.config.Sampling().PerDay
	waiting, err := a.store.Count(ctx, review.Filter{Sampled: true}, mostUnjudged*perDay)
	if err != nil {
		return d, err
	}
	if waiting >= mostUnjudged*perDay {
		a.log.Warn().Int("cases", waiting).Msg("nobody judges what is drawn by chance: nothing is drawn today")
		for _, of := range review.Frames {
			d.Drawn[of] = perDay
		}
		return d, nil
	}
	tallies, err := a.store.Tallies(ctx, stats.Days(1, begins.Add(-time.Hour)))
	if err != nil {
		return d, err
	}
	d.Before = map[review.Frame]int64{}
	for _, t := range tallies {
		switch t.What {
		case stats.Passed:
			d.Before[review.OfPassed] += t.N
		case stats.Acted:
			d.Before[review.OfActed] += t.N
		case stats.Logged:
			d.Before[review.OfLogged] += t.N
		}
	}
	return d, nil
}

// How long counts are kept, and how often older ones are looked for.
const (
	countsKept  = 400 * 24 * time.Hour
	forgetEvery = 12 * time.Hour
)

// forgetCounts deletes the counts of long ago until ctx ends.
func (a *App) forgetCounts(ctx context.Context) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		if err := a.store.ForgetCounts(ctx, time.Now().Add(-countsKept).Format(stats.DayForm)); err != nil && ctx.Err() == nil {
			a.log.Warn().Err(err).Msg("old counts could not be deleted")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
