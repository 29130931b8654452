package store

import "strings"

// lateRows are rows of a transaction that are written many at a time: a statement
// costs more than most of the rows that chat brings. Nothing may be read, and nothing
// else written but where quick says so, before they are: see transaction.flush.
type lateRows struct {
	args    [lateTables][]any
	queries [lateTables][len(lateSizes)]string
	any     bool
}

// lateTable is a kind of statement that takes any number of rows.
type lateTable int

const (
	lateEvidence lateTable = iota
	lateRules
	lateEntries
	lateActs
	lateDone
	lateTables
)

// lateSizes are how many rows a statement takes, the most first. Each is prepared
// once.
var lateSizes = [...]int{64, 16, 4, 1}

// rows is what a statement begins with, what it says of each row, of how many values,
// and what it ends with.
func (t lateTable) rows() (head, row, tail string, values int) {
	switch t {
	case lateEvidence:
		return "INSERT INTO evidence (seq, data, said) VALUES ", "(?, ?, ?)", "", 3
	case lateRules:
		return "INSERT INTO case_rules (rule, created, seq) VALUES ", "(?, ?, ?)", " ON CONFLICT DO NOTHING", 3
	case lateEntries:
		return "INSERT INTO ledger (seq, case_seq, body, said, hash) VALUES ", "(?, ?, ?, ?, ?)", "", 5
	case lateActs:
		return "INSERT INTO acts (seq, data) VALUES ", "(?, ?)", " ON CONFLICT (seq) DO UPDATE SET data = excluded.data", 2
	default: // lateDone: nothing is left to do for these cases
		return "UPDATE cases SET doing = 0, act_due = NULL, asked = NULL WHERE seq IN (", "?", ")", 1
	}
}

// query is the statement that writes one of lateSizes, by its place there.
func (l *lateRows) query(t lateTable, size int) string {
	q := &l.queries[t][size]
	if *q == "" {
		head, row, tail, _ := t.rows()
		*q = head + strings.Repeat(row+", ", lateSizes[size]-1) + row + tail
	}
	return *q
}

// drop forgets rows whose transaction will not be committed.
func (l *lateRows) drop() {
	for t := range l.args {
		clear(l.args[t])
		l.args[t] = l.args[t][:0]
	}
	l.any = false
}

// later writes a row, at the latest before the transaction does anything else.
func (t *transaction) later(table lateTable, row ...any) error {
	l := &t.late
	l.args[table], l.any = append(l.args[table], row...), true
	if len(l.args[table]) < lateSizes[0]*len(row) {
		return nil
	}
	return t.flushTable(table)
}

// flush writes all rows that wait.
func (t *transaction) flush() error {
	if !t.late.any {
		return nil
	}
	t.late.any = false
	for table := range lateTables {
		if err := t.flushTable(table); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) flushTable(table lateTable) error {
	_, _, _, values := table.rows()
	rest := t.late.args[table]
	for size, rows := range lateSizes {
		for n := rows * values; len(rest) >= n; rest = rest[n:] {
			if _, err := t.quick(t.late.query(table, size), rest[:n]...); err != nil {
				return err
			}
		}
	}
	clear(t.late.args[table])
	t.late.args[table] = t.late.args[table][:0]
	return nil
}
