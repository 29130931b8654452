package mend

import "strings"

// Line is one line of a difference.
type Line struct {
	Mark string // "+", "-" or " "
	N    int    // number of the line, in the new file; of a "-" line in the old one
	Text string // without its end
}

// String is the line as unified diffs have it.
func (l Line) String() string { return l.Mark + l.Text }

// around is how many lines on either side of a change are shown.
const around = 3

// Diff is what changes between two texts that differ in one place, with the lines
// around it. Texts that are the same give nothing.
func Diff(before, after []byte) []Line {
	a, b := lines(before), lines(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	if head == len(a) && head == len(b) {
		return nil
	}
	var out []Line
	for i := max(0, head-around); i < head; i++ {
		out = append(out, Line{" ", i + 1, b[i]})
	}
	for i := head; i < len(a)-tail; i++ {
		out = append(out, Line{"-", i + 1, a[i]})
	}
	for i := head; i < len(b)-tail; i++ {
		out = append(out, Line{"+", i + 1, b[i]})
	}
	for i := len(b) - tail; i < min(len(b), len(b)-tail+around); i++ {
		out = append(out, Line{" ", i + 1, b[i]})
	}
	return out
}

func lines(data []byte) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n"), "\n")
}
