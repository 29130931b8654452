package console

import (
	"net/http"
	"strings"

	"patrol/bot/review"
)

type sessionView struct {
	ID      string
	Here    bool // the one that asks
	Method  string
	Agent   []piece
	Address []piece
	Since   moment
	Seen    moment
}

// sessionViews are the logins of the visitor that have not ended.
func (c *Console) sessionViews(r *http.Request, v *visit) ([]sessionView, error) {
	all, err := c.config.Store.Sessions(r.Context(), v.login.reviewer.Name)
	if err != nil {
		return nil, err
	}
	var views []sessionView
	for i := range all {
		s := &all[i]
		if !v.now.Before(s.Expires) {
			continue
		}
		views = append(views, sessionView{
			ID: s.ID(), Here: s.Hash == v.login.session.Hash, Method: v.say("method." + s.Method),
			Agent: brief(browserOf(s.Agent)), Address: brief(s.Address), Since: v.moment(s.Created), Seen: v.moment(s.Seen),
		})
	}
	return views, nil
}

// browserOf is what people call the browser, or all that it called itself.
func browserOf(agent string) string {
	first := func(pairs [][2]string) string {
		for _, p := range pairs {
			if strings.Contains(agent, p[0]) {
				return p[1]
			}
		}
		return ""
	}
	browser := first([][2]string{{"Edg/", "Edge"}, {"MicroMessenger", "WeChat"}, {"QQBrowser", "QQ"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}})
	system := first([][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}})
	if browser == "" || system == "" {
		return agent
	}
	return browser + " · " + system
}

// endSession ends one login of the visitor's own.
func (c *Console) endSession(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.endSessions(w, r, v, func(s *review.Session) bool { return s.ID() == r.PathValue("session") })
}

// endOthers ends every login of the visitor but this one.
func (c *Console) endOthers(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.endSessions(w, r, v, func(s *review.Session) bool { return s.Hash != v.login.session.Hash })
}

func (c *Console) endSessions(w http.ResponseWriter, r *http.Request, v *visit, which func(*review.Session) bool) error {
	all, err := c.config.Store.Sessions(r.Context(), v.login.reviewer.Name)
	if err != nil {
		return err
	}
	for i := range all {
		if which(&all[i]) {
			if err := c.config.Store.DeleteSession(r.Context(), all[i].Hash); err != nil {
				return err
			}
		}
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}
