package score

import (
	"slices"

	"patrol/rules"
)

// Line is one line that was judged.
type Line struct {
	Spam  bool
	Group string // what kind of line it is, to be reported apart; empty for none
	Hits  []rules.Hit
}

// Asked is what the hits of a line ask for: the heaviest answer among them, ""
// for none.
func (l *Line) Asked() rules.Answer {
	most := rules.Answer("")
	for i := range l.Hits {
		if asked := l.Hits[i].Asks(); weight(asked) > weight(most) {
			most = asked
		}
	}
	return most
}

func weight(a rules.Answer) int {
	return slices.Index([]rules.Answer{"", rules.Log, rules.Review, rules.Ladder}, a)
}

// Counts is how many lines got something.
type Counts struct {
	Spam     int `json:"spam"`
	Harmless int `json:"harmless"`
}

func (c *Counts) add(spam bool) {
	if spam {
		c.Spam++
	} else {
		c.Harmless++
	}
}

func (c Counts) plus(d Counts) Counts {
	return Counts{Spam: c.Spam + d.Spam, Harmless: c.Harmless + d.Harmless}
}

// byAnswer counts lines by what is asked for.
type byAnswer struct{ acted, queued, logged Counts }

func (b *byAnswer) add(asked rules.Answer, spam bool) {
	switch asked {
	case rules.Ladder:
		b.acted.add(spam)
	case rules.Review:
		b.queued.add(spam)
	case rules.Log:
		b.logged.add(spam)
	}
}

// Sheet is a count in the making. New makes it; one goroutine at a time may use it.
type Sheet struct {
	all    Counts
	heads  byAnswer
	rules  []rules.Rule
	tally  map[string]*ruleTally
	groups map[string]*groupTally
	order  []string // of the groups
}

type ruleTally struct {
	byAnswer
	only int
}

type groupTally struct {
	lines int
	byAnswer
}

// New is an empty Sheet for some rules, those of the Set that judges.
func New(of []rules.Rule) *Sheet {
	s := &Sheet{rules: of, tally: make(map[string]*ruleTally, len(of)), groups: map[string]*groupTally{}}
	for i := range of {
		s.tally[of[i].ID] = new(ruleTally)
	}
	return s
}

// Add counts one line. Hits of rules that the Sheet does not know count for the
// line alone.
func (s *Sheet) Add(l Line) {
	asked := l.Asked()
	s.all.add(l.Spam)
	s.heads.add(asked, l.Spam)
	for i := range l.Hits {
		if t := s.tally[l.Hits[i].Rule]; t != nil {
			t.add(l.Hits[i].Asks(), l.Spam)
			if len(l.Hits) == 1 && l.Spam {
				t.only++
			}
		}
	}
	if l.Group == "" {
		return
	}
	g := s.groups[l.Group]
	if g == nil {
		g = new(groupTally)
		s.groups[l.Group] = g
		s.order = append(s.order, l.Group)
	}
	g.lines++
	g.add(asked, l.Spam)
}

// Report says what came of it.
func (s *Sheet) Report() Report {
	r := Report{Lines: s.all.Spam + s.all.Harmless, Spam: s.all.Spam, Harmless: s.all.Harmless, Rules: []RuleScore{}, Groups: []GroupScore{}}
	flagged := s.heads.acted.plus(s.heads.queued)
	r.Acted, r.Flagged, r.Noted = s.score(s.heads.acted), s.score(flagged), s.score(flagged.plus(s.heads.logged))
	for i := range s.rules {
		t := s.tally[s.rules[i].ID]
		r.Rules = append(r.Rules, RuleScore{
			Rule: s.rules[i].ID, Acted: t.acted, Queued: t.queued, Logged: t.logged, Only: t.only,
			Score: s.score(t.acted.plus(t.queued).plus(t.logged)),
		})
	}
	for _, name := range s.order {
		g := s.groups[name]
		flagged := g.acted.plus(g.queued)
		r.Groups = append(r.Groups, GroupScore{
			Group: name, Lines: g.lines, Acted: g.acted.Spam + g.acted.Harmless, Queued: g.queued.Spam + g.queued.Harmless,
			Logged: g.logged.Spam + g.logged.Harmless, Share: Wilson(flagged.Spam+flagged.Harmless, g.lines),
		})
	}
	return r
}

// Report is what rules make of some lines.
type Report struct {
	Lines    int          `json:"lines"`
	Spam     int          `json:"spam"`
	Harmless int          `json:"harmless"`
	Acted    Score        `json:"acted"`                  // lines that the bot acts on
	Flagged  Score        `json:"acted_or_queued"`        // those, and what it asks a person about
	Noted    Score        `json:"acted_queued_or_logged"` // those, and what it only writes down
	Rules    []RuleScore  `json:"rules"`                  // in the order of the Sheet's rules
	Groups   []GroupScore `json:"groups"`                 // in the order of the lines
}

// Score is how good it is to take some lines for spam. A rate is nil where there
// is nothing to divide by, and those about spam where there is none.
type Score struct {
	Counts
	Precision   *Rate `json:"precision"`              // spam among what was taken
	Recall      *Rate `json:"recall"`                 // what was taken among the spam
	F1          *Rate `json:"f1"`                     // their harmonic mean
	FalseAlarms *Rate `json:"false_alarms_per_10000"` // of the harmless lines
}

// score is the Score of taking some lines. The interval of F1 is that of the
// share J of lines that are taken or spam or both which are both: F1 is 2J/(1+J),
// which rises with it.
func (s *Sheet) score(taken Counts) Score {
	either := s.all.Spam + taken.Harmless
	return Score{
		Counts:    taken,
		Precision: s.ofSpam(Wilson(taken.Spam, taken.Spam+taken.Harmless)),
		Recall:    Wilson(taken.Spam, s.all.Spam),
		F1:        s.ofSpam(Wilson(taken.Spam, either).through(func(j float64) float64 { return 2 * j / (1 + j) })),

		FalseAlarms: Wilson(taken.Harmless, s.all.Harmless).times(10_000),
	}
}

// ofSpam is a rate that says something only where there is spam.
func (s *Sheet) ofSpam(r *Rate) *Rate {
	if s.all.Spam == 0 {
		return nil
	}
	return r
}

// RuleScore is what one rule does: its Score is that of all that it hits.
type RuleScore struct {
	Rule   string `json:"rule"`
	Acted  Counts `json:"acted"`
	Queued Counts `json:"queued"`
	Logged Counts `json:"logged"`
	Only   int    `json:"only"` // spam that no other rule hits
	Score
}

// GroupScore is what became of the lines of one kind.
type GroupScore struct {
	Group  string `json:"group"`
	Lines  int    `json:"lines"`
	Acted  int    `json:"acted"`
	Queued int    `json:"queued"`
	Logged int    `json:"logged"`
	Share  *Rate  `json:"acted_or_queued_share"`
}
