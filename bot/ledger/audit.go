package ledger

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"patrol/rules/lang"
)

// Pruning is what an entry of kind Pruned says: old entries have gone. It stands in
// the chain like every other, so that nothing can be dropped unsaid.
type Pruning struct {
	Before  time.Time     `json:"before"`  // what happened before then could go
	Period  time.Duration `json:"period"`  // because entries are kept for so long
	Upto    int64         `json:"upto"`    // all that is gone so far had this number or a lower one
	Entries int64         `json:"entries"` // how many bodies went with this one
	Cases   int64         `json:"cases"`   // and how many cases
	Start   Head          `json:"start"`   // of the entries up to this one nothing is left: the chain begins after it
}

// LeastPeriod is the shortest time for which entries can be kept.
const LeastPeriod = 24 * time.Hour

// check is why the pruning can't be right, "" where it can.
func (p *Pruning) check(e *Entry) string {
	switch {
	case p == nil:
		return "it does not say what was pruned"
	case p.Period < LeastPeriod:
		return fmt.Sprintf("it says that entries are kept for %s only", p.Period)
	case e.At.Sub(p.Before) < p.Period:
		return fmt.Sprintf("it was made at %s and took what is younger than %s", e.At.Format(time.RFC3339), p.Period)
	case p.Upto >= e.Seq || p.Start.Seq > p.Upto || p.Start.Seq < 0:
		return fmt.Sprintf("it says that entries up to %d are gone, the first %d of them wholly", p.Upto, p.Start.Seq)
	}
	return ""
}

// Evidence is what is still there of a case.
type Evidence struct {
	There    bool  // false: the case is gone, and all below is zero
	Recorded Hash  // of the case as recorded, without its texts
	Said     Hash  // of the texts, or what it was before they were erased
	Erased   bool  //
	Spoken   int64 // the first entry about the case with which something is still said; 0 for none
}

// Report is what Audit has found. It holds up to the point where the audit ended.
type Report struct {
	Start    Head       `json:"start"`    // of the entries up to this one nothing is left
	Head     Head       `json:"head"`     // the last one that holds
	Entries  int64      `json:"entries"`  // that are whole
	Hollow   int64      `json:"hollow"`   // of which only the digest is left
	Cases    int64      `json:"cases"`    // whose evidence is what was recorded
	Erasures []Erasures `json:"erasures"` // by day, person and ground
	Prunings []Prunings `json:"prunings"` // by day and period
	Unproved []Head     `json:"unproved"` // of the known heads: those that were pruned, so that nothing can be compared
}

// Erasures are cases whose texts were erased on one day by one person on one ground.
type Erasures struct {
	Day    string    `json:"day"` // UTC
	By     string    `json:"by"`
	Ground lang.Text `json:"ground"`
	Cases  int64     `json:"cases"`
}

// Prunings are what was pruned on one day.
type Prunings struct {
	Day     string        `json:"day"` // UTC
	Period  time.Duration `json:"period"`
	Entries int64         `json:"entries"`
	Cases   int64         `json:"cases"`
	Before  time.Time     `json:"before"`
}

// Audit is Verify for a ledger of which texts were erased and entries pruned, and
// for the evidence that its entries have the digests of. start is where the chain is
// said to begin; evidence is asked for cases by their id. The error is a *Broken for
// the first entry that something is wrong with: besides what Verify finds, evidence
// that is not what was recorded (Altered, Missing), something that is gone without
// an entry that says so, or against the period that it names (Unfounded), and
// something that is there although an entry says that it was erased (Restored).
//
// What a keeper of the file can do unseen is what the period allows anyway: drop
// what is older. Heads that were noted elsewhere (known) rule out all else.
func Audit(start Head, records iter.Seq2[Record, error], evidence func(id string) (Evidence, error), known ...Head) (Report, error) {
	a := audit{report: Report{Start: start}, evidence: evidence, gone: map[string]int64{}}
	for _, k := range known {
		if k.Seq < start.Seq {
			a.report.Unproved = append(a.report.Unproved, k)
		}
	}
	if i := slices.IndexFunc(known, func(k Head) bool { return k.Seq == start.Seq && k.Hash != start.Hash }); i >= 0 && start.Seq > 0 {
		return a.report, &Broken{Seq: start.Seq, Fault: Altered, Why: "it, or one before it, is not the entry that was noted as " + known[i].Hash.String()}
	}
	head, err := walk(start, records, known, a.visit)
	a.report.Head = head
	if err == nil {
		err = a.end()
	}
	return a.report, err
}

