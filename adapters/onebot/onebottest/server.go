package onebottest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"
)

// Config says what a Server is like. Zero fields mean the defaults.
type Config struct {
	Self         int64            // the bot's own account; default 10001
	Token        string           // access_token that clients must show
	Secret       string           // key of X-Signature on posted events
	Reverse      string           // ws:// address to dial and serve, as a reverse WebSocket
	Post         string           // http:// address to post events to
	Insist       bool             // post an event again until it is accepted
	Now          func() time.Time // default time.Now
	RecallWindow time.Duration    // default 2 min
	Heartbeat    time.Duration    // default 0: none
	StringIDs    bool             // send ids as strings, as some implementations do
	CQ           bool             // send messages as CQ strings instead of segments
}

// Call is an action that was asked for.
type Call struct {
	Action  string          `json:"action"`
	Params  json.RawMessage `json:"params"`
	Retcode int             `json:"retcode"`
	Time    time.Time       `json:"time"`
}

// Server is one implementation with one account. All methods may be called from
// many goroutines.
type Server struct {
	config Config

	mu       sync.Mutex
	groups   map[int64]*group
	messages map[int32]*Message
	order    []int32            // ids of messages, oldest first
	told     map[int64][]string // texts written to somebody alone
	serial   int32
	failures map[string][]error
	calls    []Call
	last     []byte // the latest message event
	clients  map[*client]bool
	greet    func()
	cut      bool
	attempts []time.Time
}

// New is a Server without any group.
func New(c Config) *Server {
	c.Self = cmp.Or(c.Self, 10001)
	c.RecallWindow = cmp.Or(c.RecallWindow, 2*time.Minute)
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Server{
		config: c, groups: map[int64]*group{}, messages: map[int32]*Message{}, serial: 1000,
		failures: map[string][]error{}, clients: map[*client]bool{},
	}
}

// id is a number as the Config wants ids.
func (s *Server) id(n int64) any {
	if s.config.StringIDs {
		return formatInt(n)
	}
	return n
}

// AddGroup makes a group in which the bot has the given role.
func (s *Server) AddGroup(id int64, role string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id] = &group{id: id, members: map[int64]*Member{
		s.config.Self: {ID: s.config.Self, Nickname: "patrol", Role: role, Present: true, Joined: s.config.Now()},
	}}
}

// AddMember puts somebody into a group, or changes them, without an event.
func (s *Server) AddMember(group int64, m Member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Present, m.Role = true, cmp.Or(m.Role, "member")
	if m.Joined.IsZero() {
		m.Joined = s.config.Now()
	}
	s.groups[group].members[m.ID] = &m
}

// SetRole changes a role. Told, everybody learns of it as by a group_admin event.
func (s *Server) SetRole(group, user int64, role string, told bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[group]
	g.members[user].Role = role
	if told {
		kind := "set"
		if role == "member" {
			kind = "unset"
		}
		s.notice(g, "group_admin", kind, user, nil)
	}
}

// Say lets a member say text, and returns the message's id: 0 where they are mute
// or not there.
func (s *Server) Say(group, user int64, text string) int32 {
	return s.Send(group, user, Segment{"text", map[string]any{"text": text}})
}

// Send is Say for a message of any segments.
func (s *Server) Send(group, user int64, segments ...Segment) int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[group]
	m := g.members[user]
	if m == nil || !m.Present || s.config.Now().Before(m.Muted) {
		return 0
	}
	posted := s.post(g, user, segments)
	kind := "message"
	if user == s.config.Self {
		kind = "message_sent"
	}
	s.last = s.emit(s.messageEvent(kind, posted))
	return posted.ID
}

// post keeps a message.
func (s *Server) post(g *group, user int64, segments []Segment) *Message {
	s.serial++
	m := &Message{ID: s.serial, Group: g.id, User: user, Time: s.config.Now(), Segments: segments}
	s.messages[m.ID] = m
	s.order = append(s.order, m.ID)
	return m
}

// OnConnect calls greet, on a goroutine that Running.Close waits for, whenever a
// connection that takes events over a WebSocket is open.
func (s *Server) OnConnect(greet func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.greet = greet
}

// Redeliver sends the latest message event once more.
func (s *Server) Redeliver() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broadcast(s.last)
}

// Join lets somebody in, unless their requests are refused.
func (s *Server) Join(group, user int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[group]
	m := g.members[user]
	if m == nil {
		m = &Member{ID: user, Nickname: "user " + formatInt(user), Role: "member"}
		g.members[user] = m
	}
	if m.Rejected {
		return false
	}
	m.Present, m.Joined = true, s.config.Now()
	s.notice(g, "group_increase", "approve", user, map[string]any{"operator_id": s.id(0)})
	return true
}

// Leave lets a member go.
func (s *Server) Leave(group, user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[group]
	g.members[user].Present = false
	s.notice(g, "group_decrease", "leave", user, map[string]any{"operator_id": s.id(user)})
}

// Fail makes the next calls of an action fail with a retcode and words; a retcode
// of 0 lets that one through. HTTP statuses from 400 to 599 are given as such.
func (s *Server) Fail(action string, retcode int, words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var planned error
	if retcode != 0 {
		planned = &problem{retcode, words}
	}
	s.failures[action] = append(s.failures[action], planned)
}

// Member is what is known of a member; ok is false for one who was never there.
func (s *Server) Member(group, user int64) (m Member, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.groups[group].members[user]
	if found == nil {
		return Member{}, false
	}
	return *found, true
}

// Muted reports whether a member has no voice now.
func (s *Server) Muted(group, user int64) bool {
	m, ok := s.Member(group, user)
	return ok && s.config.Now().Before(m.Muted)
}

// Message is one message, whoever posted it.
func (s *Server) Message(id int32) (m Message, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.messages[id]
	if found == nil {
		return Message{}, false
	}
	return *found, true
}

// Sent is what the bot posted into a group, oldest first.
func (s *Server) Sent(group int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Message
	for _, id := range s.order {
		if m := s.messages[id]; m.User == s.config.Self && m.Group == group {
			all = append(all, *m)
		}
	}
	return all
}

// Calls are all actions that were asked for, oldest first, those of one name or
// all where it is empty.
func (s *Server) Calls(action string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return action != "" && c.Action != action })
}

func (s *Server) sorted(g *group) []*Member {
	var all []*Member
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		all = append(all, g.members[id])
	}
	return all
}

// state is all that is true now.
type state struct {
	Self     int64               `json:"self_id"`
	Clients  int                 `json:"clients"`
	Members  map[string][]Member `json:"members"`  // by group
	Messages []Message           `json:"messages"` // of everybody
	Notices  map[string]int      `json:"notices"`  // posts of the bot, by the id of the message that they answer
	Calls    []Call              `json:"calls"`
}

func (s *Server) state() state {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := state{
		Self: s.config.Self, Clients: len(s.clients), Members: map[string][]Member{}, Messages: []Message{},
		Notices: map[string]int{}, Calls: slices.Clone(s.calls),
	}
	for id, g := range s.groups {
		for _, m := range s.sorted(g) {
			now.Members[formatInt(id)] = append(now.Members[formatInt(id)], *m)
		}
	}
	for _, id := range s.order {
		m := s.messages[id]
		now.Messages = append(now.Messages, *m)
		if m.User == s.config.Self {
			now.Notices[m.ReplyTo()]++
		}
	}
	return now
}
