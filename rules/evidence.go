package rules

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"patrol/rules/lang"
)

// A rule with evidence weighs what none of its parts proves alone: an offer, an
// id to write to, disguise. Each piece has a weight, which counts once, or with
// up_to for each different thing that it finds until that much; a negative
// weight speaks for the member. Conditions support what was found, and add no
// more than that. A stretch of text counts once, for the first
// piece in the order of the file that finds it. What the sum comes to decides: from score.act
// on the rule does what its then says, from score.review on a person is asked.

// group is one piece of evidence of a rule. A rule without evidence has one
// group, without weight: what it looks for itself.
type group struct {
	look
	title  lang.Text
	weight float64
	upTo   float64 // 0: counts once
	when   *condition
}

// score is what a rule's evidence must come to; zero for never.
type score struct{ act, review float64 }

func (s score) weighs() bool { return s.act > 0 || s.review > 0 }

// least is the lowest score with a consequence.
func (s score) least() float64 {
	if s.review > 0 {
		return s.review
	}
	return s.act
}

// slack keeps sums of decimal fractions from missing their threshold.
const slack = 1e-9

// maxGroupSignals is how many signals one piece of evidence reports.
const maxGroupSignals = 3

// scale is what lies for and against a message.
type scale struct {
	weight  []float64 // by group; of the Scratch
	heard   float64   // what of it is only heard
	signals []Signal  // filled where they are told
	total   float64
	spared  float64 // what could have come to it at best of what was excused
}

// weighing is the room in which evidence is weighed.
type weighing struct {
	weight   []float64
	reported []int
	counted  []finding // what has added to its group
	covered  []uint64  // bytes of the text that have counted, a bit each
	facts    facts
}

// begin clears the room for a rule and a text of so many bytes.
func (w *weighing) begin(groups, bytes int) {
	w.weight = cleared(w.weight, groups)
	w.reported = cleared(w.reported, groups)
	w.covered = cleared(w.covered, bytes/64+1)
	w.counted = w.counted[:0]
}

// cleared is a slice of n zeros, in the room of an old one where that suffices.
func cleared[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n)
	}
	old = old[:n]
	clear(old)
	return old
}

// weighed judges the evidence of one rule: what it comes to, what follows from
// it, and whether it is enough. Most messages that show some evidence do not show
// enough: their signals are not described, which would cost more than the rest. What
// was excused is where it could have made the difference.
func (j *judgement) weighed(r *rule, found []finding) (s scale, then Then, enough bool) {
	if !j.thorough && !r.mayReach(r.most(found)) {
		return s, then, false
	}
	slices.SortStableFunc(found, func(a, b finding) int { return cmp.Compare(a.group, b.group) })
	tell := j.thorough || r.asksHits
	s = j.weigh(r, found, tell)
	then, enough = r.follows(&s)
	if !tell && (enough || s.spared > 0 && r.mayReach(max(0, s.total)+s.spared)) {
		s = j.weigh(r, found, true)
	}
	return s, then, enough
}

// follows is what follows from evidence, and whether anything does.
func (r *rule) follows(s *scale) (then Then, enough bool) {
	switch {
	case r.score.act > 0 && s.total-s.heard+slack >= r.score.act:
		return r.Then, true
	case r.score.act > 0 && s.total+slack >= r.score.act:
		return r.phoneticThen, true
	case r.score.review > 0 && s.total+slack >= r.score.review:
		return Then{Answer: Review}, true
	}
	return then, false
}

// mayReach reports whether evidence that comes to best, without conditions, may
// have a consequence.
func (r *rule) mayReach(best float64) bool {
	return best+min(best, r.support)+slack >= r.score.least()
}

// most is what the findings could come to at best: it is cheap, and spares
// nearly every message the weighing.
func (r *rule) most(found []finding) float64 {
	var seen groupSet
	best := 0.0
	for _, f := range found {
		best += r.hope(f.group, &seen)
	}
	return best
}

// groupSet is a set of groups of one rule.
type groupSet uint64

// hope is the most that a group may add, if it is not among those seen.
func (r *rule) hope(id int16, seen *groupSet) float64 {
	if *seen&(1<<id) != 0 {
		return 0
	}
	*seen |= 1 << id
	g := &r.groups[id]
	return max(0, g.weight, g.upTo)
}

// supports sums up what the rule's conditions could add at best, and says
// whether any of them asks for the hits.
func (r *rule) supports() {
	r.support, r.asksHits = 0, false
	for i := range r.groups {
		if g := &r.groups[i]; g.when != nil {
			r.support += max(0, g.weight)
			r.asksHits = r.asksHits || g.when.plain == nil
		}
	}
}

// weigh puts on the scale everything that counts among the findings, which are
// sorted by group, and the conditions. tell says whether the signals, and what was
// excused, are to be described.
func (j *judgement) weigh(r *rule, found []finding, tell bool) scale {
	w := &j.sc.weighing
	w.begin(len(r.groups), len(j.ev.Message.Text))
	s := scale{weight: w.weight}
	var spared groupSet
	for i := range found {
		f := &found[i]
		why, excused := j.excuse(r, *f)
		if excused {
			s.spared += r.hope(f.group, &spared)
			if tell && len(j.verdict.Excused) < j.most() {
				j.verdict.Excused = append(j.verdict.Excused, Excuse{Rule: r.ID, Signal: j.signal(r, *f), Why: why})
			}
			continue
		}
		if w.taken(f) {
			continue
		}
		g := &r.groups[f.group]
		if tell && w.reported[f.group] < maxGroupSignals {
			w.reported[f.group]++
			sig := j.signal(r, *f)
			sig.Why = g.says(sig.Why)
			s.signals = append(s.signals, sig)
		}
		j.add(g, f, &s)
	}
	for _, weight := range s.weight {
		s.total += weight
	}
	if j.thorough || r.mayReach(max(0, s.total)) {
		j.supported(r, found[0].rule, &s, tell)
	}
	return s
}

