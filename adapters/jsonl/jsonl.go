package jsonl

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"patrol/adapters/chat"
)

// Adapter reads events from one stream of lines and writes actions to another.
type Adapter struct {
	config Config
	host   chat.Host
	can    chat.Capabilities
	out    *output

	mu      sync.Mutex
	reading bool
	waiting map[string][]chan outcome // by Action.Key

	acks acks
}

// outcome is what the program said of an action.
type outcome struct {
	receipt chat.Receipt
	err     error
}

var _ chat.Adapter = (*Adapter)(nil)

// New is an adapter that is not running yet. It opens nothing.
func New(c Config, h chat.Host) (*Adapter, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	c, h = c.withDefaults(), h.WithDefaults()
	a := &Adapter{config: c, host: h, can: c.Capabilities.chat(), waiting: map[string][]chan outcome{}}
	a.out = newOutput(func() (io.Writer, error) {
		if !named(c.Out) {
			return h.Stdout, nil
		}
		return openOut(h.Resolve(c.Out))
	})
	a.acks.out = a.out
	return a, nil
}

// Capabilities is what the config says, for every chat.
func (a *Adapter) Capabilities(string) chat.Capabilities { return a.can }

// Run delivers until ctx ends or the input does; then it returns io.EOF. A named
// pipe does not end: programs may come and go. Actions can be written after the
// input has ended, unless they need to be confirmed on it.
//
// Where the input can be neither closed nor given a deadline (standard input,
// often), the goroutine that reads it ends with its next line, or the process.
func (a *Adapter) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	in, err := a.open()
	if err != nil {
		return err
	}
	a.setReading(true)
	defer a.setReading(false)
	defer a.acks.settle()
	taken := make(chan error, 1)
	go func() { taken <- a.take(ctx, in, deliver) }()
	select {
	case err = <-taken:
		in.Close()
	case <-ctx.Done():
		if in.interrupt() {
			err = <-taken
		}
		in.Close()
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (a *Adapter) open() (*input, error) {
	if !named(a.config.In) {
		return newInput(a.host.Stdin, false), nil
	}
	f, err := openIn(a.host.Resolve(a.config.In))
	if err != nil {
		return nil, err
	}
	return newInput(f, true), nil
}

// take reads until the input fails, ends, or ctx does.
func (a *Adapter) take(ctx context.Context, in *input, deliver func(context.Context, chat.Event) error) error {
	r := NewReader(in)
	for {
		line, err := r.line()
		if err == nil && ctx.Err() == nil {
			err = a.line(ctx, r, line, deliver)
		}
		var bad *LineError
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &bad):
			a.host.Warn(bad)
		case err != nil:
			return err
		}
	}
}

func (a *Adapter) line(ctx context.Context, r *Reader, line []byte, deliver func(context.Context, chat.Event) error) error {
	key, o, ok, err := decodeAnswer(line)
	switch {
	case err != nil:
		return &LineError{r.Line(), err}
	case ok:
		return a.answered(r.Line(), key, o)
	}
	e, err := r.event(line)
	if err != nil {
		return err
	}
	if e.Platform == "" {
		e.Platform = a.config.Platform
	}
	if now := time.Now(); e.Time.After(now) {
		e.Time = now
	}
	if a.config.Acks {
		e.Ack = func() { a.acks.add(e.ID) }
	}
	return deliver(ctx, e)
}

// answered gives an outcome to whoever waits for it.
func (a *Adapter) answered(line int, key string, o outcome) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting[key]) == 0 {
		return &LineError{line, errors.New("an answer to an action that nobody waits for")}
	}
	for _, w := range a.waiting[key] {
		w <- o // has room for one
	}
	delete(a.waiting, key)
	return nil
}

func (a *Adapter) setReading(to bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reading = to
	if to {
		return
	}
	for key, all := range a.waiting {
		for _, w := range all {
			w <- outcome{err: lost(errNobodyConfirms)}
		}
		delete(a.waiting, key)
	}
}

