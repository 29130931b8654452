package fold

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A cell says what becomes of one character: one of the first three, or the
// index of an action above them.
const (
	cellKeep uint16 = iota
	cellSeparator
	cellHidden
	cellFirstAction
)

// pageBits is the size of a page of cells: the 64 characters that share all but
// the last byte in UTF-8.
const pageBits = 6

type page [1 << pageBits]uint16

// action is a replacement for a character.
type action struct {
	text   string
	single bool // text is one character
	joins  bool // text may compose or change places with what is before it
	marks  int  // combining marks in text, if it starts with one
}

// table says what becomes of every character. It is read-only once built.
type table struct {
	index    [(unicode.MaxRune + 1) >> pageBits]uint16
	pages    []page
	actions  []action
	drop     bool
	plainHan hanSet // the unified ideographs that stay as they are
}

// The tables are built by the first New that needs them, not when the program
// starts, and never change after.
var (
	dropTable = sync.OnceValue(func() *table { return build(true) })
	keepTable = sync.OnceValue(func() *table { return build(false) })
)

func (tb *table) cell(r rune) uint16 {
	return tb.pages[tb.index[uint32(r)>>pageBits]][r&(1<<pageBits-1)]
}

func (tb *table) action(cell uint16) action { return tb.actions[cell-cellFirstAction] }

// builder makes a table out of one cell for each character.
type builder struct {
	drop    bool
	cells   []uint16
	actions []action
	byText  map[action]uint16
	folder  cases.Caser
	alike   alike
}

func build(drop bool) *table {
	b := builder{
		drop:   drop,
		cells:  make([]uint16, unicode.MaxRune+1),
		byText: make(map[action]uint16),
		folder: cases.Fold(),
		alike:  readings(drop),
	}
	if drop {
		for r := range b.cells {
			b.cells[r] = cellSeparator
		}
		for _, letters := range wordTables {
			visit(letters, func(r rune) { b.cells[r] = cellKeep })
		}
		for r := spacingFirst; r <= spacingLast; r++ {
			b.cells[r] = cellSeparator
		}
		b.cells[Filler] = cellHidden
		for _, r := range strokes {
			b.set(r)
		}
	}
	for _, changing := range changingTables {
		visit(changing, b.set)
	}
	for from := range b.alike {
		b.set(from)
	}
	for _, d := range decomposing {
		for r := d.first; r <= d.last; r++ {
			if norm.NFKD.PropertiesString(string(r)).Decomposition() != nil {
				b.set(r)
			}
		}
	}
	return b.pack()
}

// set works out the cell of r.
func (b *builder) set(r rune) {
	text, separators := b.value(r)
	if text == "" {
		b.cells[r] = cellHidden
		if separators {
			b.cells[r] = cellSeparator
		}
		return
	}
	p := norm.NFC.PropertiesString(text)
	a := action{text: text, single: utf8.RuneCountInString(text) == 1, joins: !p.BoundaryBefore()}
	if p.CCC() != 0 {
		a.marks = utf8.RuneCountInString(text)
	}
	if text == string(r) && !a.joins {
		b.cells[r] = cellKeep
		return
	}
	b.cells[r] = b.intern(a)
}

// value returns the folded form of r alone, and whether a separator was dropped.
// All steps that replace one character at a time are here: the rest follows
// from the table.
func (b *builder) value(r rune) (text string, separators bool) {
	var kept []rune
	for _, d := range norm.NFKD.String(plain(r)) {
		if hidden(d) {
			continue
		}
		for _, c := range b.foldCase(d) {
			c = b.alike.of(digitOf(c))
			if b.drop && (!wordCharacter(c) || strings.ContainsRune(strokes, c)) {
				separators = true
				continue
			}
			kept = append(kept, c)
		}
	}
	return norm.NFC.String(string(kept)), separators
}

// foldCase returns the full case folding of c.
func (b *builder) foldCase(c rune) string {
	// Cherokee folds to its older, upper case (CaseFolding.txt); x/text swaps
	// the two cases instead, so that folding twice would give the first again.
	if unicode.Is(unicode.Cherokee, c) {
		return string(unicode.ToUpper(c))
	}
	return b.folder.String(string(c))
}

// intern returns the cell of an action.
func (b *builder) intern(a action) uint16 {
	cell, ok := b.byText[a]
	if !ok {
		cell = cellFirstAction + uint16(len(b.actions))
		b.actions = append(b.actions, a)
		b.byText[a] = cell
	}
	return cell
}

// pack cuts the cells into pages and stores equal pages once.
func (b *builder) pack() *table {
	tb := &table{actions: b.actions, drop: b.drop}
	known := make(map[page]uint16)
	for k := range tb.index {
		p := page(b.cells[k<<pageBits:])
		at, ok := known[p]
		if !ok {
			at = uint16(len(tb.pages))
			tb.pages = append(tb.pages, p)
			known[p] = at
		}
		tb.index[k] = at
	}
	for r := '\u4E00'; r <= '\u9FFF'; r++ {
		if tb.cell(r) == cellKeep {
			tb.plainHan.add(r)
		}
	}
	return tb
}

// visit calls do for every character of a range table.
func visit(t *unicode.RangeTable, do func(rune)) {
	for _, r16 := range t.R16 {
		for r := rune(r16.Lo); r <= rune(r16.Hi); r += rune(r16.Stride) {
			do(r)
		}
	}
	for _, r32 := range t.R32 {
		for r := rune(r32.Lo); r <= rune(r32.Hi); r += rune(r32.Stride) {
			do(r)
		}
	}
}
