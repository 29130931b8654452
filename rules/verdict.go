package rules

import (
	"fmt"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/rules/lang"
)

// Severity is how much a hit weighs against a member.
type Severity string

// The severities, from light to heavy.
const (
	Minor  Severity = "minor"
	Major  Severity = "major"
	Severe Severity = "severe"
)

// Weight is what a strike of this severity adds to a member's score: 1, 3 or 5.
func (s Severity) Weight() int {
	switch s {
	case Minor:
		return 1
	case Major:
		return 3
	case Severe:
		return 5
	}
	return 0
}

// Mode says whether a rule acts or only records what it would have done.
type Mode string

// The modes.
const (
	Live   Mode = "live"
	Shadow Mode = "shadow"
)

// Answer is what a rule asks for when it hits.
type Answer string

// The answers, from light to heavy.
const (
	Log    Answer = "log"    // write it down, nothing more
	Review Answer = "review" // a person decides
	Ladder Answer = "ladder" // the ladder decides from the member's strikes
	Steps  Answer = "steps"  // just what Then.Steps says
)

// Step is one thing to do: a verb, and for a mute how long.
type Step struct {
	Verb chat.Verb     `json:"verb"`
	For  time.Duration `json:"for,omitempty"`
}

// String writes a step as rule files do: "delete", "mute 10m0s".
func (s Step) String() string {
	if s.For == 0 {
		return string(s.Verb)
	}
	return string(s.Verb) + " " + s.For.String()
}

// ParseStep reads "warn", "delete", "mute 10m", "remove" or "ban". Durations are
// Go's with d for 24 hours added: "mute 7d", "mute 1d12h".
func ParseStep(s string) (Step, error) {
	verb, rest, timed := strings.Cut(strings.TrimSpace(s), " ")
	step := Step{Verb: chat.Verb(verb)}
	if step.Verb.Weight() == 0 {
		return Step{}, fmt.Errorf("%q is no step: use warn, delete, mute 10m, remove or ban", s)
	}
	if !timed {
		if step.Verb == chat.Mute {
			return Step{}, fmt.Errorf("%q lacks its length: write mute 10m", s)
		}
		return step, nil
	}
	if step.Verb != chat.Mute {
		return Step{}, fmt.Errorf("%q: only a mute has a length", s)
	}
	d, err := ParseDuration(rest)
	if err != nil {
		return Step{}, err
	}
	if d <= 0 {
		return Step{}, fmt.Errorf("%q: a mute must last longer than nothing", s)
	}
	step.For = d
	return step, nil
}

// ParseDuration reads Go's durations with d for 24 hours added: "10s", "7d", "1d12h".
func ParseDuration(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	days, rest, found := strings.Cut(s, "d")
	if !found {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf("%q is no length of time: write 10s, 5m, 1h or 7d", s)
		}
		return d, nil
	}
	n, err := time.ParseDuration(days + "h")
	if err != nil || n > 100_000*time.Hour {
		return 0, fmt.Errorf("%q is no length of time: write 10s, 5m, 1h or 7d", s)
	}
	if rest == "" {
		return 24 * n, nil
	}
	d, err := time.ParseDuration(rest)
	if err != nil {
		return 0, fmt.Errorf("%q is no length of time: write 10s, 5m, 1h or 7d", s)
	}
	return 24*n + d, nil
}

// Then is what follows when a rule hits.
type Then struct {
	Answer Answer `json:"answer"`
	Steps  []Step `json:"steps,omitempty"`  // with Answer Steps: what to do, lightest first
	Review bool   `json:"review,omitempty"` // with Answer Steps: a person looks at it as well
}

// Span is a piece of Event.Message.Text, in bytes: text[Start:End].
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Signal is what one detector saw.
type Signal struct {
	Word string    `json:"word,omitempty"` // the keyword or pattern as the rule file has it
	Span Span      `json:"span,omitzero"`  // where, in the text as it was written
	Why  lang.Text `json:"why,omitzero"`   // what a person should know: "6 messages in 10 s", "24 | 口 | 交换机"
}

// Hit is one rule that counts against the event, with every signal for it.
type Hit struct {
	Rule     string    `json:"rule"`
	Title    lang.Text `json:"title,omitzero"`
	Category string    `json:"category,omitempty"`
	Severity Severity  `json:"severity"`
	Mode     Mode      `json:"mode"`
	Then     Then      `json:"then"`
	Signals  []Signal  `json:"signals"`
}

// Asks is what the hit comes to: Ladder where the bot acts by itself, Review
// where a person is asked, Log where it is only written down. Steps act, unless
// all that they ask for is a person; a rule in shadow mode only logs.
func (h *Hit) Asks() Answer {
	switch {
	case h.Mode == Shadow:
		return Log
	case h.Then.Answer == Steps && len(h.Then.Steps) > 0:
		return Ladder
	case h.Then.Answer == Steps && h.Then.Review:
		return Review
	case h.Then.Answer == Steps:
		return Log
	}
	return h.Then.Answer
}

// Excuse is a signal that did not count, and why: an except phrase covered it,
// the hit cut through a word, the member is exempt.
type Excuse struct {
	Rule   string    `json:"rule"`
	Signal Signal    `json:"signal"`
	Why    lang.Text `json:"why"`
}

// Verdict is what the rules think of one event. The zero Verdict is a clean
// event. It asks for nothing by itself: what follows is the ladder's to say.
type Verdict struct {
	Set     string   `json:"set,omitempty"`    // version (hash) of the rule set that judged
	Folded  string   `json:"folded,omitempty"` // the text as the scanner read it; filled only with hits
	Hits    []Hit    `json:"hits,omitempty"`   // in the order of the rule files
	Excused []Excuse `json:"excused,omitempty"`
}

// Clean reports whether no rule hit.
func (v *Verdict) Clean() bool { return len(v.Hits) == 0 }

// Severity is that of the gravest hit, "" for a clean verdict.
func (v *Verdict) Severity() Severity {
	var worst Severity
	for i := range v.Hits {
		if s := v.Hits[i].Severity; s.Weight() > worst.Weight() {
			worst = s
		}
	}
	return worst
}
