package onebottest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Member is somebody in a group.
type Member struct {
	ID       int64     `json:"user_id"`
	Nickname string    `json:"nickname"`
	Card     string    `json:"card"`
	Role     string    `json:"role"` // owner, admin or member; empty means member
	Joined   time.Time `json:"joined"`

	Present  bool      `json:"present"`
	Rejected bool      `json:"rejected"`    // may not ask to come back
	Muted    time.Time `json:"muted_until"` // no voice before then
}

// Segment is a part of a message.
type Segment struct {
	Type string         `json:"type"`
	Data map[string]any `json:"data"`
}

// Message is a message that was posted, by a member or by the bot.
type Message struct {
	ID       int32     `json:"message_id"`
	Group    int64     `json:"group_id"`
	User     int64     `json:"user_id"`
	Time     time.Time `json:"time"`
	Segments []Segment `json:"segments"`
	Recalled bool      `json:"recalled"`
}

// Text is the text of all text segments.
func (m Message) Text() string {
	var b strings.Builder
	for _, s := range m.Segments {
		if s.Type == "text" {
			fmt.Fprint(&b, s.Data["text"])
		}
	}
	return b.String()
}

// ReplyTo is the id of the message that m answers, or "".
func (m Message) ReplyTo() string {
	for _, s := range m.Segments {
		if s.Type == "reply" {
			return fmt.Sprint(s.Data["id"])
		}
	}
	return ""
}

// group is one group. The Server's lock guards it.
type group struct {
	id      int64
	members map[int64]*Member
}

func (m *Member) manages() bool { return m.Role == "owner" || m.Role == "admin" }

// problem is a failed response.
type problem struct {
	retcode int
	message string
}

func (p *problem) Error() string { return fmt.Sprintf("%d %s", p.retcode, p.message) }

// The problems that implementations report. NapCat gives 1200 for whatever goes
// wrong inside and says what in words; 1400 and 1404 are the standard's.
var (
	errNotAdmin      = &problem{1200, "error: 120101005 ERR_NOT_GROUP_ADMIN"}
	errNoMember      = &problem{1200, "群成员不存在"}
	errNoGroup       = &problem{1200, "群不存在"}
	errNoMessage     = &problem{1200, "消息不存在"}
	errRecallFailed  = &problem{1200, "Recall failed"}
	errBotMuted      = &problem{1200, "send failed: the account is muted, no permission to speak"}
	errUnknownAction = &problem{1404, "不支持的 API"}
)

func badParameter(name string) *problem { return &problem{1400, "invalid parameter " + name} }

// number is an id that comes as a number or a string.
type number int64

// UnmarshalJSON reads both.
func (n *number) UnmarshalJSON(data []byte) error {
	var v json.Number
	if err := json.Unmarshal([]byte(strings.Trim(string(data), `"`)), &v); err != nil {
		return errors.New("not a number")
	}
	i, err := v.Int64()
	*n = number(i)
	return err
}

// parameters are those of all actions that are understood.
type parameters struct {
	GroupID   number          `json:"group_id"`
	UserID    number          `json:"user_id"`
	MessageID number          `json:"message_id"`
	Duration  *number         `json:"duration"`
	Reject    bool            `json:"reject_add_request"`
	Enable    *bool           `json:"enable"`
	Message   json.RawMessage `json:"message"`
	Escape    bool            `json:"auto_escape"`
}

// act carries out an action. Call it with the lock held.
func (s *Server) act(action string, raw json.RawMessage) (any, error) {
	var p parameters
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, badParameter(err.Error())
		}
	}
	if planned := s.failures[action]; len(planned) > 0 {
		s.failures[action] = planned[1:]
		if planned[0] != nil {
			return nil, planned[0]
		}
	}
	switch strings.TrimSuffix(strings.TrimSuffix(action, "_async"), "_rate_limited") {
	case "get_login_info":
		return map[string]any{"user_id": s.id(s.config.Self), "nickname": "patrol"}, nil
	case "get_status":
		return map[string]any{"online": true, "good": true}, nil
	case "get_version_info":
		return map[string]any{"app_name": "onebottest", "app_version": "1", "protocol_version": "v11"}, nil
	case "get_group_list":
		return s.groupList(), nil
	case "get_msg":
		return s.getMsg(p)
	case "delete_msg":
		return nil, s.deleteMsg(p)
	case "send_private_msg":
		return s.sendPrivateMsg(p)
	}
	g := s.groups[int64(p.GroupID)]
	if g == nil || g.members[s.config.Self] == nil || !g.members[s.config.Self].Present {
		g = &group{} // an unknown action is the worse mistake
	}
	return s.actIn(g, action, p)
}

