package console

import (
	"strings"

	"patrol/bot/review"
	"patrol/rules"
)

// textView is a text as it is shown: whole, or what matters of it.
type textView struct {
	Pieces []piece
	More   bool // something is left out
	Long   bool // something could be left out
}

type attachment struct{ Kind, Name, URL []piece }

type hitView struct {
	Rule, Title string
	Category    string
	Severity    rules.Severity
	Shadow      bool
	Answer      rules.Answer
	Signals     []signalView
}

type signalView struct {
	Word  []piece // as the rule file has it
	Found []piece // as it was written, where that differs
	Why   []piece
}

type excuseView struct {
	Rule   string
	Signal signalView
	Why    []piece
}

type contextView struct {
	Name []piece
	Text textView
	Kind string
	At   moment
	Same bool // by the member whom the case is about
}

// fillEvidence is what the event and the verdict say.
func (p *casePage) fillEvidence(v *visit, c *review.Case) {
	p.Written = p.text(c.Event.Message.Text, spansOf(c))
	p.Folded = p.text(c.Verdict.Folded, wordsIn(c))
	p.FoldedSame = c.Verdict.Folded == "" || c.Verdict.Folded == c.Event.Message.Text
	p.Set = c.Verdict.Set
	p.Trouble = brief(c.Trouble.In(v.lang)) // it may quote what a platform said
	p.Voices = v.voices(c)
	for _, a := range c.Event.Message.Attachments {
		p.Attached = append(p.Attached, attachment{brief(a.Kind), brief(a.Name), brief(a.URL)})
	}
	for i := range c.Verdict.Hits {
		p.Hits = append(p.Hits, v.hit(c, &c.Verdict.Hits[i]))
	}
	for i := range c.Verdict.Excused {
		e := &c.Verdict.Excused[i]
		p.Excused = append(p.Excused, excuseView{e.Rule, v.signal(c, e.Signal), brief(e.Why.In(v.lang))})
	}
	for i := range c.Context {
		e := &c.Context[i]
		one := contextView{Name: brief(nameOf(e.Author.Name, e.Author.ID)), Text: p.text(e.Message.Text, nil), Kind: string(e.Kind), At: v.moment(e.Time)}
		one.Same = e.Author.ID != "" && e.Author.ID == c.Event.Author.ID
		p.Context = append(p.Context, one)
	}
	for _, step := range c.Decision.Shadow {
		p.Shadow = append(p.Shadow, v.step(string(step.Verb), step.For))
	}
	for _, why := range c.Decision.Why {
		p.Why = append(p.Why, brief(why.In(v.lang)))
	}
	for _, remark := range c.Remarks {
		p.Remarks = append(p.Remarks, remarkView{remark.By, v.moment(remark.At), p.text(remark.Text, nil)})
	}
}

// wordsIn is where the words that were found stand in the text as the scanner read
// it.
func wordsIn(c *review.Case) (spans []named) {
	folded := c.Verdict.Folded
	seen := map[string]bool{}
	for i := range c.Verdict.Hits {
		h := &c.Verdict.Hits[i]
		for _, s := range h.Signals {
			name := h.Rule + ": " + s.Word
			if s.Word == "" || seen[name] {
				continue
			}
			seen[name] = true
			for at := 0; ; {
				found := strings.Index(folded[at:], s.Word)
				if found < 0 {
					break
				}
				spans = append(spans, named{rules.Span{Start: at + found, End: at + found + len(s.Word)}, name})
				at += found + len(s.Word)
			}
		}
	}
	return spans
}

func nameOf(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

func (p *casePage) text(text string, spans []named) textView {
	pieces, more := clipped(text, spans, forCase)
	if more && p.All {
		pieces, more = clipped(text, spans, forAll)
		return textView{Pieces: pieces, More: more, Long: true}
	}
	return textView{Pieces: pieces, More: more, Long: more}
}

// signalsShown is how many signals of one hit are listed; all of them are marked
// in the text.
const signalsShown = 8

func (v *visit) hit(c *review.Case, h *rules.Hit) hitView {
	one := hitView{
		Rule: h.Rule, Title: h.Title.In(v.lang), Category: h.Category, Severity: h.Severity,
		Shadow: h.Mode == rules.Shadow, Answer: h.Then.Answer,
	}
	for _, s := range h.Signals[:min(len(h.Signals), signalsShown)] {
		one.Signals = append(one.Signals, v.signal(c, s))
	}
	return one
}

func (v *visit) signal(c *review.Case, s rules.Signal) signalView {
	one := signalView{Word: brief(s.Word), Why: brief(s.Why.In(v.lang))}
	text := c.Event.Message.Text
	if start, end := s.Span.Start, min(s.Span.End, len(text)); start >= 0 && start < end && text[start:end] != s.Word {
		found := text[start:end]
		one.Found, _ = clipped(found, nil, forFound)
	}
	return one
}
