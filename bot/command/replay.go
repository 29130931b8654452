package command

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"patrol/adapters/chat"
	"patrol/bot/app"
)

type replayCommand struct {
	configFlag
	Decisions string `enum:"all,flagged" default:"flagged" placeholder:"all|flagged"`
	JSON      bool   `name:"json"`
	Events    string `arg:"" name:"events"`
}

// Run takes recorded events through the pipeline and tells what the bot would
// have done.
func (c *replayCommand) Run(ctx context.Context, s *shell) error {
	bot, err := c.load(s)
	if err != nil {
		return err
	}
	events, done, err := c.open(s)
	if err != nil {
		return err
	}
	ctx, stop := s.Interrupt(ctx)
	defer stop()
	out := bufio.NewWriterSize(s.Stdout, 64<<10)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	summary, err := app.Replay(ctx, app.ReplayOptions{
		Config: bot, Events: events, All: c.Decisions == "all",
		Decided: func(d *app.ReplayDecision) error { return enc.Encode(d) },
	})
	err = errors.Join(err, out.Flush(), done())
	if summary.Took == 0 { // it never began
		return err
	}
	return errors.Join(err, c.sumUp(s, &summary))
}

// open is the recording, unpacked; done closes it and ends the progress bar.
func (c *replayCommand) open(s *shell) (events io.Reader, done func() error, err error) {
	in, size, closeFile := s.Stdin, int64(-1), func() error { return nil }
	if c.Events != "-" {
		f, err := os.Open(c.Events)
		if err != nil {
			return nil, nil, err
		}
		info, err := f.Stat()
		if err != nil {
			return nil, nil, errors.Join(err, f.Close())
		}
		if info.IsDir() {
			return nil, nil, errors.Join(fmt.Errorf("%s is a folder / 是文件夹", c.Events), f.Close())
		}
		if info.Mode().IsRegular() {
			size = info.Size()
		}
		in, closeFile = f, f.Close
	}
	finishBar := func() error { return nil }
	if s.StderrTerminal {
		bar := s.bar(size)
		if err := bar.RenderBlank(); err != nil {
			return nil, nil, errors.Join(err, closeFile())
		}
		in, finishBar = io.TeeReader(in, bar), bar.Finish
	}
	done = func() error { return errors.Join(finishBar(), closeFile()) }
	if strings.HasSuffix(c.Events, ".gz") {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("%s: %w", c.Events, err), done())
		}
		return unpacked, done, nil
	}
	return in, done, nil
}

func (s *shell) bar(size int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(s.Stderr), progressbar.OptionSetDescription(s.say("回放", "replay")),
		progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionUseANSICodes(true), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30),
	)
}

// sumUp tells on standard error what the replay came to.
func (c *replayCommand) sumUp(s *shell, sum *app.ReplaySummary) error {
	rate := float64(sum.Events) / max(sum.Took.Seconds(), 1e-9)
	if c.JSON {
		report := struct {
			*app.ReplaySummary
			Seconds float64  `json:"seconds"`
			Rate    float64  `json:"events_per_second"`
			Bad     []string `json:"first_bad_lines"`
		}{sum, sum.Took.Seconds(), rate, []string{}}
		for _, err := range sum.FirstBad {
			report.Bad = append(report.Bad, err.Error())
		}
		enc := json.NewEncoder(s.Stderr)
		enc.SetEscapeHTML(false)
		return enc.Encode(report)
	}
	var p page
	row := func(zh, en, value string) { p.line(pad(s.say(zh, en), 14) + value) }
	row("事件", "events", fmt.Sprintf(s.say("%d（%.0f 个/秒，用时 %s）", "%d (%.0f events/s, took %s)"), sum.Events, rate, sum.Took.Round(time.Millisecond)))
	if sum.Duplicates > 0 {
		row("重复", "duplicates", fmt.Sprint(sum.Duplicates))
	}
	row("命中", "flagged", fmt.Sprint(sum.Flagged))
	row("动作", "actions", s.tally(sum.Actions))
	if len(sum.Held) > 0 {
		row("待人工确认", "held", s.tally(sum.Held))
	}
	if sum.Bad > 0 {
		row("坏行", "bad lines", fmt.Sprint(sum.Bad))
		for _, err := range sum.FirstBad {
			p.line("  " + s.err.paint(yellow, Plain(err.Error())))
		}
		if sum.Bad > len(sum.FirstBad) {
			p.line("  …")
		}
	}
	_, err := io.WriteString(s.Stderr, p.String())
	return err
}

// tally is how often each verb stands in n, from light to heavy.
func (s *shell) tally(n map[chat.Verb]int) string {
	verbs := slices.SortedFunc(maps.Keys(n), func(a, b chat.Verb) int { return a.Weight() - b.Weight() })
	var said []string
	for _, v := range verbs {
		said = append(said, fmt.Sprintf("%s %d", s.term(string(v)), n[v]))
	}
	if len(said) == 0 {
		return s.say("无", "none")
	}
	return strings.Join(said, s.say("，", ", "))
}
