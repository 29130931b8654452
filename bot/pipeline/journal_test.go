package pipeline_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/report"
	"patrol/bot/review"
)

// stuck is where reports are filed by a store that is not heard of again.
type stuck struct{ *pipeline.Volatile }

func (s stuck) PutReport(ctx context.Context, _ report.Filing) (review.Reports, bool, error) {
	<-ctx.Done()
	return review.Reports{}, false, ctx.Err()
}

// TestAReportThatWasTakenIsFiledAfterACrash ends a life between the moment in which
// everybody sees that the report was taken and the moment in which it is filed.
func TestAReportThatWasTakenIsFiledAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, store := newPlatform(), pipeline.NewVolatile(false)
		talking := func(filed report.Store) func(*pipeline.Config) {
			return func(c *pipeline.Config) {
				c.Talk = pipeline.Talk{Reports: report.New(report.Config{}), Reported: filed, Journal: store, Hide: true}
			}
		}
		b := start(t, p, store, talking(stuck{store}))
		bad := b.say("u1", "you are an idiot")
		b.n++
		acked := false
		b.send(chat.Event{
			ID: "answer", Kind: chat.KindMessage, Platform: "test", Chat: "room", Author: chat.Member{ID: "u3"},
			Message: chat.Message{ID: "answer", Text: "举报", ReplyTo: bad.Message.ID}, Time: bad.Time, Ack: func() { acked = true },
		})
		if p.verbs() != "delete" || !acked || len(store.Cases()) != 0 {
			t.Fatalf("did %q, acknowledged: %t, %d cases: not the moment that is meant", p.verbs(), acked, len(store.Cases()))
		}
		b.stop()

		b = start(t, p, store, talking(store))
		defer b.stop()
		synctest.Wait()
		if c := b.only(); c.Event.Author.ID != "u1" || c.Event.Message.Text != bad.Message.Text || c.Event.Adapter != "main" || c.Reported.Count != 1 {
			t.Errorf("%+v", c)
		}
		if kept, err := store.KeptReports(t.Context()); len(kept) != 0 || err != nil {
			t.Errorf("it is still kept: %v, %v", kept, err)
		}
	})
}

// TestAReportThatCanNotBeKeptIsNotTaken: nobody is let believe that it was.
func TestAReportThatCanNotBeKeptIsNotTaken(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		bad := b.say("u1", "you are an idiot")
		b.store.Refuse(errors.New("the disk is full"))
		acked := false
		b.send(chat.Event{
			ID: "answer", Kind: chat.KindReport, Platform: "test", Chat: "room", Author: chat.Member{ID: "u3"},
			Message: chat.Message{ID: "answer", ReplyTo: bad.Message.ID}, Time: bad.Time, Ack: func() { acked = true },
		})
		if acked || p.verbs() != "" {
			t.Errorf("acknowledged: %t, did %q", acked, p.verbs())
		}
		b.store.Refuse(nil)
	})
}
