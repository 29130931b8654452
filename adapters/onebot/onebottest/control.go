package onebottest

import (
	"encoding/json"
	"net/http"
)

// order is what a POST to the control API asks for.
type order struct {
	Group   int64  `json:"group"`
	User    int64  `json:"user"`
	Text    string `json:"text"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Action  string `json:"action"`
	Retcode int    `json:"retcode"`
}

// Control is the handler by which another process plays the people in the groups
// and sees what became of them. Orders are POSTs of {"group","user","text",...}:
//
//	POST /group   {"group":100,"role":"admin"}           a group, with the bot's role in it
//	POST /member  {"group":100,"user":7,"name":"Mallory"} somebody in it, without an event
//	POST /say     {"group":100,"user":7,"text":"spam"}    answers {"message_id":1001}; 0 if they can't speak
//	POST /join    {"group":100,"user":7}                  answers {"joined":true}
//	POST /leave   {"group":100,"user":7}
//	POST /fail    {"action":"set_group_ban","retcode":1200,"text":"timeout"}
//	POST /redeliver, /cut, /mend
//	GET  /state   members with mutes, messages, the bot's notices counted by the message that they answer, calls
//
// It has no access control: serve it on loopback only.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	post := func(path string, do func(order) any) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			var o order
			if err := json.NewDecoder(r.Body).Decode(&o); err != nil && r.ContentLength > 0 {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			reply(w, do(o))
		})
	}
	inGroup := func(do func(order) any) func(order) any {
		return func(o order) any {
			s.mu.Lock()
			g := s.groups[o.Group]
			s.mu.Unlock()
			if g == nil {
				return map[string]any{"error": "no such group"}
			}
			return do(o)
		}
	}
	done := map[string]any{"ok": true}
	post("/group", func(o order) any { s.AddGroup(o.Group, o.Role); return done })
	post("/member", inGroup(func(o order) any {
		s.AddMember(o.Group, Member{ID: o.User, Nickname: o.Name, Role: o.Role})
		return done
	}))
	post("/say", inGroup(func(o order) any { return map[string]any{"message_id": s.Say(o.Group, o.User, o.Text)} }))
	post("/join", inGroup(func(o order) any { return map[string]any{"joined": s.Join(o.Group, o.User)} }))
	post("/leave", inGroup(func(o order) any {
		if _, there := s.Member(o.Group, o.User); there {
			s.Leave(o.Group, o.User)
		}
		return done
	}))
	post("/fail", func(o order) any { s.Fail(o.Action, o.Retcode, o.Text); return done })
	post("/redeliver", func(order) any { s.Redeliver(); return done })
	post("/cut", func(order) any { s.Cut(); return done })
	post("/mend", func(order) any { s.Mend(); return done })
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) { reply(w, s.state()) })
	return mux
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}
