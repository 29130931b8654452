package command

import (
	"maps"

	"patrol/rules/lang"
)

// commandTexts say in one line what each command does, by the words that lead to
// it. A test makes sure that none is missing.
var commandTexts = joined(peopleCommands, map[string]lang.Text{
	"":        lang.T("Patrol：巡逻群聊的机器人。扫描每条消息，按规则警告、禁言、移出；拿不准的交给人，误判可以撤销。", "Patrol is a bot that patrols group chats. It scans every message and warns, mutes or removes by your rules; what is doubtful goes to people, and what was wrong is undone."),
	"run":     lang.T("接入群聊，开始巡逻", "attach to the chats and patrol"),
	"init":    lang.T("写一份带注释的 patrol.yaml 和规则", "write a commented patrol.yaml and rules"),
	"bench":   lang.T("用内存里生成的事件测吞吐、延迟和内存", "measure throughput, latency and memory with events made in memory"),
	"demo":    lang.T("演示：一个热闹的双语群，看机器人怎么处理", "a demo: a lively bilingual group, and what the bot does in it"),
	"rules":   lang.T("检查、测试、解释规则文件", "check, test and explain rule files"),
	"scan":    lang.T("逐行扫描标准输入的文本，每行输出一个 JSON", "scan texts on standard input, one a line, and write one JSON object a line"),
	"eval":    lang.T("用标注过的文本衡量规则：准确率、召回率、误伤率", "measure rules on labelled texts: precision, recall, false alarms"),
	"replay":  lang.T("回放录下的事件，看机器人会怎么做；不会动任何人", "play recorded events back and tell what the bot would do; nothing is done to anyone"),
	"cases":   lang.T("查看和裁决案件", "look at cases and decide them"),
	"ledger":  lang.T("查看、校验账本，导出证据", "show and verify the ledger, export evidence"),
	"query":   lang.T("用 SQL 查询案件、动作、命中、积分、举报和规则（只读）", "ask about cases, actions, hits, strikes, reports and rules in SQL (read only)"),
	"stats":   lang.T("消息、命中、处置和裁决的统计：每条规则有多准，漏了多少，裁决多快", "the numbers: how right each rule and the bot are, what is missed, how fast people decide"),
	"users":   lang.T("管理审核台的账号", "manage the accounts of the console"),
	"version": lang.T("显示版本", "show the version"),
	"help":    lang.T("关于命令或主题的帮助", "help about a command or a topic"),

	"rules check":   lang.T("一次列出所有错误和可疑之处，带 文件:行:列", "list every fault and likely slip at once, with file:line:col"),
	"rules test":    lang.T("运行规则自带的 tests", "run the tests that rules carry"),
	"rules explain": lang.T("说明一条文本为什么命中或放过，以及会怎么处置", "tell why a text hits or is excused, and what would be done"),
	"rules schema":  lang.T("输出规则文件的 JSON Schema，供编辑器使用", "write the JSON Schema of rule files, for editors"),

	"cases list":      lang.T("列出案件，默认只列待处理的", "list cases, by default those that wait for a person"),
	"cases show":      lang.T("显示一个案件的全部", "show everything about a case"),
	"cases claim":     lang.T("认领案件，其他人暂时不能裁决", "claim a case, so that nobody else decides it meanwhile"),
	"cases release":   lang.T("放回认领的案件", "give a claimed case back"),
	"cases uphold":    lang.T("维持：同意机器人，执行等待确认的动作", "uphold: agree with the bot; what was held is carried out"),
	"cases overturn":  lang.T("推翻：不同意机器人，撤销已执行的动作", "overturn: disagree with the bot; what was done is undone"),
	"cases escalate":  lang.T("上报：交给能决定更多的人", "escalate: hand a case up to somebody who may decide more"),
	"cases did":       lang.T("请人操作的事已在平台上做完", "say that what a person was asked to do on the platform is done"),
	"cases could-not": lang.T("请人操作的事做不到，写明原因", "say that it can't be done, and why"),
	"cases undo":      lang.T("撤回自己刚才的裁决、提议或上报", "take your own last verdict, proposal or escalation back"),
	"cases repost":    lang.T("把误删的文字注明作者重新发到群里", "post a text that was deleted by mistake again, with its author's name"),
	"cases second":    lang.T("对抽检的案件给出第二意见，不改变结论", "second opinion: what you would have decided of a case that was drawn; it changes nothing"),
	"cases note":      lang.T("给案件写备注", "write a note on a case"),

	"ledger show":   lang.T("显示账本条目", "show entries of the ledger"),
	"ledger verify": lang.T("校验整条散列链和证据，指出第一条损坏的条目", "verify the whole hash chain and the evidence, and name the first broken entry"),
	"ledger export": lang.T("导出一个案件的证据（JSON 和网页）", "export the evidence of a case (JSON and a page)"),

	"users add":          lang.T("添加账号", "add an account"),
	"users passwd":       lang.T("设置新密码，并退出该账号的所有登录", "set a new password, and end every login of the account"),
	"users rights":       lang.T("更改账号的角色和可见的群，并退出其登录", "change what an account may do and which chats it sees, and end its logins"),
	"users list":         lang.T("列出账号", "list the accounts"),
	"users disable":      lang.T("停用账号，立即退出登录", "disable an account, and end its logins"),
	"users logout":       lang.T("退出账号的所有登录", "end every login of an account"),
	"users reset-factor": lang.T("取消账号的两步验证（手机丢了）", "take the second factor of an account away (the phone is lost)"),
	"users renew-key":    lang.T("更换两步验证的密钥，全部重新加密", "renew the key of the second factors, and seal all of them anew"),
	"tokens":             lang.T("管理 API 令牌", "manage the tokens of the API"),
	"tokens add":         lang.T("为某个账号生成令牌，只显示一次", "make a token for an account, shown once"),
	"tokens list":        lang.T("列出令牌", "list the tokens"),
	"tokens revoke":      lang.T("吊销令牌", "revoke a token"),
	"users enable":       lang.T("重新启用账号", "let a disabled account log in again"),
})

