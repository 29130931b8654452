package irc

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

// line is a message to be sent.
type line []string

// inquiry gathers what the server says between lines of ours and the answer to
// the PING behind them. Servers handle the lines of one client in order, so that
// then the lines were answered too.
type inquiry struct {
	token string
	heard []*girc.Event
	done  chan struct{}
}

// maxHeard bounds what an inquiry keeps; the longest answer is a channel's ban list.
const maxHeard = 4096

var (
	errOffline = errors.New("not connected")
	errCutOff  = errors.New("the connection broke before the server confirmed")
)

// begin waits for this action's turn: one is carried out at a time, so that what
// the server says can be told apart.
func (s *session) begin(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-s.over:
		return errCutOff
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *session) finish() { <-s.turn }

// ask sends lines and returns what the server said to them. The caller has the turn.
func (s *session) ask(ctx context.Context, lines ...line) ([]*girc.Event, error) {
	q := &inquiry{done: make(chan struct{})}
	s.mu.Lock()
	q.token = "patrol-" + s.stamp.next()
	s.asking = q
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asking = nil
	}()
	for _, l := range append(lines, line{girc.PING, q.token}) {
		if err := s.link.send(l[0], l[1:]...); err != nil {
			return nil, fmt.Errorf("%w: %w", errCutOff, err)
		}
	}
	select {
	case <-q.done:
		return q.heard, nil
	case <-s.over:
		return nil, errCutOff
	case <-ctx.Done():
		return nil, fmt.Errorf("the server has not confirmed: %w", ctx.Err())
	}
}

// overhear keeps e for whoever asks. mu is held.
func (s *session) overhear(e *girc.Event) {
	q := s.asking
	switch {
	case q == nil:
	case e.Command == girc.PONG && e.Last() == q.token:
		s.asking = nil
		close(q.done)
	case e.Command == girc.PRIVMSG && (e.Source == nil || !s.roster.isSelf(e.Source.Name)):
	case len(q.heard) < maxHeard && isAnswer(e):
		q.heard = append(q.heard, e)
	}
}

// isAnswer reports whether e could be an answer to an action.
func isAnswer(e *girc.Event) bool {
	switch e.Command {
	case girc.MODE, girc.KICK, girc.PRIVMSG, "REDACT", "FAIL", girc.RPL_BANLIST, rplQuietList, girc.RPL_TRYAGAIN:
		return true
	}
	n, err := strconv.Atoi(e.Command)
	return err == nil && n >= 400
}

const (
	rplQuietList       = "728"
	errListModeSet     = "697" // InspIRCd: already there
	errListModeNotSet  = "698" // InspIRCd: not there
	errTargetTooFast   = "439"
	errCantDo          = "972" // InspIRCd: the member's rank protects them
	errIsChannelServ   = "484" // also: a protected member
	errChanPrivsNeeded = "482"
)

// fault is the first refusal in what the server said, nil where there is none. op
// names what was tried.
func fault(op string, heard []*girc.Event) error {
	for _, e := range heard {
		kind, bad := kindOf(e.Command)
		if !bad {
			continue
		}
		refused := &chat.Error{Op: op, Kind: kind, Err: fmt.Errorf("%s %.200s", e.Command, e.Last())}
		if kind == chat.RateLimited {
			refused.After = 10 * time.Second
		}
		return refused
	}
	return nil
}

// kindOf is what an error reply means for a caller; bad is false for what is none.
func kindOf(command string) (kind chat.ErrorKind, bad bool) {
	switch command {
	case girc.ERR_NOSUCHNICK, girc.ERR_USERNOTINCHANNEL:
		return chat.NotFound, true
	case girc.ERR_NOTONCHANNEL, girc.ERR_NOSUCHCHANNEL:
		return chat.Transient, true // we are going to join again
	case girc.ERR_CANNOTSENDTOCHAN, errChanPrivsNeeded, girc.ERR_NOPRIVILEGES, errIsChannelServ, "485", errCantDo, "531":
		return chat.Forbidden, true
	case girc.ERR_UNKNOWNCOMMAND, girc.ERR_UNKNOWNMODE:
		return chat.Unsupported, true
	case girc.RPL_TRYAGAIN, errTargetTooFast:
		return chat.RateLimited, true
	case errListModeSet, errListModeNotSet, girc.RPL_BANLIST, rplQuietList, "729":
		return 0, false
	case "FAIL":
		return chat.Other, true
	}
	n, err := strconv.Atoi(command)
	return chat.Other, err == nil && (n >= 400 && n < 600 || n == 696)
}

// broken is the error of an action that the server never answered.
func broken(op string, err error) error {
	return &chat.Error{Op: op, Kind: chat.Transient, Err: err}
}

// paced waits until another action may be sent.
func (a *Adapter) paced(ctx context.Context, op string) error {
	r := a.pace.Reserve()
	wait := r.Delay()
	if deadline, ok := ctx.Deadline(); ok && time.Now().Add(wait).After(deadline) {
		r.Cancel()
		return &chat.Error{Op: op, Kind: chat.RateLimited, After: wait, Err: errors.New("the configured pace is used up")}
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		r.Cancel()
		return broken(op, ctx.Err())
	}
}
