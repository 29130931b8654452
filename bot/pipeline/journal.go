package pipeline

import (
	"context"
	"encoding/json"
	"time"

	"patrol/adapters/chat"
)

// keptReport is a report as the journal has it, until it is in the store: what a
// member was let believe to be taken is not lost where a platform tells nothing twice.
type keptReport struct {
	By      chat.Event   `json:"by"`
	Message string       `json:"message"`
	About   chat.Event   `json:"about"`
	Context []chat.Event `json:"context,omitempty"`
	Case    string       `json:"case"`
}

func (a *accusation) key() string { return a.by.Adapter + "/" + a.by.Chat + "/" + a.by.ID }

// keepWithin bounds how long the journal may take. It is written also while the bot
// stops.
const keepWithin = 10 * time.Second

// take makes the report durable and only then lets anybody see that it was taken:
// its event is acknowledged, and its message hidden. It reports whether it has.
func (p *Pipeline) take(ctx context.Context, a *accusation) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	by, about := a.by, a.about
	by.Ack, about.Ack = nil, nil
	data, err := json.Marshal(keptReport{by, a.message, about, a.context, a.kase})
	if err == nil {
		err = p.config.Talk.Journal.KeepReport(ctx, a.key(), data)
	}
	if err != nil {
		p.config.Log.Error().Err(err).Str("case", a.kase).Msg("a report can't be kept: its event is not acknowledged")
		return false
	}
	ack(&a.by)
	a.by.Ack = nil
	p.hide(ctx, a)
	return true
}

// hide deletes the message that reports, where that is configured and possible.
func (p *Pipeline) hide(ctx context.Context, a *accusation) {
	e := &a.by
	to := p.adapters[e.Adapter]
	if !p.config.Talk.Hide || e.Message.ID == "" || e.Message.ID == a.message || to == nil || !to.Capabilities(e.Chat).Delete {
		return
	}
	p.doOnce(ctx, to, chat.Action{Key: "report/" + e.ID, Verb: chat.Delete, Chat: e.Chat, Member: e.Author.ID, Message: e.Message.ID, Sent: e.Time}, e.Adapter)
}

// takeUpReports files the reports that the last run took and did not get to file.
// Call it once the errands run.
func (p *Pipeline) takeUpReports(ctx context.Context) error {
	if p.config.Talk.Reports == nil || p.config.Replay {
		return nil
	}
	kept, err := p.config.Talk.Journal.KeptReports(ctx)
	if err != nil {
		return err
	}
	for key, data := range kept {
		var k keptReport
		if err := json.Unmarshal(data, &k); err != nil {
			p.config.Log.Error().Err(err).Str("report", key).Msg("a report that was kept can't be read")
			continue
		}
		a := accusation{by: k.By, message: k.Message, about: k.About, context: k.Context, kase: k.Case}
		p.errands <- func(ctx context.Context) {
			p.hide(ctx, &a)
			p.file(ctx, a)
		}
	}
	if len(kept) > 0 {
		p.config.Log.Info().Int("reports", len(kept)).Msg("found reports that the last run left unfiled")
	}
	return nil
}
