package review

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/rules"
)

// Rank is the place of an open case in the queue; the earliest comes first.
//
// What a case weighs at a time is harm x doubt x age, where age is the part of its
// time that has passed: 0 when it was recorded, 1 when it is due. An order by that
// number would change all the time, so cases are ordered by the moment at which
// it reaches 1:
//
//	rank = created + (due - created) / (harm x doubt)
//
// harm is what goes wrong while nobody looks:
//
//	minor 1, major 2, severe 4     the gravest hit
//	x 2                            an act waits for a person, or has failed: the member goes on
//	x 1.5                          a member is muted, removed or banned already: they may be wronged
//
// doubt is how little the bot's word is worth:
//
//	1
//	x 1.5                          a rule asks for a person
//	x 1.25                         a hit in the same message was excused
//	x 2                            a person has handed the case up
func (c *Case) Rank() time.Time {
	left := c.Due.Sub(c.Created)
	if c.Due.IsZero() || left <= 0 {
		return c.Created
	}
	return c.Created.Add(time.Duration(float64(left) / (c.harm() * c.doubt())))
}

func (c *Case) harm() float64 {
	harm := 1.0
	switch c.Verdict.Severity() {
	case rules.Major:
		harm = 2
	case rules.Severe:
		harm = 4
	}
	undone := len(c.Decision.Held) > 0 || !c.Trouble.IsZero()
	restricted := slices.ContainsFunc(c.Decision.Do, func(s rules.Step) bool { return restricts(s.Verb) })
	if undone {
		harm *= 2
	}
	if restricted {
		harm *= 1.5
	}
	return harm
}

func (c *Case) doubt() float64 {
	doubt := 1.0
	for i := range c.Verdict.Hits {
		if h := &c.Verdict.Hits[i]; h.Mode == rules.Live && h.Then.Answer == rules.Review {
			doubt *= 1.5
			break
		}
	}
	if len(c.Verdict.Excused) > 0 {
		doubt *= 1.25
	}
	if by := c.Escalated.By; by != "" && by != ledger.Bot {
		doubt *= 2
	}
	return doubt
}

// Likeness is the same for cases that a person would decide alike: the same rule in
// the same chat, and either the same text but for digits, signs and spaces (one
// raid, one template), or, where the rule did not hit on words, the same member (a
// flood) or the same kind of event without a text (a raid of joins). A case that was
// drawn by chance is judged by itself and like no other.
func (c *Case) Likeness() string {
	if c.Sample.Drawn() {
		sum := sha256.Sum256([]byte("drawn\x00" + c.ID))
		return hex.EncodeToString(sum[:8])
	}
	rule, onText := "", false
	for i := range c.Verdict.Hits {
		h := &c.Verdict.Hits[i]
		if h.Mode != rules.Live && rule != "" {
			continue
		}
		if rule == "" {
			rule = h.Rule
		}
		for _, s := range h.Signals {
			onText = onText || s.Span.End > s.Span.Start
		}
	}
	what := "member " + c.Event.Author.ID
	text := c.Verdict.Folded
	if text == "" {
		text = c.Event.Message.Text
	}
	switch letters := lettersOf(text); {
	case onText && letters != "":
		what = "text " + letters
	case c.Event.Kind != chat.KindMessage && c.Event.Kind != chat.KindEdit:
		what = "kind " + string(c.Event.Kind)
	}
	sum := sha256.Sum256([]byte(rule + "\x00" + ChatKey(c.Event.Adapter, c.Event.Chat) + "\x00" + what))
	return hex.EncodeToString(sum[:8])
}

// lettersOf is text without all that is varied when one text is sent many times.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}
