package jsonl

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"patrol/adapters/chat"
)

// Config is the `config:` of a connection of kind jsonl.
type Config struct {
	In           string        `yaml:"in"`           // file or named pipe with events; "" or "-": standard input
	Out          string        `yaml:"out"`          // file or named pipe for actions, appended to; "" or "-": standard output
	Confirm      bool          `yaml:"confirm"`      // the program answers each action with done or error
	Within       chat.Duration `yaml:"within"`       // how long an action may take to be written and confirmed; default 10s
	Acks         bool          `yaml:"acks"`         // acknowledge settled events on out
	Platform     string        `yaml:"platform"`     // of events that name none; default jsonl
	Capabilities Capabilities  `yaml:"capabilities"` // what the program can do
	Direct       bool          `yaml:"direct"`       // members can write to the bot alone, and the program passes its answers on
}

// Capabilities says what the program on the other side can do. The zero value is
// every verb, timed mutes, and no limit.
type Capabilities struct {
	Verbs          []string      `yaml:"verbs"`         // of warn, delete, mute, remove, ban, unban; default all
	Mute           string        `yaml:"mute"`          // timed (default): the program lifts mutes; untimed: Patrol does
	MuteMin        chat.Duration `yaml:"mute_min"`      //
	MuteMax        chat.Duration `yaml:"mute_max"`      //
	DeleteWindow   chat.Duration `yaml:"delete_window"` //
	WarnsPerMinute int           `yaml:"warns_per_minute"`
	ActsPerMinute  int           `yaml:"acts_per_minute"`
	RemovalsPerDay int           `yaml:"removals_per_day"`
}

// Check says everything that is wrong with c, naming the keys.
func (c Config) Check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	known := []string{string(chat.Warn), string(chat.Delete), string(chat.Mute), string(chat.Remove), string(chat.Ban), string(chat.Unban)}
	for i, v := range c.Capabilities.Verbs {
		if !slices.Contains(known, v) {
			fault("capabilities.verbs[%d]: %.40q is none of %v / 不在 %v 之中", i, v, known, known)
		}
	}
	switch c.Capabilities.Mute {
	case "", string(chat.MuteTimed), string(chat.MuteUntimed):
	default:
		fault("capabilities.mute: %.40q is neither timed nor untimed / 只能是 timed 或 untimed", c.Capabilities.Mute)
	}
	if least, most := c.Capabilities.MuteMin, c.Capabilities.MuteMax; most > 0 && least > most {
		fault("capabilities.mute_min %s is above mute_max %s / mute_min 大于 mute_max", least, most)
	}
	for key, n := range map[string]int{
		"warns_per_minute": c.Capabilities.WarnsPerMinute, "acts_per_minute": c.Capabilities.ActsPerMinute,
		"removals_per_day": c.Capabilities.RemovalsPerDay,
	} {
		if n < 0 {
			fault("capabilities.%s is negative / capabilities.%s 不能是负数", key, key)
		}
	}
	if named(c.In) && c.In == c.Out {
		fault("in and out are the same file / in 和 out 是同一个文件")
	}
	return errors.Join(faults...)
}

// named reports whether path is more than a standard stream.
func named(path string) bool { return path != "" && path != "-" }

func (c Config) withDefaults() Config {
	if c.Within == 0 {
		c.Within = chat.Duration(10 * time.Second)
	}
	if c.Platform == "" {
		c.Platform = "jsonl"
	}
	return c
}

// chat is c in the contract's terms.
func (c Capabilities) chat() chat.Capabilities {
	can := func(v chat.Verb) bool { return len(c.Verbs) == 0 || slices.Contains(c.Verbs, string(v)) }
	all := chat.Capabilities{
		Warn: can(chat.Warn), Delete: can(chat.Delete), Remove: can(chat.Remove), Ban: can(chat.Ban), Unban: can(chat.Unban),
		MuteMin: time.Duration(c.MuteMin), MuteMax: time.Duration(c.MuteMax), DeleteWindow: time.Duration(c.DeleteWindow),
		WarnsPerMinute: c.WarnsPerMinute, ActsPerMinute: c.ActsPerMinute, RemovalsPerDay: c.RemovalsPerDay,
		Edits: true,
	}
	if can(chat.Mute) {
		all.Mute = chat.MuteTimed
		if c.Mute != "" {
			all.Mute = chat.Muting(c.Mute)
		}
	}
	return all
}
