package onebot

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// id is an identifier or number that implementations send as a JSON number or a
// string, as they please.
type id string

// UnmarshalJSON reads a string, a number, or null as "".
func (i *id) UnmarshalJSON(data []byte) error {
	switch {
	case len(data) > 0 && data[0] == '"':
		return json.Unmarshal(data, (*string)(i))
	case bytes.Equal(data, []byte("null")):
		*i = ""
	case len(data) > 0 && (data[0] == '-' || data[0] >= '0' && data[0] <= '9'):
		*i = id(data)
	default:
		return errors.New("want a string or a number")
	}
	return nil
}

// MarshalJSON writes a number where the id is one, which the standard says, and
// a string otherwise.
func (i id) MarshalJSON() ([]byte, error) {
	digits := strings.TrimPrefix(string(i), "-")
	if digits == "" || len(digits) > 18 || digits[0] == '0' && digits != "0" || strings.Trim(digits, "0123456789") != "" {
		return json.Marshal(string(i))
	}
	return []byte(i), nil
}

// segment is a part of a message.
type segment struct {
	Type string           `json:"type"`
	Data map[string]loose `json:"data"`
}

// loose is a value of a segment's data: a string or number as it is, anything
// else, which no segment that we read has, as its JSON.
type loose string

// UnmarshalJSON never fails for valid JSON.
func (l *loose) UnmarshalJSON(data []byte) error {
	var i id
	if i.UnmarshalJSON(data) == nil {
		*l = loose(i)
	} else {
		*l = loose(data)
	}
	return nil
}

// segments is a message: an array of segments, one segment, or a CQ string.
type segments []segment

// UnmarshalJSON reads any of the forms.
func (s *segments) UnmarshalJSON(data []byte) error {
	switch {
	case len(data) > 0 && data[0] == '"':
		var cq string
		if err := json.Unmarshal(data, &cq); err != nil {
			return err
		}
		*s = parseCQ(cq)
	case len(data) > 0 && data[0] == '{':
		var one segment
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		*s = segments{one}
	case bytes.Equal(data, []byte("null")):
		*s = nil
	default:
		return json.Unmarshal(data, (*[]segment)(s))
	}
	return nil
}

// parseCQ is the segments of a CQ string: text with [CQ:type,key=value,...] in
// it, where text escapes & [ ] and values escape commas as well. What is no such
// code is text.
func parseCQ(s string) segments {
	var all segments
	text := func(t string) {
		if t != "" {
			all = append(all, segment{"text", map[string]loose{"text": loose(unescapeText(t))}})
		}
	}
	for {
		start := strings.Index(s, "[CQ:")
		if start < 0 {
			break
		}
		length := strings.IndexByte(s[start:], ']')
		if length < 0 {
			break
		}
		text(s[:start])
		all = append(all, parseCode(s[start+len("[CQ:"):start+length]))
		s = s[start+length+1:]
	}
	text(s)
	return all
}

func parseCode(code string) segment {
	parts := strings.Split(code, ",")
	s := segment{Type: parts[0], Data: map[string]loose{}}
	for _, p := range parts[1:] {
		key, value, _ := strings.Cut(p, "=")
		s.Data[key] = loose(unescapeValue(value))
	}
	return s
}

func unescapeText(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return strings.NewReplacer("&#91;", "[", "&#93;", "]", "&amp;", "&").Replace(s)
}

func unescapeValue(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return strings.NewReplacer("&#91;", "[", "&#93;", "]", "&#44;", ",", "&amp;", "&").Replace(s)
}
