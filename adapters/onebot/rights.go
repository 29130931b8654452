package onebot

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"patrol/adapters/chat"
)

// rights is what is known of the bot's own account: who it is, and what it is in
// each group.
type rights struct {
	wake  chan struct{} // something is to be probed
	fresh chan struct{} // there is a new connection to probe it on

	mu       sync.Mutex
	self     string
	groups   map[string]*standing
	unknown  map[string]bool // groups to probe; true: past the implementation's cache
	list     bool            // the list of groups is to be fetched
	recalled recent          // ids of messages that are gone
}

// standing is what the bot is in a group.
type standing struct {
	role  chat.Role // empty: not known yet
	muted time.Time // until then the bot itself has no voice
	asked time.Time // when the platform last would not say what the role is
	size  int       // members; 0: not known yet
}

func newRights() rights {
	return rights{
		wake: make(chan struct{}, 1), fresh: make(chan struct{}, 1), groups: map[string]*standing{}, unknown: map[string]bool{},
		recalled: recent{seen: map[string]bool{}},
	}
}

// reconnected has everything probed again.
func (r *rights) reconnected() {
	r.mu.Lock()
	r.list = true
	r.mu.Unlock()
	signal(r.fresh)
	signal(r.wake)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// standing is the entry of a group. Call it with the lock held.
func (r *rights) standing(group string) *standing {
	s := r.groups[group]
	if s == nil {
		s = &standing{}
		r.groups[group] = s
	}
	return s
}

// note learns from an event.
func (r *rights) note(p *payload) {
	if p.GroupID == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	group, ours := string(p.GroupID), p.UserID != "" && p.UserID == p.SelfID
	if p.SelfID != "" {
		r.self = string(p.SelfID)
	}
	if p.NoticeType == "group_recall" {
		r.recalled.add(string(p.MessageID))
	}
	changed := p.NoticeType == "group_admin" || p.NoticeType == "group_increase"
	switch {
	case ours && p.NoticeType == "group_decrease":
		delete(r.groups, group)
		delete(r.unknown, group)
		return
	case ours && p.NoticeType == "group_ban":
		r.standing(group).muted = time.Time{}
		if n, err := strconv.ParseInt(string(p.Duration), 10, 32); err == nil && n > 0 && p.SubType != "lift_ban" {
			r.standing(group).muted = time.Now().Add(time.Duration(n) * time.Second)
		}
	}
	_, queued := r.unknown[group]
	here := r.standing(group)
	switch {
	case p.NoticeType == "group_increase" && here.size > 0:
		here.size++
	case p.NoticeType == "group_decrease" && here.size > 1:
		here.size--
	}
	switch {
	case ours && changed:
		r.unknown[group] = true
		signal(r.wake)
	case !queued && here.role == "" && time.Since(here.asked) > askAgain:
		r.unknown[group] = false
		signal(r.wake)
	}
}

// askAgain is how long a group rests that the platform would not tell about.
const askAgain = 5 * time.Minute

// is is what the bot is in a group; known is false until that was probed.
func (r *rights) is(group string) (s standing, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found := r.groups[group]; found != nil {
		return *found, found.role != ""
	}
	return standing{}, false
}

func (r *rights) learn(group string, role chat.Role) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.standing(group).role = role
	r.probed(group)
}

// probed forgets that a group is to be probed, unless a change has been told
// since the probe began. Call it with the lock held.
func (r *rights) probed(group string) {
	if !r.unknown[group] {
		delete(r.unknown, group)
	}
}

// recent remembers the newest few thousand ids.
type recent struct {
	seen  map[string]bool
	order []string
}

const remembered = 4096

func (r *recent) add(id string) {
	if r.seen[id] || id == "" {
		return
	}
	if len(r.order) == remembered {
		delete(r.seen, r.order[0])
		r.order = r.order[1:]
	}
	r.seen[id] = true
	r.order = append(r.order, id)
}

// recalledAlready reports whether a message is known to be gone.
func (r *rights) recalledAlready(message string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.recalled.seen[message]
}

func (r *rights) recall(message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recalled.add(message)
}

// probe finds out what the bot is, wherever that is not known, until ctx ends.
func (a *Adapter) probe(ctx context.Context) {
	retry := chat.Backoff{First: a.backoff.First}
	for {
		var later <-chan time.Time
		wake := a.rights.wake
		if err := a.probeAll(ctx); err == nil {
			retry.Reset()
		} else {
			later, wake = time.After(retry.Next()), nil // events must not make it hurry
		}
		select {
		case <-wake:
		case <-a.rights.fresh:
		case <-later:
		case <-ctx.Done():
			return
		}
	}
}

// probeAll fails where the platform faltered and it should be tried again. A
// group that can't be asked about stays unknown.
func (a *Adapter) probeAll(ctx context.Context) error {
	if err := a.probeList(ctx); err != nil {
		return err
	}
	wanted := a.rights.takeWanted()
	for group, noCache := range wanted {
		info, err := a.info(ctx, group, a.rights.who(), noCache)
		switch {
		case err == nil:
			a.rights.learn(group, role(info.Role))
		case chat.KindOf(err) == chat.Transient || chat.KindOf(err) == chat.RateLimited:
			a.rights.want(wanted)
			return err
		default:
			a.rights.giveUp(group)
		}
		delete(wanted, group)
	}
	return nil
}

// takeWanted takes the groups that are to be probed.
func (r *rights) takeWanted() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	wanted := r.unknown
	r.unknown = map[string]bool{}
	return wanted
}

// want puts back groups that could not be probed yet.
func (r *rights) want(groups map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for group, noCache := range groups {
		r.unknown[group] = r.unknown[group] || noCache
	}
}

func (r *rights) giveUp(group string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.standing(group).asked = time.Now()
	r.probed(group)
}

func (r *rights) who() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.self
}

// probeList asks who we are and where, after a connection.
func (a *Adapter) probeList(ctx context.Context) error {
	a.rights.mu.Lock()
	wanted := a.rights.list
	a.rights.mu.Unlock()
	if !wanted {
		return nil
	}
	var login struct {
		UserID id `json:"user_id"`
	}
	var groups []struct {
		GroupID id  `json:"group_id"`
		Members int `json:"member_count"`
	}
	if err := a.ask(ctx, "get_login_info", struct{}{}, &login); err != nil {
		return err
	}
	if err := a.ask(ctx, "get_group_list", struct{}{}, &groups); err != nil {
		return err
	}
	a.rights.mu.Lock()
	defer a.rights.mu.Unlock()
	a.rights.list = false
	a.rights.self = orElse(string(login.UserID), a.rights.self)
	for _, g := range groups {
		a.rights.standing(string(g.GroupID)).size = g.Members
		a.rights.unknown[string(g.GroupID)] = false // hundreds of look-ups past the cache could cost the account
	}
	return nil
}

// ask calls an action and decodes its data.
func (a *Adapter) ask(ctx context.Context, action string, params, into any) error {
	data, err := a.call(ctx, action, params)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return &chat.Error{Op: action, Kind: chat.Other, Err: clean(err)}
	}
	return nil
}
