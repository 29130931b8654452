package chattest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"patrol/adapters/chat"
)

// Config says what a Platform is like. Zero fields mean the defaults.
type Config struct {
	Name string            // Event.Platform; default "test"
	Can  chat.Capabilities // default Everything()
	Now  func() time.Time  // default time.Now; inside a synctest bubble that is the bubble's clock
}

// Everything is a platform that can do all there is, with mutes from 1 s to 30 d
// that lapse by themselves, and no other limit.
func Everything() chat.Capabilities {
	return chat.Capabilities{
		Warn: true, Delete: true, Remove: true, Ban: true, Unban: true, Edits: true,
		Mute: chat.MuteTimed, MuteMin: time.Second, MuteMax: 30 * 24 * time.Hour,
	}
}

// Self is the Member.ID of the bot on a Platform.
const Self = "bot"

// Platform is a chat platform in memory. All methods may be called from many
// goroutines. Chats and members come into being when they are first named.
type Platform struct {
	config Config

	mu       sync.Mutex
	chats    map[string]*room
	log      []chat.Event
	settled  map[string]bool // ids of acknowledged events
	start    int             // every event of the log before it is acknowledged
	more     chan struct{}   // closed and replaced when something happens
	cut      bool
	attempts []time.Time
	failures map[chat.Verb][]error
	calls    []chat.Action
	done     map[string][]time.Time // when actions succeeded, for the limits
	serial   int
}

type room struct {
	members  map[string]*member
	messages map[string]*message
	notices  []Notice
	demoted  bool // the bot has no rights here
}

type member struct {
	chat.Member
	present, banned, muted bool
	until                  time.Time // of the mute; zero: until lifted
}

type message struct {
	author  string
	sent    time.Time
	deleted bool
}

// Notice is a text that the bot posted.
type Notice struct {
	ID, Text, Member, ReplyTo string
	At                        time.Time
}

// NewPlatform is an empty platform with the bot attached to it.
func NewPlatform(c Config) *Platform {
	if c.Name == "" {
		c.Name = "test"
	}
	if c.Can == (chat.Capabilities{}) {
		c.Can = Everything()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Platform{
		config: c, chats: map[string]*room{}, settled: map[string]bool{}, more: make(chan struct{}),
		failures: map[chat.Verb][]error{}, done: map[string][]time.Time{},
	}
}

// room is the chat called id. Call it with the lock held, like every method
// below that has no lock of its own.
func (p *Platform) room(id string) *room {
	r := p.chats[id]
	if r == nil {
		r = &room{members: map[string]*member{}, messages: map[string]*message{}}
		p.chats[id] = r
	}
	return r
}

func (r *room) member(id string) *member {
	m := r.members[id]
	if m == nil {
		m = &member{Member: chat.Member{ID: id, Name: id, Role: chat.RoleMember}, present: true}
		if id == Self {
			m.Role = chat.RoleSelf
		}
		r.members[id] = m
	}
	return m
}

func (m *member) mute(now time.Time) bool {
	return m.muted && (m.until.IsZero() || now.Before(m.until))
}

// Add puts m into a chat, or changes what is known of them, without an event.
func (p *Platform) Add(room string, m chat.Member) {
	p.mu.Lock()
	defer p.mu.Unlock()
	here := p.room(room).member(m.ID)
	here.Member, here.present = m, true
}

// Say lets a member say text and returns the message's id, or "" where the
// platform does not let them: they are mute or out. Whoever is not there yet
// comes in first, without an event.
func (p *Platform) Say(room, who, text string) string {
	return p.Send(room, who, chat.Message{Text: text})
}

// Send is Say for a whole message. A message without an id gets one.
func (p *Platform) Send(room, who string, m chat.Message) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, now := p.room(room), p.config.Now()
	author := r.member(who)
	if !author.present || author.mute(now) {
		return ""
	}
	if m.ID == "" {
		m.ID = p.next("m")
	}
	r.messages[m.ID] = &message{author: who, sent: now}
	p.happened(chat.Event{Kind: chat.KindMessage, Chat: room, Author: author.Member, Message: m})
	return m.ID
}

