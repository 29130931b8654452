package fold

import (
	"bytes"
	"math"
	"sort"
	"unicode/utf8"
	"unsafe"
)

// Text is a folded text with the way back to its original. The zero value is
// ready for Folder.Fold and is then an empty text. One goroutine at a time may
// use it.
type Text struct {
	original string
	table    *table

	src []byte // a copy of the original up to end, and room after it
	end int
	in  int    // bytes of src read so far
	buf []byte // the folded text is buf[:out], and room after it
	out int    // bytes folded so far

	stretches []stretch
	delta     int // in minus out in the stretch under way, noDelta where there is none
	scratch   []byte
}

// stretch is a part of the folded text, up to the next stretch, and where it
// comes from. With size 0 it is copied byte for byte from original[orig:];
// otherwise the whole of it stands for original[orig:orig+size].
type stretch struct {
	fold, orig, size uint32
}

// noDelta marks that the next character starts a stretch of its own.
const noDelta = math.MinInt

// room is how many bytes src has beyond those still to be read, and buf beyond
// as many, so that eight bytes at a time may be loaded and stored.
const room = len(zeros)

// Gap is what Drop took out inside a part of a folded text. Hidden characters
// and diacritics do not count, as they keep no letters apart.
type Gap struct {
	Longest  int  // separators in the longest single gap, in characters
	Total    int  // separators in all gaps, in characters
	Sentence bool // a gap has 。！？!? or a line break, or a full stop and then a space
}

// String returns the folded text. It is valid until the next Fold into t;
// strings.Clone keeps it longer.
func (t *Text) String() string {
	if t.out == 0 {
		return ""
	}
	// A copy for each message would be the only allocation on the path of a
	// clean message, so the buffer is lent instead, under the contract above.
	return unsafe.String(&t.buf[0], t.out)
}

// Original returns the text that was folded.
func (t *Text) Original() string { return t.original }

// Span returns the bytes in the original of what the folded bytes from start
// to end stand for. It never cuts a character in two: one that is only partly
// asked for is in the answer whole. What was dropped is in it when it lies
// between two characters of the span, not at its edges. Offsets outside the
// text are moved into it; an empty span gives an empty span.
func (t *Text) Span(start, end int) (int, int) {
	start, end = t.clamp(start, end)
	if t.out == 0 {
		return 0, 0
	}
	if start == t.out {
		at := t.origEnd(start)
		return at, at
	}
	from := t.origStart(start)
	if start == end {
		return from, from
	}
	return from, t.origEnd(end)
}

// Gaps returns what was dropped between the characters that the folded bytes
// from start to end stand for. With Keep it is always the zero Gap.
func (t *Text) Gaps(start, end int) Gap {
	start, end = t.clamp(start, end)
	var g Gap
	if start == end || !t.table.drop {
		return g
	}
	for k := t.stretchAt(start); k+1 < len(t.stretches) && int(t.stretches[k+1].fold) < end; k++ {
		next := t.stretches[k+1]
		if int(next.fold) > start {
			t.countGap(&g, t.original[t.origEnd(int(next.fold)):next.orig])
		}
	}
	return g
}

// countGap adds one gap to g.
func (t *Text) countGap(g *Gap, gap string) {
	n := 0
	stop := false
	for _, r := range gap {
		if t.table.cell(r) != cellSeparator {
			continue
		}
		n++
		switch r {
		case '。', '｡', '！', '？', '!', '?', '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			g.Sentence = true
		case ' ', '\t', '\u00a0', '\u3000':
			g.Sentence = g.Sentence || stop
		}
		stop = r == '.' || r == '．'
	}
	g.Total += n
	g.Longest = max(g.Longest, n)
}

// clamp moves a span into the folded text and widens it to whole characters.
func (t *Text) clamp(start, end int) (int, int) {
	empty := end <= start
	start = min(max(start, 0), t.out)
	end = min(max(end, start), t.out)
	for start > 0 && start < t.out && !utf8.RuneStart(t.buf[start]) {
		start--
	}
	if empty {
		return start, start
	}
	for end > start && end < t.out && !utf8.RuneStart(t.buf[end]) {
		end++
	}
	return start, end
}

