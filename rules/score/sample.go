package score

import "math"

// Sample is what units that were drawn at random say about all from which they
// were drawn, where each had its own chance to be drawn. It holds sums, so that a
// store can add them up. The zero Sample is empty.
//
// A unit that was drawn with probability p stands for 1/p units (D. G. Horvitz and
// D. J. Thompson, "A generalization of sampling without replacement from a finite
// universe", Journal of the American Statistical Association 47, 1952): so the
// sums have no bias, however the chances differ, as long as the chance of a unit
// did not depend on what it turned out to be. The chance may depend on all that was
// drawn before.
type Sample struct {
	N  int     `json:"n"`   // units that were drawn and judged
	K  int     `json:"yes"` // those of them that have what is asked for
	W  float64 `json:"-"`   // sum of 1/p over the units
	WW float64 `json:"-"`   // sum of 1/p² over the units
	Y  float64 `json:"-"`   // as W, over the units that have what is asked for
	YY float64 `json:"-"`   // as WW, over those
}

// Add counts a unit that was drawn with that probability, more than 0.
func (s *Sample) Add(yes bool, probability float64) {
	w := 1 / probability
	s.N++
	s.W += w
	s.WW += w * w
	if yes {
		s.K++
		s.Y += w
		s.YY += w * w
	}
}

// Plus is both samples together, of two strata that have no unit in common.
func (s Sample) Plus(o Sample) Sample {
	return Sample{s.N + o.N, s.K + o.K, s.W + o.W, s.WW + o.WW, s.Y + o.Y, s.YY + o.YY}
}

// Not is the sample with what is asked for turned round.
func (s Sample) Not() Sample {
	return Sample{s.N, s.N - s.K, s.W, s.WW, s.W - s.Y, s.WW - s.YY}
}

// Share is the share of units that have what is asked for among all from which the
// sample was drawn; nil where nothing was drawn.
//
// The estimate is Y/W (J. Hájek, comment in "Foundations of Statistical Inference",
// 1971). Its interval is Wilson's for as many units as the sample is worth: the
// lesser of what unequal chances leave of it (L. Kish, "Survey Sampling", 1965:
// W²/WW) and of what the variance of the estimate says, as C. Franco and others
// advise ("Comparative study of confidence intervals for proportions in complex
// sample surveys", Journal of Survey Statistics and Methodology 7, 2019). With
// equal chances it is Wilson's own.
func (s Sample) Share() *Rate {
	if s.N == 0 || s.W <= 0 {
		return nil
	}
	p := min(1, s.Y/s.W)
	r := wilson(p, s.worth(p))
	if s.K == 0 {
		r.Low = 0
	}
	if s.K == s.N {
		r.High = 1
	}
	return r
}

// worth is how many units of equal chances would say as much.
func (s Sample) worth(p float64) float64 {
	worth := s.W * s.W / s.WW
	variance := (s.YY*(1-p)*(1-p) + (s.WW-s.YY)*p*p) / (s.W * s.W)
	if spread := p * (1 - p); variance > 0 && spread > 0 {
		worth = min(worth, spread/variance)
	}
	return max(worth, math.SmallestNonzeroFloat32)
}

// Times is the rate of so many: per 10,000, or of that many units.
func (r *Rate) Times(n float64) *Rate { return r.times(n) }

// Total is how many units have what is asked for among all from which the sample
// was drawn, which are that many; nil where nothing was drawn. Where their number
// was not counted, W is an estimate of it; the interval is then too narrow for what
// most of them have.
func (s Sample) Total(units float64) *Rate { return s.Share().times(units) }

// Sum is two things that are known independently, together; nil where either is. The
// interval is put together from theirs, as that of Recall is.
func Sum(a, b *Rate) *Rate {
	if a == nil || b == nil {
		return nil
	}
	below, above := math.Hypot(a.Value-a.Low, b.Value-b.Low), math.Hypot(a.High-a.Value, b.High-b.Value)
	value := a.Value + b.Value
	return &Rate{Value: value, Low: max(0, value-below), High: value + above}
}

// Recall is caught/(caught+missed), with both known from samples that have nothing
// in common; nil where there was nothing to catch, as far as is known.
//
// The interval is put together from theirs (A. Donner and G. Y. Zou, "Closed-form
// confidence intervals for functions of the normal mean and standard deviation",
// Statistical Methods in Medical Research 21, 2012): it is still one where nothing
// that was missed came up in the sample.
func Recall(caught, missed *Rate) *Rate {
	if caught == nil || missed == nil || caught.Value+missed.Value <= 0 {
		return nil
	}
	a, b := missed, caught // the ratio a/b falls with recall
	most := math.Inf(1)
	if below := b.Low * (2*b.Value - b.Low); below > 0 {
		most = (a.Value*b.Value + root(a.Value*b.Value, a.High*b.Low*(2*a.Value-a.High)*(2*b.Value-b.Low))) / below
	}
	least := 0.0
	if below := b.High * (2*b.Value - b.High); below > 0 {
		least = max(0, (a.Value*b.Value-root(a.Value*b.Value, a.Low*b.High*(2*a.Value-a.Low)*(2*b.Value-b.High)))/below)
	} else if b.High > 0 { // an interval that is wide above the estimate
		least = a.Low / b.High
	}
	r := &Rate{Value: b.Value / (a.Value + b.Value), Low: 1 / (1 + most), High: 1 / (1 + least)}
	r.Low, r.High = min(r.Low, r.Value), max(r.High, r.Value)
	return r
}

func root(product, minus float64) float64 { return math.Sqrt(max(0, product*product-minus)) }
