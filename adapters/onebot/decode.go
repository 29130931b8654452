package onebot

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"patrol/adapters/chat"
)

// payload is anything that an implementation sends: an event, or the response to
// an action.
type payload struct {
	PostType      string   `json:"post_type"`
	MessageType   string   `json:"message_type"`
	NoticeType    string   `json:"notice_type"`
	MetaEventType string   `json:"meta_event_type"`
	SubType       string   `json:"sub_type"`
	Time          id       `json:"time"`
	SelfID        id       `json:"self_id"`
	GroupID       id       `json:"group_id"`
	UserID        id       `json:"user_id"`
	OperatorID    id       `json:"operator_id"`
	MessageID     id       `json:"message_id"`
	Duration      id       `json:"duration"`
	Interval      id       `json:"interval"` // of heartbeats, in milliseconds
	Message       segments `json:"-"`
	RawMessage    string   `json:"raw_message"`
	Sender        sender   `json:"sender"`

	Echo    id     `json:"echo"`
	Status  string `json:"-"` // of a response; a heartbeat has an object there
	Retcode id     `json:"retcode"`
	Wording string `json:"wording"`
	Problem string `json:"-"` // message of a failed response
	Data    json.RawMessage

	settled chan struct{} // closed once nothing is left to do for it; nil where nobody waits
}

func (p *payload) settle() {
	if p.settled != nil {
		close(p.settled)
	}
}

type sender struct {
	UserID   id     `json:"user_id"`
	Nickname string `json:"nickname"`
	Card     string `json:"card"`
	Role     string `json:"role"`
}

