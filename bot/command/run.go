package command

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"patrol/bot/app"
	"patrol/bot/config"
	"patrol/rules/lang"
)

type runCommand struct {
	configFlag
}

// Run patrols until it is told to stop.
func (c *runCommand) Run(ctx context.Context, s *shell) error {
	bot, err := c.load(s)
	if err != nil {
		return err
	}
	ctx, stop := s.Interrupt(ctx)
	defer stop()
	human := bot.Log.Format == "human" || bot.Log.Format == "auto" && s.StderrTerminal
	options := app.Options{Config: bot, Log: s.logger(bot, human), Stdin: s.Stdin, Stdout: s.Stdout}
	if human {
		options.Alarm = func(what lang.Text) { s.complain(what.In(s.lang)) }
	}
	a, err := app.New(ctx, options)
	if err != nil {
		return err
	}
	s.remind(ctx, a, options.Log)
	defer s.reloadOnSignal(a)()
	return a.Run(ctx)
}

// reloadOnSignal passes the signals on until stop is called.
func (s *shell) reloadOnSignal(a *app.App) (stop func()) {
	signals, silence := s.Reloads()
	done := make(chan struct{})
	var passing sync.WaitGroup
	passing.Go(func() {
		for {
			select {
			case <-signals:
				a.Reload()
			case <-done:
				return
			}
		}
	})
	return func() {
		silence()
		close(done)
		passing.Wait()
	}
}

// remind says how to log in, where nobody can yet.
func (s *shell) remind(ctx context.Context, a *app.App, log zerolog.Logger) {
	if a.ConsoleAddress() == "" {
		return
	}
	if all, err := a.Store().Reviewers(ctx); err == nil && len(all) == 0 {
		log.Warn().Str("console", a.ConsoleAddress()).Msg(s.say("还没有审核员账号：运行 patrol users add 名字 --role admin", "nobody can log in yet: run patrol users add NAME --role admin"))
	}
}

// logger writes JSON lines, or lines for people.
func (s *shell) logger(bot *config.Config, human bool) zerolog.Logger {
	level, err := zerolog.ParseLevel(bot.Log.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	out := s.Stderr
	if human {
		plain := func(v any) string { return Plain(fmt.Sprint(v)) }
		out = zerolog.ConsoleWriter{
			Out: s.Stderr, NoColor: !s.err.on, TimeFormat: time.DateTime,
			FormatMessage: func(v any) string {
				if v == nil {
					return ""
				}
				return s.err.paint(bold, plain(v))
			},
			FormatFieldValue: plain, FormatErrFieldValue: func(v any) string { return s.err.paint(red, plain(v)) },
		}
	}
	return zerolog.New(out).Level(level).With().Timestamp().Logger()
}
