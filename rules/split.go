package rules

import (
	"time"
	"unsafe"

	"patrol/adapters/chat"
	"patrol/detectors/tail"
	"patrol/rules/lang"
)

// longestAcross bounds how long a member may take between the pieces of a word.
const longestAcross = 10 * time.Minute

// pieced looks for keywords that a member posts in pieces, message by message.
// What stands in this message alone has been found before.
func (s *Set) pieced(ev *chat.Event, sc *Scratch) {
	if s.memory.tails == nil || s.folded == nil || ev.Kind != chat.KindMessage || !sc.read {
		return
	}
	var start int
	sc.joined, start = s.memory.tails.Add(sc.joined[:0], tail.Post{Key: sc.place.memberKey(), Text: sc.text.String(), At: ev.Time, In: s.memory.across})
	if start == 0 {
		return
	}
	joined := unsafe.String(unsafe.SliceData(sc.joined), len(sc.joined)) // lent for the scan
	sc.matches = s.folded.scanner.Scan(sc.matches[:0], joined)
	for _, m := range sc.matches {
		if int(m.Start) >= start || int(m.End) <= start {
			continue
		}
		for _, u := range s.folded.of(m.Word) {
			if u.kind == useKeyword && s.rules[u.rule].across > 0 {
				end, _ := sc.text.Span(int(m.End)-start, int(m.End)-start)
				sc.found = append(sc.found, finding{rule: u.rule, group: u.group, entry: u.entry, kind: foundPieced, span: Span{End: end}})
			}
		}
	}
}

// piecedSignal describes a keyword whose end stands in a message.
func piecedSignal(word string, span Span) Signal {
	return Signal{Word: word, Span: span, Why: lang.T("分成几条消息发出", "posted in pieces over several messages")}
}

// across checks the rule's time between the pieces of a word.
func (c *checker) across() {
	d := time.Duration(c.in.Across)
	if !c.has("across") {
		return
	}
	switch {
	case d < time.Second || d > longestAcross:
		if !c.broken {
			c.fault(c.at("across"), lang.T("时间要在 1s 到 10m 之间", "the time must be from 1s to 10m"), lang.T("例如 across: 20s", "for example across: 20s"))
		}
		return
	case c.out.exact:
		c.fault(c.at("across"), lang.T("disguise: exact 的规则不能用 across", "a rule with disguise: exact can't have across"), lang.Text{})
		return
	}
	c.out.across = d
	c.l.set.memory.across = max(c.l.set.memory.across, d)
}
