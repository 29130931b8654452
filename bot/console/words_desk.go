package console

import "patrol/rules/lang"

// deskWords is what the queue and the page of a case say about verdicts beyond yes
// and no; it is part of words.
var deskWords = map[string]lang.Text{
	"tab.escalated": lang.T("已上报", "Escalated"),

	"queue.text":         lang.T("搜索文字", "Search text"),
	"queue.age":          lang.T("早于", "Older than"),
	"age.1h":             lang.T("1 小时", "1 h"),
	"age.12h":            lang.T("12 小时", "12 h"),
	"age.1d":             lang.T("1 天", "1 day"),
	"age.7d":             lang.T("7 天", "7 days"),
	"queue.alike":        lang.T("%d 个相似案件", "%d alike"),
	"queue.alike.only":   lang.T("相似的案件", "Cases that are alike"),
	"queue.tick":         lang.T("选中案件 %s", "Select case %s"),
	"queue.tick.alike":   lang.T("选中这 %d 个相似案件", "Select these %d alike cases"),
	"queue.tick.all":     lang.T("全选", "Select all"),
	"queue.proposed":     lang.T("%s 提议维持", "proposed by %s"),
	"queue.escalated":    lang.T("已上报", "escalated"),
	"bulk.title":         lang.T("处理选中的案件", "Decide the selected cases"),
	"bulk.count":         lang.T("已选：", "Selected:"),
	"decide.escalate":    lang.T("上报", "Escalate"),
	"decide.why":         lang.T("上报的原因（选填）", "Why (optional)"),
	"decide.take.back":   lang.T("撤回我的操作", "Take it back"),
	"decide.repost":      lang.T("重新发布原文", "Post the text again"),
	"decide.repost.hint": lang.T("注明作者，由机器人发到群里。", "The bot posts it to the chat with the author's name."),
	"decide.proposed":    lang.T("%s 提议维持，需要另一人确认。", "%s proposes to uphold; another person has to confirm."),
	"decide.proposed.measure": lang.T("处置：%s。",
		"Measure: %s."),
	"decide.escalated":     lang.T("%s 已上报，由管理员裁决。", "%s has escalated this case to an admin."),
	"decide.escalated.bot": lang.T("超过期限仍无人处理，已自动上报。", "Nobody decided it in time: it was escalated by itself."),

	"measure.label":        lang.T("对成员的处置", "What is done to the member"),
	"measure.held":         lang.T("按原定：%s", "as planned: %s"),
	"measure.proposed":     lang.T("按提议：%s", "as proposed: %s"),
	"measure.nothing.held": lang.T("不追加", "nothing more"),
	"measure.none":         lang.T("不处置成员", "nothing to the member"),
	"effect.proposes":      lang.T("记为提议，由另一人确认", "is a proposal that another person confirms"),

	"flash.escalated":       lang.T("已上报。", "Escalated."),
	"flash.proposed":        lang.T("提议已记下，需要另一人确认。", "Proposed: another person has to confirm."),
	"flash.undone":          lang.T("已撤回。", "Taken back."),
	"flash.reposted":        lang.T("原文将重新发到群里。", "The text is being posted again."),
	"flash.undo":            lang.T("撤回", "Undo"),
	"flash.bulk.upheld":     lang.T("已维持 %d 个案件。", "%d cases upheld."),
	"flash.bulk.overturned": lang.T("已推翻 %d 个案件。", "%d cases overturned."),
	"flash.bulk.escalated":  lang.T("已上报 %d 个案件。", "%d cases escalated."),
	"flash.bulk.undone":     lang.T("已撤回 %d 个案件的操作。", "%d cases taken back."),
	"flash.bulk.refused":    lang.T("另有 %d 个没有执行：正由他人处理，或已有结论。", "%d more were left alone: somebody holds or has decided them."),

	"problem.second":      lang.T("没有执行：需要另一人确认你的提议。", "Nothing was done: another person has to confirm your proposal."),
	"problem.above":       lang.T("此案件已上报，由管理员裁决。", "This case was escalated: an admin decides it."),
	"problem.nothing":     lang.T("没有可以撤回的操作。", "There is nothing of yours to take back."),
	"problem.intact":      lang.T("没有执行：消息没有被删除，或已重新发布。", "Nothing was done: the message was not deleted, or is posted again already."),
	"problem.measure":     lang.T("没有执行：阶梯中没有这一处置。", "Nothing was done: the ladder has no such measure."),
	"problem.none.ticked": lang.T("没有执行：没有选中案件。", "Nothing was done: no case was selected."),

	"ground.raid": lang.T("刷群", "a raid"),

	"entry.escalated":  lang.T("上报案件", "escalated the case"),
	"entry.proposed":   lang.T("提议维持", "proposed to uphold the case"),
	"entry.taken_back": lang.T("撤回", "took back"),
	"entry.reposted":   lang.T("要求重新发布原文", "asked for the text to be posted again"),
	"verb.tell":        lang.T("通知", "notice"),

	"case.next.hit":  lang.T("如果再犯", "Next time"),
	"next.line":      lang.T("%s（%d 分）：%s", "%s (score %d): %s"),
	"next.hold":      lang.T("%s，需人工确认", "%s, once a person confirms"),
	"help.escalate":  lang.T("上报", "escalate"),
	"help.undo":      lang.T("撤回上一个操作", "take the last action back"),
	"help.tick":      lang.T("选中或取消（多选）", "select or unselect"),
	"help.tick.all":  lang.T("全选", "select all"),
	"help.queue.use": lang.T("在列表中，u、x、e 作用于选中的或光标所在的案件。", "In the list u, x and e work on the selected cases, or on the one in focus."),
}
