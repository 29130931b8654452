package irc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

// Do carries out one action, after all actions that were asked for before, and
// returns when the server has answered it. It is Transient while there is no
// connection, and RateLimited where Config.Pace is used up for too long.
func (a *Adapter) Do(ctx context.Context, act chat.Action) (chat.Receipt, error) {
	do := a.verb(act.Verb)
	op := string(act.Verb)
	if do == nil {
		return chat.Receipt{}, &chat.Error{Op: fmt.Sprintf("%.20q", op), Kind: chat.Unsupported, Err: errors.New("not a verb of IRC")}
	}
	ctx, cancel := context.WithTimeout(ctx, confirmLimit)
	defer cancel()
	s, err := a.admitted(ctx, op, act.Chat)
	if err != nil {
		return chat.Receipt{}, err
	}
	defer s.finish()
	if act.Verb != chat.Warn && act.Verb != chat.Delete && !validID(act.Member) {
		return chat.Receipt{}, &chat.Error{Op: op, Kind: chat.NotFound, Err: errors.New("not an id of this platform")}
	}
	return do(s, ctx, act)
}

type doing func(*session, context.Context, chat.Action) (chat.Receipt, error)

func (a *Adapter) verb(v chat.Verb) doing {
	switch v {
	case chat.Warn:
		return (*session).warn
	case chat.Delete:
		return (*session).redact
	case chat.Mute:
		return (*session).mute
	case chat.Unmute:
		return (*session).unmute
	case chat.Remove:
		return (*session).remove
	case chat.Ban:
		return (*session).ban
	case chat.Unban:
		return (*session).unban
	}
	return nil
}

// admitted is the session, with the turn taken, once pace and turn allow.
func (a *Adapter) admitted(ctx context.Context, op, name string) (*session, error) {
	if !slices.ContainsFunc(a.config.Channels, func(c Channel) bool { return c.Name == name }) {
		return nil, &chat.Error{Op: op, Kind: chat.NotFound, Err: fmt.Errorf("%.60q is none of the channels", name)}
	}
	s := a.current()
	if s == nil {
		return nil, broken(op, errOffline)
	}
	if err := a.paced(ctx, op); err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, broken(op, err)
	}
	if err := s.acquainted(ctx, name); err != nil {
		s.finish()
		return nil, broken(op, err)
	}
	return s, nil
}

// acquainted waits until the addresses of those in a channel are known, so that
// nobody who is there is taken for gone: some servers name only nicks on joining.
// The caller has the turn.
func (s *session) acquainted(ctx context.Context, name string) error {
	joined, asked := s.place(name)
	if joined && asked {
		if _, err := s.ask(ctx); err != nil {
			return err
		}
		joined, _ = s.place(name)
	}
	if !joined {
		return errors.New("not in the channel at this moment")
	}
	return nil
}

// place is whether we are in a channel, and whether we still wait to hear who is.
func (s *session) place(name string) (joined, asked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.roster.room(name)
	if x == nil {
		return false, false
	}
	return x.joined, x.asked
}

// target is somebody whom an action is about.
type target struct {
	nick    string // "" where they are not in the channel
	address string // nick!user@host
	others  []string
}

// target finds a member by id now, whatever their nick is.
func (s *session) target(a chat.Action) target {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.roster.room(a.Chat)
	found := s.roster.find(x, a.Member, a.Name)
	var t target
	for i, p := range found {
		if i > 0 {
			t.others = append(t.others, p.nick)
			continue
		}
		t.nick, t.address = p.nick, p.nick+"!"+p.user+"@"+p.host
	}
	// The one with the name comes first; without the name the choice would be a guess.
	if len(found) > 1 && s.roster.server.fold(t.nick) != s.roster.server.fold(a.Name) {
		t.others, t.nick = append(t.others, t.nick), ""
	}
	return t
}

// shared says in a receipt who else a mask matches.
func (t target) shared() string {
	if len(t.others) == 0 {
		return ""
	}
	return "also matches " + strings.Join(t.others, ", ")
}

func (s *session) warn(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	name := a.Name
	if t := s.target(a); t.nick != "" {
		name = t.nick
	}
	const op = "PRIVMSG"
	var receipt chat.Receipt
	for i, text := range s.notice(a.Chat, name, a.Text) {
		if i > 0 {
			if err := s.paced(ctx, op); err != nil {
				break // half a notice is a notice; a repetition would be two
			}
		}
		heard, err := s.ask(ctx, line{girc.PRIVMSG, a.Chat, text})
		if err != nil {
			return receipt, broken(op, err)
		}
		if err := fault(op, heard); err != nil {
			return receipt, err
		}
		if receipt.ID == "" {
			receipt.ID = s.echoed(heard, text)
		}
	}
	return receipt, nil
}

// echoed is the id that the server gave to our text, where it echoes.
func (s *session) echoed(heard []*girc.Event, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range heard {
		if e.Command == girc.PRIVMSG && e.Source != nil && s.roster.isSelf(e.Source.Name) && e.Last() == text {
			return tag(e, "msgid")
		}
	}
	return ""
}

