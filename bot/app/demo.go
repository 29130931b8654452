package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"patrol/adapters/chat"
	"patrol/adapters/demo"
	"patrol/bot/config"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/configs"
	"patrol/rules/lang"
)

// DemoOptions is how the demo is shown.
type DemoOptions struct {
	Out    io.Writer
	Lang   lang.Lang
	Color  bool
	Once   bool    // play to the end, sum up, and return
	Speed  float64 // 2 is twice as fast; 0 is 1
	Listen string  // of the console; "" is 127.0.0.1:0
}

// demoReviewer is the account that the one-time link logs in.
const demoReviewer = "demo"

// noPassword is no hash of any password.
const noPassword = "*"

// Demo plays the shipped group against the shipped rules with a store in a
// temporary folder, shows every decision as it is made, and opens the console on
// loopback. With Once it returns when the play is over, otherwise when ctx ends.
func Demo(ctx context.Context, o DemoOptions) (err error) {
	dir, err := os.MkdirTemp("", "patrol-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c, err := demoConfig(dir, o)
	if err != nil {
		return err
	}
	script, err := demoScript()
	if err != nil {
		return err
	}
	stage := newStage(o)
	play := demo.Config{Script: script, Speed: o.Speed, Heard: stage.heard, Unsaid: stage.unsaid}
	if !o.Once {
		play.Stay = stage.over
	}
	a, err := New(ctx, Options{
		Config: c, Log: zerolog.Nop(), Observer: stage, Alarm: stage.alarm,
		Adapters: map[string]chat.Adapter{"demo": demo.New(play)},
	})
	if err != nil {
		return err
	}
	link, err := a.demoLogin(ctx)
	if err != nil {
		return errors.Join(err, a.cleanup.run())
	}
	stage.open("http://"+a.ConsoleAddress()+"/", "http://"+a.ConsoleAddress()+link, filepath.Join(dir, "rules"))
	if err := a.Run(ctx); err != nil {
		return err
	}
	stage.sumUp()
	return stage.err
}

// demoConfig writes the shipped rules into dir, where they can be edited while
// the demo runs.
func demoConfig(dir string, o DemoOptions) (*config.Config, error) {
	for _, sub := range []string{"rules", "lists"} {
		from, err := fs.Sub(configs.FS, sub)
		if err != nil {
			return nil, err
		}
		if err := os.CopyFS(filepath.Join(dir, sub), from); err != nil {
			return nil, err
		}
	}
	listen := o.Listen
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	file := fmt.Sprintf("language: %s\nrules: [rules/*.yaml]\nadapters: [{name: unused, kind: jsonl}]\nconsole: {listen: %q}\n"+
		"review: {sample: {acted: 0, passed: 1, per_day: 1}} # the first clean message, so that the play is the same every time\n", o.Lang, listen)
	c, faults := config.Parse(filepath.Join(dir, "patrol.yaml"), []byte(file))
	if err := faults.Err(); err != nil {
		return nil, err
	}
	c.Adapters = nil // the demo brings its own
	return c, nil
}

func demoScript() ([]demo.Line, error) {
	f, err := configs.FS.Open("demo/group.jsonl")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	script, err := demo.Parse(f)
	if err != nil {
		return nil, fmt.Errorf("demo/group.jsonl: %w", err)
	}
	return script, nil
}

// demoLogin makes an account that nobody knows a password of, and a link that
// logs it in once.
func (a *App) demoLogin(ctx context.Context) (string, error) {
	now := time.Now()
	err := a.store.PutReviewer(ctx, review.Reviewer{Name: demoReviewer, Hash: noPassword, Role: review.Admin, Created: now},
		ledger.Entry{At: now, Kind: ledger.Account, Actor: ledger.Bot, Ground: lang.T("演示账号", "the demo's account")})
	if err != nil {
		return "", err
	}
	return a.console.LoginLink(demoReviewer), nil
}
