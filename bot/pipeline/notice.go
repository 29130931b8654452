package pipeline

import (
	"strings"
	"unicode"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// Notices writes the text of a warning: whom, for what, what was done, for how long,
// and how to appeal.
type Notices struct {
	Language lang.Lang // "" is both, Chinese first
	Template lang.Text // with {name}, {rule}, {done}, {for}, {appeal}, {case} and {chat}; default below
	Alone    bool      // it is for the member alone and not for the chat

	// Appeal says how to appeal; nil tells to name the case to an admin. What it
	// writes LinkMark for becomes a link as the notice is sent, where Alone: a link
	// is for one person.
	Appeal func(c *review.Case) lang.Text
}

// LinkMark stands in a notice for a link to the appeal. The link itself opens the
// appeal to whoever has it, so it is made when the notice is sent to the member
// alone, is never posted in a chat, and is in no store.
const LinkMark = "{appeal-link}"

func defaultTemplate() lang.Text {
	return lang.T(
		"{name}，你的消息触犯了群规「{rule}」{done}。{appeal}。",
		"{name}, your message breaks the rule “{rule}”{done}. {appeal}.")
}

func templateAlone() lang.Text {
	return lang.T(
		"你在 {chat} 的消息触犯了群规「{rule}」{done}。{appeal}。",
		"Your message in {chat} breaks the rule “{rule}”{done}. {appeal}.")
}

func tellAdmin(c *review.Case) lang.Text {
	return lang.F("如有误判，请把编号 %s 告诉管理员", "If this is a mistake, tell an admin the number %s", c.ID)
}

// Text is the notice for c.
func (n Notices) Text(c *review.Case) string {
	template := n.Template
	switch {
	case template.IsZero() && n.Alone:
		template = templateAlone()
	case template.IsZero():
		template = defaultTemplate()
	}
	var title lang.Text
	for i := range c.Verdict.Hits {
		if h := &c.Verdict.Hits[i]; h.Mode == rules.Live {
			if title = h.Title; title.IsZero() {
				title = lang.T(h.Rule, h.Rule)
			}
			break
		}
	}
	done, length := told(c.Decision.Do), muted(c.Decision.Do)
	appeal := n.Appeal
	if appeal == nil {
		appeal = tellAdmin
	}
	how, name := appeal(c), Plain(c.Event.Author.Name)
	in := func(l lang.Lang) string {
		return fill(template.In(l), []word{
			{"{name}", name}, {"{rule}", title.In(l)}, {"{done}", done.In(l)}, {"{for}", length.In(l)}, {"{appeal}", how.In(l)}, {"{case}", c.ID}, {"{chat}", Plain(c.Event.Chat)},
		})
	}
	if n.Language != "" {
		return in(n.Language)
	}
	return in(lang.Zh) + "\n" + in(lang.En)
}

// word is what stands for a mark in a template.
type word struct{ mark, text string }

// fill puts words in place of their marks, once: marks in the words stay as they are.
// A strings.Replacer does the same, and is worth making only for longer texts.
func fill(template string, words []word) string {
	var b strings.Builder
	b.Grow(2 * len(template))
	for at := strings.IndexByte(template, '{'); at >= 0; at = strings.IndexByte(template, '{') {
		w := markAt(template[at:], words)
		b.WriteString(template[:at])
		b.WriteString(w.text)
		template = template[at+len(w.mark):]
	}
	b.WriteString(template)
	return b.String()
}

// markAt is the word whose mark begins a template; where there is none, the brace as
// a word for itself.
func markAt(template string, words []word) word {
	for _, w := range words {
		if strings.HasPrefix(template, w.mark) {
			return w
		}
	}
	return word{"{", "{"}
}

// muted is how long a mute among the steps lasts, "" where there is none.
func muted(steps []rules.Step) lang.Text {
	for _, s := range steps {
		if s.Verb == chat.Mute {
			return rules.Length(s.For)
		}
	}
	return lang.Text{}
}

// told says what is done beside the warning, as the tail of a sentence.
func told(steps []rules.Step) lang.Text {
	var zh, en []string
	for _, s := range steps {
		switch s.Verb {
		case chat.Delete:
			zh, en = append(zh, "消息已撤回"), append(en, "the message was deleted")
		case chat.Mute:
			length := rules.Length(s.For)
			zh, en = append(zh, "禁言 "+length.Zh), append(en, "you are muted for "+length.En)
		case chat.Remove:
			zh, en = append(zh, "移出本群"), append(en, "you are removed from the group")
		case chat.Ban:
			zh, en = append(zh, "移出本群且不得再加入"), append(en, "you are banned from the group")
		}
	}
	if len(zh) == 0 {
		return lang.Text{}
	}
	return lang.T("："+strings.Join(zh, "，"), ": "+strings.Join(en, ", "))
}

// Plain is a name made safe to repeat in a chat, a log or a terminal: one line,
// no control characters, no marks that turn the direction of text, at most 40
// characters.
func Plain(name string) string {
	var b strings.Builder
	n := 0
	for _, r := range name {
		if n == 40 {
			b.WriteRune('…')
			break
		}
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
			continue
		}
		b.WriteRune(r)
		n++
	}
	if b.Len() == 0 {
		return "?"
	}
	return b.String()
}
