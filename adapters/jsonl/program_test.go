package jsonl_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/chattest"
	"patrol/adapters/jsonl"
)

// program is what stands on the other side of the lines: it carries a scripted
// platform's events to the adapter, and the adapter's actions to the platform.
type program struct {
	platform *chattest.Platform
	config   jsonl.Config
	detach   func() // stops what the last attach started

	mu   sync.Mutex
	out  io.Writer // events and answers
	acks map[string]func()
	mute bool // answers nothing
}

// attach connects the program to a new adapter by two pipes, named or not.
func (p *program) attach(t *testing.T, named bool) *jsonl.Adapter {
	t.Helper()
	if p.detach != nil {
		p.detach()
	}
	var events, actions [2]*os.File // what is read, what is written
	config, host := p.config, chat.Host{}
	if named {
		dir := t.TempDir()
		config.In, config.Out = filepath.Join(dir, "events"), filepath.Join(dir, "actions")
		for path, ends := range map[string]*[2]*os.File{config.In: &events, config.Out: &actions} {
			must(t, syscall.Mkfifo(path, 0o600))
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			must(t, err)
			ends[0], ends[1] = f, f
		}
	} else {
		for _, ends := range []*[2]*os.File{&events, &actions} {
			r, w, err := os.Pipe()
			must(t, err)
			ends[0], ends[1] = r, w
		}
		host.Stdin, host.Stdout = events[0], actions[1]
	}
	p.mu.Lock()
	p.out, p.acks = events[1], map[string]func(){}
	p.mu.Unlock()
	link := p.platform.Adapter()
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = link.Run(ctx, p.carry) })
	wg.Go(func() { p.obey(ctx, link, actions[0]) })
	p.detach = sync.OnceFunc(func() {
		stop()
		for _, f := range []*os.File{events[0], events[1], actions[0], actions[1]} {
			_ = f.Close()
		}
		wg.Wait()
	})
	t.Cleanup(p.detach)
	host.Warn = func(err error) { t.Logf("warned: %v", err) }
	a, err := jsonl.New(config, host)
	must(t, err)
	return a
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *program) carry(_ context.Context, e chat.Event) error {
	p.mu.Lock()
	p.acks[e.ID] = e.Ack
	p.mu.Unlock()
	return p.write(e)
}

func (p *program) write(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	p.mu.Lock()
	out := p.out
	p.mu.Unlock()
	_, err = out.Write(append(line, '\n'))
	return err
}

// line is any line that the adapter writes.
type line struct {
	chat.Action
	Seconds float64 `json:"seconds"`
	Ack     string  `json:"ack"`
}

func (p *program) obey(ctx context.Context, link *chattest.Adapter, actions io.Reader) {
	lines := bufio.NewScanner(actions)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			panic(err)
		}
		p.mu.Lock()
		ack, mute := p.acks[l.Ack], p.mute
		p.mu.Unlock()
		if l.Ack != "" {
			ack()
			continue
		}
		if mute {
			continue
		}
		l.For = time.Duration(l.Seconds * float64(time.Second))
		r, err := link.Do(ctx, l.Action)
		if !p.config.Confirm {
			continue
		}
		if p.answer(l.Key, r, err) != nil {
			return
		}
	}
}

func (p *program) answer(key string, r chat.Receipt, err error) error {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return p.write(map[string]any{"error": key, "kind": e.Kind.String(), "message": e.Err.Error(), "after": e.After.Seconds()})
	}
	said := map[string]any{"done": key, "id": r.ID, "note": r.Note}
	if !r.Until.IsZero() {
		said["until"] = r.Until
	}
	return p.write(said)
}

func (p *program) cut(to bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = to
}

func (p *program) rig(t *testing.T, named bool) chattest.Rig {
	w := p.platform
	for _, m := range []chat.Member{{ID: "mallory"}, {ID: "bob"}, {ID: "alice", Role: chat.RoleAdmin}} {
		w.Add("room", m)
	}
	return chattest.Rig{
		Adapter: p.attach(t, named), Chat: "room", Member: "mallory", Other: "bob", Admin: "alice",
		Ready:    func() bool { return true },
		Say:      func(who, text string) string { return w.Say("room", who, text) },
		SayAsBot: func(text string) { w.Say("room", chattest.Self, text) },
		Edit:     func(who, ref, text string) { w.Edit("room", who, ref, text) },
		Join:     func(who string) { w.Join("room", who) },
		Leave:    func(who string) { w.Leave("room", who) },
		See: chattest.Sight{
			Present: func(who string) bool { _, present := w.Member("room", who); return present },
			Muted:   func(who string) bool { return w.Muted("room", who) },
			Banned:  func(who string) bool { return w.Banned("room", who) },
			Deleted: func(ref string) bool { return w.Deleted("room", ref) },
			Notices: func() []string {
				var texts []string
				for _, n := range w.Notices("room") {
					texts = append(texts, n.Text)
				}
				return texts
			},
		},
		Link: chattest.Link{
			Redeliver: w.Redeliver, Reopen: func() chat.Adapter { return p.attach(t, named) },
			Cut: func() { p.cut(true) }, Mend: func() { p.cut(false) },
		},
		Failing: p.failing(),
	}
}

func (p *program) failing() map[chat.ErrorKind]func() chat.Action {
	all := map[chat.ErrorKind]func() chat.Action{}
	for _, k := range []chat.ErrorKind{chat.Transient, chat.RateLimited, chat.Forbidden, chat.NotFound, chat.Other} {
		all[k] = func() chat.Action {
			e := &chat.Error{Op: "warn", Kind: k, Err: errors.New("as planned")}
			if k == chat.RateLimited {
				e.After = 2500 * time.Millisecond
			}
			p.platform.Fail(chat.Warn, e)
			return chat.Action{Verb: chat.Warn, Chat: "room", Member: "mallory", Text: "stop"}
		}
	}
	return all
}
