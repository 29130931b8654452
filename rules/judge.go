package rules

import (
	"cmp"
	"slices"
	"strings"

	"patrol/adapters/chat"
	"patrol/detectors/fold"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// maxSignals is how many signals, and how many excuses, one rule reports of one
// event: a message stuffed with keywords is as bad as these many.
const maxSignals = 16

// judge turns what was seen into a verdict. thorough reports everything, also
// of rules that do not hold where the event is; it is for Explain.
func (s *Set) judge(ev *chat.Event, sc *Scratch, thorough bool) Verdict {
	sc.sortFindings()
	j := judgement{set: s, ev: ev, sc: sc, thorough: thorough}
	for from := 0; from < len(sc.found); {
		to := from + 1
		for to < len(sc.found) && sc.found[to].rule == sc.found[from].rule {
			to++
		}
		j.rule(&s.rules[sc.found[from].rule], sc.found[from:to])
		from = to
	}
	if len(j.verdict.Hits) == 0 && len(j.verdict.Excused) == 0 {
		return Verdict{}
	}
	j.verdict.Set = s.version
	if sc.read && s.folded != nil {
		j.verdict.Folded = strings.Clone(sc.text.String())
	}
	return j.verdict
}

// sortFindings groups findings by rule, in the order of the text, and makes the
// except phrases ready for excuse.
func (sc *Scratch) sortFindings() {
	slices.SortStableFunc(sc.found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.kind, b.kind),
			cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(b.span.End, a.span.End))
	})
	slices.SortFunc(sc.excused, func(a, b excusedSpan) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.span.Start, b.span.Start))
	})
	for i := 1; i < len(sc.excused); i++ {
		last, e := &sc.excused[i-1], &sc.excused[i]
		if last.rule == e.rule && last.reach.End > e.reach.End {
			e.reach, e.reachEntry = last.reach, last.reachEntry
		}
	}
}

// judgement is a verdict in the making.
type judgement struct {
	set      *Set
	ev       *chat.Event
	sc       *Scratch
	thorough bool
	verdict  Verdict
}

// rule judges all that one rule saw.
func (j *judgement) rule(r *rule, found []finding) {
	if !r.where.holds(j.ev) {
		if j.thorough {
			j.excuseAll(r, j.signals(r, found), elsewhere)
		}
		return
	}
	if r.score.weighs() {
		j.weighedRule(r, found)
		return
	}
	if j.unremarkable(r, found) {
		return
	}
	signals, heard := j.counted(r, found)
	if len(signals) == 0 {
		return
	}
	if why, exempt := r.exempt.covers(j.ev); exempt {
		j.excuseAll(r, signals, why)
		return
	}
	if r.when != nil {
		hits := signals
		if r.alone {
			hits = nil
		}
		if why, holds := j.set.evaluate(r.when, found[0].rule, j.ev, hits); !holds {
			j.excuseAll(r, signals, why)
			return
		}
	}
	then := r.Then
	if heard {
		then = r.phoneticThen
	}
	j.hit(r, signals, then)
}

// unremarkable reports whether a rule has only seen what stands in very many
// messages, such as a link, and its condition does not hold: nobody asks why that was
// let pass, and to say so would cost more than to find out.
func (j *judgement) unremarkable(r *rule, found []finding) bool {
	if j.thorough || r.when == nil || r.when.plain == nil {
		return false
	}
	for i := range found {
		switch found[i].kind {
		case foundLink, foundContact, foundScript, foundMentions:
		default:
			return false
		}
	}
	return !j.set.holds(r.when, found[0].rule, j.sc.weighing.facts.of(j.set, j.ev), nil)
}

func (j *judgement) hit(r *rule, signals []Signal, then Then) {
	j.verdict.Hits = append(j.verdict.Hits, Hit{
		Rule: r.ID, Title: r.Title, Category: r.Category, Severity: r.Severity,
		Mode: r.Mode, Then: then, Signals: signals,
	})
}

// counted are the signals that count, and whether all of them are only heard;
// the others go to the excused.
func (j *judgement) counted(r *rule, found []finding) (signals []Signal, heard bool) {
	heard = true
	excuses := 0
	for _, f := range found {
		if len(signals) == j.most() {
			break
		}
		why, excused := j.excuse(r, f)
		if !excused {
			signals = append(signals, j.signal(r, f))
			heard = heard && f.kind == foundHeard
			continue
		}
		if excuses++; excuses <= j.most() {
			j.verdict.Excused = append(j.verdict.Excused, Excuse{Rule: r.ID, Signal: j.signal(r, f), Why: why})
		}
	}
	return signals, heard
}

