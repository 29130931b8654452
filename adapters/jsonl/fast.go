package jsonl

import "strings"

// decodeFast decodes a line of the usual shape: known keys, strings without
// escapes, no arrays. ok is false for anything else, right or wrong, which
// encoding/json then decides about; it takes several times as long. The strings
// of w are parts of line.
func decodeFast(line string, w *wire) (ok bool) {
	p := fast{s: line}
	ok = p.object(func(key string) bool {
		switch key {
		case "id":
			return p.text(&w.ID)
		case "kind":
			return p.text(&w.Kind)
		case "platform":
			return p.text(&w.Platform)
		case "chat":
			return p.text(&w.Chat)
		case "time":
			return p.text(&w.Time)
		case "author":
			return p.author(&w.Author)
		case "message":
			return p.message(&w.Message)
		}
		return false
	})
	p.space()
	return ok && p.i == len(p.s)
}

// fast reads s from i on.
type fast struct {
	s string
	i int
}

func (p *fast) author(a *wireMember) bool {
	return p.object(func(key string) bool {
		switch key {
		case "id":
			return p.text(&a.ID)
		case "name":
			return p.text(&a.Name)
		case "role":
			return p.text(&a.Role)
		case "joined":
			return p.text(&a.Joined)
		}
		return false
	})
}

func (p *fast) message(m *wireMessage) bool {
	return p.object(func(key string) bool {
		switch key {
		case "id":
			return p.text(&m.ID)
		case "text":
			return p.text(&m.Text)
		case "reply_to":
			return p.text(&m.ReplyTo)
		}
		return false
	})
}

// object reads an object, with value for what comes after each key.
func (p *fast) object(value func(key string) bool) bool {
	if !p.next('{') {
		return false
	}
	if p.next('}') {
		return true
	}
	for {
		var key string
		if !p.text(&key) || !p.next(':') || !value(key) {
			return false
		}
		if !p.next(',') {
			return p.next('}')
		}
	}
}

// text reads a string.
func (p *fast) text(into *string) bool {
	if !p.next('"') {
		return false
	}
	length := strings.IndexByte(p.s[p.i:], '"')
	if length < 0 {
		return false
	}
	found := p.s[p.i : p.i+length]
	for k := range len(found) {
		if found[k] == '\\' || found[k] < ' ' {
			return false
		}
	}
	p.i += length + 1
	*into = found
	return true
}

// next skips white space, and b where that follows.
func (p *fast) next(b byte) bool {
	p.space()
	if p.i == len(p.s) || p.s[p.i] != b {
		return false
	}
	p.i++
	return true
}

func (p *fast) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\t' || p.s[p.i] == '\r' || p.s[p.i] == '\n') {
		p.i++
	}
}