// commandDetails say what a line can't, where there is more to say.
var commandDetails = joined(peopleDetails, map[string]lang.Text{
	"run": lang.T(
		"收到 SIGTERM 或 SIGINT 后处理完手头的事再退出，再收到一次就立即退出；SIGHUP 或规则文件改动会重新加载规则，新规则有错则继续用上一版。日志写到标准错误：终端上给人看，否则是 JSON。",
		"On SIGTERM or SIGINT it finishes what it has taken and ends; a second one ends it at once. SIGHUP, or a change of a rule file, reloads the rules; where the new ones have a fault the last good ones go on. Logs go to standard error: for people on a terminal, else as JSON."),
	"init": lang.T(
		"在终端上问三个问题：平台、地址、语言；也可以全用选项回答。已有任何一个同名文件时什么也不写。",
		"Asks three questions on a terminal: platform, address, language; flags may answer them all. Where any of the files is there already, nothing is written."),
	"scan": lang.T(
		"输入一行是一条文本，原样扫描：\\n 之类的转义不解开。输出 {\"text\",\"flagged\",\"action\",\"hits\"}，位置是原文中的字节；详见 patrol help output。频率规则不起作用：这里没有时间。",
		"A line of input is a text, scanned as it is: escapes such as \\n are not undone. The output is {\"text\",\"flagged\",\"action\",\"hits\"}, with places as bytes of the text as given; see patrol help output. Flood rules never hit: there is no time here."),
	"eval": lang.T(
		"DATA 是有列名一行的 TSV（- 是标准输入），\\n 表示文本里的换行。列 spam（1 或 0）和 text；只有 text 则全是无害文本；有 technique 则全是垃圾信息，有 why（或 why benign）则全是无害文本，按其值分组报告。没有给规则而有 keyword 列时，每行用自己的关键词作规则；关键词只是括号里的说明的行（例如 (any)）不计入，另行报数。区间为 95% 威尔逊区间。有 second 和 user 列（还可以有 room、is_mod）时是录下的聊天，频率和重复规则照常计数；否则它们不起作用。.yaml 文件和文件夹写在哪里都是规则文件。超出 --max-false-alarms 或低于 --min-recall 时退出码为 1。",
		"DATA is TSV with a line of column names (- is standard input); \\n in a text stands for a line break. Its columns are spam (1 or 0) and text; with text alone all lines are harmless; with technique all are spam, with why (or why benign) all are harmless, and its values are reported apart. Where no rules are given and there is a column keyword, each line is judged by its own keyword; lines with a mere remark in brackets for it, such as (any), are left out and counted apart. Intervals are Wilson's of 95 %. With columns second and user (and room, is_mod) it is a recorded chat, in which flood and repeat rules count; they never hit otherwise. Files in .yaml and folders are rule files wherever they stand. Above --max-false-alarms or under --min-recall the exit code is 1."),
	"replay": lang.T(
		"EVENTS 每行一个事件（格式见 patrol help events），可以是 .gz，- 是标准输入。按事件自己的时间全速走完整条流水线，决定按输入顺序逐行写到标准输出（patrol help output），进度和小结写到标准错误。不打开数据文件，不连接任何平台。",
		"EVENTS has one event a line (see patrol help events); it may be a .gz, and - is standard input. The whole pipeline runs at full speed on the events' own time; decisions go to standard output in the order of the input, one a line (patrol help output), progress and a summary to standard error. No store is opened and no platform connected to."),
	"rules check": lang.T("FILE 可以是文件、文件夹（其中所有 *.yaml）或带引号的通配符。只有警告时退出码为 0。", "FILE is a file, a folder (every *.yaml in it) or a quoted pattern. With warnings alone the exit code is 0."),
	"rules explain": lang.T(
		"例：patrol rules explain -r rules/ \"加 薇 信 领 红 包\"。频率规则不参与：一条消息说明不了它们。",
		"Such as: patrol rules explain -r rules/ \"加 薇 信 领 红 包\". Flood rules take no part: one message tells nothing about them."),
	"bench": lang.T(
		"除了平台以外，和 patrol run 是同一套代码；同样的 --seed 生成同样的事件。结束时核对存储里的违规与生成的完全一致。",
		"The same code as patrol run but for the platform; the same --seed makes the same events. At the end the store must hold exactly the violations that were made."),
	"cases":          lang.T("案件号写前几位即可（至少 4 位）。patrol run 运行时也可以用；撤销由 patrol run 执行。", "The first characters of a case's id are enough (4 at least). This works while patrol run does, which carries an undo out."),
	"cases uphold":   lang.T("可以一次写多个案件。--instead 改用阶梯里的另一种处置，none 是不再处置。配置 review.second_reviewer 列出的动作需要另一人再执行一次 uphold；确认后的动作等待 review.grace 才执行，其间可以用 patrol cases undo 撤回。", "Several cases may be given. --instead takes another measure of the ladder in place of what is held, none takes nothing. What review.second_reviewer names needs another person to uphold it as well; a confirmed action waits for review.grace, and patrol cases undo takes it back meanwhile."),
	"cases undo":     lang.T("案件回到裁决之前：还没执行的动作重新等待，已执行且能撤销的由 patrol run 撤销；已经解除的禁言和封禁不再恢复。", "The case stands as before: what was not carried out yet waits again, what was and can be undone is undone by patrol run; a mute or ban that has been lifted stays lifted."),
	"cases overturn": lang.T("等待中的动作取消，可以撤销的（禁言、封禁）由 patrol run 撤销，积分作废；删除的消息和发出的警告收不回来。", "What waits is cancelled, what can be undone (mutes, bans) is undone by patrol run, and the strike is void; a deleted message and a posted warning can't be taken back."),
	"ledger verify":  lang.T("同时核对每个案件的证据，并说明删除过什么、何时、由谁、依据什么；擅自删除或恢复的会被指出。完好时显示末端（序号和散列）。记在别处，以后用 --head 证明没有被截断或整体改写。", "It checks the evidence of every case as well, and tells what has gone, when, by whom and on what ground; what went or came back otherwise is named. Where it holds, its head is shown (number and hash). Noted elsewhere, --head proves later that nothing was cut off or rewritten."),
	"query": lang.T(
		"例：patrol query \"SELECT member, rule FROM cases WHERE action = 'remove'\"。支持 SELECT 列 FROM 表 WHERE 条件 LIMIT n OFFSET m，条件用 = <> < <= > >= AND OR 和括号；没有 ORDER BY 和 COUNT，用 --order 和 --count。数字只有整数，空值写作 '-'。查的是数据的副本，什么也改不了。",
		"Such as: patrol query \"SELECT member, rule FROM cases WHERE action = 'remove'\". It knows SELECT columns FROM table WHERE condition LIMIT n OFFSET m, with = <> < <= > >= AND OR and parentheses; for ORDER BY and COUNT there are --order and --count. Numbers are whole, and what is empty is written '-'. It reads a copy and can change nothing."),
	"users": lang.T("密码只从终端或标准输入读取，从不写在命令行上。", "A password is read from the terminal or from standard input, never from the command line."),
	"help":  lang.T("不写参数时列出所有命令和主题。", "Without arguments it lists every command and topic."),
})

