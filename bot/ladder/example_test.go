package ladder_test

import (
	"fmt"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/rules"
)

func Example() {
	l, _ := ladder.New(ladder.Default())
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	event := chat.Event{Author: chat.Member{ID: "7"}, Message: chat.Message{ID: "m1", Text: "加微信"}, Time: now}
	verdict := rules.Verdict{Hits: []rules.Hit{{
		Rule: "ads.contact", Severity: rules.Minor, Mode: rules.Live, Then: rules.Then{Answer: rules.Ladder},
	}}}
	d := l.Decide(ladder.Input{
		Event: &event, Verdict: &verdict,
		Strikes: []ladder.Strike{{Weight: 3, At: now.Add(-time.Hour), Until: now.Add(time.Hour)}},
		Capabilities: chat.Capabilities{
			Warn: true, Delete: true, Mute: chat.MuteTimed, MuteMin: time.Minute, MuteMax: 30 * 24 * time.Hour,
		},
	})
	fmt.Println("score", d.Score, "do", d.Do)
	// Output: score 4 do [delete mute 10m0s warn]
}
