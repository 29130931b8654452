package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// MaxReach is how many chats a limited Reach may name.
const MaxReach = 1000

// Reach says of which chats somebody may see and decide cases. The zero value
// reaches every chat; a limited one reaches those it names, be they none.
type Reach struct {
	Limited bool
	Chats   []string // written by ChatKey, in order, each once; nil unless Limited
}

// Only is the reach of those chats and no others.
func Only(chats ...string) Reach {
	sorted := slices.Compact(slices.Sorted(slices.Values(chats)))
	return Reach{Limited: true, Chats: sorted}
}

// CountedMost is how far the cases that wait are counted for somebody whose reach is
// limited: further on, a number helps nobody and costs a look at each of them.
const CountedMost = 10_000

// ErrReach is what ParseReach says of what can't be a reach.
var ErrReach = fmt.Errorf("chats are written connection/chat, %d at most / 群写作 连接名/群号，最多 %[1]d 个", MaxReach)

// ParseReach is Only for what a person wrote; the error is ErrReach.
func ParseReach(chats []string) (Reach, error) {
	for _, key := range chats {
		if adapter, chat, ok := strings.Cut(key, "/"); !ok || adapter == "" || chat == "" || len(key) > 500 {
			return Reach{}, fmt.Errorf("%w: %.100q", ErrReach, key)
		}
	}
	r := Only(chats...)
	if len(r.Chats) > MaxReach {
		return Reach{}, ErrReach
	}
	return r, nil
}

// Rights says in few words what a role with a reach may do: "reviewer",
// "reviewer: irc/#a irc/#b".
func Rights(role Role, only Reach) string {
	if !only.Limited || role == Admin {
		return string(role)
	}
	return string(role) + ": " + strings.Join(only.Chats, " ")
}

// Sees reports whether the chat of that key is in reach.
func (r Reach) Sees(chatKey string) bool {
	if !r.Limited {
		return true
	}
	_, found := slices.BinarySearch(r.Chats, chatKey)
	return found
}

// SeesCase reports whether the case is one of a chat in reach.
func (r Reach) SeesCase(c *Case) bool { return r.Sees(ChatKey(c.Event.Adapter, c.Event.Chat)) }

// Equal reports whether both reach the same chats.
func (r Reach) Equal(other Reach) bool {
	return r.Limited == other.Limited && slices.Equal(r.Chats, other.Chats)
}

// Narrow puts f within reach. It is false where nothing is left to look for.
func (r Reach) Narrow(f *Filter) bool {
	if !r.Limited {
		return true
	}
	if len(f.Chats) == 0 {
		f.Chats = r.Chats
	} else {
		f.Chats = slices.DeleteFunc(slices.Clone(f.Chats), func(key string) bool { return !r.Sees(key) })
	}
	return len(f.Chats) > 0
}

type reachKey struct{}

// WithReach is a context in which a Store shows and changes nothing beyond r: what
// is out of reach is not there. It is set once, where it becomes known on whose
// behalf something is done, so that no caller further down can forget it.
func WithReach(ctx context.Context, r Reach) context.Context {
	return context.WithValue(ctx, reachKey{}, r)
}

// ReachOf is the reach that ctx was given; without one, as in everything that the
// bot does by itself, it is that of every chat.
func ReachOf(ctx context.Context) Reach {
	r, _ := ctx.Value(reachKey{}).(Reach)
	return r
}
