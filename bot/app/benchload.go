package app

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/detectors/fold"
)

// load makes events in memory, the same for the same seed. Texts are chat lines,
// half Chinese, half English; a share of them holds one of the words. No other
// line can hit: every word ends in a character that ordinary lines never have,
// while many of them hold all of a word but its end.
type load struct {
	words   []string
	clean   []string
	dirty   []string
	common  []rune // that Chinese lines and words are made of
	endings []rune // of Chinese words
	members int
	chats   []string
	hitRate float64

	rand *rand.Rand
	slab strings.Builder
	n    int
}

const (
	linesInPool   = 1 << 16
	commonHanN    = 2500
	endingHanN    = 250
	letters       = "abcdefghijklmnoprstuvwxyz" // no q: English words of the list end in it
	medianLetters = 38
	medianHan     = 14
)

func newLoad(o BenchOptions) *load {
	l := &load{members: o.Members, hitRate: o.HitRate, rand: rand.New(rand.NewPCG(o.Seed, 1))}
	plain := plainHan(commonHanN + endingHanN)
	l.common, l.endings = plain[:commonHanN], plain[commonHanN:]
	seen := map[string]bool{}
	for len(l.words) < o.Words {
		w := l.word(len(l.words)%4 == 3)
		if !seen[w] {
			seen[w] = true
			l.words = append(l.words, w)
		}
	}
	for i := range linesInPool {
		l.clean = append(l.clean, l.line(i%2 == 0))
	}
	for i := range linesInPool / 16 {
		line := l.line(i%2 == 0)
		word := l.words[l.rand.IntN(len(l.words))]
		l.dirty = append(l.dirty, line+" "+word+" "+l.line(i%4 < 2))
	}
	for i := range o.Chats {
		l.chats = append(l.chats, fmt.Sprintf("c%05d", i))
	}
	return l
}

// chatNumber is the place of a chat among those of a load.
func chatNumber(name string) (n int) {
	for _, digit := range []byte(name[1:]) {
		n = 10*n + int(digit-'0')
	}
	return n
}

// plainHan is n Chinese characters that are not another form of any: folding, which
// makes one character of several, must not make a word's end of an ordinary one.
func plainHan(n int) (plain []rune) {
	folder := fold.New(fold.Options{})
	var text fold.Text
	for r := rune(0x4e00); len(plain) < n; r++ {
		if folder.Fold(&text, string(r)); text.String() == string(r) {
			plain = append(plain, r)
		}
	}
	return plain
}

func (l *load) han(n int) string {
	r := make([]rune, n)
	for i := range r {
		r[i] = l.common[l.rand.IntN(len(l.common))]
	}
	return string(r)
}

func (l *load) letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[l.rand.IntN(len(letters))]
	}
	return string(b)
}

func (l *load) word(english bool) string {
	if english {
		return l.letters(4+l.rand.IntN(7)) + "q"
	}
	return l.han(1+l.rand.IntN(4)) + string(l.endings[l.rand.IntN(len(l.endings))])
}

// line is an ordinary line; one in eight holds a word without its end.
func (l *load) line(chinese bool) string {
	var b strings.Builder
	if chinese {
		for n := 2 + l.rand.IntN(2*medianHan); n > 0; n -= 6 {
			b.WriteString(l.han(min(n, 6)))
			b.WriteString([]string{"，", "", "！", " "}[l.rand.IntN(4)])
		}
	} else {
		for n := 4 + l.rand.IntN(2*medianLetters); n > 0; n -= 5 {
			b.WriteString(l.letters(2 + l.rand.IntN(6)))
			b.WriteByte(' ')
		}
	}
	if l.rand.IntN(8) == 0 {
		near := []rune(l.words[l.rand.IntN(len(l.words))])
		b.WriteString(string(near[:len(near)-1]))
	}
	return b.String()
}

// next is one event and whether a rule must hit it.
func (l *load) next(at time.Time) (e chat.Event, hits bool) {
	l.n++
	member := l.rand.IntN(l.members)
	hits = l.rand.Float64() < l.hitRate
	pool := l.clean
	if hits {
		pool = l.dirty
	}
	text := pool[l.n%len(pool)]
	l.room(2*24 + len(text))
	id, author := l.fresh('m', l.n), l.fresh('u', member)
	return chat.Event{
		ID: id, Kind: chat.KindMessage, Platform: benchName, Chat: l.chats[member%len(l.chats)],
		Author:  chat.Member{ID: author, Name: author},
		Message: chat.Message{ID: id, Text: l.copied(text)},
		Time:    at,
	}, hits
}

// fresh is a letter and a number, written anew: an adapter hands over strings
// that it has just decoded.
func (l *load) fresh(letter byte, n int) string {
	var digits [20]byte
	start := l.slab.Len()
	l.slab.WriteByte(letter)
	l.slab.Write(strconv.AppendInt(digits[:0], int64(n), 10))
	return l.slab.String()[start:]
}

func (l *load) copied(text string) string {
	start := l.slab.Len()
	l.slab.WriteString(text)
	return l.slab.String()[start:]
}

// room makes sure that n bytes fit into the slab: strings are cut from one, so
// that the load itself hardly allocates.
func (l *load) room(n int) {
	if l.slab.Cap()-l.slab.Len() < n {
		l.slab = strings.Builder{}
		l.slab.Grow(64<<10 + n)
	}
}