// flagTexts say what flags and arguments are for: by their name, and where a
// command's own differs, by the command and the name.
var flagTexts = joined(peopleFlags, map[string]lang.Text{
	"--help":   lang.T("显示帮助", "show help"),
	"--lang":   lang.T("语言；默认取 PATROL_LANG、LC_ALL、LC_MESSAGES、LANG", "language; by default that of PATROL_LANG, LC_ALL, LC_MESSAGES or LANG"),
	"--json":   lang.T("输出 JSON", "write JSON"),
	"--config": lang.T("机器人配置文件，默认 patrol.yaml", "the bot file, patrol.yaml by default"),
	"--rules":  lang.T("规则文件、文件夹或带引号的通配符，可以写多次", "a rule file, a folder or a quoted pattern; may be given again"),
	"--as":     lang.T("以谁的名义，默认是系统用户名；账本会记下", "who acts, for the ledger; by default the user of the operating system"),
	"--ground": lang.T("理由，写入账本", "the ground, for the ledger"),
	"--chat":   lang.T("群号，供规则的 where 判断", "id of the chat, for rules that say where they hold"),
	"--platform": lang.T("平台，如 qq、irc，供规则的 where 判断",
		"platform such as qq or irc, for rules that say where they hold"),
	"--password-stdin": lang.T("从标准输入的第一行读密码", "read the password from the first line of standard input"),
	"<file>":           lang.T("规则文件、文件夹或带引号的通配符", "rule files, folders or quoted patterns"),
	"<case>":           lang.T("案件号，或它的前几位（至少 4 位）", "id of the case, or its first characters (4 at least)"),
	"<cases>":          lang.T("案件号，或它的前几位（至少 4 位）；可以写多个", "ids of cases, or their first characters (4 at least)"),
	"<name>":           lang.T("用户名", "name of the account"),

	"init --dir":      lang.T("写到哪个文件夹，默认当前文件夹", "the folder to write into, the present one by default"),
	"init --platform": lang.T("平台种类，见 patrol help platforms", "kind of platform, see patrol help platforms"),
	"init --address":  lang.T("平台的地址，形式见 patrol help platforms", "address of the platform; for its form see patrol help platforms"),
	"init --language": lang.T("群里通知用的语言", "language of notices in chats"),
	"init --console":  lang.T("审核台的地址，默认 127.0.0.1:8420；none 不开", "address of the review console, 127.0.0.1:8420 by default; none for no console"),
	"init --yes":      lang.T("不提问，全部取默认值", "ask nothing, take all defaults"),

	"bench --events":   lang.T("尽快处理多少个事件，默认 2000000", "how many events to take as fast as possible, 2000000 by default"),
	"bench --chats":    lang.T("多少个群，默认 10000", "how many chats, 10000 by default"),
	"bench --members":  lang.T("多少个成员，默认 1000000", "how many members, 1000000 by default"),
	"bench --words":    lang.T("多少个关键词，默认 100000", "how many keywords, 100000 by default"),
	"bench --hit-rate": lang.T("违规消息的比例，默认 0.01", "share of messages that a rule hits, 0.01 by default"),
	"bench --shards":   lang.T("分片数，默认每核一个", "how many shards, one a core by default"),
	"bench --store":    lang.T("存储：sqlite（默认）或 memory", "store: sqlite (default) or memory"),
	"bench --rate":     lang.T("再以每秒这么多事件的恒定速率测延迟；0 不测", "then measure latency at a steady rate of so many events a second; 0 does not"),
	"bench --duration": lang.T("恒定速率测多久，默认 10s", "how long to keep the steady rate, 10s by default"),
	"bench --seed":     lang.T("随机数种子，默认 1", "seed of the events, 1 by default"),

	"demo --once":   lang.T("演完就打印小结并退出", "play to the end, print a summary and exit"),
	"demo --speed":  lang.T("几倍速，默认 1", "times the usual speed, 1 by default"),
	"demo --listen": lang.T("审核台的地址，默认 127.0.0.1 上任一空闲端口", "address of the console, by default any free port of 127.0.0.1"),

	"rules explain --config": lang.T("从这个 patrol.yaml 取规则和阶梯", "take the rules and the ladder from this patrol.yaml"),
	"rules explain --score":  lang.T("再看看已有 N 分的成员会怎样", "tell as well what follows for a member with N points"),
	"rules explain --role":   lang.T("发言人的身份：member、admin、owner", "role of the author: member, admin or owner"),
	"rules explain <text>":   lang.T("要解释的文本；它前面的参数都算规则文件", "the text to explain; arguments before it are rule files"),

	"scan --config": lang.T("从这个 patrol.yaml 取规则", "take the rules from this patrol.yaml"),
	"--keyword":     lang.T("不用规则文件，只找这一个词；规则名为 keyword", "no rule file: look for this word alone; the rule is called keyword"),
	"--disguise":    lang.T("找单个词时识别伪装的程度：exact、folded（默认）或 phonetic", "how much disguise to see through when looking for single words: exact, folded (default) or phonetic"),
	"--boundary":    lang.T("找单个词时的词边界：auto（默认）、none 或 word", "the word edges that single words need: auto (default), none or word"),
	"scan --tsv":    lang.T("输入是有列名一行的 TSV：从这些列取文本，或关键词和文本", "the input is TSV with a line of column names: take the text, or keyword and text, from these columns"),
	"scan <file>":   lang.T("也是规则文件", "rule files too"),

	"eval --config":           lang.T("从这个 patrol.yaml 取规则", "take the rules from this patrol.yaml"),
	"eval --misses":           lang.T("列出既没有处置也没有送审的垃圾信息", "list the spam that is neither acted on nor queued"),
	"eval --false-alarms":     lang.T("列出被处置或送审的无害文本", "list the harmless lines that are acted on or queued"),
	"eval --limit":            lang.T("每个文件每种最多列几条，默认 50；0 不限", "how many to list of each file and kind, 50 by default; 0 for all"),
	"eval --max-false-alarms": lang.T("每万条无害文本最多误伤（处置或送审）多少条", "how many false alarms (acted on or queued) per 10,000 harmless lines are fine"),
	"eval --min-recall":       lang.T("至少找出（处置或送审）百分之几的垃圾信息", "how many percent of the spam must be found (acted on or queued)"),
	"eval <data>":             lang.T("标注过的文本；.yaml 文件和文件夹是规则文件", "labelled texts; .yaml files and folders are rule files"),

	"replay --decisions": lang.T("输出哪些决定：flagged（默认，立案的）或 all（所有事件）", "which decisions to write: flagged (default, those with a case) or all events"),
	"replay --json":      lang.T("标准错误上的小结用 JSON", "write the summary on standard error as JSON"),
	"replay <events>":    lang.T("事件文件，可以是 .gz；- 是标准输入", "file of events, may be a .gz; - is standard input"),

	"cases list --state":     lang.T("状态，可以写多个：open（默认）、acted、logged、upheld、overturned、all", "states, several with commas: open (default), acted, logged, upheld, overturned, all"),
	"cases list --chat":      lang.T("群，写成 连接名/群号，可以写多次", "chat, as CONNECTION/CHAT; may be given again"),
	"cases list --member":    lang.T("成员 ID", "id of the member"),
	"cases list --rule":      lang.T("命中的规则", "id of a rule that hit"),
	"cases list --severity":  lang.T("严重程度", "severity"),
	"cases list --overdue":   lang.T("只列超过期限的", "only those that are overdue"),
	"cases list --sampled":   lang.T("只列随机抽中而未判断的", "only those that were drawn by chance and wait"),
	"cases second <opinion>": lang.T("uphold（维持）或 overturn（推翻）", "uphold or overturn"),
	"cases list --escalated": lang.T("只列已上报的", "only those that were handed up"),
	"cases list --text":      lang.T("消息或作者名里的文字：词的开头，或任意一段汉字", "what the message or its author's name says: beginnings of words, or any stretch of Chinese"),
	"cases list --limit":     lang.T("最多几个，默认 50，至多 500", "how many at most, 50 by default and never more than 500"),
	"cases list --after":     lang.T("下一页：上一页给出的位置", "the next page: the place that the page before gave"),
	"cases uphold --instead": lang.T("代替等待确认的处置：none、\"mute 10m\"、remove、ban", "in place of what is held: none, \"mute 10m\", remove, ban"),
	"cases note <text>":      lang.T("备注内容", "what the note says"),

	"ledger show --case":     lang.T("只看这个案件的条目", "only entries about this case"),
	"ledger show --from":     lang.T("从第几条开始", "number of the first entry"),
	"ledger show --limit":    lang.T("最多几条", "how many at most"),
	"ledger verify --head":   lang.T("以前记下的末端，可以写多次", "a head that was noted before; may be given again"),
	"ledger export --case":   lang.T("哪个案件", "which case"),
	"ledger export --output": lang.T("写到哪里：文件夹，或不带扩展名的文件名；默认当前文件夹。不覆盖已有文件", "where to: a folder, or a file name whose extension does not matter; the present folder by default. Nothing is overwritten"),

	"tokens add <label>":     lang.T("用途", "what it is for"),
	"tokens add --owner":     lang.T("令牌代表的账号", "the account that it acts for"),
	"tokens add --scope":     lang.T("权限范围，可重复：cases:read cases:decide ledger:read rules:read", "a scope; may be repeated: cases:read cases:decide ledger:read rules:read"),
	"tokens add --expires":   lang.T("有效期，默认 90d，最长一年", "how long it is valid, 90d by default, a year at most"),
	"tokens list --owner":    lang.T("只列这个账号的", "those of this account only"),
	"tokens revoke <id>":     lang.T("令牌编号，见 tokens list", "the token's id, see tokens list"),
	"users add --chat":       lang.T("只许看这个群，写作 连接名/群号，可重复；不写则可看所有群", "see this chat only, written connection/chat; may be repeated; without it every chat"),
	"users rights --chat":    lang.T("只许看这个群，写作 连接名/群号，可重复；不写则可看所有群", "see this chat only, written connection/chat; may be repeated; without it every chat"),
	"users rights --role":    lang.T("新角色：viewer 只读，reviewer 裁决，admin 还管账号", "the new role: viewer sees, reviewer decides, admin manages accounts as well"),
	"users add --role":       lang.T("角色：viewer 只读，reviewer 裁决（默认），admin 还管账号", "role: viewer sees, reviewer decides (default), admin manages accounts as well"),
	"cases did --verb":       lang.T("只说这一个动作，默认是案件里请人操作的全部", "this one only; by default all that the case asks for"),
	"cases could-not --verb": lang.T("只说这一个动作，默认是案件里请人操作的全部", "this one only; by default all that the case asks for"),
	"cases did --ground":     lang.T("备注，写入账本", "a remark, for the ledger"),
	"query --as":             lang.T("只查这个审核员看得到的群；账本会记下。不写则查全部：能打开数据文件的人都看得到一切", "only what this reviewer may see, and the ledger says so; without it everything: whoever can open the store can read it"),
	"cases list --as":        lang.T("只列这个审核员看得到的；账本会记下", "only what this reviewer may see; the ledger says so"),
	"cases show --as":        lang.T("只看这个审核员看得到的；账本会记下", "only what this reviewer may see; the ledger says so"),
	"query --order":          lang.T("按结果的哪一列排序，如 score 或 \"score desc\"，可以写多次", "the column of the result to order by, such as score or \"score desc\"; may be given again"),
	"query --count":          lang.T("相同的行并成一行，前面加上有几行", "make equal rows one, with how many there were in front"),
	"query --chat":           lang.T("只看这个群，写成 连接名/群号，可以写多次", "only this chat, as CONNECTION/CHAT; may be given again"),
	"query --since":          lang.T("只看最近这么久的案件，如 24h", "only cases of so long ago, such as 24h"),
	"query --cases":          lang.T("最多看多少个案件（从最新的起），默认 100000", "how many cases to look at, the newest first, 100000 by default"),
	"query --rows":           lang.T("最多给出多少行，默认 1000", "how many rows to give at most, 1000 by default"),
	"query --timeout":        lang.T("最多查多久，默认 30s", "how long to look at most, 30s by default"),
	"query --schema":         lang.T("列出能查的表和列", "list the tables and columns"),
	"query --table":          lang.T("给人看的表格（默认）；很长的值只显示开头", "a table for people (the default); of long values the beginning"),
	"query --csv":            lang.T("输出 CSV，电子表格不会把其中的内容当公式执行", "write CSV in which a spreadsheet runs nothing as a formula"),
	"query <sql>":            lang.T("一句 SELECT", "one SELECT"),
	"stats --since":          lang.T("从多久以前算起，默认取 review.precision.within", "from how long ago on, by default review.precision.within"),
	"stats --chat":           lang.T("只算这个群，写成 连接名/群号，可以写多次", "only this chat, as CONNECTION/CHAT; may be given again"),
	"stats --csv":            lang.T("输出 CSV：每行一个数，按日的也在内", "write CSV: a number a line, also those of each day"),

	"help <about>": lang.T("命令或主题", "a command or a topic"),
})

// joined is all of the maps in one.
func joined(all ...map[string]lang.Text) map[string]lang.Text {
	out := map[string]lang.Text{}
	for _, part := range all {
		maps.Copy(out, part)
	}
	return out
}