func (j *judgement) most() int {
	if j.thorough {
		return 100 * maxSignals
	}
	return maxSignals
}

func (j *judgement) signals(r *rule, found []finding) []Signal {
	var signals []Signal
	for _, f := range found[:min(len(found), j.most())] {
		signals = append(signals, j.signal(r, f))
	}
	return signals
}

func (j *judgement) excuseAll(r *rule, signals []Signal, why lang.Text) {
	for _, sig := range signals {
		j.verdict.Excused = append(j.verdict.Excused, Excuse{Rule: r.ID, Signal: sig, Why: why})
	}
}

// excuse says why a finding does not count, if it does not.
func (j *judgement) excuse(r *rule, f finding) (why lang.Text, excused bool) {
	if f.kind == foundFlood || f.kind == foundCondition || f.kind == foundMentions {
		return lang.Text{}, false
	}
	if phrase, covered := j.sc.covering(f); covered {
		return lang.F("例外短语“%s”盖住了它", "the except phrase %q covers it", r.entries[phrase]), true
	}
	if f.kind == foundHeard {
		return j.excuseHeard(r, f)
	}
	if f.kind == foundReread && r.boundary == boundaryAuto && f.way != manner(fold.Reversed) {
		return j.set.words.cut(j.ev.Message.Text, f.span)
	}
	if f.kind != foundKeyword {
		return lang.Text{}, false
	}
	t := scanned{raw: j.ev.Message.Text}
	if !r.exact {
		t = scanned{folded: &j.sc.text, raw: j.sc.text.String()}
		j.set.drop.Fold(&j.sc.word, r.entries[f.entry])
		if why, apart := t.apart(f.scanned, &j.sc.word, r.gapless); apart {
			return why, true
		}
	}
	if why, inside := t.insideWord(f.scanned, r.boundary); inside {
		return why, true
	}
	if r.boundary == boundaryAuto {
		return j.set.words.cut(j.ev.Message.Text, f.span)
	}
	return lang.Text{}, false
}

// covering is the except phrase that a finding lies inside.
func (sc *Scratch) covering(f finding) (entry int32, covered bool) {
	// The last phrase of the rule that starts no later than the finding knows
	// the one among them that reaches farthest.
	at, _ := slices.BinarySearchFunc(sc.excused, f, func(e excusedSpan, f finding) int {
		if order := cmp.Compare(e.rule, f.rule); order != 0 || e.span.Start > f.span.Start {
			return cmp.Or(order, 1)
		}
		return -1
	})
	if at == 0 {
		return 0, false
	}
	e := sc.excused[at-1]
	return e.reachEntry, e.rule == f.rule && e.reach.End >= f.span.End
}

// signal describes a finding.
func (j *judgement) signal(r *rule, f finding) Signal {
	switch f.kind {
	case foundFlood:
		return Signal{Why: r.limits[f.entry].why}
	case foundPieced:
		return piecedSignal(r.entries[f.entry], f.span)
	case foundImitation:
		return imitationSignal(j.ev.Author.Name, j.sc.imitated)
	case foundRepeat:
		return Signal{Why: r.copies.said(j.sc.counts[f.entry])}
	case foundCondition:
		return Signal{Word: r.When, Why: lang.T("条件成立", "the condition holds")}
	case foundPattern:
		return Signal{Word: r.patterns[f.entry].text, Span: f.span}
	case foundPatternAgain:
		return Signal{Word: r.patterns[f.entry].text, Span: f.span, Why: readBy(j.ev.Message.Text[f.span.Start:f.span.End], r.patterns[f.entry].text, manners[f.way])}
	case foundLink, foundContact, foundScript, foundMentions:
		return j.sight(f)
	}
	sig := Signal{Word: r.entries[f.entry], Span: f.span}
	if written := j.ev.Message.Text[f.span.Start:f.span.End]; written != sig.Word {
		sig.Why = lang.F("原文写作 %s", "written as %s", yamlfile.Excerpt(written))
		switch f.kind {
		case foundHeard:
			sig.Why = readAs(written, r.entries[f.entry], f.ways)
		case foundReread:
			sig.Why = readBy(written, r.entries[f.entry], manners[f.way])
		}
	}
	return sig
}

var elsewhere = lang.T("此规则在这里不生效", "the rule does not hold here")
