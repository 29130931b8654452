package app

import (
	"context"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/appeal"
	"patrol/bot/config"
	"patrol/bot/pipeline"
	"patrol/bot/report"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// people is what the bot says to members and takes from them.
type people struct {
	config  *config.Config
	appeals *appeal.Desk              // nil where nobody can appeal
	direct  func(adapter string) bool // whether members can write to the bot alone there
}

// notice is the text of a warning, by the chat's own template and language.
func (p people) notice(c *review.Case) string { return p.write(c, false) }

// private is what the member alone is told in its place, "" where the chat is told.
func (p people) private(c *review.Case) string {
	texts, _ := p.config.NoticesFor(review.ChatKey(c.Event.Adapter, c.Event.Chat))
	if !texts.Private || p.direct == nil || !p.direct(c.Event.Adapter) {
		return ""
	}
	return p.write(c, true)
}

func (p people) write(c *review.Case, alone bool) string {
	texts, language := p.config.NoticesFor(review.ChatKey(c.Event.Adapter, c.Event.Chat))
	n := pipeline.Notices{Language: language.Lang(), Template: lang.T(texts.Zh, texts.En), Alone: alone}
	if p.appeals != nil {
		n.Appeal = func(c *review.Case) lang.Text {
			if alone {
				return p.appeals.HowAlone(c.ID, pipeline.LinkMark)
			}
			return p.appeals.How(c.ID, p.direct(c.Event.Adapter))
		}
	}
	return n.Text(c)
}

// welcome is what is posted for somebody who has joined.
func (p people) welcome(e *chat.Event) string {
	texts, language := p.config.NoticesFor(review.ChatKey(e.Adapter, e.Chat))
	text := lang.T(texts.Welcome.Zh, texts.Welcome.En)
	if text.IsZero() {
		return ""
	}
	in := func(l lang.Lang) string {
		return strings.ReplaceAll(text.In(l), "{name}", pipeline.Plain(e.Author.Name))
	}
	if l := language.Lang(); l != "" {
		return in(l)
	}
	if zh, en := in(lang.Zh), in(lang.En); zh != en {
		return zh + "\n" + en
	}
	return in(lang.Zh)
}

// openAppeals makes the desk where members may appeal.
func (a *App) openAppeals() *appeal.Desk {
	c := &a.config.Members.Appeal
	if c.Off {
		return nil
	}
	return appeal.New(appeal.Config{
		Store: a.store, URL: strings.TrimRight(c.URL, "/"), Within: time.Duration(c.Within), Due: DueIn(a.config).For,
	})
}

// talk is what the pipeline takes from members and answers.
func (a *App) talk() pipeline.Talk {
	p := people{a.config, a.appeals, a.hasDirect}
	t := pipeline.Talk{Welcome: p.welcome}
	if r := &a.config.Members.Report; !r.Off {
		t.Reports, t.Reported, t.Journal = report.New(a.config.ReportConfig()), a.store, a.store
		t.Remember, t.Hide = r.Remember, !r.Keep
	}
	if a.appeals != nil {
		t.Direct = a.appeals.Hear
		if a.appeals.Links() {
			t.Link = a.appeals.Link
		}
	}
	return t
}

// hasDirect reports whether members can write to the bot alone on that connection.
func (a *App) hasDirect(adapter string) bool {
	_, can := a.pipeline.Adapter(adapter).(chat.Messenger)
	return can
}

// expireAppeals forgets links that are void, now and then.
func (a *App) expireAppeals(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := a.store.ExpireAppealTokens(ctx, time.Now()); err != nil && ctx.Err() == nil {
			a.log.Warn().Err(err).Msg("links to appeals that are void could not be forgotten")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
