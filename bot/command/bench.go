package command

import (
	"context"
	"fmt"
	"time"

	"patrol/bot/app"
)

type benchCommand struct {
	Events   int           `default:"2000000" placeholder:"N"`
	Chats    int           `default:"10000" placeholder:"N"`
	Members  int           `default:"1000000" placeholder:"N"`
	Words    int           `default:"100000" placeholder:"N"`
	HitRate  float64       `default:"0.01" placeholder:"SHARE"`
	Shards   int           `default:"0" placeholder:"N"`
	Store    string        `enum:"sqlite,memory" default:"sqlite" placeholder:"sqlite|memory"`
	Rate     int           `default:"0" placeholder:"N"`
	Duration time.Duration `default:"10s" placeholder:"TIME"`
	Seed     uint64        `default:"1" placeholder:"N"`
	JSON     bool          `name:"json"`
}

// Run measures the pipeline and the store with events made in memory.
func (c *benchCommand) Run(ctx context.Context, s *shell) error {
	ctx, stop := s.Interrupt(ctx)
	defer stop()
	r, err := app.Bench(ctx, app.BenchOptions{
		Events: c.Events, Chats: c.Chats, Members: c.Members, Words: c.Words, HitRate: c.HitRate, Shards: c.Shards,
		Store: c.Store, Rate: c.Rate, Duration: c.Duration, Seed: c.Seed, Progress: s.Stderr,
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.Stdout, r)
	}
	return c.show(s, &r)
}

func (c *benchCommand) show(s *shell, r *app.BenchResult) error {
	line := func(zh, en, format string, args ...any) {
		fmt.Fprintf(s.Stdout, "%s %s\n", pad(s.say(zh, en), 40), fmt.Sprintf(format, args...))
	}
	line("最大吞吐（事件/秒）", "throughput (events/s)", "%.0f", r.PerSecond)
	line("每个事件的 CPU 时间", "CPU time an event", "%s", r.CPU/time.Duration(max(1, r.Events)))
	line("其中用于生成事件", "of which to make it", "%s", r.LoadCPU)
	line("每个干净事件的内存分配", "allocations a clean event", "%.3f", r.CleanAllocs)
	if r.OpenEvents > 0 {
		line("恒定速率（事件/秒）", "at a steady rate of (events/s)", "%.0f", r.OpenRate)
		line("判定延迟 p50 / p99 / p99.9 / 最大", "decided after p50 / p99 / p99.9 / max", "%s / %s / %s / %s", r.P50, r.P99, r.P999, r.Worst)
		line("恒定速率下每个事件的 CPU 时间", "CPU time an event at that rate", "%s", r.OpenCPU/time.Duration(r.OpenEvents))
	}
	line("写入的案件（应有）", "cases written (wanted)", "%d (%d)", r.Recorded, r.Violations)
	line("动作", "actions", "%d", r.Actions)
	line("常驻内存", "resident memory", "%d MiB", r.Resident>>20)
	line("协程", "goroutines", "%d", r.Goroutines)
	_, err := fmt.Fprintln(s.Stdout, s.say("存储与生成的违规完全一致，账本完整", "the store holds exactly the violations that were made, and its ledger is whole"))
	return err
}
