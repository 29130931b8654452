package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// The colours, as terminal codes.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// palette colours text, where that is wanted.
type palette struct{ on bool }

func (p palette) paint(code, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// columns measures text in terminal columns. It does not ask the locale: the same
// text takes the same room everywhere.
var columns = runewidth.Condition{StrictEmojiNeutral: true}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns.StringWidth(s)))
}

// excerpt is s as one plain line of at most width columns.
func excerpt(s string, width int) string { return columns.Truncate(Plain(s), width, "…") }

// cell is a piece of a table; code colours it.
type cell struct{ text, code string }

// table writes rows under a head, each column as wide as its widest cell. Cells
// must be plain.
func table(w io.Writer, p palette, head []string, rows [][]cell) error {
	all := make([][]cell, 0, len(rows)+1)
	var titles []cell
	for _, h := range head {
		titles = append(titles, cell{h, bold})
	}
	all = append(append(all, titles), rows...)
	widths := make([]int, len(head))
	for _, row := range all {
		for i, c := range row {
			widths[i] = max(widths[i], columns.StringWidth(c.text))
		}
	}
	for _, row := range all {
		var line strings.Builder
		for i, c := range row {
			text := c.text
			if i < len(row)-1 {
				text = pad(text, widths[i]+2)
			}
			line.WriteString(p.paint(c.code, text))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// wrap breaks text into lines of at most width columns: at spaces, and between
// the characters of Chinese, but never before a closing mark.
func wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		var line strings.Builder
		used := 0
		for _, word := range words(paragraph) {
			if n := columns.StringWidth(strings.TrimRight(word, " ")); used > 0 && used+n > width {
				lines = append(lines, strings.TrimRight(line.String(), " "))
				line.Reset()
				used = 0
			}
			line.WriteString(word)
			used += columns.StringWidth(word)
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}

// words cuts text into pieces between which a line may break. Spaces stay with
// the piece before them.
func words(text string) []string {
	var out []string
	var piece strings.Builder
	var before rune
	for _, r := range text {
		breaks := before == ' ' && r != ' ' || wide(before) && !closes(r) && r != ' ' && !opens(before) || wide(r) && before != 0 && !closes(r) && !opens(before)
		if breaks && piece.Len() > 0 {
			out = append(out, piece.String())
			piece.Reset()
		}
		piece.WriteRune(r)
		before = r
	}
	if piece.Len() > 0 {
		out = append(out, piece.String())
	}
	return out
}

func wide(r rune) bool { return columns.RuneWidth(r) == 2 }
func closes(r rune) bool {
	return strings.ContainsRune("，。；：、！？）】」》”’,.;:!?)]", r)
}
func opens(r rune) bool { return strings.ContainsRune("（【「《“‘([", r) }
