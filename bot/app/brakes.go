package app

import (
	"context"
	"slices"
	"time"

	"patrol/bot/brake"
	"patrol/bot/pipeline"
	"patrol/bot/review"
)

// restorePages bounds how many cases of the last run are looked through for what
// the brakes had counted.
const restorePages = 20

// openBrakes are the brakes of the file as the last run left them.
func (a *App) openBrakes(ctx context.Context) (*brake.Brakes, error) {
	b := brake.New(a.config.BrakeLimits())
	b.Book = a.store
	now := time.Now()
	standing, err := a.store.Brakes(ctx, now)
	if err != nil {
		return nil, err
	}
	var past []brake.Demand
	filter := review.Filter{Since: now.Add(-b.Longest()), Limit: review.MaxPage}
	for range restorePages {
		page, err := a.store.Cases(ctx, filter)
		if err != nil {
			return nil, err
		}
		for i := range page.Cases {
			if asked, heavy := pipeline.Demanded(&page.Cases[i]); heavy {
				past = append(past, asked)
			}
		}
		if filter.After = page.Next; page.Next == "" {
			break
		}
	}
	slices.Reverse(past) // pages come newest first
	b.Restore(standing, past)
	return b, nil
}

// replayBrakes are those of a recording. The brake on rules spans chats, which a
// replay plays side by side and not by the clock: it would hold another message
// each time.
func replayBrakes(l brake.Limits) *brake.Brakes {
	l.Rule = brake.Limit{}
	return brake.New(l)
}
