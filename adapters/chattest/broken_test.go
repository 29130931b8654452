package chattest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/chattest"
)

// broken is a good adapter with one fault.
type broken struct {
	*chattest.Adapter
	run  func(ctx context.Context, deliver func(context.Context, chat.Event) error) error
	do   func(context.Context, chat.Action) (chat.Receipt, error)
	look func(ctx context.Context, room, id string) (chat.Member, error)
}

func (b *broken) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	if b.run != nil {
		return b.run(ctx, deliver)
	}
	return b.Adapter.Run(ctx, deliver)
}

func (b *broken) Do(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	if b.do != nil {
		return b.do(ctx, a)
	}
	return b.Adapter.Do(ctx, a)
}

func (b *broken) Member(ctx context.Context, room, id string) (chat.Member, error) {
	if b.look != nil {
		return b.look(ctx, room, id)
	}
	return b.Adapter.Member(ctx, room, id)
}

// changed delivers what change makes of each event; false drops it.
func changed(b *broken, change func(*chat.Event) bool) {
	b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
		return b.Adapter.Run(ctx, func(ctx context.Context, e chat.Event) error {
			if !change(&e) {
				return nil
			}
			return deliver(ctx, e)
		})
	}
}

// lies says that v is done without doing it.
func lies(v chat.Verb) func(*broken) {
	return func(b *broken) {
		b.do = func(ctx context.Context, a chat.Action) (chat.Receipt, error) {
			if a.Verb == v {
				return chat.Receipt{Until: time.Now().Add(a.For)}, nil
			}
			return b.Adapter.Do(ctx, a)
		}
	}
}

