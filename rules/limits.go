package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"patrol/adapters/chat"
	"patrol/detectors/flood"
	"patrol/rules/lang"
)

// limit is one limit of a flood rule.
type limit struct {
	measure *measure
	per     scope
	merge   bool // lines of a paste count once
	limiter *flood.Limiter
	name    string // under which Rates keeps the limiter
	config  flood.Config
	why     lang.Text
}

// scope is what a limit counts apart.
type scope int

const (
	perMember scope = iota
	perChat
	perPlatform
)

// measure is something that can be counted in an event.
type measure struct {
	key   string // in rule files
	kind  chat.Kind
	value func(ev *chat.Event) int
	unit  lang.Text
	one   string // the English unit of one
}

var (
	messages   = &measure{"messages", chat.KindMessage, func(*chat.Event) int { return 1 }, lang.T("条消息", "messages"), "message"}
	joins      = &measure{"joins", chat.KindJoin, func(*chat.Event) int { return 1 }, lang.T("人入群", "joins"), "join"}
	mentions   = &measure{"mentions", chat.KindMessage, func(ev *chat.Event) int { return len(ev.Message.Mentions) }, lang.T("次 @", "mentions"), "mention"}
	links      = &measure{"links", chat.KindMessage, func(ev *chat.Event) int { return countLinks(ev.Message.Text) }, lang.T("个链接", "links"), "link"}
	media      = &measure{"media", chat.KindMessage, func(ev *chat.Event) int { return len(ev.Message.Attachments) }, lang.T("个附件", "attachments"), "attachment"}
	characters = &measure{"characters", chat.KindMessage, func(ev *chat.Event) int { return utf8.RuneCountInString(ev.Message.Text) }, lang.T("个字", "characters"), "character"}
)

// countLinks counts addresses that start with a scheme or with www.
func countLinks(text string) int {
	n := strings.Count(text, "://")
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '.')
		if i < 0 {
			return n
		}
		at += i + 1
		start := at - len("www.")
		if start >= 0 && strings.EqualFold(text[start:at], "www.") && !strings.HasSuffix(text[:start], "://") {
			n++
		}
	}
}

// count counts the event for every flood rule that it concerns, and notes the
// limits that it is above.
func (s *Set) count(ev *chat.Event, sc *Scratch) {
	if len(s.floods) == 0 || ev.Kind != chat.KindMessage && ev.Kind != chat.KindJoin {
		return
	}
	keys := sc.place.keys()
	// Pastes must see every line of a chat, whatever rules hold there.
	pasted := s.pastes && ev.Kind == chat.KindMessage && s.rates.pastes.Merge(keys[perMember], ev.Message.Text, ev.Time)
	for _, id := range s.floods {
		r := &s.rules[id]
		if !r.where.holds(ev) {
			continue
		}
		if _, exempt := r.exempt.covers(ev); exempt {
			continue
		}
		for i := range r.limits {
			l := &r.limits[i]
			if l.measure.kind != ev.Kind || l.merge && pasted {
				continue
			}
			if !l.limiter.Allow(keys[l.per], l.measure.value(ev), ev.Time) {
				sc.found = append(sc.found, finding{rule: id, entry: int32(i), kind: foundFlood})
			}
		}
	}
}

// Foresee has the memory look for what EvalAt will count an event of that kind with,
// without waiting for it. It changes nothing. Whoever has several events at hand and
// calls Foresee for each of them first gets through them sooner.
func (s *Set) Foresee(kind chat.Kind, at *Place) {
	if kind == chat.KindMessage && (s.memory.book != nil || s.memory.tails != nil) {
		s.memory.foresee(at.memberKey())
	}
	if len(s.floods) == 0 || kind != chat.KindMessage && kind != chat.KindJoin {
		return
	}
	keys := at.keys()
	if s.pastes {
		s.rates.pastes.Foresee(keys[perMember])
	}
	for _, id := range s.floods {
		for i := range s.rules[id].limits {
			if l := &s.rules[id].limits[i]; l.measure.kind == kind {
				l.limiter.Foresee(keys[l.per])
			}
		}
	}
}

// words says what a limit allows.
func (l *limit) words() lang.Text {
	n, in := l.config.Limit.Events, Length(l.config.Limit.In)
	unit := l.measure.unit
	if n == 1 {
		unit.En = l.measure.one
	}
	return lang.T(
		fmt.Sprintf("%s内超过 %d %s", in.Zh, n, unit.Zh),
		fmt.Sprintf("more than %d %s in %s", n, unit.En, in.En),
	)
}

// Length is a length of time as people write it: 1 小时 30 分钟, 1 h 30 min. It is
// empty for none.
func Length(d time.Duration) lang.Text {
	return lang.T(
		durationWords(d, [...]string{" 天", " 小时", " 分钟", " 秒"}, " "),
		durationWords(d, [...]string{" d", " h", " min", " s"}, " "),
	)
}

// durationWords writes a duration in its units, from days to seconds: 1 d 12 h.
func durationWords(d time.Duration, units [4]string, between string) string {
	var parts []string
	for i, size := range [...]time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		if n := d / size; n > 0 {
			parts = append(parts, strconv.FormatInt(int64(n), 10)+units[i])
			d %= size
		}
	}
	if d > 0 {
		parts = append(parts, strconv.FormatFloat(d.Seconds(), 'f', -1, 64)+units[3])
	}
	return strings.Join(parts, between)
}
