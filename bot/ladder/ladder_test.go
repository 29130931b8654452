package ladder_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/rules"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

var everything = chat.Capabilities{
	Warn: true, Delete: true, Remove: true, Ban: true, Unban: true,
	Mute: chat.MuteTimed, MuteMin: time.Minute, MuteMax: 30 * 24 * time.Hour,
}

func hit(s rules.Severity, then rules.Then) rules.Hit {
	return rules.Hit{Rule: "r", Severity: s, Mode: rules.Live, Then: then}
}

func steps(t rapid.TB, list ...string) []rules.Step {
	t.Helper()
	var out []rules.Step
	for _, s := range list {
		step, err := rules.ParseStep(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, step)
	}
	return out
}

func strike(weight int, ago, memory time.Duration) ladder.Strike {
	return ladder.Strike{Weight: weight, At: noon.Add(-ago), Until: noon.Add(-ago).Add(memory)}
}

func TestDecide(t *testing.T) {
	byLadder := rules.Then{Answer: rules.Ladder}
	month := 30 * 24 * time.Hour
	withoutBan := everything
	withoutBan.Ban = false
	shortRecall := everything
	shortRecall.DeleteWindow = 2 * time.Minute
	warnOnly := chat.Capabilities{Warn: true}

	for _, c := range []struct {
		name   string
		hits   []rules.Hit
		in     func(*ladder.Input)
		do     []string
		held   []string
		review bool
		says   string
	}{
		{name: "a first minor strike is a warning", hits: []rules.Hit{hit(rules.Minor, byLadder)}, do: []string{"delete", "warn"}},
		{name: "a first major strike is a mute", hits: []rules.Hit{hit(rules.Major, byLadder)}, do: []string{"delete", "mute 10m", "warn"}},
		{name: "two hits of one event are one strike, of the graver weight", hits: []rules.Hit{hit(rules.Minor, byLadder), hit(rules.Minor, byLadder)}, do: []string{"delete", "warn"}},
		{name: "strikes that lapsed do not count", hits: []rules.Hit{hit(rules.Minor, byLadder)}, do: []string{"delete", "warn"},
			in: func(in *ladder.Input) { in.Strikes = []ladder.Strike{strike(5, month+time.Second, month)} }},
		{name: "at the top a person confirms the removal, the recall is done at once", hits: []rules.Hit{hit(rules.Severe, byLadder)},
			in: func(in *ladder.Input) { in.Strikes = []ladder.Strike{strike(3, time.Hour, month)} },
			do: []string{"delete"}, held: []string{"remove"}, review: true, says: "waits for a person"},
		{name: "explicit steps need no score", hits: []rules.Hit{hit(rules.Minor, rules.Then{Answer: rules.Steps, Steps: steps(t, "delete", "mute 1h"), Review: true})},
			do: []string{"delete", "mute 1h"}, review: true},
		{name: "a rule that asks for review does nothing and holds what the ladder would do", hits: []rules.Hit{hit(rules.Major, rules.Then{Answer: rules.Review})},
			held: []string{"delete", "mute 10m", "warn"}, review: true},
		{name: "a rule that only logs asks for nothing", hits: []rules.Hit{hit(rules.Severe, rules.Then{Answer: rules.Log})}},
		{name: "an old event is only reviewed", hits: []rules.Hit{hit(rules.Major, byLadder)}, in: func(in *ladder.Input) { in.Stale = true; in.Age = time.Hour },
			held: []string{"delete", "mute 10m", "warn"}, review: true, says: "1h0m0s old"},
		{name: "the brake holds all but the warning", hits: []rules.Hit{hit(rules.Major, byLadder)}, in: func(in *ladder.Input) { in.Braked = true },
			do: []string{"warn"}, held: []string{"delete", "mute 10m"}, review: true, says: "brake"},
		{name: "a ban falls to a removal where the platform has none", hits: []rules.Hit{hit(rules.Minor, rules.Then{Answer: rules.Steps, Steps: steps(t, "ban")})},
			in: func(in *ladder.Input) { in.Capabilities = withoutBan }, do: []string{"remove"}, says: "can't ban: remove instead"},
		{name: "a ban falls to a warning where nothing else is left", hits: []rules.Hit{hit(rules.Minor, rules.Then{Answer: rules.Steps, Steps: steps(t, "ban")})},
			in: func(in *ladder.Input) { in.Capabilities = warnOnly }, do: []string{"warn"}, says: "warn instead"},
		{name: "a platform that can do nothing leaves it to a person", hits: []rules.Hit{hit(rules.Minor, byLadder)},
			in: func(in *ladder.Input) { in.Capabilities = chat.Capabilities{} }, review: true, says: "a person has to"},
		{name: "a message past the recall window is not recalled", hits: []rules.Hit{hit(rules.Minor, byLadder)},
			in: func(in *ladder.Input) { in.Capabilities = shortRecall; in.Age = 3 * time.Minute }, do: []string{"warn"}},
		{name: "a mute is brought within the platform's limits, and says so", hits: []rules.Hit{hit(rules.Minor, rules.Then{Answer: rules.Steps, Steps: steps(t, "mute 10s")})},
			do: []string{"mute 1m"}, says: "the mute of 10s is 1m0s"},
		{name: "a join has no message to delete", hits: []rules.Hit{hit(rules.Minor, byLadder)}, in: func(in *ladder.Input) { in.Event.Message = chat.Message{} }, do: []string{"warn"}},
		{name: "an admin is never acted on", hits: []rules.Hit{hit(rules.Severe, byLadder)}, in: func(in *ladder.Input) { in.Event.Author.Role = chat.RoleAdmin }, says: "admin"},
		{name: "somebody whom the platform does not name is never acted on", hits: []rules.Hit{hit(rules.Severe, byLadder)}, in: func(in *ladder.Input) { in.Event.Author.ID = "" }, says: "who the author is"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := ladder.New(ladder.Default())
			if err != nil {
				t.Fatal(err)
			}
			event := chat.Event{Author: chat.Member{ID: "7"}, Message: chat.Message{ID: "m"}, Time: noon}
			verdict := rules.Verdict{Hits: c.hits}
			in := ladder.Input{Event: &event, Verdict: &verdict, Capabilities: everything}
			if c.in != nil {
				c.in(&in)
			}
			d := l.Decide(in)
			if want := steps(t, c.do...); !reflect.DeepEqual(d.Do, want) {
				t.Errorf("do %v, want %v", d.Do, want)
			}
			if want := steps(t, c.held...); !reflect.DeepEqual(d.Held, want) {
				t.Errorf("held %v, want %v", d.Held, want)
			}
			if d.Review != c.review {
				t.Errorf("review %v, want %v", d.Review, c.review)
			}
			var said []string
			for _, why := range d.Why {
				said = append(said, why.En)
			}
			if !strings.Contains(strings.Join(said, "\n"), c.says) {
				t.Errorf("says %q, want something with %q", said, c.says)
			}
		})
	}
}