func (s *Server) actIn(g *group, action string, p parameters) (any, error) {
	if !slices.Contains([]string{
		"send_group_msg", "get_group_member_info", "get_group_member_list", "get_group_shut_list",
		"set_group_ban", "set_group_kick", "set_group_admin",
	}, action) {
		return nil, errUnknownAction
	}
	if g.id == 0 {
		return nil, errNoGroup
	}
	switch action {
	case "send_group_msg":
		return s.sendGroupMsg(g, p)
	case "get_group_member_info":
		m := g.members[int64(p.UserID)]
		if m == nil || !m.Present {
			return nil, errNoMember
		}
		return s.memberInfo(g, m), nil
	case "get_group_member_list":
		var all []any
		for _, m := range s.sorted(g) {
			if m.Present {
				all = append(all, s.memberInfo(g, m))
			}
		}
		return all, nil
	case "get_group_shut_list":
		all := []any{}
		for _, m := range s.sorted(g) {
			if s.config.Now().Before(m.Muted) {
				all = append(all, s.memberInfo(g, m))
			}
		}
		return all, nil
	case "set_group_ban":
		return nil, s.setGroupBan(g, p)
	case "set_group_kick":
		return nil, s.setGroupKick(g, p)
	}
	return nil, s.setGroupAdmin(g, p)
}

// rules reports why the bot may not act on a member of g.
func (s *Server) rules(g *group, user int64) (*Member, error) {
	self, m := g.members[s.config.Self], g.members[user]
	switch {
	case !self.manages():
		return nil, errNotAdmin
	case m == nil || !m.Present:
		return nil, errNoMember
	case m.Role == "owner" || m.Role == "admin" && self.Role != "owner":
		return nil, &problem{1200, "no permission: the member is " + m.Role}
	}
	return m, nil
}

// Mutes must be within these, QQ says.
const (
	shortestBan = 60
	longestBan  = 30 * 24 * 60 * 60
)

func (s *Server) setGroupBan(g *group, p parameters) error {
	m, err := s.rules(g, int64(p.UserID))
	if err != nil {
		return err
	}
	seconds := number(30 * 60) // the standard's default
	if p.Duration != nil {
		seconds = *p.Duration
	}
	if seconds != 0 && (seconds < shortestBan || seconds > longestBan) {
		return badParameter("duration")
	}
	kind := "ban"
	m.Muted = s.config.Now().Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		kind, m.Muted = "lift_ban", time.Time{}
	}
	s.notice(g, "group_ban", kind, m.ID, map[string]any{"operator_id": s.id(s.config.Self), "duration": seconds})
	return nil
}

func (s *Server) setGroupKick(g *group, p parameters) error {
	m, err := s.rules(g, int64(p.UserID))
	if err != nil {
		return err
	}
	m.Present, m.Rejected, m.Role, m.Muted = false, p.Reject, "member", time.Time{}
	s.notice(g, "group_decrease", "kick", m.ID, map[string]any{"operator_id": s.id(s.config.Self)})
	return nil
}

func (s *Server) setGroupAdmin(g *group, p parameters) error {
	m := g.members[int64(p.UserID)]
	switch {
	case g.members[s.config.Self].Role != "owner":
		return &problem{1200, "no permission: only the owner can"}
	case m == nil || !m.Present:
		return errNoMember
	}
	m.Role = "admin"
	kind := "set"
	if p.Enable != nil && !*p.Enable {
		m.Role, kind = "member", "unset"
	}
	s.notice(g, "group_admin", kind, m.ID, nil)
	return nil
}

func (s *Server) deleteMsg(p parameters) error {
	m := s.messages[int32(p.MessageID)]
	if m == nil || m.Recalled {
		return errNoMessage
	}
	g := s.groups[m.Group]
	if m.User != s.config.Self {
		author := g.members[m.User]
		switch self := g.members[s.config.Self]; {
		case !self.manages():
			return errNotAdmin
		case author.Present && author.manages() && self.Role != "owner":
			return &problem{1200, "no permission: the member is " + author.Role}
		}
	}
	if s.config.Now().Sub(m.Time) > s.config.RecallWindow {
		return errRecallFailed
	}
	m.Recalled = true
	s.notice(g, "group_recall", "", m.User, map[string]any{"operator_id": s.id(s.config.Self), "message_id": s.id(int64(m.ID))})
	return nil
}

func (s *Server) sendGroupMsg(g *group, p parameters) (any, error) {
	segments, err := readMessage(p.Message, p.Escape)
	if err != nil || len(segments) == 0 {
		return nil, badParameter("message")
	}
	if s.config.Now().Before(g.members[s.config.Self].Muted) {
		return nil, errBotMuted
	}
	m := s.post(g, s.config.Self, segments)
	return map[string]any{"message_id": s.id(int64(m.ID))}, nil
}

func (s *Server) getMsg(p parameters) (any, error) {
	m := s.messages[int32(p.MessageID)]
	if m == nil || m.Recalled {
		return nil, errNoMessage
	}
	return s.messageEvent("message", m), nil
}
