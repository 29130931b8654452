package ladder

import (
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// order is the order in which steps are taken: a recall first, for its window is
// the shortest; the notice last, for it tells what was done.
func order(v chat.Verb) int {
	return slices.Index([]chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban, chat.Warn}, v)
}

// union holds every verb of a and b once, with the longer time, in order. A ban
// puts the member out, so a removal beside it is dropped.
func union(a, b []rules.Step) []rules.Step {
	var out []rules.Step
	for _, s := range slices.Concat(a, b) {
		i := slices.IndexFunc(out, func(o rules.Step) bool { return o.Verb == s.Verb })
		if i < 0 {
			out = append(out, s)
			continue
		}
		out[i].For = max(out[i].For, s.For)
	}
	if has(out, chat.Ban) {
		out = slices.DeleteFunc(out, func(s rules.Step) bool { return s.Verb == chat.Remove })
	}
	slices.SortFunc(out, func(x, y rules.Step) int { return order(x.Verb) - order(y.Verb) })
	return out
}

// without is a less every step that b does at least as long.
func without(a, b []rules.Step) []rules.Step {
	var out []rules.Step
	for _, s := range a {
		if !slices.ContainsFunc(b, func(o rules.Step) bool { return o.Verb == s.Verb && o.For >= s.For }) {
			out = append(out, s)
		}
	}
	return out
}

// split parts steps into those of at most weight and those that are heavier.
func split(steps []rules.Step, weight int) (light, heavy []rules.Step) {
	for _, s := range steps {
		if s.Verb.Weight() <= weight {
			light = append(light, s)
		} else {
			heavy = append(heavy, s)
		}
	}
	return light, heavy
}

func has(steps []rules.Step, v chat.Verb) bool {
	return slices.ContainsFunc(steps, func(s rules.Step) bool { return s.Verb == v })
}

// muteInstead is how long a member is muted where they can't be put out.
const muteInstead = 24 * time.Hour

// lighter is the nearest step below s, for a platform that can't do s.
func lighter(s rules.Step) (rules.Step, bool) {
	switch s.Verb {
	case chat.Ban:
		return rules.Step{Verb: chat.Remove}, true
	case chat.Remove:
		return rules.Step{Verb: chat.Mute, For: muteInstead}, true
	case chat.Mute, chat.Delete:
		return rules.Step{Verb: chat.Warn}, true
	}
	return rules.Step{}, false
}

// fitting brings steps within what the platform can do, and says what it changed.
type fitting struct {
	event      *chat.Event
	can        chat.Capabilities
	age        time.Duration
	people     []chat.Verb  // what a person does where the bot can't
	hand       []rules.Step // what a person has to do
	why        []lang.Text
	impossible bool // something was wanted for which there is no step at all
}

func (f *fitting) all(steps []rules.Step) []rules.Step {
	var out []rules.Step
	for _, s := range steps {
		if fitted, ok := f.one(s); ok {
			out = union(out, []rules.Step{fitted})
		}
	}
	return out
}

// asked is what a person has to do of the steps that were fitted since it was last
// called.
func (f *fitting) asked() []rules.Step {
	asked := f.hand
	f.hand = nil
	return asked
}

// quiet fits steps that nobody is going to take.
func (f *fitting) quiet(steps []rules.Step) []rules.Step {
	aside := fitting{event: f.event, can: f.can, age: f.age}
	return aside.all(steps)
}

func (f *fitting) one(wanted rules.Step) (rules.Step, bool) {
	if wanted.Verb == chat.Delete && f.event.Message.ID == "" {
		return rules.Step{}, false // a join has nothing to delete: not a shortcoming of the platform
	}
	byHand := !f.possible(wanted.Verb) && slices.Contains(f.people, wanted.Verb)
	if byHand {
		f.hand = union(f.hand, []rules.Step{wanted})
		f.why = append(f.why, lang.F("平台或权限不允许机器人 %s，请人工操作", "the bot can't %s here: a person is asked to", wanted))
	}
	for s, ok := wanted, true; ok; s, ok = lighter(s) {
		if byHand && s.Verb == chat.Warn {
			return rules.Step{}, false // what is done by hand needs no notice in its place
		}
		if !f.possible(s.Verb) {
			continue
		}
		if s.Verb == chat.Mute {
			s.For = f.clamp(s.For)
		}
		if s.Verb != wanted.Verb {
			f.why = append(f.why, lang.F("平台做不到 %s，改为 %s", "the platform can't %s: %s instead", wanted, s))
		}
		return s, true
	}
	if byHand {
		return rules.Step{}, false
	}
	f.impossible = true
	f.why = append(f.why, lang.F("平台做不到 %s，请人工处理", "the platform can't %s: a person has to", wanted))
	return rules.Step{}, false
}

// possible reports whether the bot can do v to this event's author or message.
func (f *fitting) possible(v chat.Verb) bool {
	return f.can.Can(v) && (v != chat.Delete || !f.tooLate())
}

func (f *fitting) tooLate() bool {
	return f.can.DeleteWindow > 0 && f.age > f.can.DeleteWindow
}

func (f *fitting) clamp(d time.Duration) time.Duration {
	fit := f.can.ClampMute(d)
	if fit != d {
		f.why = append(f.why, lang.F("禁言时长按平台限制由 %s 调整为 %s", "the mute of %s is %s by the platform's limits", d, fit))
	}
	return fit
}
