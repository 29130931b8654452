package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// chart is bars over days, ready to be drawn: the drawing has no words, so that it can
// be stretched to any width; what it says stands beside it as text, and in a table.
type chart struct {
	ID     string
	Title  string
	Desc   string // what it shows, for who does not see it
	Legend []legend
	Groups []group
	Top    string // what the upper line stands for
	Half   string
	First  string // the days at the ends and in the middle
	Mid    string
	Last   string
	Head   []string // of the table
	Rows   [][]string
	Empty  bool // there is nothing to show
}

type legend struct {
	Class int
	Name  string
	Sum   string
}

// group is the bars of one day, one on the other, with what they say.
type group struct {
	X, W float64
	Tip  string
	Bars []bar
}

type bar struct {
	Class int
	Y, H  float64
}

// The box in which charts are drawn.
const (
	chartWidth  = 1000.0
	chartHeight = 200.0
)

// series is one colour of a chart: a value for each day.
type series struct {
	name   string
	values []float64
}

// plot draws series over days, one on the other; write says a value in words.
func plot(id, title string, days []string, all []series, write func(float64) string) chart {
	c := chart{ID: id, Title: title, Empty: true, Head: []string{""}}
	top := 0.0
	for i := range days {
		sum := 0.0
		for _, s := range all {
			sum += s.values[i]
		}
		top = max(top, sum)
	}
	c.Empty = top == 0
	top = nice(top)
	c.Top, c.Half = write(top), write(top/2)
	if n := len(days); n > 0 {
		c.First, c.Mid, c.Last = shortDay(days[0]), shortDay(days[n/2]), shortDay(days[n-1])
		if n < 3 {
			c.Mid = ""
		}
		if n == 1 {
			c.First = ""
		}
	}
	for k, s := range all {
		sum := 0.0
		for _, v := range s.values {
			sum += v
		}
		c.Legend = append(c.Legend, legend{k, s.name, write(sum)})
		c.Head = append(c.Head, s.name)
	}
	width := chartWidth / float64(max(len(days), 1))
	for i, day := range days {
		g := group{X: round(float64(i) * width), W: round(width * 0.78)}
		row := []string{day}
		var said []string
		y := chartHeight
		for k, s := range all {
			h := s.values[i] / top * chartHeight
			if h > 0 {
				h = max(h, 1.5)
				y = max(y-h, 0)
				g.Bars = append(g.Bars, bar{k, round(y), round(h)})
				said = append(said, strings.TrimSpace(s.name+" "+write(s.values[i])))
			}
			row = append(row, write(s.values[i]))
		}
		if len(said) == 0 {
			said = []string{write(0)}
		}
		g.Tip = shortDay(day) + " · " + strings.Join(said, " · ")
		c.Groups, c.Rows = append(c.Groups, g), append(c.Rows, row)
	}
	return c
}

// nice is the least of 1, 2, 4, 10, 20, ... that is no less than v.
func nice(v float64) float64 {
	if v <= 0 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 4, 6, 8, 10} {
		if v <= step*power*(1+1e-9) {
			return step * power
		}
	}
	return 10 * power
}

func round(v float64) float64 { return math.Round(v*100) / 100 }

// shortDay is "03-14" for "2026-03-14".
func shortDay(day string) string {
	if len(day) != len("2006-01-02") {
		return day
	}
	return day[5:]
}

// thousands writes a count with its thousands apart: 12,345.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return sign + b.String()
}

func counted(v float64) string {
	if v != math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return thousands(int64(v))
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", v) }
