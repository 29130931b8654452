package console

import "patrol/rules/lang"

// byHandWords is what the pages say of what people do where the bot can't; it is
// part of words.
var byHandWords = map[string]lang.Text{
	"tab.byhand":        lang.T("人工操作", "By hand"),
	"act.asked":         lang.T("请人操作", "asked of a person"),
	"byhand.act":        lang.T("人工", "by hand"),
	"byhand.until":      lang.T("期限", "due"),
	"byhand.tag":        lang.T("人工操作 %s", "by hand, %s"),
	"byhand.title":      lang.T("请人工%s", "By hand: %s"),
	"byhand.intro":      lang.T("机器人在这里做不到，请在平台上按以下步骤操作。", "The bot can't do this here. Please do it in the platform's own app:"),
	"byhand.did":        lang.T("已完成", "Done"),
	"byhand.could.not":  lang.T("做不到", "Could not"),
	"byhand.note":       lang.T("备注（选填）", "Remark (optional)"),
	"byhand.why":        lang.T("为什么做不到", "Why not"),
	"effect.asks":       lang.T("请人工操作：%s", "asks a person: %s"),
	"flash.did":         lang.T("已记下：人工完成。", "Recorded as done by hand."),
	"flash.impossible":  lang.T("已记下：做不到。", "Recorded as not possible."),
	"problem.not.asked": lang.T("没有记下：这一项不用操作，或已被取消。", "Nothing was recorded: that is not asked for, or was cancelled."),
	"entry.asked":       lang.T("请人工操作", "asked a person to do it by hand"),
	"help.did":          lang.T("人工操作：已完成", "what was asked by hand is done"),
}
