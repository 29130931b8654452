package command

import "patrol/rules/lang"

// What the commands about brakes, orders to undo, reports and appeals say of
// themselves: part of commandTexts, commandDetails and flagTexts.
var (
	peopleCommands = map[string]lang.Text{
		"brake":         lang.T("查看触发的刹车，整批放行或取消它留住的动作", "show the brakes that are on; release or cancel what they hold, all at once"),
		"monthly":       lang.T("一个群一个月的治理报告（网页、JSON、CSV）", "the report of a group over a month (page, JSON, CSV)"),
		"retention":     lang.T("显示已到保存期限的内容，或立即删除", "show what was kept for long enough, or let it go"),
		"erase":         lang.T("应要求永久删除案件里所写的文字", "erase what people wrote in cases, on request"),
		"undo":          lang.T("撤销一条规则在一段时间里所做的一切", "undo everything that a rule did in a time"),
		"undos":         lang.T("列出整批撤销的记录", "list the orders to undo"),
		"brake list":    lang.T("列出生效的、或还留着动作的刹车", "list the brakes that are on or still hold something"),
		"brake release": lang.T("放行：执行刹车留住的动作，并解除刹车", "release: carry out what the brake holds, and lift it"),
		"brake cancel":  lang.T("取消：推翻刹车留住的案件，什么也不执行", "cancel: overturn the cases that the brake holds; nothing is carried out"),
		"reports":       lang.T("列出一个案件的举报", "list the reports of a case"),
	}
	peopleDetails = map[string]lang.Text{
		"brake": lang.T(
			"短时间内动的人太多时刹车触发（patrol.yaml 的 ladder.brake）：之后比警告更重的动作都留住，等人决定，不会丢。放行不算裁决；取消等于逐个推翻。别人正在处理或已裁决的案件跳过并列出；中断后再运行一次即可接着做。",
			"A brake trips when too much is done to people at once (ladder.brake in patrol.yaml): what is heavier than a warning is held for a person from then on, and never dropped. A release is no verdict; a cancel overturns case by case. Cases that another person holds or has decided are left out and listed; what was cut short goes on when the command is run again."),
		"undo": lang.T(
			"先显示会撤销多少（案件、禁言、封禁、积分、计时，以及收不回来的），确认后逐个推翻，和人推翻一样：等待的取消，禁言和封禁由 patrol run 解除，积分作废，全部记入账本。中途被杀也会由 patrol run 或下一次运行接着做完。TIME 写 2026-03-01 12:00、12:00（今天）、2h（多久以前）或 RFC 3339；按机器人作出决定的时间算。",
			"First it shows what would be undone (cases, mutes, bans, strikes, timers, and what can't be taken back); once you agree each case is overturned as a person would: what waits is cancelled, mutes and bans are lifted by patrol run, strikes are void, and all of it is in the ledger. Where it is killed, patrol run finishes it. TIME is 2026-03-01 12:00, 12:00 (of today), 2h (so long ago) or RFC 3339; when the bot decided counts."),
		"monthly": lang.T(
			"给群主和监管看的证明：看了多少消息、哪些规则命中、做了什么、多快、审核是否按时、举报和申诉的结果、推翻和撤销、刹车、保存期限，以及账本的证明（同时校验整条账本）。不含消息原文和成员名字。月份按本机时区；案件按记录的时间归月。不覆盖已有文件。",
			"What a group's owner shows: how much was said, which rules hit, what was done and how soon, whether people decided in time, how reports and appeals ended, what was overturned and undone, brakes, retention, and the proof in the ledger, all of which is verified. It has no message text and no names of members. Months are those of this machine's zone, and a case counts in the month in which it was recorded. Nothing is overwritten."),
		"retention": lang.T(
			"期限写在 patrol.yaml 的 retention 里，patrol run 每小时删除一次到期的内容。默认只显示会删除什么；--apply 立即删除，记入账本。待审、申诉中、动作未完成的案件不动，并说明是哪些。删除后 patrol ledger verify 仍能校验，并说明何时、由谁、依据什么删除了什么。",
			"The periods are in patrol.yaml under retention, and patrol run lets go of what is due once an hour. By default it only tells what would go; --apply does it now, and the ledger says so. Cases that are open, under appeal or not carried out yet stay, and it says which. patrol ledger verify still holds afterwards, and tells what has gone, when, by whom and on what ground."),
		"erase": lang.T(
			"不看期限，立即删除消息、前后文、名字、备注、理由和申诉；谁在何时按哪条规则做了什么仍然保留，账本记下是谁依据什么删除的。--member 是该成员在一个连接上的所有案件；他们出现在别人案件前后文里的消息随那些案件到期删除。未了结的案件不动：先裁决。",
			"Whatever its age, it erases messages, those around them, names, notes, grounds and appeals; who did what, when and by which rule stays, and the ledger keeps who has erased it and why. --member takes all cases of a member on one connection; what they said around other people's cases goes when those do. Cases that are not settled are left alone: decide them first."),
		"reports": lang.T(
			"举报人从不告诉群里和被举报的人，审核台上也看不到。--names 显示他们是谁，并记入账本。",
			"Who reports is told neither to the chat nor to the reported, and the console does not show it. --names does, and the ledger notes who looked."),
	}
	peopleFlags = map[string]lang.Text{
		"<brake>":           lang.T("刹车编号，或它的前几位", "id of the brake, or its first characters"),
		"--yes":             lang.T("不提问，直接做", "do it without asking"),
		"monthly --chat":    lang.T("哪个群，写成 连接名/群号", "which chat, as CONNECTION/CHAT"),
		"monthly --month":   lang.T("哪个月，如 2026-11；默认上个月", "which month, such as 2026-11; the last one by default"),
		"monthly --output":  lang.T("写到哪个文件夹，默认当前文件夹", "the folder to write into, the present one by default"),
		"retention --apply": lang.T("立即删除到期的内容", "let go of what is due, now"),
		"erase --case":      lang.T("哪个案件，可以写多次", "which case; may be given again"),
		"erase --member":    lang.T("哪个成员，写成 连接名/成员号", "which member, as CONNECTION/MEMBER"),
		"erase --ground":    lang.T("依据，永远留在账本里：不要写进要删除的内容", "on what ground; the ledger keeps it: do not repeat what is to be erased"),
		"undo --rule":       lang.T("哪条规则", "id of the rule"),
		"undo --since":      lang.T("从什么时候起", "from when"),
		"undo --until":      lang.T("到什么时候为止，默认现在", "until when, by default now"),
		"undo --chat":       lang.T("只在这个群，写成 连接名/群号，可以写多次", "only in this chat, as CONNECTION/CHAT; may be given again"),
		"undo --upheld":     lang.T("连人维持过的案件也推翻", "overturn the cases that a person has upheld as well"),
		"undo --preview":    lang.T("只看会撤销什么，不做", "only tell what would be undone"),
		"undos --limit":     lang.T("最多几个，默认 20", "how many at most, 20 by default"),
		"reports --names":   lang.T("显示举报人，并记入账本", "show who reported, which the ledger notes"),
	}
)
