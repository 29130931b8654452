package command

import (
	"cmp"
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"patrol/rules"
	"patrol/rules/score"
)

// appendResult appends the JSON line of one text: by hand, since scan is meant to
// be as fast as its rules are.
func appendResult(out []byte, i *item, v *rules.Verdict) []byte {
	out = append(out, `{"text":`...)
	out = appendString(out, i.text)
	if i.keyword != nil {
		out = append(out, `,"keyword":`...)
		out = appendString(out, i.keyword)
	}
	if !utf8.Valid(i.text) {
		out = append(out, `,"text_base64":"`...)
		out = append(base64.StdEncoding.AppendEncode(out, i.text), '"')
	}
	action := heaviest(i.set, v)
	out = append(out, `,"flagged":`...)
	out = strconv.AppendBool(out, action != "none")
	out = append(out, `,"action":"`...)
	out = append(append(out, action...), `","hits":[`...)
	first := true
	for k := range v.Hits {
		h := &v.Hits[k]
		if !i.set.counts(h) {
			continue
		}
		for _, g := range signalsOf(h) {
			if !first {
				out = append(out, ',')
			}
			first = false
			out = appendHit(out, i.text, h, g.Span)
		}
	}
	return append(out, "]}\n"...)
}

// signalsOf are the signals of a hit, and one without a place where it has none.
func signalsOf(h *rules.Hit) []rules.Signal {
	if len(h.Signals) == 0 {
		return []rules.Signal{{}}
	}
	return h.Signals
}

func appendHit(out, text []byte, h *rules.Hit, at rules.Span) []byte {
	out = append(out, `{"rule":`...)
	out = appendString(out, []byte(h.Rule))
	out = append(out, `,"severity":"`...)
	out = append(append(out, h.Severity...), `","start":`...)
	out = strconv.AppendInt(out, int64(at.Start), 10)
	out = append(out, `,"end":`...)
	out = strconv.AppendInt(out, int64(at.End), 10)
	out = append(out, `,"text":`...)
	out = appendString(out, text[at.Start:at.End])
	return append(out, '}')
}

// heaviest is the heaviest answer among the hits that count, "none" where there
// are none.
func heaviest(j *judge, v *rules.Verdict) rules.Answer {
	line := score.Line{}
	for i := range v.Hits {
		if j.counts(&v.Hits[i]) {
			line.Hits = append(line.Hits, v.Hits[i])
		}
	}
	return cmp.Or(line.Asked(), "none")
}

const hexDigits = "0123456789abcdef"

// appendString appends text as a JSON string. Bytes that are no text become
// U+FFFD. Line separators are escaped, so that a line of output is a line to
// every reader.
func appendString(out, text []byte) []byte {
	out = append(out, '"')
	from := 0
	for at := 0; at < len(text); {
		b := text[at]
		if b >= ' ' && b < utf8.RuneSelf && b != '"' && b != '\\' && b != 0x7f {
			at++
			continue
		}
		size := 1
		var escaped []byte
		switch {
		case b == '"', b == '\\':
			escaped = []byte{'\\', b}
		case b == '\t':
			escaped = []byte(`\t`)
		case b < utf8.RuneSelf:
			escaped = []byte{'\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&15]}
		default:
			var r rune
			r, size = utf8.DecodeRune(text[at:])
			escaped = escape(r, size)
		}
		if escaped == nil {
			at += size
			continue
		}
		out = append(append(out, text[from:at]...), escaped...)
		at += size
		from = at
	}
	return append(append(out, text[from:]...), '"')
}

// escape is how a character above ASCII is written, nil for as it is.
func escape(r rune, size int) []byte {
	switch {
	case r == utf8.RuneError && size == 1:
		return []byte(`\ufffd`)
	case r >= '一' && r <= '\u9fff', r > 0xffff, shown(r): // most of it is Chinese
		return nil
	}
	return []byte{'\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15]}
}
