package rules

import (
	"slices"
	"sync/atomic"

	"patrol/adapters/chat"
	"patrol/detectors/fold"
	"patrol/detectors/keyword"
	"patrol/detectors/phonetic"
	"patrol/detectors/repeat"
)

// Set is a set of rules, loaded and ready. It never changes, so any number of
// goroutines may use it at once; only its Rates count.
type Set struct {
	version string
	files   []string
	rules   []rule
	folded  *vocabulary // words of rules that see through disguise, and literals of patterns
	exact   *vocabulary // words of rules that do not
	heard   *hearing    // words of rules that also listen
	drop    *fold.Folder
	keep    *fold.Folder
	always  []use   // patterns without a literal, which run on every message
	floods  []int32 // rules that count
	alone   []int32 // rules that are only a condition
	words   *Words  // of Chinese
	rates   *Rates
	pastes  bool            // a limit merges pastes
	memory  memory          // of what was said and who is new
	faulty  []atomic.Uint64 // by rule: how many evaluations of its condition failed

	reread    reread    // how texts are read again
	detectors detectors // what is looked for beside words
}

// Rates is what the set counts with.
func (s *Set) Rates() *Rates { return s.rates }

// Version names the set: a hash of everything that it was loaded from.
func (s *Set) Version() string { return s.version }

// Files are the files that the set was read from, keyword files included.
func (s *Set) Files() []string { return slices.Clone(s.files) }

// Rules describes the rules in the order of the files.
func (s *Set) Rules() []Rule {
	rules := make([]Rule, len(s.rules))
	for i := range s.rules {
		rules[i] = s.rules[i].Rule
		rules[i].Tests = slices.Clone(rules[i].Tests)
	}
	return rules
}

// Failures counts by rule id how often a condition (when) could not be worked
// out, so that its rule did not hit. Rules without failures are left out.
func (s *Set) Failures() map[string]uint64 {
	failures := make(map[string]uint64)
	for i := range s.faulty {
		if n := s.faulty[i].Load(); n > 0 {
			failures[s.rules[i].ID] = n
		}
	}
	return failures
}

// Scratch is the room that Eval works in, kept to be used again. The zero value
// is ready; one goroutine at a time may use it.
type Scratch struct {
	place    Place     // of the event
	text     fold.Text // the message without disguise and separators, for words
	clean    fold.Text // the message without disguise, for patterns
	word     fold.Text // a keyword, to be compared with how it was written
	read     bool      // text holds the event's text
	cleaned  bool      // clean does
	runes    runeSet   // of clean
	looked   bool      // runes is known
	thorough bool      // every pattern runs, for Explain
	matches  []keyword.Match
	found    []finding
	excused  []excusedSpan
	patterns []use
	sights   sights
	hearing  hearingScratch
	again    rereadScratch
	sketch   repeat.Sketch
	joined   []byte         // short messages of the author with this one
	imitated string         // the admin whom the author's name looks like
	wrote    int            // messages of the author, this one included
	counts   []repeat.Count // what repeat rules have found
	weighing weighing
}

func (sc *Scratch) begin() {
	sc.read, sc.cleaned, sc.looked = false, false, false
	sc.found, sc.excused = sc.found[:0], sc.excused[:0]
}

// finding is something that a rule saw in an event.
type finding struct {
	rule    int32
	entry   int32 // of the rule's entries or patterns; of its limits for a flood; of what a detector saw
	group   int16 // of the rule's groups
	kind    findingKind
	span    Span // in the text as it was written
	scanned Span // in the text that was scanned
	ways    phonetic.Ways
	unasked bool // another name, with no account beside it
	way     manner
}

type findingKind uint8

const (
	foundKeyword findingKind = iota
	foundPattern
	foundFlood
	foundCondition
	foundLink
	foundContact
	foundScript
	foundMentions
	foundHeard        // a keyword by what it sounds like
	foundReread       // a keyword in a text that was read again
	foundPatternAgain // a pattern there
	foundRepeat
	foundImitation
	foundPieced // a keyword over several messages
)

// excusedSpan is where an except phrase of a rule stands.
type excusedSpan struct {
	rule       int32
	span       Span
	reach      Span  // the span, of this phrase and those of the rule before it, that ends last
	reachEntry int32 // and its phrase
}

// Eval judges one event and counts it. Scratch belongs to the caller's
// goroutine. For a clean event Eval allocates nothing, unless a rule has
// nothing but a condition.
//
// Messages, edits and commands are read; only messages and joins are counted.
// The bot's own events are neither.
func (s *Set) Eval(ev *chat.Event, sc *Scratch) Verdict {
	place := s.rates.Place(ev)
	return s.EvalAt(ev, &place, sc)
}

// EvalAt is Eval for an event whose place is known. One of other Rates than those of
// the set, as before a set with new ones took over, is worked out again.
func (s *Set) EvalAt(ev *chat.Event, at *Place, sc *Scratch) Verdict {
	if ev.Author.Role == chat.RoleSelf {
		return Verdict{}
	}
	sc.begin()
	if sc.place = *at; at.rates != s.rates {
		sc.place = s.rates.Place(ev)
	}
	s.watch(ev, sc)
	s.read(ev, sc)
	s.count(ev, sc)
	s.repeated(ev, sc)
	s.imitated(ev, sc)
	s.pieced(ev, sc)
	s.conditions(ev, sc, false)
	if len(sc.found) == 0 {
		return Verdict{}
	}
	return s.judge(ev, sc, false)
}

