package query

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteCSV writes the result with a head line. A cell that a spreadsheet would
// run as a formula gets an apostrophe in front, as OWASP's "CSV Injection"
// advises, since texts and names are the work of strangers.
func (r *Result) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	var head []string
	for _, c := range r.Columns {
		head = append(head, c.Name)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range r.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = Harmless(fmt.Sprint(cell))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Harmless is cell as no spreadsheet runs it: with an apostrophe in front where it
// begins like a formula.
func Harmless(cell string) string {
	if cell == Empty || cell == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return cell
	}
	return "'" + cell
}

// MarshalJSON is {"columns": [...], "rows": [{...}], "looked": n, "partial": b},
// with each row an object by column; of columns with one name the last stays.
func (r Result) MarshalJSON() ([]byte, error) {
	out := struct {
		Columns []string         `json:"columns"`
		Rows    []map[string]any `json:"rows"`
		Looked  int              `json:"looked"`
		Partial bool             `json:"partial"`
	}{Columns: []string{}, Rows: []map[string]any{}, Looked: r.Looked, Partial: r.Partial}
	for _, c := range r.Columns {
		out.Columns = append(out.Columns, c.Name)
	}
	for _, row := range r.Rows {
		object := make(map[string]any, len(row))
		for i, cell := range row {
			object[r.Columns[i].Name] = cell
		}
		out.Rows = append(out.Rows, object)
	}
	return json.Marshal(out)
}
