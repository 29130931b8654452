package ladder

import (
	"errors"
	"fmt"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

// Rung is what is done to a member whose score has reached At.
type Rung struct {
	At   int
	Do   []rules.Step
	Hold bool // what is heavier than a delete waits for a person
}

// Config says how long strikes are remembered and what they lead to.
type Config struct {
	Memory time.Duration // a strike lapses after this
	Rungs  []Rung        // by rising At
}

// Default is the ladder of a bot whose file says nothing of it: a warning with
// the first strike, mutes from the third, and a removal that a person confirms.
func Default() Config {
	step := func(v chat.Verb, d time.Duration) rules.Step { return rules.Step{Verb: v, For: d} }
	return Config{
		Memory: 30 * 24 * time.Hour,
		Rungs: []Rung{
			{At: 1, Do: []rules.Step{step(chat.Delete, 0), step(chat.Warn, 0)}},
			{At: 3, Do: []rules.Step{step(chat.Delete, 0), step(chat.Mute, 10*time.Minute), step(chat.Warn, 0)}},
			{At: 5, Do: []rules.Step{step(chat.Delete, 0), step(chat.Mute, 24*time.Hour), step(chat.Warn, 0)}},
			{At: 8, Do: []rules.Step{step(chat.Delete, 0), step(chat.Remove, 0)}, Hold: true},
		},
	}
}

// Check reports everything that is wrong with the ladder, or nil.
func (c Config) Check() error {
	var faults []error
	if c.Memory <= 0 {
		faults = append(faults, errors.New("memory must be longer than nothing / memory 必须大于零"))
	}
	for i, r := range c.Rungs {
		if r.At < 1 {
			faults = append(faults, fmt.Errorf("steps[%d].at is %d: a score starts at 1 / 分数从 1 开始", i, r.At))
		}
		if i > 0 && r.At <= c.Rungs[i-1].At {
			faults = append(faults, fmt.Errorf("steps[%d].at is %d but the step before it has %d: let them rise / at 必须递增", i, r.At, c.Rungs[i-1].At))
		}
		if len(r.Do) == 0 {
			faults = append(faults, fmt.Errorf("steps[%d].do is empty: leave the step out instead / do 为空", i))
		}
		for _, s := range r.Do {
			if s.Verb.Weight() == 0 || s.Verb == chat.Mute && s.For <= 0 {
				faults = append(faults, fmt.Errorf("steps[%d].do: %q is no step / 不是有效的动作", i, s))
			}
		}
	}
	return errors.Join(faults...)
}
