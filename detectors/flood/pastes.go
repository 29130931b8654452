package flood

import (
	"hash/maphash"
	"math"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Defaults of PastesConfig.
const (
	defaultGap   = 600 * time.Millisecond
	defaultLines = 40
)

// recentLines is how many lines of a paste are remembered to notice repeats.
const recentLines = 16

// PastesConfig configures Pastes.
type PastesConfig struct {
	// Gap is the longest pause between two lines of one paste. 0 means 600 ms:
	// a program that sends a paste line by line is faster, while a person who
	// types, or a flooder at one message a second, is slower.
	Gap time.Duration
	// Lines is the most lines that count as one message; each further one
	// counts by itself. 0 means 40.
	Lines int
	// Stripes is the number of locks, as in Config. 0 means 64.
	Stripes int
}

// Pastes tells the lines of a paste from messages of their own. A paste is a
// row of lines by one member with nobody else's line in between, each soon
// after the last, none among the last few already. Lines without a letter or
// digit (braces, rules, blank lines) may repeat, as they do in code, while the
// paste has more lines of other kinds.
//
// On platforms whose times are whole seconds, a paste that takes longer than a
// second counts once for each second, as it can't be told from a flood.
//
// Any number of goroutines may use it. There is nothing to save over a restart:
// a paste under way counts once more, and that is all.
type Pastes struct {
	gap     int64
	lines   uint16
	seed    maphash.Seed
	stripes []pasteStripe
}

type pasteStripe struct {
	mu    sync.Mutex
	chats *shelf[paste]
	_     [64]byte
}

// paste is what is known of the row of lines that ends a chat.
type paste struct {
	author  uint64
	lines   uint16 // merged or not, with the first
	worded  uint16 // those with letters or digits
	fillers uint16 // repeats of those without
	recent  [recentLines]uint32
}

// NewPastes returns Pastes that know no chat. Negative values in c are taken as 0.
func NewPastes(c PastesConfig) *Pastes {
	if c.Gap <= 0 {
		c.Gap = defaultGap
	}
	if c.Lines <= 0 {
		c.Lines = defaultLines
	}
	if c.Stripes <= 0 {
		c.Stripes = 64
	}
	p := &Pastes{
		gap:     int64(min(c.Gap, maxIn)),
		lines:   uint16(min(c.Lines, math.MaxUint16-1)),
		seed:    maphash.MakeSeed(),
		stripes: make([]pasteStripe, c.Stripes),
	}
	for k := range p.stripes {
		p.stripes[k].chats = newShelf[paste](p.gap)
	}
	return p
}

// Merge takes in the next line of the chat k.Scope, said by the member
// k.Subject at the time at, and says whether it goes on with that member's
// paste, so that it must not be counted again. It must see every line of the
// chat, whoever said it. A late line counts as if it came with the newest.
func (p *Pastes) Merge(k Key, line string, at time.Time) bool {
	line = strings.TrimSpace(line)
	sum := uint32(maphash.String(p.seed, line))
	worded := strings.ContainsFunc(line, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	now := nanos(at)

	s := &p.stripes[stripeOf(k.Scope, len(p.stripes))]
	s.mu.Lock()
	defer s.mu.Unlock()
	chat := Key{Scope: k.Scope}
	d, h := s.chats.drawer(chat)
	r := d.find(h, chat)
	if r == nil {
		r = d.add(h, chat)
		r.seen = now
	}
	goesOn := r.value.lines > 0 && r.value.author == k.Subject && now-p.gap <= r.seen
	if !goesOn {
		r.value = paste{author: k.Subject}
	}
	r.seen = max(r.seen, now)
	merged := r.value.add(sum, worded) && goesOn && r.value.lines <= p.lines
	s.chats.sweep(now)
	return merged
}

// Foresee is for Merge what Limiter.Foresee is for Allow.
func (p *Pastes) Foresee(k Key) {
	p.stripes[stripeOf(k.Scope, len(p.stripes))].chats.foresee(Key{Scope: k.Scope})
}

// add takes in a line and says whether a paste may hold it.
func (p *paste) add(sum uint32, worded bool) bool {
	fits := true
	for n := range min(int(p.lines), recentLines) {
		if p.recent[n] != sum {
			continue
		}
		fits = !worded && p.fillers < p.worded
		p.fillers++
		break
	}
	p.recent[p.lines%recentLines] = sum
	if worded {
		p.worded++
	}
	if p.lines < math.MaxUint16 {
		p.lines++
	}
	return fits
}