var errNobodyConfirms = errors.New("the input is not being read, so nobody can confirm")

func lost(err error) error { return &chat.Error{Op: "write", Kind: chat.Transient, Err: err} }

// action is a chat.Action as a line says it.
type action struct {
	Key     string    `json:"key"`
	Verb    chat.Verb `json:"verb"`
	Chat    string    `json:"chat"`
	Member  string    `json:"member,omitempty"`
	Name    string    `json:"name,omitempty"`
	Message string    `json:"message,omitempty"`
	Sent    time.Time `json:"sent,omitzero"`
	Seconds float64   `json:"seconds,omitempty"`
	Text    string    `json:"text,omitempty"`
	Reason  string    `json:"reason,omitempty"`
}

// Do writes act and, where that is configured, waits for its confirmation.
func (a *Adapter) Do(ctx context.Context, act chat.Action) (chat.Receipt, error) {
	if !a.can.Can(act.Verb) {
		return chat.Receipt{}, &chat.Error{Op: string(act.Verb), Kind: chat.Unsupported, Err: errors.New("not among the configured capabilities")}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(a.config.Within))
	defer cancel()
	var until time.Time
	if act.Verb == chat.Mute {
		act.For = a.can.ClampMute(act.For)
		if a.can.Mute == chat.MuteTimed && act.For > 0 {
			until = time.Now().Add(act.For)
		}
	}
	line, err := json.Marshal(action{
		Key: act.Key, Verb: act.Verb, Chat: act.Chat, Member: act.Member, Name: act.Name, Message: act.Message,
		Sent: act.Sent, Seconds: act.For.Seconds(), Text: act.Text, Reason: act.Reason,
	})
	if err != nil {
		return chat.Receipt{}, &chat.Error{Op: "encode", Kind: chat.Other, Err: err}
	}
	if !a.config.Confirm {
		if err := a.out.write(ctx, line); err != nil {
			return chat.Receipt{}, lost(err)
		}
		return chat.Receipt{Until: until}, nil
	}
	return a.confirmed(ctx, act.Key, line, until)
}

// confirmed writes line and waits for the answer about key.
func (a *Adapter) confirmed(ctx context.Context, key string, line []byte, until time.Time) (chat.Receipt, error) {
	wait := make(chan outcome, 1)
	if !a.await(key, wait) {
		return chat.Receipt{}, lost(errNobodyConfirms)
	}
	defer a.forget(key, wait)
	if err := a.out.write(ctx, line); err != nil {
		return chat.Receipt{}, lost(err)
	}
	select {
	case o := <-wait:
		if o.err == nil && o.receipt.Until.IsZero() {
			o.receipt.Until = until
		}
		return o.receipt, o.err
	case <-ctx.Done():
		return chat.Receipt{}, &chat.Error{Op: "confirm", Kind: chat.Transient, Err: ctx.Err()}
	}
}

func (a *Adapter) await(key string, w chan outcome) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.reading {
		a.waiting[key] = append(a.waiting[key], w)
	}
	return a.reading
}

func (a *Adapter) forget(key string, w chan outcome) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := a.waiting[key]
	for i := range all {
		if all[i] == w {
			all = append(all[:i:i], all[i+1:]...)
			break
		}
	}
	if a.waiting[key] = all; len(all) == 0 {
		delete(a.waiting, key)
	}
}

// openIn opens a file to be read. A named pipe is opened for writing as well, so
// that opening it waits for nobody and it does not end when a writer goes.
func openIn(path string) (*os.File, error) { return openAs(path, os.O_RDONLY) }

// openOut opens a file to be appended to, made if it is not there.
func openOut(path string) (*os.File, error) {
	return openAs(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE)
}

func openAs(path string, flag int) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		flag = os.O_RDWR
	}
	return os.OpenFile(path, flag, 0o600)
}