// Edit lets a member change a message of theirs.
func (p *Platform) Edit(room, who, id, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.happened(chat.Event{Kind: chat.KindEdit, Chat: room, Author: p.room(room).member(who).Member, Message: chat.Message{ID: id, Text: text}})
}

// Join lets somebody in, unless they are banned.
func (p *Platform) Join(room, who string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.room(room).member(who)
	if m.banned {
		return
	}
	m.present, m.Joined = true, p.config.Now()
	p.happened(chat.Event{Kind: chat.KindJoin, Chat: room, Author: m.Member})
}

// Leave lets a member go.
func (p *Platform) Leave(room, who string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leave(room, p.room(room).member(who))
}

func (p *Platform) leave(room string, m *member) {
	if m.present {
		m.present = false
		p.happened(chat.Event{Kind: chat.KindLeave, Chat: room, Author: m.Member})
	}
}

// Inject puts any event into the log, exactly as given but for an empty ID, Time
// or Platform, which are filled in. It is how a test makes an event that is old,
// a repeat, or a kind that Platform has no method for.
func (p *Platform) Inject(e chat.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.happened(e)
}

func (p *Platform) happened(e chat.Event) {
	if e.ID == "" {
		e.ID = p.next("e")
	}
	if e.Time.IsZero() {
		e.Time = p.config.Now()
	}
	if e.Platform == "" {
		e.Platform = p.config.Name
	}
	p.log = append(p.log, e)
	p.changed()
}

func (p *Platform) changed() {
	close(p.more)
	p.more = make(chan struct{})
}

func (p *Platform) next(prefix string) string {
	p.serial++
	return prefix + strconv.Itoa(p.serial)
}

// Redeliver sends the latest event once more, whether acknowledged or not.
func (p *Platform) Redeliver() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.log) > 0 {
		p.happened(p.log[len(p.log)-1])
	}
}

// Cut drops the connection and refuses new ones until Mend.
func (p *Platform) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut, p.attempts = true, nil
	p.changed()
}

// Mend accepts connections again.
func (p *Platform) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
	p.changed()
}

// Attempts is when a connection was asked for since the last Cut.
func (p *Platform) Attempts() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.attempts)
}

// Fail makes the next len(errs) actions of verb v fail, one by one; a nil among
// them lets that one through.
func (p *Platform) Fail(v chat.Verb, errs ...error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures[v] = append(p.failures[v], errs...)
}

// Demote takes the bot's rights in a chat, so that it can only warn there;
// Promote gives them back.
func (p *Platform) Demote(room string) { p.setDemoted(room, true) }

// Promote gives the bot its rights back.
func (p *Platform) Promote(room string) { p.setDemoted(room, false) }

func (p *Platform) setDemoted(room string, to bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room(room).demoted = to
}

// Member is what the platform knows of a member; present is false for whoever is
// not there.
func (p *Platform) Member(room, who string) (m chat.Member, present bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	here, known := p.room(room).members[who]
	if !known {
		return chat.Member{}, false
	}
	return here.Member, here.present
}

// Muted reports whether a member has no voice now.
func (p *Platform) Muted(room, who string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m, known := p.room(room).members[who]
	return known && m.mute(p.config.Now())
}

// Banned reports whether somebody may not come back.
func (p *Platform) Banned(room, who string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m, known := p.room(room).members[who]
	return known && m.banned
}

// Deleted reports whether a message is gone.
func (p *Platform) Deleted(room, id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	m, known := p.room(room).messages[id]
	return known && m.deleted
}

// Notices are what the bot posted into a chat, oldest first.
func (p *Platform) Notices(room string) []Notice {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.room(room).notices)
}

// Calls are all actions that reached the platform, refused ones included.
func (p *Platform) Calls() []chat.Action {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// Unsettled are the ids of the events that were not acknowledged, sorted.
func (p *Platform) Unsettled() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	ids := map[string]bool{}
	for _, e := range p.log {
		if !p.settled[e.ID] {
			ids[e.ID] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// String says how much is in the platform.
func (p *Platform) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprintf("%s: %d chats, %d events, %d actions", p.config.Name, len(p.chats), len(p.log), len(p.calls))
}