// reads reports whether an event of this kind carries text of its author's.
func reads(k chat.Kind) bool {
	return k == chat.KindMessage || k == chat.KindEdit || k == chat.KindCommand
}

// read looks at the message of an event.
func (s *Set) read(ev *chat.Event, sc *Scratch) {
	if !reads(ev.Kind) {
		return
	}
	if ev.Message.Text != "" {
		s.scan(ev.Message.Text, sc)
	}
	if len(s.detectors.seers) > 0 {
		s.detect(ev, sc)
	}
	if ev.Message.Text != "" {
		s.match(ev.Message.Text, sc)
	}
}

// scan looks for words, and for the literals of patterns.
func (s *Set) scan(text string, sc *Scratch) {
	sc.patterns = append(sc.patterns[:0], s.always...)
	if s.folded != nil {
		s.drop.Fold(&sc.text, text)
		sc.read = true
		sc.matches = s.folded.scanner.Scan(sc.matches[:0], sc.text.String())
		sc.again.join, sc.again.reverse = false, false
		s.sort(s.folded, sc, true)
		s.again(text, sc)
	}
	if s.exact != nil {
		sc.matches = s.exact.scanner.Scan(sc.matches[:0], text)
		s.sort(s.exact, sc, false)
	}
	if s.heard != nil {
		s.hear(text, sc)
	}
}

// sort hands the matches of a scan to the rules whose words they are.
func (s *Set) sort(v *vocabulary, sc *Scratch, folded bool) {
	for _, m := range sc.matches {
		at := Span{Start: int(m.Start), End: int(m.End)}
		span := at
		if folded {
			span.Start, span.End = sc.text.Span(at.Start, at.End)
		}
		for _, u := range v.of(m.Word) {
			switch u.kind {
			case useKeyword:
				sc.found = append(sc.found, finding{rule: u.rule, group: u.group, entry: u.entry, span: span, scanned: at})
			case useExcept:
				if folded && sc.torn(at) {
					continue
				}
				sc.excused = append(sc.excused, excusedSpan{rule: u.rule, span: span, reach: span, reachEntry: u.entry})
			case useJoin:
				sc.again.join = true
			case useReverse:
				sc.again.reverse = true
			case usePattern:
				sc.patterns = append(sc.patterns, u)
			}
		}
	}
}

// torn reports whether an except phrase is put together out of two sentences,
// and so excuses nothing.
func (sc *Scratch) torn(phrase Span) bool {
	gaps := sc.text.Gaps(phrase.Start, phrase.End)
	return gaps.Sentence || gaps.Longest > maxGap
}

// conditions looks at the rules that are only a condition. thorough takes those
// that do not hold as well, for judge to say why.
func (s *Set) conditions(ev *chat.Event, sc *Scratch, thorough bool) {
	if !reads(ev.Kind) && ev.Kind != chat.KindJoin {
		return
	}
	for _, id := range s.alone {
		r := &s.rules[id]
		holds := thorough
		if !thorough && r.where.holds(ev) {
			holds = s.holds(r.when, id, sc.weighing.facts.of(s, ev), nil)
		}
		if holds {
			sc.found = append(sc.found, finding{rule: id, kind: foundCondition})
		}
	}
}

// Fresh is the same set, with counts of its own that start from nothing: for
// tests of rules and for replays, which must not touch the counts of a set that
// is at work.
func (s *Set) Fresh() (*Set, error) {
	fresh := &Set{
		version: s.version, files: s.files, rules: slices.Clone(s.rules), folded: s.folded, exact: s.exact, heard: s.heard, reread: s.reread, drop: s.drop, keep: s.keep,
		always: s.always, floods: s.floods, memory: s.memory, alone: s.alone, words: s.words,
		detectors: s.detectors, rates: NewRates(), pastes: s.pastes, faulty: make([]atomic.Uint64, len(s.rules)),
	}
	for i := range fresh.rules {
		fresh.rules[i].limits = slices.Clone(s.rules[i].limits)
		if c := s.rules[i].copies; c != nil {
			own := *c
			fresh.rules[i].copies = &own
		}
	}
	if err := fresh.attach(); err != nil {
		return nil, err
	}
	return fresh, nil
}

// attach gives the rules that count what they count with.
func (s *Set) attach() error {
	var limits []*limit
	for _, id := range s.floods {
		for k := range s.rules[id].limits {
			limits = append(limits, &s.rules[id].limits[k])
		}
	}
	limiters, err := s.rates.prepare(limits)
	if err != nil {
		return err
	}
	all := make([]*copies, 0, len(s.memory.repeats))
	for _, id := range s.memory.repeats {
		all = append(all, s.rules[id].copies)
	}
	trackers, err := s.rates.prepareTrackers(all)
	if err != nil {
		return err
	}
	for _, l := range limits {
		l.limiter = limiters[l.name]
	}
	for _, c := range all {
		c.tracker = trackers[c.name]
	}
	if s.memory.asks != 0 {
		s.memory.book = s.rates.members()
	}
	if s.memory.across > 0 {
		s.memory.tails = s.rates.shorts()
	}
	if len(s.memory.imitates) > 0 {
		s.memory.names = s.rates.admins(s.drop.Word)
	}
	s.rates.adopt(limiters, trackers)
	return nil
}
