package manual

import (
	"slices"

	"patrol/adapters/chat"
	"patrol/rules/lang"
)

// Way is how a person does one thing.
type Way struct {
	Steps []lang.Text // one after the other, the first one being in the chat already
	Timed bool        // of a mute: the platform ends it by itself, at the time that the person sets
}

// Verbs are what can be done by hand somewhere: what punishes and is no notice.
var Verbs = []chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban}

// For is how v is done on the platform of that name ("qq", "wechat"); ok is false
// where no person can. On a platform that is not known here it is how most do it.
func For(platform string, v chat.Verb) (way Way, ok bool) {
	ways, known := platforms()[platform]
	if !known {
		ways = usual()
	}
	way, ok = ways[v]
	return way, ok
}

// Platforms are the names of the platforms that are known here, in order.
func Platforms() []string {
	var names []string
	for name := range platforms() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

type ways map[chat.Verb]Way

func steps(pairs ...string) Way {
	var w Way
	for i := 0; i+1 < len(pairs); i += 2 {
		w.Steps = append(w.Steps, lang.T(pairs[i], pairs[i+1]))
	}
	return w
}

func timed(w Way) Way {
	w.Timed = true
	return w
}

// usual is how it is done on most platforms.
func usual() ways {
	return ways{
		chat.Delete: steps(
			"以群主或管理员身份打开这个群", "Open the chat as its owner or an admin",
			"找到这条消息，撤回或删除它", "Find the message and delete it for everybody"),
		chat.Mute: steps(
			"以群主或管理员身份打开这个群的成员列表", "Open the chat's list of members as its owner or an admin",
			"找到该成员，禁言", "Find the member and mute them"),
		chat.Remove: steps(
			"以群主或管理员身份打开这个群的成员列表", "Open the chat's list of members as its owner or an admin",
			"找到该成员，移出群组", "Find the member and remove them"),
		chat.Ban: steps(
			"以群主或管理员身份打开这个群的成员列表", "Open the chat's list of members as its owner or an admin",
			"找到该成员，移出群组，并不许其再加入", "Find the member, remove them, and keep them from joining again"),
		chat.Unmute: steps(
			"以群主或管理员身份打开这个群的成员列表", "Open the chat's list of members as its owner or an admin",
			"找到该成员，解除禁言", "Find the member and lift the mute"),
		chat.Unban: steps(
			"以群主或管理员身份打开群管理", "Open the chat's settings as its owner or an admin",
			"把该成员移出黑名单，或邀请其回群", "Take the member off the list of those who may not join, or invite them back"),
	}
}

// platforms is by the name that events carry.
func platforms() map[string]ways {
	invite := steps(
		"邀请该成员回群", "Invite the member back into the chat",
		"如有入群审批，通过其申请", "Where joining needs an approval, approve it")
	ircList := steps(
		"在频道中看名单：/mode #频道 +b", "In the channel, list the bans: /mode #channel +b",
		"找到该成员的那一条并去掉：/mode #频道 -b 掩码", "Find the member's and take it off: /mode #channel -b mask")
	return map[string]ways{
		"qq": {
			chat.Delete: steps(
				"以群主或管理员身份打开这个群", "Open the group as its owner or an admin",
				"长按（电脑端右键）这条消息，选“撤回”", "Press and hold the message (right-click on a computer) and choose 撤回 (Recall)"),
			chat.Mute: timed(steps(
				"群设置 → 群管理 → 设置禁言", "Group settings → 群管理 (Manage) → 设置禁言 (Mute)",
				"选中该成员，设为写明的时长", "Choose the member and set the time given here")),
			chat.Remove: steps(
				"群设置 → 群聊成员，找到该成员", "Group settings → 群聊成员 (Members), find the member",
				"选“移出本群”", "Choose 移出本群 (Remove)"),
			chat.Ban: steps(
				"群设置 → 群聊成员，找到该成员", "Group settings → 群聊成员 (Members), find the member",
				"选“移出本群”，勾选“不再接收此人加群申请”", "Choose 移出本群 (Remove) and tick 不再接收此人加群申请 (take no more requests of theirs)"),
			chat.Unmute: steps(
				"群设置 → 群管理 → 设置禁言", "Group settings → 群管理 (Manage) → 设置禁言 (Mute)",
				"找到该成员，选“解除禁言”", "Find the member and choose 解除禁言 (Lift)"),
			chat.Unban: invite,
		},
		"wechat": {
			chat.Delete: steps(
				"以群主或管理员身份打开这个群", "Open the group as its owner or an admin",
				"长按这条消息，选“撤回”（较新的客户端才有；没有就选“做不到”）", "Press and hold the message and choose 撤回 (Recall); only newer apps have it, otherwise say that you could not"),
			chat.Remove: steps(
				"点右上角“…”打开聊天信息", "Tap “…” at the top right to open the chat's info",
				"点成员头像后面的“－”", "Tap “－” behind the members' pictures",
				"选中该成员，点“移出”", "Choose the member and tap 移出 (Remove)"),
			chat.Ban: steps(
				"点右上角“…” → 成员头像后面的“－”，移出该成员", "Tap “…” at the top right → “－” behind the members' pictures, and remove the member",
				"“…” → 群管理 → 打开“群聊邀请确认”", "“…” → 群管理 (Manage) → turn on 群聊邀请确认 (confirm invitations)",
				"以后有人再邀请该成员，不要通过", "Do not confirm when somebody invites them again"),
			chat.Unban: steps("邀请该成员回群", "Invite the member back into the group"),
		},
		"wecom": {
			chat.Remove: steps(
				"点右上角打开群设置 → 群成员", "Open the group's settings at the top right → 群成员 (Members)",
				"点“－”，选中该成员，移出", "Tap “－”, choose the member and remove them"),
			chat.Ban: steps(
				"群设置 → 群成员 → “－”，移出该成员", "The group's settings → 群成员 (Members) → “－”, remove the member",
				"群管理 → 打开入群确认，以后不要通过其申请", "群管理 (Manage) → turn on confirmation for joining, and do not let them in again"),
			chat.Unban: invite,
		},
		"dingtalk": {
			chat.Delete: steps(
				"以群主或管理员身份打开这个群", "Open the group as its owner or an admin",
				"长按（电脑端右键）这条消息，选“撤回”", "Press and hold the message (right-click on a computer) and choose 撤回 (Recall)"),
			chat.Mute: steps(
				"群设置 → 群管理 → 群内禁言", "Group settings → 群管理 (Manage) → 群内禁言 (Mute)",
				"添加该成员", "Add the member"),
			chat.Remove: steps(
				"群设置 → 群成员，找到该成员", "Group settings → 群成员 (Members), find the member",
				"移出群聊", "Remove them"),
			chat.Ban: steps(
				"群设置 → 群成员，移出该成员", "Group settings → 群成员 (Members), remove the member",
				"群管理 → 打开入群验证，以后不要通过其申请", "群管理 (Manage) → turn on verification for joining, and do not let them in again"),
			chat.Unmute: steps(
				"群设置 → 群管理 → 群内禁言", "Group settings → 群管理 (Manage) → 群内禁言 (Mute)",
				"把该成员移出名单", "Take the member off the list"),
			chat.Unban: invite,
		},
		"feishu": {
			chat.Delete: steps(
				"以群主或群管理员身份打开这个群", "Open the group as its owner or an admin",
				"在这条消息上选“…” → 撤回", "On the message choose “…” → 撤回 (Recall)"),
			chat.Remove: steps(
				"群设置 → 群成员，找到该成员", "Group settings → 群成员 (Members), find the member",
				"选“移除”", "Choose 移除 (Remove)"),
			chat.Ban: steps(
				"群设置 → 群成员，移除该成员", "Group settings → 群成员 (Members), remove the member",
				"群管理 → 打开入群审批，以后不要通过其申请", "群管理 (Manage) → turn on approval for joining, and do not let them in again"),
			chat.Unban: invite,
		},
		"telegram": {
			chat.Delete: steps("长按这条消息，选“删除”，对所有人删除", "Press and hold the message, choose Delete, for everybody"),
			chat.Mute: timed(steps(
				"点开该成员的资料，选“限制”", "Open the member's profile and choose Restrict",
				"关掉“发送消息”，设为写明的时长", "Turn “Send messages” off and set the time given here")),
			chat.Remove: steps(
				"打开群成员列表，找到该成员，选“从群组移除”", "Open the list of members, find the member, choose Remove from group",
				"编辑 → 已移除的用户，把该成员删去，使其可以再加入", "Edit → Removed users: take the member off, so that they may come back"),
			chat.Ban:    steps("打开群成员列表，找到该成员，选“从群组移除”", "Open the list of members, find the member, choose Remove from group"),
			chat.Unmute: steps("编辑 → 权限 → 例外，删去该成员", "Edit → Permissions → Exceptions: take the member off"),
			chat.Unban:  steps("编辑 → 已移除的用户，删去该成员", "Edit → Removed users: take the member off"),
		},
		"discord": {
			chat.Delete: steps("在这条消息上选“…” → 删除消息", "On the message choose “…” → Delete Message"),
			chat.Mute:   timed(steps("右键点该成员，选“禁言”，设为写明的时长", "Right-click the member, choose Timeout, set the time given here")),
			chat.Remove: steps("右键点该成员，选“踢出”", "Right-click the member, choose Kick"),
			chat.Ban:    steps("右键点该成员，选“封禁”", "Right-click the member, choose Ban"),
			chat.Unmute: steps("右键点该成员，选“解除禁言”", "Right-click the member, choose Remove Timeout"),
			chat.Unban:  steps("服务器设置 → 封禁，找到该成员，撤销", "Server Settings → Bans: find the member and revoke the ban"),
		},
		"matrix": {
			chat.Delete: steps("在这条消息上选“…” → 移除", "On the message choose “…” → Remove"),
			chat.Mute:   steps("点开该成员，把权限级别改为“禁言”", "Open the member and set their power level to Muted"),
			chat.Remove: steps("点开该成员，选“移除出房间”", "Open the member and choose Remove from room"),
			chat.Ban:    steps("点开该成员，选“封禁”", "Open the member and choose Ban from room"),
			chat.Unmute: steps("点开该成员，把权限级别改回“默认”", "Open the member and set their power level back to Default"),
			chat.Unban:  steps("房间设置 → 角色与权限 → 已封禁的用户，解除", "Room settings → Roles & Permissions → Banned users: unban the member"),
		},
		"slack": {
			chat.Delete: steps("以工作区管理员身份，在这条消息上选“…” → 删除消息", "As an admin of the workspace, on the message choose “…” → Delete message"),
			chat.Remove: steps("打开频道 → 成员，找到该成员，选“移出频道”", "Open the channel → Members, find the member, choose Remove from channel"),
		},
		"mattermost": {
			chat.Delete: steps("在这条消息上选“…” → 删除", "On the message choose “…” → Delete"),
			chat.Remove: steps("频道菜单 → 管理成员，移出该成员", "Channel menu → Manage Members, remove the member"),
		},
		"irc": {
			chat.Mute: steps(
				"在频道中：/mode #频道 +b m:掩码（没有静音封禁的服务器：/mode #频道 -v 昵称）", "In the channel: /mode #channel +b m:mask (on servers without muting bans: /mode #channel -v nick)"),
			chat.Remove: steps("在频道中：/kick #频道 昵称", "In the channel: /kick #channel nick"),
			chat.Ban: steps(
				"在频道中：/mode #频道 +b *!*@主机", "In the channel: /mode #channel +b *!*@host",
				"/kick #频道 昵称", "/kick #channel nick"),
			chat.Unmute: ircList,
			chat.Unban:  ircList,
		},
	}
}