func TestShadowRulesAskForNothingButSayWhatTheyWould(t *testing.T) {
	l, _ := ladder.New(ladder.Default())
	h := hit(rules.Major, rules.Then{Answer: rules.Ladder})
	h.Mode = rules.Shadow
	event := chat.Event{Author: chat.Member{ID: "7"}, Message: chat.Message{ID: "m"}, Time: noon}
	d := l.Decide(ladder.Input{Event: &event, Verdict: &rules.Verdict{Hits: []rules.Hit{h}}, Capabilities: everything})
	if len(d.Do)+len(d.Held) > 0 || d.Strike != nil || d.Review {
		t.Errorf("a shadow rule acted: %+v", d)
	}
	if want := steps(t, "delete", "mute 10m", "warn"); !reflect.DeepEqual(d.Shadow, want) {
		t.Errorf("shadow %v, want %v", d.Shadow, want)
	}
}

func TestCheckNamesEveryFault(t *testing.T) {
	err := ladder.Config{Rungs: []ladder.Rung{
		{At: 0, Do: []rules.Step{{Verb: chat.Warn}}},
		{At: 0},
		{At: 2, Do: []rules.Step{{Verb: chat.Mute}, {Verb: "explode"}}},
	}}.Check()
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{"memory", "steps[0].at is 0", "steps[1].at is 0 but", "steps[1].do is empty", `"mute" is no step`, `"explode" is no step`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in:\n%v", want, err)
		}
	}
}