type audit struct {
	report   Report
	evidence func(id string) (Evidence, error)
	gone     map[string]int64 // by case: the last entry about it of which something is erased, and no later one says so yet
	hollow   int64            // the last hollow entry
	pruned   *Pruning         // the last one
}

func (a *audit) visit(r *Record) error {
	if r.hollow() {
		a.report.Hollow++
		a.hollow = r.Seq
		return nil
	}
	a.report.Entries++
	e, err := r.Entry()
	if err != nil {
		return &Broken{Seq: r.Seq, Fault: Altered, Why: err.Error()}
	}
	if r.Erased() {
		a.gone[e.Case] = r.Seq
	}
	switch e.Kind {
	case Decided:
		return a.decided(&e)
	case Redacted:
		return a.redacted(&e)
	case Pruned:
		return a.prune(&e)
	}
	return nil
}

func (a *audit) decided(e *Entry) error {
	if e.Case == "" {
		return nil
	}
	is, err := a.evidence(e.Case)
	switch {
	case err != nil:
		return err
	case !is.There:
		return &Broken{Seq: e.Seq, Fault: Missing, Why: fmt.Sprintf("case %s is gone, and its entry is not", e.Case)}
	case Commit(is.Recorded, is.Said).String() != e.Digest:
		return &Broken{Seq: e.Seq, Fault: Altered, Why: fmt.Sprintf("case %s is not what was recorded", e.Case)}
	case is.Erased:
		a.gone[e.Case] = e.Seq
	}
	a.report.Cases++
	return nil
}

func (a *audit) redacted(e *Entry) error {
	is, err := a.evidence(e.Case)
	switch {
	case err != nil:
		return err
	case is.There && !is.Erased:
		return &Broken{Seq: e.Seq, Fault: Restored, Why: fmt.Sprintf("the texts of case %s were erased, and are there", e.Case)}
	case is.Spoken > 0 && is.Spoken < e.Seq:
		return &Broken{Seq: e.Seq, Fault: Restored, Why: fmt.Sprintf("what was said with entry %d was erased, and is there", is.Spoken)}
	}
	delete(a.gone, e.Case)
	day := e.At.UTC().Format(time.DateOnly)
	all := &a.report.Erasures
	i := slices.IndexFunc(*all, func(x Erasures) bool { return x.Day == day && x.By == e.Actor && x.Ground == e.Ground })
	if i < 0 {
		i = len(*all)
		*all = append(*all, Erasures{Day: day, By: e.Actor, Ground: e.Ground})
	}
	(*all)[i].Cases++
	return nil
}

func (a *audit) prune(e *Entry) error {
	p := e.Pruned
	if why := p.check(e); why != "" {
		return &Broken{Seq: e.Seq, Fault: Unfounded, Why: why}
	}
	if before := a.pruned; before != nil && (p.Upto < before.Upto || p.Start.Seq < before.Start.Seq) {
		return &Broken{Seq: e.Seq, Fault: Unfounded, Why: fmt.Sprintf("it says that entries up to %d are gone, and an earlier one said up to %d", p.Upto, before.Upto)}
	}
	a.pruned = p
	day := e.At.UTC().Format(time.DateOnly)
	all := &a.report.Prunings
	i := slices.IndexFunc(*all, func(x Prunings) bool { return x.Day == day && x.Period == p.Period })
	if i < 0 {
		i = len(*all)
		*all = append(*all, Prunings{Day: day, Period: p.Period})
	}
	x := &(*all)[i]
	x.Entries, x.Cases, x.Before = x.Entries+p.Entries, x.Cases+p.Cases, p.Before
	return nil
}

// end is what can only be said of the whole.
func (a *audit) end() error {
	var said Pruning
	if a.pruned != nil {
		said = *a.pruned
	}
	switch start := a.report.Start; {
	case start != said.Start:
		return &Broken{Seq: start.Seq + 1, Fault: Unfounded, Why: fmt.Sprintf("the chain begins after entry %d, and the last entry about pruning says that it begins after entry %d", start.Seq, said.Start.Seq)}
	case a.hollow > said.Upto:
		return &Broken{Seq: a.hollow, Fault: Unfounded, Why: fmt.Sprintf("its body is gone, and the last entry about pruning says that none is after entry %d", said.Upto)}
	}
	var first *Broken
	for id, seq := range a.gone {
		if first == nil || seq < first.Seq {
			first = &Broken{Seq: seq, Fault: Unfounded, Why: fmt.Sprintf("something that was said in case %s is gone, and no entry says that it was erased", id)}
		}
	}
	if first != nil {
		return first
	}
	return nil
}
