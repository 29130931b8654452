package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/report"
)

// Talk is what members say to the bot and not to each other, and what it answers.
type Talk struct {
	Reports  *report.Intake // what is taken for a report; nil: nothing is
	Reported report.Store   // needed with Reports
	Journal  report.Journal // needed with Reports
	Remember int            // messages of a chat that can be reported, at least; default 30
	Hide     bool           // a message that reports another is deleted, where the bot can

	// Direct answers what somebody writes to the bot alone; "" answers nothing. nil:
	// nobody is listened to. Welcome is what is posted for a member who has joined;
	// "" is nothing. Both may take a while, are called from several goroutines, and
	// must not keep the event.
	Direct  func(ctx context.Context, e *chat.Event) string
	Welcome func(e *chat.Event) string

	// Link makes a link to the appeal of a case, for notices with a LinkMark; nil
	// where there is none.
	Link func(ctx context.Context, caseID string) (string, error)
}

// remembered is how many messages of each chat are kept.
func (c *Config) remembered() int {
	if c.Talk.Reports == nil {
		return c.Context
	}
	if c.Talk.Remember <= 0 {
		return max(c.Context, 30)
	}
	return max(c.Context, c.Talk.Remember)
}

// Errands are what the bot does beside the line: nothing of it can hold the shards
// up for long, and none of it is done to anyone.
const (
	errandsQueued = 256
	errandRunners = 4
	errandWithin  = 40 * time.Second
)

// startErrands runs them until finish is called, which waits for those that are
// queued, for a while.
func (p *Pipeline) startErrands(work context.Context) (finish func()) {
	ctx, stop := context.WithCancel(work)
	var runners sync.WaitGroup
	for range errandRunners {
		runners.Go(func() {
			for do := range p.errands {
				p.errand(ctx, do)
			}
		})
	}
	return func() {
		close(p.errands)
		late := time.AfterFunc(drainFor, stop)
		runners.Wait()
		late.Stop()
		stop()
	}
}

func (p *Pipeline) errand(ctx context.Context, do func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, errandWithin)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			p.config.Log.Error().Bytes("stack", debug.Stack()).Msgf("an errand panicked: %v", r)
		}
	}()
	do(ctx)
}

// hearDirect answers what somebody wrote to the bot alone.
func (p *Pipeline) hearDirect(e *chat.Event) {
	to, can := p.adapters[e.Adapter].(chat.Messenger)
	if p.config.Talk.Direct == nil || p.config.Replay || !can {
		ack(e)
		return
	}
	heard := *e
	p.errands <- func(ctx context.Context) {
		answer := p.config.Talk.Direct(ctx, &heard)
		ack(&heard)
		if answer == "" {
			return
		}
		if err := to.Tell(ctx, "", heard.Author, answer); err != nil {
			p.config.Log.Warn().Err(err).Str("adapter", heard.Adapter).Msg("an answer could not be sent to a member")
		}
	}
}

// welcomeEvery bounds how often newcomers of one chat are welcomed: a raid must
// not make the bot flood the chat itself.
const welcomeEvery = 30 * time.Second

func (s *shard) welcome(e *chat.Event, r *room) {
	c := &s.p.config
	if e.Kind != chat.KindJoin || c.Talk.Welcome == nil || c.Replay || s.now(e).Sub(e.Time) > c.StaleAfter || e.Time.Sub(r.welcomed) < welcomeEvery {
		return
	}
	text := c.Talk.Welcome(e)
	if text == "" {
		return
	}
	r.welcomed = e.Time
	s.p.post(chat.Action{Key: "welcome/" + e.ID, Verb: chat.Warn, Chat: e.Chat, Member: e.Author.ID, Name: e.Author.Name, Text: text}, e.Adapter)
}

// post has a done once, soon, and lets it be where it fails.
func (p *Pipeline) post(a chat.Action, adapter string) {
	to := p.adapters[adapter]
	if to == nil || !to.Capabilities(a.Chat).Can(a.Verb) {
		return
	}
	p.errands <- func(ctx context.Context) { p.doOnce(ctx, to, a, adapter) }
}

func (p *Pipeline) doOnce(ctx context.Context, to chat.Adapter, a chat.Action, adapter string) {
	if _, err := to.Do(ctx, a); err != nil {
		p.config.Log.Warn().Err(err).Str("adapter", adapter).Str("chat", a.Chat).Str("verb", string(a.Verb)).Msg(fmt.Sprintf("not done: %s", a.Key))
	}
}

// linked puts a link where a notice has the mark for one. A member who is called
// like the mark gets a link in place of the name.
func (p *Pipeline) linked(ctx context.Context, caseID, text string) (string, error) {
	if p.config.Talk.Link == nil || !strings.Contains(text, LinkMark) {
		return text, nil
	}
	link, err := p.config.Talk.Link(ctx, caseID)
	if err != nil {
		return "", &chat.Error{Op: "link", Kind: chat.Transient, Err: err}
	}
	return strings.ReplaceAll(text, LinkMark, link), nil
}
