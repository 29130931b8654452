package console

import "patrol/rules/lang"

// fairWords is what the pages of brakes and of what undoes many cases say; it is
// part of words.
var fairWords = map[string]lang.Text{
	"batch.refused": lang.T("以下 %d 个案件没有动：", "%d cases were left alone:"),

	"brake.title":      lang.T("刹车", "Brakes"),
	"brake.intro":      lang.T("短时间内动的人太多时，机器人会停下来问人：比警告更重的动作都留在这里，不会丢。", "When too much is done to people at once the bot stops and asks: what is heavier than a warning is held here, and nothing is lost."),
	"brake.banner":     lang.T("刹车已触发（%d），有动作等待放行或取消。查看", "A brake has tripped (%d): actions wait to be released or cancelled. Look"),
	"brake.none":       lang.T("没有触发的刹车。", "No brake is on."),
	"brake.on":         lang.T("生效，%s", "on, ends %s"),
	"brake.lifted":     lang.T("已由 %s 解除", "lifted by %s"),
	"brake.over":       lang.T("已过，动作仍留着", "over; what it held still waits"),
	"brake.holds":      lang.T("留住 %d 个案件的动作", "holds something of %d cases"),
	"brake.release":    lang.T("放行 %d 个并解除刹车", "Release %d and lift the brake"),
	"brake.cancel":     lang.T("取消 %d 个（推翻）", "Cancel %d (overturn)"),
	"brake.hint":       lang.T("放行会执行留住的动作，不算裁决；取消会推翻这些案件，积分作废。", "A release carries out what is held and is no verdict; a cancel overturns these cases, and their strikes are void."),
	"brake.released":   lang.T("已放行 %d 个案件的动作，刹车已解除。", "Released what was held of %d cases; the brake is lifted."),
	"brake.cancelled":  lang.T("已推翻 %d 个案件。", "Overturned %d cases."),
	"brake.kind.chat":  lang.T("群", "Chat"),
	"brake.kind.share": lang.T("群（占比）", "Share of chat"),
	"brake.kind.rule":  lang.T("规则", "Rule"),

	"undo.title":       lang.T("整批撤销", "Undo a rule"),
	"undo.intro":       lang.T("撤销一条规则在一段时间里所做的一切：先看会撤销什么，再确认。按机器人作出决定的时间算。", "Undo everything that a rule did in a time: first see what that would be, then confirm. When the bot decided counts."),
	"undo.rule":        lang.T("规则", "Rule"),
	"undo.since":       lang.T("从（%s）", "From (%s)"),
	"undo.until":       lang.T("到（%s）", "Until (%s)"),
	"undo.chat":        lang.T("群组（不写为全部）", "Chat (all where empty)"),
	"undo.upheld":      lang.T("连人维持过的案件也推翻", "Overturn cases that a person has upheld as well"),
	"undo.preview":     lang.T("看看会撤销什么", "See what would be undone"),
	"undo.would":       lang.T("将会撤销", "This would be undone"),
	"undo.cases":       lang.T("推翻的案件", "cases overturned"),
	"undo.members":     lang.T("成员", "members"),
	"undo.mutes":       lang.T("解除的禁言", "mutes lifted"),
	"undo.timers":      lang.T("提前解除的禁言", "timed mutes lifted early"),
	"undo.bans":        lang.T("解除的封禁", "bans lifted"),
	"undo.strikes":     lang.T("作废的积分", "strikes void"),
	"undo.waiting":     lang.T("取消的待执行动作", "waiting actions cancelled"),
	"undo.others":      lang.T("其中也触犯别的规则", "of them hit by another rule too"),
	"undo.left.upheld": lang.T("不动：有人维持过", "left alone: upheld by a person"),
	"undo.left.held":   lang.T("不动：他人正在处理", "left alone: held by another"),
	"undo.times":       lang.T("%s %d 次", "%s (%d)"),
	"undo.gone":        lang.T("无法撤销：%s", "Can't be undone: %s"),
	"undo.ground":      lang.T("理由（写入账本）", "Ground (for the ledger)"),
	"undo.button":      lang.T("全部撤销", "Undo all of it"),
	"undo.done":        lang.T("撤销 %s 完成：推翻 %d 个案件，禁言和封禁正在解除。", "Undo %s is done: %d cases overturned; mutes and bans are being lifted."),
	"undo.no.ground":   lang.T("请写明理由。", "Say on what ground."),
	"undo.no.rule":     lang.T("请写明规则。", "Say which rule."),
	"undo.no.time":     lang.T("起始时间要早于结束时间，并且已经过去。", "The beginning must lie before the end, and in the past."),
	"undo.before":      lang.T("以往的整批撤销", "Orders so far"),
	"undo.unfinished":  lang.T("未完成", "not finished"),
	"undo.finished":    lang.T("推翻 %d 个，%d 个未动", "%d overturned, %d left alone"),

	"nav.undo":    lang.T("整批撤销", "Undo a rule"),
	"entry.batch": lang.T("整批撤销", "undid what a rule did"),

	"entry.lifted": lang.T("解除刹车", "lifted a brake"),
	"entry.let_go": lang.T("放行刹车留住的动作", "let go what a brake held"),
}
