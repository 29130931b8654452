package review

import (
	"strings"
	"time"
	"unicode"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// apologize plans the notice that tells the chat that the bot was wrong, where
// something has been done to the member or the message.
func (c *Case) apologize(now time.Time, p *Policy) {
	if p.Apology == nil || !c.reached() {
		return
	}
	if text := p.Apology(c); text != "" {
		c.tell("apology", text, now)
	}
}

// reached reports whether something that punishes has reached the platform.
func (c *Case) reached() bool {
	for i := range c.Acts {
		if a := &c.Acts[i]; a.Action.Verb.Weight() > 0 && (a.State == Done || a.State == Doing) {
			return true
		}
	}
	return false
}

// tell plans a notice about the case. One that was planned before is not repeated.
func (c *Case) tell(what, text string, due time.Time) {
	e := &c.Event
	a := Act{
		Case: c.ID, Adapter: e.Adapter, State: Due, Due: due, Action: chat.Action{
			Key: c.ID + "/" + what, Verb: chat.Tell, Chat: e.Chat, Member: e.Author.ID, Name: e.Author.Name, Text: text,
			Reason: "patrol (" + c.ID + ")",
		},
	}
	switch known := c.act(a.Action.Key); {
	case known == nil:
		c.Acts = append(c.Acts, a)
	case known.State == Cancelled, known.State == Failed:
		*known = a
	}
}

// Repostable reports whether Repost can bring the message back: it was overturned,
// the bot has deleted it, it has text, and it was not reposted yet.
func (c *Case) Repostable() bool {
	deleted := c.act(ActKey(c.ID, chat.Delete))
	again := c.act(c.ID + "/repost")
	return c.State == Overturned && deleted != nil && deleted.State == Done && strings.TrimSpace(c.Event.Message.Text) != "" &&
		(again == nil || again.State == Cancelled || again.State == Failed)
}

// Repost plans a notice with the text of the deleted message and its author: no
// platform can bring a deleted message back.
func (c *Case) Repost(w Word, p *Policy) ([]ledger.Entry, error) {
	if err := c.heldAgainst(w.By, w.At); err != nil {
		return nil, err
	}
	if !c.Repostable() {
		return nil, ErrIntact
	}
	name := Harmless(c.Event.Author.Name, 40)
	if name == "" {
		name = Harmless(c.Event.Author.ID, 40)
	}
	said := lang.F("恢复被误删的消息，%s 说：", "A message that was deleted by mistake. %s said:", name)
	heading := said.Zh + "\n" + said.En
	if p.Language != "" {
		heading = said.In(p.Language)
	}
	c.tell("repost", heading+"\n"+quoted(c.Event.Message.Text), w.At)
	return []ledger.Entry{c.entry(ledger.Reposted, w.By, w.At)}, nil
}

// longestQuote is how much of a text is reposted, in characters.
const longestQuote = 1000

// quoted is text with a mark before each line, so that no line is taken for a
// command or for the bot's own word.
func quoted(text string) string {
	var lines []string
	left := longestQuote
	for line := range strings.Lines(text) {
		line = Harmless(line, left)
		left -= len([]rune(line))
		lines = append(lines, "> "+line)
		if left <= 0 {
			break
		}
	}
	return strings.Join(lines, "\n")
}

// Harmless is the first line of text without characters that can't be seen or that
// turn the direction of their neighbours; what is longer than most characters ends
// with an ellipsis.
func Harmless(text string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.TrimRight(text, "\r\n") {
		if r == '\n' || r == '\r' {
			break
		}
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
			continue
		}
		if n == most {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
