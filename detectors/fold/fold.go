// Package fold undoes disguise in text, so that one keyword finds the many ways
// to write it, and keeps the way back from each folded byte to the original.
//
// Folding is Unicode compatibility normalisation (NFKC), full case folding, the
// removal of what a reader does not see or reads over: default-ignorable
// characters (zero-width, bidi controls, variation selectors, tags, soft
// hyphens), combining marks on letters that are written without them, one form
// for characters that have several or look alike, and, with Drop, the removal of
// everything that separates letters:
//
//	f := fold.New(fold.Options{})
//	var t fold.Text
//	f.Fold(&t, "加 Ｖ❤信")
//	t.String()                   // "加v信"
//	start, end := t.Span(3, 7)   // the bytes of "Ｖ❤信" in the original
//	t.Gaps(3, 7).Longest         // 1: the heart between Ｖ and 信
//
// What exactly happens to a character:
//   - Full-width, half-width, circled, superscript and mathematical letters and
//     digits become plain ones (NFKC, and the white-on-black circles that
//     Unicode leaves alone); ﷺ, ㍿ and ½ become the characters they stand for.
//   - Digits of all scripts become ASCII ones.
//   - Traditional and Japanese forms of Chinese characters become simplified
//     ones, and what only looks like a character (囗, ⻅) becomes it. With Drop,
//     letters that look like Latin ones become those: раураl is paypal. Russian
//     and Greek words so look odd once folded, but keywords fold alike.
//   - Combining diacritics go, whatever they stand on, composed or not: é is e,
//     й is и. So do the points of Arabic and Hebrew and the mark that stretches
//     Arabic words. Marks without which a script can't be read stay: dakuten,
//     Indic and Thai vowels, Arabic hamza.
//   - A byte that is not UTF-8 counts as U+FFFD, which is a separator.
//   - Letters and numbers of all scripts stay; with Drop all else is a
//     separator, symbols such as + and @ included.
//
// Folding a folded text changes nothing. Sources: Unicode Standard Annex 15
// (normal forms), chapter 3.13 (case folding) and 5.21 (default-ignorables) of
// the Unicode Standard, in the version of golang.org/x/text; OpenCC for forms of
// Chinese characters; Unicode Technical Standard 39 for letters that look alike.
package fold

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Separators says what becomes of the characters between letters: spaces,
// punctuation, symbols, emoji, line breaks and controls.
type Separators int

const (
	// Drop leaves no trace of separators in the folded text.
	Drop Separators = iota
	// Keep leaves separators where they are, in their NFKC form.
	Keep
)

// Options says how to fold. The zero value drops separators.
type Options struct {
	Separators Separators
}

// maxText is the longest text in bytes that is folded, so that every offset
// fits in 32 bits even after the largest expansion (1 byte to 11).
const maxText = 1 << 28

// maxMarks is how many marks in a row a letter keeps, as no script needs more.
// Stacking hundreds is a known trick, and x/text would break longer rows up.
const maxMarks = 16

// Folder folds texts. It is immutable: any number of goroutines may share it.
type Folder struct {
	table *table
}

// New returns a Folder. Folders with equal Options share one table, which the
// first call builds in a few milliseconds.
func New(o Options) *Folder {
	if o.Separators == Keep {
		return &Folder{table: keepTable()}
	}
	return &Folder{table: dropTable()}
}

// Word returns the folded form of a keyword, to be looked for in folded texts.
// It is empty when nothing is left of w, and may be much shorter than w: with
// Drop, "+v" is "v" and "c++" is "c".
func (f *Folder) Word(w string) string {
	var t Text
	f.Fold(&t, w)
	return strings.Clone(t.String())
}

// Fold folds s into t, in place of what t held. It reuses t's buffers and so
// allocates nothing once they have grown to the size of the texts, as long as
// those have at most 64 KiB. Of a text above 256 MiB only the first 256 MiB are
// folded.
func (f *Folder) Fold(t *Text, s string) {
	t.begin(f.table, s)
	for t.in < t.end {
		switch c := t.src[t.in]; {
		case c < utf8.RuneSelf:
			if f.table.drop {
				t.squeezeASCII()
			} else {
				t.lowerASCII()
			}
		case c >= hanFirst && c <= hanLast && t.copyHan():
		default:
			f.foldRune(t)
		}
	}
}

// foldRune folds the character at t.in by its cell in the table.
func (f *Folder) foldRune(t *Text) {
	r, size := utf8.DecodeRune(t.src[t.in:t.end])
	switch cell := f.table.cell(r); {
	case cell == cellSeparator || cell == cellHidden:
		t.in += size
	case cell == cellKeep && r == utf8.RuneError && size == 1:
		t.replace("\uFFFD", size)
	case cell == cellKeep:
		t.copy(t.src[t.in : t.in+size])
	case f.table.action(cell).joins:
		f.foldRow(t)
	default:
		t.put(f.table.action(cell), size)
	}
}

// foldRow folds the row of characters at t.in that may join the letter before
// them (marks, Hangul vowels), and composes letter and row anew.
func (f *Folder) foldRow(t *Text) {
	letter, marks := f.lastLetter(t)
	for t.in < t.end {
		r, size := utf8.DecodeRune(t.src[t.in:t.end])
		cell := f.table.cell(r)
		if cell == cellSeparator || cell == cellHidden {
			t.in += size
			continue
		}
		if cell == cellKeep || !f.table.action(cell).joins {
			break
		}
		a := f.table.action(cell)
		switch {
		case a.marks == 0:
			marks = 0
		case marks+a.marks > maxMarks:
			t.in += size
			continue
		default:
			marks += a.marks
		}
		t.put(a, size)
	}
	row := t.buf[letter:t.out]
	if norm.NFC.QuickSpan(row) == len(row) {
		return
	}
	t.scratch = norm.NFC.Append(t.scratch[:0], row...)
	t.rewrite(letter, t.scratch)
}

// lastLetter returns where in t.buf the last character starts that can't join
// what is before it, and how many marks follow that character.
func (f *Folder) lastLetter(t *Text) (at, marks int) {
	at = t.out
	for at > 0 {
		r, size := utf8.DecodeLastRune(t.buf[:at])
		at -= size
		cell := f.table.cell(r)
		if cell < cellFirstAction || !f.table.action(cell).joins {
			break
		}
		marks += f.table.action(cell).marks
	}
	return at, marks
}