// faults are ways to be wrong, and the check that must find each.
var faults = []struct {
	name, check string
	breaks      func(*broken)
}{
	{"delivers twice", "message", func(b *broken) {
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			return b.Adapter.Run(ctx, func(ctx context.Context, e chat.Event) error {
				twice := e
				twice.Ack = nil
				return errors.Join(deliver(ctx, twice), deliver(ctx, e))
			})
		}
	}},
	{"comes from the future", "message", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.Time = e.Time.Add(time.Hour); return true })
	}},
	{"forgets the platform", "message", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.Platform = ""; return true })
	}},
	{"unescapes text twice", "text", func(b *broken) {
		changed(b, func(e *chat.Event) bool {
			e.Message.Text = strings.ReplaceAll(e.Message.Text, "&amp;", "&")
			return true
		})
	}},
	{"names members by what they say", "authors", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.Author.ID += e.Message.ID; return true })
	}},
	{"takes admins for members", "roles", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.Author.Role = chat.RoleMember; return true })
	}},
	{"does not know itself", "own messages", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.Author.Role = ""; return true })
	}},
	{"takes edits for new messages", "edit", func(b *broken) {
		changed(b, func(e *chat.Event) bool {
			if e.Kind == chat.KindEdit {
				e.Kind = chat.KindMessage
			}
			return true
		})
	}},
	{"drops joins", "join", func(b *broken) { changed(b, func(e *chat.Event) bool { return e.Kind != chat.KindJoin }) }},
	{"drops leaves", "leave", func(b *broken) { changed(b, func(e *chat.Event) bool { return e.Kind != chat.KindLeave }) }},
	{"gives redeliveries new ids", "redelivery", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.ID = time.Now().String(); return true })
	}},
	{"acknowledges by itself", "acknowledgement", func(b *broken) {
		changed(b, func(e *chat.Event) bool { e.Ack(); e.Ack = nil; return true })
	}},
	{"delivers on goroutines without order", "order", func(b *broken) {
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			var wg sync.WaitGroup
			defer wg.Wait()
			var mu sync.Mutex
			var held []chat.Event
			return b.Adapter.Run(ctx, func(ctx context.Context, e chat.Event) error {
				mu.Lock()
				defer mu.Unlock()
				if held = append(held, e); len(held) < 2 {
					return nil
				}
				last, first := held[1], held[0]
				held = nil
				return errors.Join(deliver(ctx, last), deliver(ctx, first))
			})
		}
	}},
	{"drops what is not taken at once", "back-pressure", func(b *broken) {
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			room := make(chan chat.Event, 10)
			var wg sync.WaitGroup
			defer wg.Wait()
			wg.Go(func() {
				for {
					select {
					case e := <-room:
						_ = deliver(ctx, e)
					case <-ctx.Done():
						return
					}
				}
			})
			return b.Adapter.Run(ctx, func(_ context.Context, e chat.Event) error {
				select {
				case room <- e:
				default:
				}
				return nil
			})
		}
	}},
	{"hoards on goroutines", "back-pressure", func(b *broken) {
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			var wg sync.WaitGroup
			defer wg.Wait()
			return b.Adapter.Run(ctx, func(ctx context.Context, e chat.Event) error {
				wg.Go(func() { _ = deliver(ctx, e) })
				return nil
			})
		}
	}},
	{"does not warn", "warn", lies(chat.Warn)},
	{"does not delete", "delete", lies(chat.Delete)},
	{"does not mute", "mute", lies(chat.Mute)},
	{"does not unmute", "mute", lies(chat.Unmute)},
	{"does not remove", "remove", lies(chat.Remove)},
	{"does not ban", "ban", lies(chat.Ban)},
	{"does not unban", "ban", lies(chat.Unban)},
	{"does not say when a mute ends", "mute", func(b *broken) {
		b.do = func(ctx context.Context, a chat.Action) (chat.Receipt, error) {
			_, err := b.Adapter.Do(ctx, a)
			return chat.Receipt{}, err
		}
	}},
	{"says that it can't know", "error forbidden", func(b *broken) {
		b.do = func(ctx context.Context, a chat.Action) (chat.Receipt, error) {
			r, err := b.Adapter.Do(ctx, a)
			if err != nil {
				err = &chat.Error{Op: "do", Kind: chat.Other, Err: err}
			}
			return r, err
		}
	}},
	{"fails with any error", "error transient", func(b *broken) {
		b.do = func(ctx context.Context, a chat.Action) (chat.Receipt, error) {
			r, err := b.Adapter.Do(ctx, a)
			if err != nil {
				err = errors.New(err.Error())
			}
			return r, err
		}
	}},
	{"accepts any verb", "unknown verb", lies("applaud")},
	{"finds anybody", "roster", func(b *broken) {
		b.look = func(_ context.Context, _, id string) (chat.Member, error) { return chat.Member{ID: id}, nil }
	}},
	{"hangs during an outage", "reconnect", func(b *broken) {
		b.do = func(ctx context.Context, a chat.Action) (chat.Receipt, error) {
			r, err := b.Adapter.Do(ctx, a)
			if chat.KindOf(err) == chat.Transient {
				<-make(chan int)
			}
			return r, err
		}
	}},
	{"calls an end an error", "stop", func(b *broken) {
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			return errors.Join(b.Adapter.Run(ctx, deliver), ctx.Err())
		}
	}},
	{"does not stop while it is blocked", "stop while blocked", func(b *broken) {
		changed(b, func(*chat.Event) bool { return true })
		good := b.run
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			return good(ctx, func(_ context.Context, e chat.Event) error {
				deaf, cancel := context.WithTimeout(context.Background(), 3*time.Second)
				defer cancel()
				return deliver(deaf, e)
			})
		}
	}},
	{"leaves a goroutine behind", "stop", func(b *broken) {
		b.run = func(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
			go func() { <-make(chan int) }()
			return b.Adapter.Run(ctx, deliver)
		}
	}},
}

// faultVariable names the fault for the process that is to fail.
const faultVariable = "CHATTEST_FAULT"

// TestOneFault fails, which is what TestEveryFaultIsFound is about; without a
// fault to have it has nothing to do.
func TestOneFault(t *testing.T) {
	for _, f := range faults {
		if f.name != os.Getenv(faultVariable) {
			continue
		}
		lacks := map[string]string{}
		for _, name := range chattest.Checks() {
			if name != f.check {
				lacks[name] = "not what is asked"
			}
		}
		chattest.Run(t, chattest.Harness{
			Patience: time.Second,
			Lacks:    lacks,
			Open: func(*testing.T) chattest.Rig {
				r := rig(chattest.Config{})
				b := &broken{Adapter: r.Adapter.(*chattest.Adapter)}
				f.breaks(b)
				r.Adapter = b
				return r
			},
		})
	}
}

func TestEveryFaultIsFound(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOneFault$", "-test.v")
			child.Env = append(os.Environ(), faultVariable+"="+f.name)
			out, err := child.CombinedOutput()
			failed := "--- FAIL: TestOneFault/" + strings.ReplaceAll(f.check, " ", "_")
			if err == nil || !strings.Contains(string(out), failed) {
				t.Errorf("the check of %q does not find an adapter that %s:\n%s", f.check, f.name, out)
			}
		})
	}
}