// add adds a finding to its group, unless the same has been added before.
func (j *judgement) add(g *group, f *finding, s *scale) {
	w := &j.sc.weighing
	before := w.weight[f.group]
	if before != 0 && (g.upTo == 0 || before >= g.upTo || j.repeats(w.counted, f)) {
		return
	}
	after := before + g.weight
	if g.upTo > 0 {
		after = min(after, g.upTo)
	}
	w.weight[f.group] = after
	w.counted = append(w.counted, *f)
	if f.kind == foundHeard {
		s.heard += max(0, after-before)
	}
}

// supported adds the conditions that hold. Together they add no more than what
// was found in the message: circumstances alone make nobody guilty. Where nothing
// is to be told, it ends as soon as it can't be enough any more.
func (j *judgement) supported(r *rule, id int32, s *scale, tell bool) {
	left, rest := max(0, s.total), r.support
	f := j.sc.weighing.facts.of(j.set, j.ev)
	for i := range r.groups {
		g := &r.groups[i]
		if g.when == nil {
			continue
		}
		if !tell && s.total+min(left, rest)+slack < r.score.least() {
			break
		}
		rest -= max(0, g.weight)
		if g.weight > 0 && left == 0 || !j.set.holds(g.when, id, f, s.signals) {
			continue
		}
		s.weight[i] = min(g.weight, left)
		left -= max(0, s.weight[i])
		s.total += s.weight[i]
		if tell {
			s.signals = append(s.signals, Signal{Why: g.says(lang.Text{})})
		}
	}
	s.total = math.Round(s.total*1e6) / 1e6
}

// taken reports whether something has counted already that f overlaps, and
// otherwise notes that f has: a stretch of text counts once, for the first piece
// of evidence that finds it. Disguise is a matter of how it is written, and
// counts beside that.
func (w *weighing) taken(f *finding) bool {
	if f.kind == foundScript || f.kind == foundMentions {
		return false
	}
	for at := f.span.Start; at < f.span.End; at++ {
		if w.covered[at/64]&(1<<(at%64)) != 0 {
			return true
		}
	}
	for at := f.span.Start; at < f.span.End; at++ {
		w.covered[at/64] |= 1 << (at % 64)
	}
	return false
}

// repeats reports whether the same thing has counted before: the same word, the
// same kind of contact.
func (j *judgement) repeats(counted []finding, f *finding) bool {
	for i := range counted {
		c := &counted[i]
		if c.group != f.group || c.kind != f.kind {
			continue
		}
		if c.kind == foundContact && j.sc.sights.contacts[c.entry].Kind == j.sc.sights.contacts[f.entry].Kind {
			return true
		}
		if c.kind != foundContact && c.entry == f.entry {
			return true
		}
	}
	return false
}

// says names a piece of evidence, its weight, and what there is to know of it.
func (g *group) says(why lang.Text) lang.Text {
	sign := "+"
	if g.weight < 0 {
		sign = ""
	}
	said := lang.F("%s %s", "%s %s", g.title.In(lang.Zh), sign+points(g.weight))
	said.En = g.title.In(lang.En) + " " + sign + points(g.weight)
	if !why.IsZero() {
		said = lang.T(said.Zh+"："+why.Zh, said.En+": "+why.En)
	}
	return said
}

// sum says what the evidence comes to, and what it takes: "offer 2 + contact 1.5 = 3.5 of 3".
func (r *rule) sum(s *scale) lang.Text {
	var zh, en []string
	for i, w := range s.weight {
		if w != 0 {
			zh = append(zh, r.groups[i].title.In(lang.Zh)+" "+points(w))
			en = append(en, r.groups[i].title.In(lang.En)+" "+points(w))
		}
	}
	takes := r.score.least()
	if r.score.act > 0 && s.total+slack >= r.score.act {
		takes = r.score.act
	}
	return lang.T(
		"证据 "+points(s.total)+"，满 "+points(takes)+" 算数："+strings.Join(zh, " + "),
		"evidence "+points(s.total)+" of "+points(takes)+": "+strings.Join(en, " + "))
}

// weighedRule judges a rule with evidence.
func (j *judgement) weighedRule(r *rule, found []finding) {
	s, then, enough := j.weighed(r, found)
	if !enough && !j.thorough {
		return
	}
	sum := r.sum(&s)
	if !enough {
		j.excuseAll(r, s.signals, sum)
		return
	}
	if why, exempt := r.exempt.covers(j.ev); exempt {
		j.excuseAll(r, s.signals, why)
		return
	}
	if r.when != nil {
		if why, holds := j.set.evaluate(r.when, found[0].rule, j.ev, s.signals); !holds {
			j.excuseAll(r, s.signals, why)
			return
		}
	}
	j.hit(r, append([]Signal{{Why: sum}}, s.signals[:min(len(s.signals), j.most()-1)]...), then)
}
