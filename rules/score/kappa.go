package score

import "math"

// Pairs is how two people judged the same things, each without knowing what the
// other says: by what the first said, then the second.
type Pairs struct {
	YesYes int `json:"yes_yes"`
	YesNo  int `json:"yes_no"`
	NoYes  int `json:"no_yes"`
	NoNo   int `json:"no_no"`
}

// N is how many things were judged twice.
func (p Pairs) N() int { return p.YesYes + p.YesNo + p.NoYes + p.NoNo }

// Agreed is the share that both judged alike.
func (p Pairs) Agreed() *Rate { return Wilson(p.YesYes+p.NoNo, p.N()) }

// Kappa is how much more they agree than they would by chance: 1 is always, 0 as
// much as two coins with the same habits (J. Cohen, "A coefficient of agreement for
// nominal scales", Educational and Psychological Measurement 20, 1960). It is nil
// where both always said the same one thing: then nothing is known of it.
//
// Who is first and who is second means nothing here, so that the interval is that
// of two judges with the same habits: all values that a goodness-of-fit test with
// one degree of freedom does not refuse (A. Donner and M. Eliasziw, "A
// goodness-of-fit approach to inference procedures for the kappa statistic",
// Statistics in Medicine 11, 1992). Unlike the one from a standard error it is
// still an interval where all pairs agree.
func (p Pairs) Kappa() *Rate {
	n := float64(p.N())
	split := float64(p.YesNo + p.NoYes)
	if n == 0 {
		return nil
	}
	yes := (2*float64(p.YesYes) + split) / (2 * n)
	if yes == 0 || yes == 1 {
		return nil
	}
	first, second := float64(p.YesYes+p.YesNo)/n, float64(p.YesYes+p.NoYes)/n
	chance := first*second + (1-first)*(1-second)
	if chance == 1 {
		return nil
	}
	r := &Rate{Value: ((n-split)/n - chance) / (1 - chance)}
	middle := 1 - split/(2*n*yes*(1-yes))
	fits := func(kappa float64) bool { return p.misfit(kappa, yes) <= z*z }
	r.Low = edge(middle, max(-yes/(1-yes), -(1-yes)/yes), fits)
	r.High = edge(middle, 1, fits)
	r.Low, r.High = min(r.Low, r.Value), max(r.High, r.Value)
	return r
}

// misfit is how far the pairs are from what kappa would make of them (chi-square),
// where that share of all judgements is yes.
func (p Pairs) misfit(kappa, yes float64) float64 {
	n, both := float64(p.N()), yes*(1-yes)
	sum := 0.0
	for _, cell := range []struct{ seen, share float64 }{
		{float64(p.YesYes), yes*yes + both*kappa},
		{float64(p.YesNo + p.NoYes), 2 * both * (1 - kappa)},
		{float64(p.NoNo), (1-yes)*(1-yes) + both*kappa},
	} {
		expected := max(0, n*cell.share)
		switch {
		case expected > 1e-12*n:
			sum += (cell.seen - expected) * (cell.seen - expected) / expected
		case cell.seen > 0:
			return math.Inf(1)
		}
	}
	return sum
}

// edge is where, on the way from one value to another, what fits ends.
func edge(from, to float64, fits func(float64) bool) float64 {
	if fits(to) {
		return to
	}
	for range 60 {
		middle := (from + to) / 2
		if fits(middle) {
			from = middle
		} else {
			to = middle
		}
	}
	return from
}
