package onebottest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// messageEvent is a message as it is reported, or fetched by get_msg.
func (s *Server) messageEvent(kind string, m *Message) map[string]any {
	author := s.groups[m.Group].members[m.User]
	var message any = m.Segments
	format := "array"
	if s.config.CQ {
		message, format = writeCQ(m.Segments), "string"
	}
	return map[string]any{
		"time": m.Time.Unix(), "self_id": s.id(s.config.Self), "post_type": kind, "message_type": "group", "sub_type": "normal",
		"message_id": s.id(int64(m.ID)), "group_id": s.id(m.Group), "user_id": s.id(m.User), "anonymous": nil, "font": 0,
		"message": message, "message_format": format, "raw_message": writeCQ(m.Segments),
		"sender": map[string]any{
			"user_id": s.id(m.User), "nickname": author.Nickname, "card": author.Card, "role": author.Role,
			"level": "1", "title": "", "sex": "unknown", "age": 0, "area": "",
		},
	}
}

// notice emits a notice of a group.
func (s *Server) notice(g *group, kind, sub string, user int64, more map[string]any) {
	e := map[string]any{
		"time": s.config.Now().Unix(), "self_id": s.id(s.config.Self), "post_type": "notice", "notice_type": kind,
		"group_id": s.id(g.id), "user_id": s.id(user),
	}
	if sub != "" {
		e["sub_type"] = sub
	}
	maps.Copy(e, more)
	s.emit(e)
}

func (s *Server) meta(kind string, more map[string]any) map[string]any {
	e := map[string]any{"time": s.config.Now().Unix(), "self_id": s.id(s.config.Self), "post_type": "meta_event", "meta_event_type": kind}
	maps.Copy(e, more)
	return e
}

func (s *Server) memberInfo(g *group, m *Member) map[string]any {
	var shut int64
	if s.config.Now().Before(m.Muted) {
		shut = m.Muted.Unix()
	}
	return map[string]any{
		"group_id": s.id(g.id), "user_id": s.id(m.ID), "nickname": m.Nickname, "card": m.Card, "role": m.Role,
		"join_time": m.Joined.Unix(), "last_sent_time": 0, "level": "1", "title": "", "shut_up_timestamp": shut,
		"sex": "unknown", "age": 0, "area": "", "unfriendly": false, "title_expire_time": 0, "card_changeable": false,
	}
}

func (s *Server) groupList() []any {
	all := []any{}
	for _, id := range slices.Sorted(maps.Keys(s.groups)) {
		g := s.groups[id]
		if g.members[s.config.Self].Present {
			all = append(all, map[string]any{
				"group_id": s.id(id), "group_name": "group " + formatInt(id), "member_count": len(g.members), "max_member_count": 500,
			})
		}
	}
	return all
}

// emit sends an event to whoever takes events.
func (s *Server) emit(e map[string]any) []byte {
	data, err := json.Marshal(e)
	if err != nil {
		panic("an event that can't be encoded: " + err.Error())
	}
	s.broadcast(data)
	return data
}

func (s *Server) broadcast(data []byte) {
	for c := range s.clients {
		if c.events {
			c.send(data)
		}
	}
}
