package jsonl

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"patrol/adapters/chat"
)

// wire is a line of input: an event, or the answer to an action.
type wire struct {
	ID       string      `json:"id"`
	Kind     string      `json:"kind"`
	Platform string      `json:"platform"`
	Chat     string      `json:"chat"`
	Author   wireMember  `json:"author"`
	Message  wireMessage `json:"message"`
	Time     string      `json:"time"`
}

type wireMember struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Role   string `json:"role"`
	Joined string `json:"joined"`
}

type wireMessage struct {
	ID          string           `json:"id"`
	Text        string           `json:"text"`
	ReplyTo     string           `json:"reply_to"`
	Mentions    []string         `json:"mentions"`
	Attachments []wireAttachment `json:"attachments"`
}

type wireAttachment struct {
	Kind string `json:"kind"`
	URL  string `json:"url"`
	Name string `json:"name"`
}

// DecodeEvent is the event that one line of JSON says. An event without an id
// gets one made of the line's content; a Reader makes it of the line's number as
// well. The platform may be empty. Errors name the key, and quote no more of the
// line than a short, escaped piece.
func DecodeEvent(line []byte) (chat.Event, error) { return decodeEvent(line, 0) }

func decodeEvent(line []byte, number int) (chat.Event, error) {
	var w wire
	if !utf8.Valid(line) || !decodeFast(string(line), &w) {
		w = wire{}
		if err := unmarshal(line, &w); err != nil {
			return chat.Event{}, err
		}
	}
	e := chat.Event{
		ID: w.ID, Kind: chat.Kind(w.Kind), Platform: w.Platform, Chat: w.Chat,
		Author: chat.Member{ID: w.Author.ID, Name: w.Author.Name, Role: chat.Role(w.Author.Role)},
		Message: chat.Message{
			ID: w.Message.ID, Text: w.Message.Text, ReplyTo: w.Message.ReplyTo, Mentions: w.Message.Mentions,
		},
	}
	if len(e.Message.Mentions) == 0 {
		e.Message.Mentions = nil
	}
	for _, a := range w.Message.Attachments {
		e.Message.Attachments = append(e.Message.Attachments, chat.Attachment(a))
	}
	var err error
	if e.Time, err = instant("time", w.Time); err != nil {
		return chat.Event{}, err
	}
	if e.Author.Joined, err = instant("author.joined", w.Author.Joined); err != nil {
		return chat.Event{}, err
	}
	if err := check(e); err != nil {
		return chat.Event{}, err
	}
	if e.ID == "" {
		e.ID = idOf(line, number)
	}
	return e, nil
}

// check says the first thing that an event lacks.
func check(e chat.Event) error {
	kinds := [...]chat.Kind{chat.KindMessage, chat.KindEdit, chat.KindJoin, chat.KindLeave, chat.KindReport, chat.KindCommand, chat.KindDirect}
	roles := [...]chat.Role{"", chat.RoleMember, chat.RoleAdmin, chat.RoleOwner, chat.RoleSelf}
	switch {
	case e.Kind == "":
		return errors.New("kind is missing")
	case !slices.Contains(kinds[:], e.Kind):
		return fmt.Errorf("kind: %.40q is none of %v", e.Kind, kinds)
	case e.Chat == "" && e.Kind != chat.KindDirect:
		return errors.New("chat is missing")
	case e.Author.ID == "":
		return errors.New("author.id is missing")
	case !slices.Contains(roles[:], e.Author.Role):
		return fmt.Errorf("author.role: %.40q is none of %v", e.Author.Role, roles[1:])
	case e.Time.IsZero():
		return errors.New("time is missing")
	}
	return nil
}

// unmarshal decodes one JSON object and nothing after it.
func unmarshal(line []byte, into any) error {
	line = bytes.TrimSpace(line)
	if !utf8.Valid(line) {
		return errors.New("not UTF-8")
	}
	if len(line) == 0 || line[0] != '{' {
		return errors.New("not a JSON object")
	}
	err := json.Unmarshal(line, into)
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("%s: want %s, got %s", wrong.Field, jsonName(wrong.Type.String()), wrong.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("byte %d: %w", syntax.Offset, syntax)
	}
	return err
}

// jsonName is what JSON calls a Go type that a value did not fit.
func jsonName(goType string) string {
	switch {
	case goType == "string":
		return "string"
	case goType == "float64":
		return "number"
	case goType[0] == '[':
		return "array"
	}
	return "object"
}

func instant(key, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %.40q is not a time such as 2026-11-24T02:31:42.5Z", key, s)
	}
	return t, nil
}

// idOf names a line that has no id: by what it says and where it stands, since
// one member may say the same thing twice in a second.
func idOf(line []byte, number int) string {
	h := sha256.New()
	h.Write(strconv.AppendInt(nil, int64(number), 10))
	h.Write([]byte{'\n'})
	h.Write(bytes.TrimSpace(line))
	return "line-" + hex.EncodeToString(h.Sum(nil)[:12])
}

// answer is the reply to an action.
type answer struct {
	Done    *string `json:"done"`
	Error   *string `json:"error"`
	ID      string  `json:"id"`
	Until   string  `json:"until"`
	Note    string  `json:"note"`
	Kind    string  `json:"kind"`
	Message string  `json:"message"`
	After   float64 `json:"after"` // seconds
}

// decodeAnswer is the outcome that a line reports of the action called key. ok
// is false for a line that is no answer, such as an event.
func decodeAnswer(line []byte) (key string, o outcome, ok bool, err error) {
	if !bytes.Contains(line, []byte(`"done"`)) && !bytes.Contains(line, []byte(`"error"`)) {
		return "", outcome{}, false, nil
	}
	var a answer
	var top map[string]json.RawMessage
	if json.Unmarshal(line, &top) != nil {
		return "", outcome{}, false, nil // the event decoder says what is wrong with it
	}
	if top["done"] == nil && top["error"] == nil {
		return "", outcome{}, false, nil
	}
	if err := unmarshal(line, &a); err != nil {
		return "", outcome{}, true, err
	}
	switch {
	case a.Done != nil && a.Error != nil:
		return "", outcome{}, true, errors.New("both done and error")
	case a.Done != nil:
		until, err := instant("until", a.Until)
		return *a.Done, outcome{receipt: chat.Receipt{ID: a.ID, Until: until, Note: a.Note}}, true, err
	case a.Error != nil:
		e := &chat.Error{Op: "answer", Kind: kindNamed(a.Kind), Err: errors.New(orElse(a.Message, "the program gave no reason"))}
		if e.Kind == chat.RateLimited && a.After > 0 && a.After < time.Duration(maxDuration).Seconds() {
			e.After = time.Duration(a.After * float64(time.Second))
		}
		return *a.Error, outcome{err: e}, true, nil
	}
	return "", outcome{}, true, errors.New("done and error: want a string, got null")
}

const maxDuration = 1<<63 - 1

func kindNamed(s string) chat.ErrorKind {
	for _, k := range []chat.ErrorKind{chat.Transient, chat.RateLimited, chat.Forbidden, chat.NotFound, chat.Unsupported} {
		if k.String() == s {
			return k
		}
	}
	return chat.Other
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
