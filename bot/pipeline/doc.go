// Package pipeline takes events through the whole line, in one pass: seen
// before? judge, decide, record, and only then act. It is the one place that
// calls rules, ladder, store and adapters in turn; none of them calls back.
//
//	p, err := pipeline.New(pipeline.Config{Ladder: l, Rules: set, Store: store})
//	p.Attach("qq-main", adapter)
//	err = p.Run(ctx) // until ctx ends or every adapter is lost; then everything taken is finished
//
// Events of one chat are handled in order by one shard. Queues are bounded: a
// full one makes the adapter wait, and nothing is dropped. What is decided is in
// the store before anything is done, so that after a crash every action is found
// again and finished: deletes, mutes, removals and bans at least once (repeating
// them is harmless), a warning at most twice.
package pipeline
