package jsonl

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"
)

// input is a stream that can be told to stop, as far as it can.
type input struct {
	io.Reader
	own bool // we opened it, and close it
}

func newInput(r io.Reader, own bool) *input { return &input{r, own} }

// interrupt makes a Read that waits return, and reports whether it could.
func (in *input) interrupt() bool {
	if f, ok := in.Reader.(interface{ SetReadDeadline(time.Time) error }); ok && f.SetReadDeadline(time.Unix(1, 0)) == nil {
		return true
	}
	if c, ok := in.Reader.(io.Closer); ok && in.own {
		return c.Close() == nil
	}
	return false
}

// Close closes what we opened.
func (in *input) Close() {
	if c, ok := in.Reader.(io.Closer); ok && in.own {
		_ = c.Close() // it was only read
	}
}

// output writes whole lines, one at a time.
type output struct {
	open func() (io.Writer, error)
	turn chan struct{} // holds a token while nobody writes
	to   io.Writer     // nil until first used; belongs to who has the turn
}

func newOutput(open func() (io.Writer, error)) *output {
	o := &output{open: open, turn: make(chan struct{}, 1)}
	o.turn <- struct{}{}
	return o
}

// write writes line and a line end, or gives up when ctx ends. A line that was
// begun is finished even then, as soon as whoever reads it lets us: half a line
// would spoil the next. Until then nothing else is written.
func (o *output) write(ctx context.Context, line []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-o.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	written := make(chan error, 1)
	go func() {
		err := o.put(append(line, '\n'))
		o.turn <- struct{}{}
		written <- err
	}()
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *output) put(line []byte) error {
	if o.to == nil {
		to, err := o.open()
		if err != nil {
			return err
		}
		o.to = to
	}
	_, err := o.to.Write(line)
	return err
}

// acks writes acknowledgements behind the back of whoever gives them, who must
// not wait.
type acks struct {
	out *output

	mu      sync.Mutex
	pending []string
	writing bool
	idle    chan struct{} // closed when writing ends
}

func (a *acks) add(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pending = append(a.pending, id)
	if !a.writing {
		a.writing, a.idle = true, make(chan struct{})
		go a.write(a.idle)
	}
}

// write writes until nothing is pending. An acknowledgement that can't be
// written is dropped: the event comes once more, and is known by its id.
func (a *acks) write(idle chan struct{}) {
	defer close(idle)
	for {
		a.mu.Lock()
		ids := a.pending
		a.pending = nil
		a.writing = len(ids) > 0
		a.mu.Unlock()
		if len(ids) == 0 {
			return
		}
		for _, id := range ids {
			line, err := json.Marshal(struct {
				Ack string `json:"ack"`
			}{id})
			if err == nil {
				err = a.out.write(context.Background(), line)
			}
			if err != nil {
				break
			}
		}
	}
}

// settleFor bounds how long the end of a run waits for acknowledgements.
const settleFor = 2 * time.Second

// settle waits until what is acknowledged by now is written, for a short while.
func (a *acks) settle() {
	a.mu.Lock()
	idle, writing := a.idle, a.writing
	a.mu.Unlock()
	if !writing {
		return
	}
	select {
	case <-idle:
	case <-time.After(settleFor):
	}
}
