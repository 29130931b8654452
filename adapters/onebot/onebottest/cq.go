package onebottest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// writeCQ is a message as a CQ string.
func writeCQ(segments []Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Type == "text" {
			b.WriteString(strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;").Replace(fmt.Sprint(s.Data["text"])))
			continue
		}
		b.WriteString("[CQ:" + s.Type)
		for _, k := range slices.Sorted(maps.Keys(s.Data)) {
			b.WriteString("," + k + "=")
			b.WriteString(strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;", ",", "&#44;").Replace(fmt.Sprint(s.Data[k])))
		}
		b.WriteString("]")
	}
	return b.String()
}

// readMessage reads what a client sends: segments, one segment, or a string, in
// which CQ codes are obeyed unless it is to be taken as plain text.
func readMessage(raw json.RawMessage, plain bool) ([]Segment, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if plain {
			return []Segment{{"text", map[string]any{"text": text}}}, nil
		}
		return readCQ(text), nil
	}
	var one Segment
	if json.Unmarshal(raw, &one) == nil && one.Type != "" {
		return []Segment{one}, nil
	}
	var all []Segment
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.Type == "" {
			return nil, errors.New("a segment without a type")
		}
	}
	return all, nil
}

func readCQ(s string) []Segment {
	unescape := strings.NewReplacer("&#91;", "[", "&#93;", "]", "&#44;", ",", "&amp;", "&")
	var all []Segment
	for s != "" {
		before, rest, found := strings.Cut(s, "[CQ:")
		code, after, closed := strings.Cut(rest, "]")
		if !found || !closed {
			before, after = s, ""
			found = false
		}
		if before != "" {
			all = append(all, Segment{"text", map[string]any{"text": unescape.Replace(before)}})
		}
		if found {
			fields := strings.Split(code, ",")
			data := map[string]any{}
			for _, f := range fields[1:] {
				k, v, _ := strings.Cut(f, "=")
				data[k] = unescape.Replace(v)
			}
			all = append(all, Segment{fields[0], data})
		}
		s = after
	}
	return all
}
