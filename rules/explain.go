package rules

import (
	"cmp"
	"slices"
	"strings"

	"patrol/adapters/chat"
	"patrol/rules/lang"
)

// Explanation says what a Set makes of an event, and why.
type Explanation struct {
	Set        string      `json:"set"`        // version of the rule set
	Folded     string      `json:"folded"`     // the text as keywords are looked for in it
	Clean      string      `json:"clean"`      // the text as patterns are matched against it
	Candidates []Candidate `json:"candidates"` // all that was seen, in the order of the rule files
	Verdict    Verdict     `json:"verdict"`    // what follows from it, rates aside
}

// Candidate is one thing that a rule saw.
type Candidate struct {
	Rule    string    `json:"rule"`
	Word    string    `json:"word"`          // the keyword or pattern as the rule file has it
	Span    Span      `json:"span"`          // where, in the text as it was written
	Text    string    `json:"text"`          // what was written there
	Seen    lang.Text `json:"seen,omitzero"` // what a person should know of it: how it was read, what weight it has
	Counted bool      `json:"counted"`
	Then    Then      `json:"then,omitzero"` // what the rule asks for because of its hits; zero where it does not count
	Why     lang.Text `json:"why,omitzero"`  // why it does not count, or what a person should know
}

// Explain judges an event as Eval does, but counts nothing, so that no flood
// rule hits, and tells all that was seen. It is for people and slow; any number
// of goroutines may call it.
func (s *Set) Explain(ev *chat.Event) Explanation {
	var sc Scratch
	text := ev.Message.Text
	s.drop.Fold(&sc.text, text)
	e := Explanation{Set: s.version, Folded: strings.Clone(sc.text.String()), Clean: strings.Clone(s.cleanText(text, &sc))}
	if ev.Author.Role == chat.RoleSelf {
		return e
	}
	sc.begin()
	sc.thorough = true
	s.read(ev, &sc)
	s.conditions(ev, &sc, true)
	e.Verdict = s.judge(ev, &sc, true)
	order := make(map[string]int, len(s.rules))
	for i := range s.rules {
		order[s.rules[i].ID] = i
	}
	for _, hit := range e.Verdict.Hits {
		for _, sig := range hit.Signals {
			c := candidate(hit.Rule, sig, text, sig.Why)
			c.Counted, c.Then = true, hit.Then
			e.Candidates = append(e.Candidates, c)
		}
	}
	for _, x := range e.Verdict.Excused {
		e.Candidates = append(e.Candidates, candidate(x.Rule, x.Signal, text, x.Why))
	}
	slices.SortStableFunc(e.Candidates, func(a, b Candidate) int {
		return cmp.Or(order[a.Rule]-order[b.Rule], a.Span.Start-b.Span.Start, a.Span.End-b.Span.End)
	})
	return e
}

func candidate(rule string, sig Signal, text string, why lang.Text) Candidate {
	return Candidate{Rule: rule, Word: sig.Word, Span: sig.Span, Text: text[sig.Span.Start:sig.Span.End], Seen: sig.Why, Why: why}
}
