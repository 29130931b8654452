package store

import (
	"database/sql"
	"fmt"
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
)

// standings are how the acts of a case stand. An act is written with what may
// become of it only: all else is in the evidence, where it was planned.
type standings struct {
	Acts []standing `json:"acts"`
}

type standing struct {
	Plan     int             `json:"plan,omitempty"` // its place in the evidence, counted from 1; 0 where it was not planned
	Act      *review.Act     `json:"act,omitempty"`  // all of it: it was not planned, or more has changed than what follows
	State    review.ActState `json:"state,omitempty"`
	Due      int64           `json:"due,omitempty"` // nanoseconds, as in the columns
	For      time.Duration   `json:"for,omitempty"`
	Attempts int             `json:"attempts,omitempty"`
	Settled  int64           `json:"settled,omitempty"`
	Receipt  chat.Receipt    `json:"receipt,omitzero"`
	Error    string          `json:"error,omitempty"`
}

var standingsForm = ledger.NewForm[standings]()

// encodeActs is how acts stand, nil where they stand as they were planned.
func encodeActs(planned, acts []review.Act) ([]byte, error) {
	s := standings{Acts: make([]standing, len(acts))}
	changed := len(planned) != len(acts)
	for i := range acts {
		a := &acts[i]
		if i < len(planned) {
			s.Acts[i] = standing{
				Plan: i + 1, State: a.State, Due: nanos(a.Due), For: a.Action.For, Attempts: a.Attempts,
				Settled: nanos(a.Settled), Receipt: a.Receipt, Error: a.Error,
			}
		}
		if i >= len(planned) || !sameAct(s.Acts[i].of(planned[i]), *a) {
			s.Acts[i] = standing{Act: a}
		}
		changed = changed || !sameAct(planned[i], *a)
	}
	if !changed {
		return nil, nil
	}
	return standingsForm.Canonical(nil, &s)
}

// sameAct compares times as moments, wherever their clocks hang.
func sameAct(a, b review.Act) bool {
	for _, t := range [...][2]*time.Time{{&a.Due, &b.Due}, {&a.Settled, &b.Settled}, {&a.Action.Sent, &b.Action.Sent}, {&a.Receipt.Until, &b.Receipt.Until}} {
		if t[0].Equal(*t[1]) {
			*t[0] = *t[1]
		}
	}
	return a == b
}

// of is the act that was planned so, as it stands.
func (s *standing) of(a review.Act) review.Act {
	a.State, a.Attempts, a.Receipt, a.Error, a.Action.For = s.State, s.Attempts, s.Receipt, s.Error, s.For
	a.Due, a.Settled = timeOf(s.Due), timeOf(s.Settled)
	return a
}

// decodeActs is what encodeActs was given.
func decodeActs(data []byte, planned []review.Act) ([]review.Act, error) {
	if data == nil {
		return slices.Clone(planned), nil
	}
	var s standings
	if err := ledger.Decode(data, &s); err != nil {
		return nil, err
	}
	acts := make([]review.Act, len(s.Acts))
	for i := range s.Acts {
		switch one := &s.Acts[i]; {
		case one.Act != nil:
			acts[i] = *one.Act
		case one.Plan < 1 || one.Plan > len(planned):
			return nil, fmt.Errorf("act %d was planned as number %d of %d", i+1, one.Plan, len(planned))
		default:
			acts[i] = one.of(planned[one.Plan-1])
		}
	}
	return acts, nil
}

// agenda is what the outbox has to do for a case, as columns.
type agenda struct {
	doing bool
	due   sql.NullInt64 // of the first act that waits
	asked sql.NullInt64 // of the first that a person is to do by hand
}

func agendaOf(acts []review.Act) (a agenda) {
	for i := range acts {
		switch act := &acts[i]; act.State {
		case review.Doing:
			a.doing = true
		case review.Due:
			sooner(&a.due, act.Due)
		case review.Asked:
			sooner(&a.asked, act.Due)
		}
	}
	return a
}

// sooner makes t the time in first, where that is none or later.
func sooner(first *sql.NullInt64, t time.Time) {
	if at := nanos(t); !first.Valid || at < first.Int64 {
		*first = sql.NullInt64{Int64: at, Valid: true}
	}
}