// stretchAt returns the index of the stretch that holds the folded byte at.
func (t *Text) stretchAt(at int) int {
	return sort.Search(len(t.stretches), func(k int) bool { return int(t.stretches[k].fold) > at }) - 1
}

// origStart returns where in the original the character of the folded byte at starts.
func (t *Text) origStart(at int) int {
	st := t.stretches[t.stretchAt(at)]
	if st.size > 0 {
		return int(st.orig)
	}
	return int(st.orig) + at - int(st.fold)
}

// origEnd returns where in the original the character ends whose last folded
// byte is the one before end, which must not be 0.
func (t *Text) origEnd(end int) int {
	st := t.stretches[t.stretchAt(end-1)]
	if st.size > 0 {
		return int(st.orig + st.size)
	}
	return int(st.orig) + end - int(st.fold)
}

// largeText is the length in bytes above which a text's buffers are not kept
// for shorter ones: one huge message must not cost its memory for ever.
const largeText = 1 << 16

// zeros is the room after the original.
const zeros = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// begin readies t to be written.
func (t *Text) begin(tb *table, s string) {
	if cap(t.src) > largeText && len(s) <= largeText {
		*t = Text{}
	}
	t.original, t.table = s, tb
	t.end = min(len(s), maxText)
	t.src = append(append(t.src[:0], s[:t.end]...), zeros...)
	t.in, t.out, t.delta = 0, 0, 0
	t.stretches = append(t.stretches[:0], stretch{})
	t.reserve(0)
}

// reserve makes room for extra bytes beyond those still to be read.
func (t *Text) reserve(extra int) {
	need := t.out + t.end - t.in + extra + room
	if need <= len(t.buf) {
		return
	}
	grown := make([]byte, max(need, len(t.buf)+len(t.buf)/2))
	copy(grown, t.buf[:t.out])
	t.buf = grown
}

// follow starts a new stretch at t.out unless the one under way goes on there.
func (t *Text) follow() {
	if d := t.in - t.out; d != t.delta {
		t.stretches = append(t.stretches, stretch{fold: uint32(t.out), orig: uint32(t.in)})
		t.delta = d
	}
}

// copy takes the character c over as it is.
func (t *Text) copy(c []byte) {
	t.follow()
	t.out += copy(t.buf[t.out:], c)
	t.in += len(c)
}

// put writes an action's text for the next size bytes of the original.
func (t *Text) put(a action, size int) {
	if !a.single || len(a.text) != size {
		t.replace(a.text, size)
		return
	}
	t.follow()
	t.out += copy(t.buf[t.out:], a.text)
	t.in += size
}

// replace writes text as a stretch that stands for the next size bytes of the
// original.
func (t *Text) replace(text string, size int) {
	t.reserve(len(text))
	t.stretches = append(t.stretches, stretch{fold: uint32(t.out), orig: uint32(t.in), size: uint32(size)})
	t.delta = noDelta
	t.out += copy(t.buf[t.out:], text)
	t.in += size
}

// rewrite puts text in place of everything folded from start on. It is one
// stretch, as composing may have moved any character in it.
func (t *Text) rewrite(start int, text []byte) {
	if bytes.Equal(t.buf[start:t.out], text) {
		return
	}
	to := t.origEnd(t.out)
	k := t.stretchAt(start)
	st := t.stretches[k]
	if st.size == 0 {
		st.orig += uint32(start) - st.fold
		st.fold = uint32(start)
	} // else start may be inside what one character became: that goes in whole
	st.size = uint32(to) - st.orig
	for k > 0 && t.stretches[k-1].fold == st.fold {
		k--
	}
	if t.stretches[k].fold < st.fold {
		k++
	}
	t.stretches = append(t.stretches[:k], st)
	t.delta = noDelta
	t.out = start
	t.reserve(len(text))
	t.out += copy(t.buf[start:], text)
}
