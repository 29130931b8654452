package pipeline

import (
	"context"
	"slices"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ledger"
)

var (
	_ brake.Book     = (*Volatile)(nil)
	_ brake.Holdings = (*Volatile)(nil)
)

// PutBrake implements brake.Book.
func (v *Volatile) PutBrake(_ context.Context, b brake.Brake, entries ...ledger.Entry) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse != nil {
		return v.refuse
	}
	if i := v.brake(b.ID); i >= 0 {
		v.brakes[i].Until = b.Until
	} else {
		v.brakes = append(v.brakes, b)
	}
	v.entries = append(v.entries, entries...)
	return nil
}

func (v *Volatile) brake(id string) int {
	return slices.IndexFunc(v.brakes, func(b brake.Brake) bool { return b.ID == id })
}

// Brakes implements brake.Book.
func (v *Volatile) Brakes(_ context.Context, now time.Time) ([]brake.Standing, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []brake.Standing
	for _, b := range slices.Backward(v.brakes) {
		if held := v.heldBy(b.ID); len(held) > 0 || b.Until.After(now) {
			out = append(out, brake.Standing{Brake: b, Holds: len(held)})
		}
	}
	return out, nil
}

// Held implements brake.Holdings.
func (v *Volatile) Held(_ context.Context, id string) ([]string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.heldBy(id), nil
}

func (v *Volatile) heldBy(id string) (cases []string) {
	for _, c := range v.order {
		if v.cases[c].HeldBy(id) {
			cases = append(cases, c)
		}
	}
	return cases
}

// LiftBrake implements brake.Holdings.
func (v *Volatile) LiftBrake(_ context.Context, id, by string, entries ...ledger.Entry) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse != nil {
		return v.refuse
	}
	if i := v.brake(id); i >= 0 && v.brakes[i].LiftedBy == "" {
		v.brakes[i].LiftedBy = by
		v.entries = append(v.entries, entries...)
	}
	return nil
}
