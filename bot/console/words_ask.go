package console

import "patrol/rules/lang"

// askWords is what the page of queries says; it is part of words.
var askWords = map[string]lang.Text{
	"nav.query":           lang.T("查询", "Query"),
	"ask.title":           lang.T("查询", "Query"),
	"ask.intro":           lang.T("用一句 SELECT 查案件、动作、命中、积分、举报和规则。只读，只看得到你负责的群。", "Ask about cases, actions, hits, strikes, reports and rules with one SELECT. It only reads, and only what you may see."),
	"ask.order":           lang.T("排序（列名，可加 desc）", "Order (columns, with desc)"),
	"ask.count":           lang.T("相同的行合并计数", "Count equal rows"),
	"ask.age":             lang.T("只看最近", "Recorded in the last"),
	"ask.cases":           lang.T("最多查看", "Look at"),
	"ask.newest":          lang.T("最新 %d 个案件", "the newest %d cases"),
	"ask.button":          lang.T("查询", "Run"),
	"ask.limits":          lang.T("每次查询最多 %s，页面最多显示 %d 行；下载的文件更多。", "A query may take %s, and a page shows %d rows; a file holds more."),
	"ask.said":            lang.T("%d 行；看了 %d 个案件", "%d rows, from %d cases"),
	"ask.partial":         lang.T("只是一部分：还有更多案件或行，或时间到了。可以缩小范围，或多看一些案件。", "This is a part: there are more cases or rows, or the time was over. Narrow it down, or look at more cases."),
	"ask.none":            lang.T("没有符合的行。", "No row fits."),
	"ask.examples":        lang.T("例子", "Examples"),
	"ask.example.removed": lang.T("被移出的成员", "Who was removed"),
	"ask.example.rules":   lang.T("各规则的案件怎么结束的", "How the cases of each rule ended"),
	"ask.example.failed":  lang.T("没做成的动作", "Actions that failed"),
	"ask.example.strikes": lang.T("积分有效的成员", "Members with strikes that count"),
	"ask.example.night":   lang.T("夜里较重的案件，按群和规则", "Graver cases at night, by chat and rule"),
	"ask.schema":          lang.T("表和列", "Tables and columns"),
	"ask.dialect":         lang.T("写法：SELECT 列 FROM 表 WHERE 条件 LIMIT n OFFSET m。条件里可用 = <> < <= > >= + || AND OR 和括号；文本用单引号；空的文本写作 '-'。", "Write SELECT columns FROM table WHERE condition LIMIT n OFFSET m. A condition may use = <> < <= > >= + || AND OR and parentheses; texts stand in single quotes; an empty text is '-'."),
	"ask.kind.text":       lang.T("文本", "text"),
	"ask.kind.number":     lang.T("整数", "number"),
	"ask.kind.bool":       lang.T("条件", "condition"),
	"ask.slow":            lang.T("查询太多，请在 %s后再试。", "Too many queries. Try again in %s."),
	"help.ask":            lang.T("打开查询", "go to the query page"),
}

// viewWords is what the queue says of saved views; it is part of words.
var viewWords = map[string]lang.Text{
	"view.title":     lang.T("保存的视图", "Saved views"),
	"view.shared":    lang.T("所有人", "everybody's"),
	"view.home":      lang.T("首页", "home"),
	"view.here":      lang.T("当前视图：", "View:"),
	"view.home.set":  lang.T("设为首页", "Begin with it"),
	"view.home.not":  lang.T("不再作为首页", "No longer begin with it"),
	"view.delete":    lang.T("删除视图", "Delete the view"),
	"view.save":      lang.T("保存为视图", "Save as a view"),
	"view.name":      lang.T("名字", "Name"),
	"view.share":     lang.T("所有人可用", "for everybody"),
	"view.button":    lang.T("保存", "Save"),
	"problem.view":   lang.T("没有保存：名字为 1 到 40 个字，最多 %d 个视图。", "Not saved: a name has 1 to 40 characters, and there are %d views at most."),
	"help.view":      lang.T("打开保存的视图", "go to a saved view"),
	"help.view.save": lang.T("把当前筛选保存为视图", "save the filters as a view"),
	"help.view.none": lang.T("回到全部待处理案件", "go to all open cases"),
}
