package yamlfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"patrol/rules/lang"
)

// Fault is one thing that is wrong in a file, or, as a Warning, that looks like
// a slip.
type Fault struct {
	File    string    `json:"file"`
	Line    int       `json:"line,omitempty"` // from 1; 0 where the fault is the whole file's
	Col     int       `json:"col,omitempty"`  // from 1, in characters
	Path    string    `json:"path,omitempty"` // rules[2].keywords[0]
	Problem lang.Text `json:"problem"`        // what is wrong, with the value
	Mend    lang.Text `json:"mend,omitzero"`  // how to mend it
	Warning bool      `json:"warning,omitempty"`
}

// In says the fault in one line: file:line:col: path: problem; mend.
func (f Fault) In(l lang.Lang) string {
	var b strings.Builder
	b.WriteString(f.Place())
	b.WriteString(": ")
	if f.Warning {
		b.WriteString(lang.T("警告：", "warning: ").In(l))
	}
	if f.Path != "" {
		b.WriteString(f.Path)
		b.WriteString(lang.T("：", ": ").In(l))
	}
	b.WriteString(f.Problem.In(l))
	if !f.Mend.IsZero() {
		b.WriteString(lang.T("；", "; ").In(l))
		b.WriteString(f.Mend.In(l))
	}
	return b.String()
}

// Place says where the fault is: file:line:col, or only file.
func (f Fault) Place() string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Col)
}

// Error says the fault in English.
func (f Fault) Error() string { return f.In(lang.En) }

// Faults are all the faults of one or more files, sorted by Sort.
type Faults []Fault

// In says every fault, one a line.
func (fs Faults) In(l lang.Lang) string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.In(l)
	}
	return strings.Join(lines, "\n")
}

// Error says every fault in English, one a line.
func (fs Faults) Error() string { return fs.In(lang.En) }

// Fatal reports whether any of them is more than a warning.
func (fs Faults) Fatal() bool {
	return slices.ContainsFunc(fs, func(f Fault) bool { return !f.Warning })
}

// Err is the faults as an error, and nil where there are only warnings.
func (fs Faults) Err() error {
	if !fs.Fatal() {
		return nil
	}
	return fs
}

// Sort orders the faults by file, then by place.
func (fs Faults) Sort() {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
}

// Mistake is an error that says what is wrong with a value, and how to mend it,
// in both languages. The UnmarshalText methods of a file's own types return it.
type Mistake struct {
	Problem lang.Text
	Mend    lang.Text
}

// Error says the mistake in English.
func (m *Mistake) Error() string {
	if m.Mend.IsZero() {
		return m.Problem.In(lang.En)
	}
	return m.Problem.In(lang.En) + "; " + m.Mend.In(lang.En)
}

// Excerpt is s in quotes, cut where it is long, to be shown in a fault.
func Excerpt(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n == most {
			s = s[:i] + "…"
			break
		}
		n++
	}
	return fmt.Sprintf("%q", s)
}
