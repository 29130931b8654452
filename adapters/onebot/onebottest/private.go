package onebottest

// Whisper lets somebody write to the bot alone.
func (s *Server) Whisper(user int64, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	s.last = s.emit(map[string]any{
		"time": s.config.Now().Unix(), "self_id": s.id(s.config.Self), "post_type": "message", "message_type": "private", "sub_type": "group",
		"message_id": s.id(int64(s.serial)), "user_id": s.id(user), "font": 0, "raw_message": text,
		"message": []Segment{{"text", map[string]any{"text": text}}},
		"sender":  map[string]any{"user_id": s.id(user), "nickname": "somebody", "sex": "unknown", "age": 0},
	})
}

// Told are the texts that the bot has written to somebody alone, oldest first.
func (s *Server) Told(user int64) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.told[user]...)
}

func (s *Server) sendPrivateMsg(p parameters) (any, error) {
	segments, err := readMessage(p.Message, p.Escape)
	if err != nil || len(segments) == 0 {
		return nil, badParameter("message")
	}
	known := false
	for _, g := range s.groups {
		known = known || g.members[int64(p.UserID)] != nil
	}
	if !known {
		return nil, errNoMember
	}
	s.serial++
	if s.told == nil {
		s.told = map[int64][]string{}
	}
	s.told[int64(p.UserID)] = append(s.told[int64(p.UserID)], Message{Segments: segments}.Text())
	return map[string]any{"message_id": s.id(int64(s.serial))}, nil
}
