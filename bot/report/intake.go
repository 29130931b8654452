package report

import (
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"patrol/adapters/chat"
)

// Config says what is taken for a report, and how many. Zero fields mean what
// their comments say.
type Config struct {
	Words    []string      // at the start of a message; DefaultWords where empty
	Most     int           // reports by one member ...; 5 where 0
	In       time.Duration // ... within this; 10 m where 0
	ChatMost int           // reports in one chat within In; 60 where 0
	Least    float64       // what reports have to weigh together before people are asked; 0.3 where 0
}

// DefaultWords are what a member writes to report the message that they answer.
func DefaultWords() []string { return []string{"/report", "!report", "/举报", "举报"} }

// Intake tells reports from talk and limits them. It may be used from many
// goroutines.
type Intake struct {
	config Config
	first  [256]bool // the bytes that a word begins with

	mu    sync.Mutex
	limit map[string]*rate.Limiter
}

// New is an intake that has taken nothing yet.
func New(c Config) *Intake {
	if len(c.Words) == 0 {
		c.Words = DefaultWords()
	}
	if c.Most <= 0 {
		c.Most = 5
	}
	if c.In <= 0 {
		c.In = 10 * time.Minute
	}
	if c.ChatMost <= 0 {
		c.ChatMost = 60
	}
	if c.Least <= 0 {
		c.Least = 0.3
	}
	in := &Intake{config: c, limit: map[string]*rate.Limiter{}}
	for _, w := range c.Words {
		if w != "" {
			in.first[w[0]] = true
		}
	}
	return in
}

// Least is what reports of a message have to weigh together before it becomes a case.
func (in *Intake) Least() float64 { return in.config.Least }

// Call is which message somebody reports: by its id, or the last one of a member.
type Call struct {
	Message string // its id
	Member  string // else: the id of the member
	Name    string // else: how the member is called
}

// Call reads a report out of e; ok is false where it is none. A message that begins
// with a word of the config is one if it answers a message, mentions one member, or
// goes on with a name: "举报有奖" is talk. It allocates nothing for a message that
// is no report.
func (in *Intake) Call(e *chat.Event) (c Call, ok bool) {
	if e.Kind == chat.KindReport {
		return Call{Message: e.Message.ReplyTo}, e.Message.ReplyTo != ""
	}
	if e.Kind != chat.KindMessage && e.Kind != chat.KindCommand {
		return c, false
	}
	text := strings.TrimLeft(e.Message.Text, " \u3000")
	if text == "" || !in.first[text[0]] {
		return c, false
	}
	rest, found := in.after(text)
	if !found {
		return c, false
	}
	switch name := strings.TrimPrefix(strings.TrimSpace(rest), "@"); {
	case e.Message.ReplyTo != "":
		return Call{Message: e.Message.ReplyTo}, true
	case len(e.Message.Mentions) == 1:
		return Call{Member: e.Message.Mentions[0]}, true
	case name != "":
		name, _, _ = strings.Cut(name, " ")
		return Call{Name: strings.TrimRight(name, ",:，：")}, true
	}
	return c, false
}

// after is what follows the word that text begins with.
func (in *Intake) after(text string) (rest string, found bool) {
	for _, w := range in.config.Words {
		if len(w) == 0 || len(text) < len(w) || !strings.EqualFold(text[:len(w)], w) {
			continue
		}
		rest := text[len(w):]
		if r, _ := utf8.DecodeRuneInString(rest); rest == "" || strings.ContainsRune(" \u3000\t\n@,:，：。.!！", r) {
			return rest, true
		}
	}
	return "", false
}

// Limit says why a report is not taken.
type Limit string

// The limits. Taken is none.
const (
	Taken      Limit = ""
	ByReporter Limit = "reporter" // this member reports too much
	ByChat     Limit = "chat"     // this chat does
)

// limitsKept bounds how many members and chats are remembered.
const limitsKept = 20_000

// Takes counts the report e against the limits of its author and its chat.
func (in *Intake) Takes(e *chat.Event) Limit {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.allow("m\x00"+e.Adapter+"\x00"+e.Author.ID, in.config.Most, e.Time) {
		return ByReporter
	}
	if !in.allow("c\x00"+e.Adapter+"\x00"+e.Chat, in.config.ChatMost, e.Time) {
		return ByChat
	}
	return Taken
}

func (in *Intake) allow(key string, most int, at time.Time) bool {
	l := in.limit[key]
	if l == nil {
		if len(in.limit) >= limitsKept {
			clear(in.limit) // the limits begin anew: memory is bounded, and a flood still is
		}
		l = rate.NewLimiter(rate.Every(in.config.In/time.Duration(most)), most)
		in.limit[key] = l
	}
	return l.AllowN(at, 1)
}
