package score

import (
	"fmt"
	"math"
)

// z is the quantile of the normal distribution for a confidence of 95 %.
const z = 1.959964

// Rate is a share and its 95 % confidence interval.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Wilson is the share of k in n with its score interval (E. B. Wilson,
// "Probable inference, the law of succession, and statistical inference",
// Journal of the American Statistical Association 22, 1927), nil where n is 0.
func Wilson(k, n int) *Rate {
	if n == 0 {
		return nil
	}
	r := wilson(float64(k)/float64(n), float64(n))
	// Rounding must leave no trace at the ends, where the interval is closed.
	if k == 0 {
		r.Low = 0
	}
	if k == n {
		r.High = 1
	}
	return r
}

// wilson is the score interval of a share p that is known as well as from m
// independent units; m need not be whole.
func wilson(p, m float64) *Rate {
	middle := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return &Rate{Value: p, Low: max(0, middle-half), High: min(1, middle+half)}
}

// through maps a rate by a function that only rises.
func (r *Rate) through(f func(float64) float64) *Rate {
	if r == nil {
		return nil
	}
	return &Rate{Value: f(r.Value), Low: f(r.Low), High: f(r.High)}
}

// times is the rate of so many: per 10,000, in percent.
func (r *Rate) times(n float64) *Rate {
	return r.through(func(share float64) float64 { return share * n })
}

// Percent writes a share: "57.5 (56.1–58.9)", "-" for nil.
func (r *Rate) Percent() string { return r.times(100).String() }

// String writes a rate with one digit behind the point, "-" for nil.
func (r *Rate) String() string {
	if r == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f (%.1f–%.1f)", r.Value, r.Low, r.High)
}