func (s *session) redact(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	const op = "REDACT"
	s.mu.Lock()
	can := s.server.caps[capRedaction]
	s.mu.Unlock()
	switch {
	case !can:
		return chat.Receipt{}, &chat.Error{Op: op, Kind: chat.Unsupported, Err: errors.New("the server can't delete messages")}
	case a.Message == "" || strings.ContainsFunc(a.Message, func(r rune) bool { return r <= ' ' }):
		return chat.Receipt{}, &chat.Error{Op: op, Kind: chat.NotFound, Err: errors.New("the message has no id")}
	}
	heard, err := s.ask(ctx, line{op, a.Chat, a.Message, reason(a)})
	if err != nil {
		return chat.Receipt{}, broken(op, err)
	}
	for _, e := range heard {
		if e.Command == "FAIL" && len(e.Params) > 1 && e.Params[0] == op {
			return chat.Receipt{}, &chat.Error{Op: op, Kind: redactKind(e.Params[1]), Err: fmt.Errorf("%.200s", e.Last())}
		}
	}
	return chat.Receipt{}, fault(op, heard)
}

// redactKind is what a code of FAIL REDACT means (IRCv3 draft/message-redaction).
func redactKind(code string) chat.ErrorKind {
	switch code {
	case "UNKNOWN_MSGID", "INVALID_TARGET":
		return chat.NotFound
	case "REDACT_FORBIDDEN":
		return chat.Forbidden
	case "REDACT_WINDOW_EXPIRED":
		return chat.Unsupported
	}
	return chat.Other
}

func (s *session) remove(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	if t := s.target(a); t.nick == "" && len(t.others) > 0 {
		return chat.Receipt{}, &chat.Error{Op: opKick, Kind: chat.Other, Err: fmt.Errorf("%s share the address, and none is called %.40q", strings.Join(t.others, ", "), a.Name)}
	}
	return chat.Receipt{}, s.kick(ctx, a)
}

const (
	opKick       = girc.KICK
	maxKickTries = 3
)

// kick puts the member out. Who comes in or changes their nick at that very
// moment is tried again: it is known once the server has answered.
func (s *session) kick(ctx context.Context, a chat.Action) error {
	var err error = &chat.Error{Op: opKick, Kind: chat.NotFound, Err: errors.New("not in the channel")}
	if s.target(a).nick == "" {
		if _, err := s.ask(ctx); err != nil {
			return broken(opKick, err)
		}
	}
	tried := ""
	for range maxKickTries {
		nick := s.target(a).nick
		if nick == tried {
			break
		}
		if err = s.kickNick(ctx, a, nick); chat.KindOf(err) != chat.NotFound {
			return err
		}
		tried = nick
	}
	return err
}

func (s *session) kickNick(ctx context.Context, a chat.Action, nick string) error {
	heard, err := s.ask(ctx, line{girc.KICK, a.Chat, nick, reason(a)})
	if err != nil {
		return broken(opKick, err)
	}
	if s.wasKicked(heard, nick) {
		return nil
	}
	if err := fault(opKick, heard); err != nil {
		return err
	}
	return &chat.Error{Op: opKick, Kind: chat.Other, Err: errSilentRefusal}
}

func (s *session) wasKicked(heard []*girc.Event, nick string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(heard, func(e *girc.Event) bool {
		return e.Command == girc.KICK && len(e.Params) > 1 && s.server.fold(e.Params[1]) == s.server.fold(nick)
	})
}

// ban keeps the member out first, and then puts them out, so that they can't slip
// back in between.
func (s *session) ban(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	m, _ := s.entries(a.Member)
	if err := s.set(ctx, a.Chat, m); err != nil {
		return chat.Receipt{}, err
	}
	receipt := chat.Receipt{Note: s.target(a).shared()}
	err := s.kick(ctx, a)
	if chat.KindOf(err) == chat.NotFound {
		receipt.Note, err = joined("nobody was put out", receipt.Note), nil
	}
	return receipt, err
}

func (s *session) unban(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	m, _ := s.entries(a.Member)
	return s.lift(ctx, a, m)
}

// entries are what a ban and a mute of that member put onto the channel's lists.
func (s *session) entries(id string) (ban, mute mask) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.masks.ban(id), s.masks.mute(id)
}

// muting is how this server's members are muted, or an error where they can't be.
func (s *session) muting(op string) (Style, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.masks.style == StyleNone {
		return StyleNone, &chat.Error{Op: op, Kind: chat.Unsupported, Err: errors.New("the server has no way to mute a member")}
	}
	return s.masks.style, nil
}

func (s *session) mute(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	style, err := s.muting("mute")
	if err != nil {
		return chat.Receipt{}, err
	}
	_, m := s.entries(a.Member)
	receipt := chat.Receipt{Note: s.target(a).shared()}
	if style == StyleTimed && a.For > 0 {
		length := max(minTimedBan, min(a.For, maxTimedBan))
		receipt.Until = time.Now().Add(length)
		err = s.setTimed(ctx, a.Chat, m, length)
	} else {
		err = s.set(ctx, a.Chat, m)
	}
	if err != nil {
		return chat.Receipt{}, err
	}
	return receipt, nil
}

func (s *session) unmute(ctx context.Context, a chat.Action) (chat.Receipt, error) {
	if _, err := s.muting("unmute"); err != nil {
		return chat.Receipt{}, err
	}
	_, m := s.entries(a.Member)
	return s.lift(ctx, a, m)
}

// reason is what a server's log shows for an action.
func reason(a chat.Action) string {
	if a.Reason == "" {
		return "Patrol"
	}
	return cut(visible(a.Reason), 200)
}

func joined(a, b string) string {
	if b == "" {
		return a
	}
	return a + "; " + b
}

// timed is a length of time as TBAN takes it.
func timed(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10) + "s"
}
