// Package demo is an adapter that plays a scripted group at watchable speed and
// plays along with what the bot does: who is muted is not heard, who is removed
// is gone, and a mute ends when its time is up.
//
//	script, err := demo.Parse(strings.NewReader(lines))
//	a := demo.New(demo.Config{Script: script, Speed: 1})
//
// A script has one JSON object a line: an event as chat.Event writes it, without
// its time, and "after", the pause before it.
//
//	{"after": "800ms", "kind": "message", "author": {"id": "u1", "name": "小雨"}, "message": {"text": "早"}}
package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"patrol/adapters/chat"
)

// Line is one event of a script, and the pause before it.
type Line struct {
	After time.Duration
	Event chat.Event
}

// Parse reads a script. Errors name the line.
func Parse(r io.Reader) ([]Line, error) {
	var script []Line
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		var read struct {
			chat.Event
			After string `json:"after"`
		}
		decode := json.NewDecoder(bytes.NewReader(text))
		decode.DisallowUnknownFields()
		if err := decode.Decode(&read); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		after, err := time.ParseDuration(read.After)
		if err != nil {
			return nil, fmt.Errorf("line %d: after: %w", n, err)
		}
		e := read.Event
		e.Platform, e.Chat = "demo", "demo-group"
		e.ID = fmt.Sprintf("e%03d", n)
		if e.Message.ID == "" && e.Kind == chat.KindMessage {
			e.Message.ID = fmt.Sprintf("m%03d", n)
		}
		script = append(script, Line{After: after, Event: e})
	}
	return script, lines.Err()
}

// Config is what an Adapter plays.
type Config struct {
	Script []Line
	Speed  float64                                    // 2 plays twice as fast; 0 is 1
	Start  time.Time                                  // the time of the script's beginning; zero: when Run is called
	Stay   func()                                     // when set, Run calls it after the last event and then waits for ctx to end
	Heard  func(chat.Event)                           // told of each event as it is delivered; may be nil
	Unsaid func(chat.Event)                           // told of each event that a mute or removal kept from happening; may be nil
	Pause  func(context.Context, time.Duration) error // waits; nil: by the clock
}

// Adapter plays one script. It implements chat.Adapter.
type Adapter struct {
	config Config

	mu      sync.Mutex
	now     time.Time // of the script
	muted   map[string]time.Time
	gone    map[string]bool
	banned  map[string]bool
	deleted map[string]bool
	done    map[string]chat.Receipt
}

var _ chat.Adapter = (*Adapter)(nil)

// New is an adapter that has not begun to play.
func New(c Config) *Adapter {
	if c.Speed <= 0 {
		c.Speed = 1
	}
	if c.Heard == nil {
		c.Heard = func(chat.Event) {}
	}
	if c.Unsaid == nil {
		c.Unsaid = func(chat.Event) {}
	}
	if c.Pause == nil {
		c.Pause = pause
	}
	return &Adapter{
		config: c, now: c.Start,
		muted: map[string]time.Time{}, gone: map[string]bool{}, banned: map[string]bool{},
		deleted: map[string]bool{}, done: map[string]chat.Receipt{},
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Capabilities are those of a QQ group in which the bot is an admin.
func (a *Adapter) Capabilities(string) chat.Capabilities {
	return chat.Capabilities{
		Warn: true, Delete: true, Remove: true, Ban: true, Unban: true,
		Mute: chat.MuteTimed, MuteMin: time.Minute, MuteMax: 30 * 24 * time.Hour, DeleteWindow: 2 * time.Minute,
	}
}

// Run plays the script to its end, or until ctx ends, and returns nil.
func (a *Adapter) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	a.mu.Lock()
	if a.now.IsZero() {
		a.now = time.Now()
	}
	a.mu.Unlock()
	for _, line := range a.config.Script {
		if err := a.config.Pause(ctx, time.Duration(float64(line.After)/a.config.Speed)); err != nil {
			return nil
		}
		e, happens := a.next(line)
		if !happens {
			a.config.Unsaid(e)
			continue
		}
		a.config.Heard(e)
		if err := deliver(ctx, e); err != nil {
			return nil
		}
	}
	if a.config.Stay != nil {
		a.config.Stay()
		<-ctx.Done()
	}
	return nil
}

func (a *Adapter) next(line Line) (chat.Event, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(line.After)
	e := line.Event
	e.Time = a.now
	if e.Author.Joined.IsZero() && e.Kind == chat.KindJoin {
		e.Author.Joined = a.now
	}
	who := e.Author.ID
	if a.banned[who] || a.gone[who] && e.Kind != chat.KindJoin {
		return e, false
	}
	delete(a.gone, who)
	return e, e.Kind == chat.KindJoin || !a.now.Before(a.muted[who])
}

// Do plays along. It is harmless to repeat.
func (a *Adapter) Do(_ context.Context, act chat.Action) (chat.Receipt, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r, again := a.done[act.Key]; again {
		return r, nil
	}
	var r chat.Receipt
	switch act.Verb {
	case chat.Warn:
		r.ID = fmt.Sprintf("n%03d", len(a.done)+1)
	case chat.Delete:
		a.deleted[act.Message] = true
	case chat.Mute:
		r.Until = a.now.Add(act.For)
		a.muted[act.Member] = r.Until
	case chat.Unmute:
		delete(a.muted, act.Member)
	case chat.Remove:
		a.gone[act.Member] = true
	case chat.Ban:
		a.gone[act.Member], a.banned[act.Member] = true, true
	case chat.Unban:
		delete(a.banned, act.Member)
	default:
		return r, &chat.Error{Op: string(act.Verb), Kind: chat.Unsupported}
	}
	a.done[act.Key] = r
	return r, nil
}
