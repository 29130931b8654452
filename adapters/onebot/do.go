package onebot

import (
	"context"
	"errors"
	"strconv"
	"time"

	"patrol/adapters/chat"
)

// Mutes shorter or longer than these are refused by QQ.
const (
	muteMin = time.Minute
	muteMax = 30 * 24 * time.Hour
)

// Capabilities is what the bot's role in a group lets it do: an ordinary member
// can only warn, and not even that while it is mute itself. A group that was not
// probed yet gets all that OneBot can.
func (a *Adapter) Capabilities(group string) chat.Capabilities {
	here, known := a.rights.is(group)
	c := chat.Capabilities{
		Warn:           !time.Now().Before(here.muted),
		WarnsPerMinute: a.config.WarnsPerMinute,
		ActsPerMinute:  a.config.ActsPerMinute,
	}
	if known && !here.role.Untouchable() {
		return c
	}
	c.Delete, c.Remove, c.Ban = true, true, true
	c.Mute, c.MuteMin, c.MuteMax = chat.MuteTimed, muteMin, muteMax
	c.DeleteWindow, c.RemovalsPerDay = time.Duration(a.config.RecallWindow), a.config.RemovalsPerDay
	return c
}

// Do carries out one action and trusts the implementation's word for it.
func (a *Adapter) Do(ctx context.Context, act chat.Action) (chat.Receipt, error) {
	can := a.Capabilities(act.Chat)
	switch {
	case act.Verb == chat.Unban:
		return chat.Receipt{}, unsupported(act.Verb, "OneBot can't lift the refusal to join: let the member in by hand, or invite them")
	case !can.Can(act.Verb):
		return chat.Receipt{}, unsupported(act.Verb, "the bot's role in this group does not allow it")
	}
	switch act.Verb {
	case chat.Warn:
		return a.warn(ctx, act)
	case chat.Delete:
		return a.recall(ctx, act)
	case chat.Mute:
		d := can.ClampMute(act.For)
		if err := a.ban(ctx, act, d); err != nil {
			return chat.Receipt{}, err
		}
		return chat.Receipt{Until: time.Now().Add(d)}, nil
	case chat.Unmute:
		return chat.Receipt{}, a.ban(ctx, act, 0)
	case chat.Remove, chat.Ban:
		return chat.Receipt{}, a.kick(ctx, act)
	}
	return chat.Receipt{}, unsupported(act.Verb, "an unknown verb")
}

func unsupported(v chat.Verb, why string) *chat.Error {
	return &chat.Error{Op: string(v), Kind: chat.Unsupported, Err: errors.New(why)}
}

// part is a segment that we send. Text goes out as a text segment, so that no CQ
// code in it is obeyed.
type part struct {
	Type string            `json:"type"`
	Data map[string]string `json:"data"`
}

func (a *Adapter) warn(ctx context.Context, act chat.Action) (chat.Receipt, error) {
	var parts []part
	if act.Message != "" && !a.rights.recalledAlready(act.Message) {
		parts = append(parts, part{"reply", map[string]string{"id": act.Message}})
	}
	text := act.Text
	if act.Member != "" {
		parts = append(parts, part{"at", map[string]string{"qq": act.Member}})
		text = " " + text
	}
	parts = append(parts, part{"text", map[string]string{"text": text}})
	var sent struct {
		MessageID id `json:"message_id"`
	}
	err := a.ask(ctx, "send_group_msg", struct {
		GroupID id     `json:"group_id"`
		Message []part `json:"message"`
	}{id(act.Chat), parts}, &sent)
	return chat.Receipt{ID: string(sent.MessageID)}, err
}

func (a *Adapter) recall(ctx context.Context, act chat.Action) (chat.Receipt, error) {
	if a.rights.recalledAlready(act.Message) {
		return chat.Receipt{Note: "was already gone"}, nil
	}
	_, err := a.call(ctx, "delete_msg", struct {
		MessageID id `json:"message_id"`
	}{id(act.Message)})
	if err == nil {
		a.rights.recall(act.Message)
	}
	return chat.Receipt{}, err
}

// ban takes a member's voice for d, or gives it back where d is 0.
func (a *Adapter) ban(ctx context.Context, act chat.Action, d time.Duration) error {
	_, err := a.call(ctx, "set_group_ban", struct {
		GroupID  id    `json:"group_id"`
		UserID   id    `json:"user_id"`
		Duration int64 `json:"duration"` // seconds
	}{id(act.Chat), id(act.Member), int64((d + time.Second - 1) / time.Second)})
	return err
}

func (a *Adapter) kick(ctx context.Context, act chat.Action) error {
	_, err := a.call(ctx, "set_group_kick", struct {
		GroupID id   `json:"group_id"`
		UserID  id   `json:"user_id"`
		Reject  bool `json:"reject_add_request"`
	}{id(act.Chat), id(act.Member), act.Verb == chat.Ban})
	return err
}

// memberInfo is the response of get_group_member_info.
type memberInfo struct {
	UserID   id     `json:"user_id"`
	Nickname string `json:"nickname"`
	Card     string `json:"card"`
	Role     string `json:"role"`
	JoinTime id     `json:"join_time"`
}

// Member asks the platform itself, past the implementation's cache.
func (a *Adapter) Member(ctx context.Context, group, member string) (chat.Member, error) {
	info, err := a.info(ctx, group, member, true)
	if err != nil {
		return chat.Member{}, err
	}
	m := chat.Member{ID: member, Name: orElse(info.Card, info.Nickname), Role: role(info.Role)}
	if member == a.rights.who() {
		m.Role = chat.RoleSelf
	}
	if joined, err := strconv.ParseInt(string(info.JoinTime), 10, 64); err == nil && joined > 0 {
		m.Joined = time.Unix(joined, 0)
	}
	return m, nil
}

func (a *Adapter) info(ctx context.Context, group, member string, noCache bool) (memberInfo, error) {
	var info memberInfo
	err := a.ask(ctx, "get_group_member_info", struct {
		GroupID id   `json:"group_id"`
		UserID  id   `json:"user_id"`
		NoCache bool `json:"no_cache"`
	}{id(group), id(member), noCache}, &info)
	if err == nil && info.UserID == "" {
		return info, &chat.Error{Op: "get_group_member_info", Kind: chat.NotFound, Err: errors.New("no such member")}
	}
	return info, err
}
