package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"patrol/rules"
	"patrol/rules/lang"
)

// terms are the words of other packages' values, for people.
var terms = map[string]lang.Text{
	"minor": lang.T("轻微", "minor"), "major": lang.T("较重", "major"), "severe": lang.T("严重", "severe"),
	"log": lang.T("只记录", "only logged"), "review": lang.T("人工审核", "a person decides"), "ladder": lang.T("按阶梯处置", "by the ladder"),
	"warn": lang.T("警告", "warn"), "delete": lang.T("撤回", "delete"), "mute": lang.T("禁言", "mute"),
	"remove": lang.T("移出", "remove"), "ban": lang.T("封禁", "ban"), "unmute": lang.T("解除禁言", "unmute"), "unban": lang.T("解除封禁", "unban"),
	"open": lang.T("待处理", "open"), "acted": lang.T("已自动处置", "acted alone"), "logged": lang.T("仅记录", "logged"),
	"upheld": lang.T("已维持", "upheld"), "overturned": lang.T("已推翻", "overturned"),
	"asked": lang.T("请人操作", "asked of a person"), "held": lang.T("等待确认", "held"), "due": lang.T("待执行", "due"), "doing": lang.T("执行中", "in progress"),
	"done": lang.T("已完成", "done"), "failed": lang.T("失败", "failed"), "cancelled": lang.T("已取消", "cancelled"),
	"counts": lang.T("计入", "counts"), "pending": lang.T("待确认", "pending"), "void": lang.T("作废", "void"),
	"member": lang.T("成员", "member"), "admin": lang.T("管理员", "admin"), "owner": lang.T("群主", "owner"), "self": lang.T("机器人", "the bot"),
	"viewer": lang.T("只读", "viewer"), "reviewer": lang.T("审核员", "reviewer"),
	"decided": lang.T("判定", "decided"), "claimed": lang.T("认领", "claimed"), "released": lang.T("放回", "released"),
	"tell": lang.T("通知", "notice"), "escalated": lang.T("上报", "escalated"), "opined": lang.T("第二意见", "second opinion"), "proposed": lang.T("提议", "proposed"),
	"taken_back": lang.T("撤回操作", "taken back"), "reposted": lang.T("重新发布", "reposted"),
	"noted": lang.T("备注", "noted"), "redacted": lang.T("删除文字", "erased"), "pruned": lang.T("到期删除", "pruned"), "braked": lang.T("刹车", "braked"), "lifted": lang.T("解除刹车", "brake lifted"), "let_go": lang.T("放行", "let go"), "batch": lang.T("整批撤销", "batch undo"),
	"appealed": lang.T("申诉", "appealed"), "reported": lang.T("举报", "reported"), "revealed": lang.T("查看举报人", "looked up reporters"),
	"looked": lang.T("查看案件", "looked at cases"), "reloaded": lang.T("规则重载", "reloaded"), "account": lang.T("账号", "account"),
	"message": lang.T("消息", "message"), "edit": lang.T("编辑", "edit"), "join": lang.T("入群", "join"),
	"leave": lang.T("退群", "leave"), "report": lang.T("举报", "report"), "command": lang.T("命令", "command"), "direct": lang.T("私聊", "direct message"),
}

// term is a value of another package in the person's language; one that is not
// known is shown as it is.
func (s *shell) term(value string) string {
	if t, ok := terms[value]; ok {
		return t.In(s.lang)
	}
	return Plain(value)
}

func (s *shell) steps(steps []rules.Step) string {
	var said []string
	for _, x := range steps {
		text := s.term(string(x.Verb))
		if x.For > 0 {
			text += " " + length(x.For)
		}
		said = append(said, text)
	}
	return strings.Join(said, s.say("、", ", "))
}

// length is d as rule files write it: 10m, 24h, 7d.
func length(d time.Duration) string {
	if d > 0 && d%(24*time.Hour) == 0 && d > 24*time.Hour {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	text := d.String()
	for _, none := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, none) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// marked is text as one plain line with the spans marked: in colour on a terminal,
// and in brackets. Spans may overlap; those that do not fit the text are left out.
func (s *shell) marked(text string, spans []rules.Span) string {
	inside := func(at int) bool {
		return slices.ContainsFunc(spans, func(x rules.Span) bool {
			return x.Start >= 0 && x.End <= len(text) && x.Start <= at && at < x.End
		})
	}
	var out strings.Builder
	for start := 0; start < len(text); {
		end, hit := start+1, inside(start)
		for end < len(text) && inside(end) == hit {
			end++
		}
		piece := Plain(text[start:end])
		if hit {
			piece = s.out.paint(red, "【"+piece+"】")
		}
		out.WriteString(piece)
		start = end
	}
	return out.String()
}
