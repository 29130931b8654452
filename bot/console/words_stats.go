package console

import "patrol/rules/lang"

// statsWords is what the pages of samples and numbers say; it is part of words.
var statsWords = map[string]lang.Text{
	"tab.samples":  lang.T("抽检", "Samples"),
	"entry.opined": lang.T("给出第二意见", "gave a second opinion"),

	"state.letpass": lang.T("放行正确", "rightly let pass"),
	"state.missed":  lang.T("漏处置", "missed"),

	"sample.title":        lang.T("随机抽检", "Drawn by chance"),
	"sample.intro":        lang.T("从机器人自行处置的案件和放行的消息中随机抽取，用来如实估计它有多准、漏了多少。被抽中本身不会影响任何人。", "Cases on which the bot acted alone, and messages that it let pass, drawn at random: they tell how right it is and what it misses where nobody had a reason to look. Being drawn does nothing to anyone."),
	"sample.open":         lang.T("等待判断", "To be judged"),
	"sample.open.none":    lang.T("目前没有抽中而未判断的。", "Nothing that was drawn waits to be judged."),
	"sample.second":       lang.T("第二意见", "Second opinion"),
	"sample.second.intro": lang.T("另一人已经判断过。你看不到其结论，你的意见也不会改变它：只用来衡量审核员之间有多一致。", "Somebody else has judged these. You are not shown how, and your opinion changes nothing: it tells how far reviewers agree."),
	"sample.second.none":  lang.T("没有等你给出第二意见的。", "No second opinion of yours is wanted."),
	"sample.second.rules": lang.T("请只凭左边的内容判断。你的意见不会改变结论。", "Judge by what is shown here alone. Your opinion does not change the verdict."),
	"sample.opined":       lang.T("已记下你的意见。", "Your opinion is noted."),
	"sample.tag":          lang.T("抽检", "sample"),
	"sample.of.acted":     lang.T("自行处置", "acted alone"),
	"sample.of.logged":    lang.T("仅记录", "only logged"),
	"sample.of.passed":    lang.T("放行", "let pass"),
	"sample.note.acted":   lang.T("随机抽检：这是机器人自行处置的案件，约每 %s 件抽 1 件。没有人投诉它。", "Drawn by chance: the bot acted alone here; about one in %s such cases is drawn. Nobody complained of it."),
	"sample.note.logged":  lang.T("随机抽检：规则命中但只作记录，约每 %s 件抽 1 件。", "Drawn by chance: a rule hit and it was only written down; about one in %s such cases is drawn."),
	"sample.note.passed":  lang.T("随机抽检：没有规则命中这条消息，约每 %s 条抽 1 条。问题是：放行对吗？", "Drawn by chance: no rule hit this message; about one in %s such messages is drawn. The question is whether it was right to let it pass."),
	"sample.ask.acted":    lang.T("机器人的处置对吗？", "Was the bot right to act?"),
	"sample.ask.logged":   lang.T("规则命中得对吗？", "Was the rule right to hit?"),
	"sample.ask.passed":   lang.T("放行对吗？", "Was it right to let it pass?"),
	"sample.pass.right":   lang.T("放行正确", "Rightly let pass"),
	"sample.pass.wrong":   lang.T("本应处置", "Should be acted on"),
	"sample.no.hit":       lang.T("没有规则命中。", "No rule hit."),
	"problem.no.second":   lang.T("这个案件不需要你的第二意见。", "No second opinion of yours is wanted on this case."),
}