// UnmarshalJSON tells the two meanings of "message" and of "status" apart.
func (p *payload) UnmarshalJSON(data []byte) error {
	type plain payload
	var both struct {
		plain
		Message json.RawMessage `json:"message"`
		Status  json.RawMessage `json:"status"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(data, &both); err != nil {
		return err
	}
	*p = payload(both.plain)
	p.Data = both.Data
	_ = json.Unmarshal(both.Status, &p.Status) // stays empty where it is no string
	switch {
	case len(both.Message) == 0:
		p.Message = parseCQ(p.RawMessage)
		return nil
	case p.PostType == "":
		_ = json.Unmarshal(both.Message, &p.Problem) // only for people to read
		return nil
	}
	return json.Unmarshal(both.Message, &p.Message)
}

// response reports whether p answers an action.
func (p *payload) response() bool { return p.PostType == "" && (p.Status != "" || p.Retcode != "") }

// decode is the payload in one frame or request body.
func decode(data []byte) (*payload, error) {
	p := new(payload)
	if err := json.Unmarshal(data, p); err != nil {
		return nil, fmt.Errorf("a payload that is no OneBot: %w", clean(err))
	}
	return p, nil
}

// clean drops what encoding/json quotes of hostile input.
func clean(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("%s has the wrong type", wrong.Field)
	case errors.As(err, &syntax):
		return fmt.Errorf("broken JSON at byte %d", syntax.Offset)
	}
	return errors.New("an id is neither a string nor a number")
}

// event is the chat event that p is; ok is false where it is none that anybody
// needs. now clamps its time.
func (p *payload) event(platform string, now time.Time) (e chat.Event, ok bool) {
	e = chat.Event{Platform: platform, Chat: string(p.GroupID), Author: p.author(), Time: p.at(now)}
	if p.PostType == "message" && p.MessageType == "private" && e.Author.ID != "" && e.Author.Role != chat.RoleSelf {
		e.Kind, e.Chat, e.Author.Role = chat.KindDirect, "", "" // a role in some group says nothing here
		e.Message = p.message()
		e.ID = p.name("d", string(p.MessageID), e.Message.Text, p.RawMessage)
		return e, true
	}
	if e.Chat == "" || e.Author.ID == "" {
		return chat.Event{}, false
	}
	switch {
	case p.PostType == "message_sent": // NapCat's name for what the account itself says
		e.Author.Role = chat.RoleSelf
		fallthrough
	case p.PostType == "message" && p.MessageType == "group":
		e.Kind = chat.KindMessage
		e.Message = p.message()
		e.ID = p.name("m", string(p.MessageID), e.Message.Text, p.RawMessage)
	case p.PostType == "notice" && p.NoticeType == "group_increase":
		e.Kind = chat.KindJoin
		e.Author.Joined = e.Time
		e.ID = p.name("j", p.SubType, string(p.OperatorID))
	case p.PostType == "notice" && p.NoticeType == "group_decrease":
		e.Kind = chat.KindLeave
		e.ID = p.name("l", p.SubType, string(p.OperatorID))
	default:
		return chat.Event{}, false
	}
	return e, true
}

// name is an event id that a redelivery has as well. A message id alone would
// not do: it is a 32-bit number that an implementation may give out again.
func (p *payload) name(kind string, parts ...string) string {
	h := fnv.New64a()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return fmt.Sprintf("%s.%s.%s.%s.%s.%016x", kind, p.GroupID, p.UserID, p.MessageID, p.Time, h.Sum64())
}

// at is the platform's time. Some implementations stamp milliseconds.
func (p *payload) at(now time.Time) time.Time {
	n, err := strconv.ParseInt(string(p.Time), 10, 64)
	if err != nil || n <= 0 {
		return now
	}
	t := time.Unix(n, 0)
	if n > 1e11 {
		t = time.UnixMilli(n)
	}
	if t.After(now) {
		return now
	}
	return t
}

func (p *payload) author() chat.Member {
	m := chat.Member{ID: string(p.UserID), Name: orElse(p.Sender.Card, p.Sender.Nickname), Role: role(p.Sender.Role)}
	if p.UserID == p.SelfID && p.SelfID != "" {
		m.Role = chat.RoleSelf
	}
	return m
}

func role(s string) chat.Role {
	switch s {
	case "owner":
		return chat.RoleOwner
	case "admin":
		return chat.RoleAdmin
	}
	return chat.RoleMember
}

func (p *payload) message() chat.Message {
	m := chat.Message{ID: string(p.MessageID)}
	var text strings.Builder
	for _, s := range p.Message {
		switch s.Type {
		case "text":
			text.WriteString(string(s.Data["text"]))
		case "markdown":
			text.WriteString(string(s.Data["content"]))
		case "at":
			m.Mentions = append(m.Mentions, string(s.Data["qq"]))
		case "reply":
			m.ReplyTo = string(s.Data["id"])
		default:
			if a, ok := s.attachment(); ok {
				m.Attachments = append(m.Attachments, a)
			}
		}
	}
	m.Text = text.String()
	return m
}

// attachment is what a segment holds that is not text. A face is a smiley of the
// client, and nothing of the member's own.
func (s segment) attachment() (chat.Attachment, bool) {
	file := chat.Attachment{URL: string(s.Data["url"]), Name: string(orElse(s.Data["name"], s.Data["file"]))}
	switch s.Type {
	case "image":
		file.Kind = "image"
	case "record":
		file.Kind = "audio"
	case "video":
		file.Kind = "video"
	case "file", "onlinefile":
		file.Kind = "file"
	case "mface":
		return chat.Attachment{Kind: "sticker", URL: file.URL, Name: string(s.Data["summary"])}, true
	case "forward", "node":
		return chat.Attachment{Kind: "forward", Name: string(s.Data["id"])}, true
	case "share", "music", "contact", "location":
		return chat.Attachment{Kind: "card", URL: file.URL, Name: string(s.Data["title"])}, true
	case "json", "xml":
		return chat.Attachment{Kind: "card", Name: cardTitle(string(s.Data["data"]))}, true
	case "face", "poke", "dice", "rps", "shake":
		return chat.Attachment{}, false
	default:
		return chat.Attachment{Kind: "other", Name: s.Type}, true
	}
	return file, true
}

// cardTitle is what the client shows of a card before it is opened.
func cardTitle(data string) string {
	var card struct {
		Prompt string `json:"prompt"`
		Desc   string `json:"desc"`
	}
	if json.Unmarshal([]byte(data), &card) != nil {
		return ""
	}
	return orElse(card.Prompt, card.Desc)
}
