package ladder_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/rules"
)

var verbs = []chat.Verb{chat.Warn, chat.Delete, chat.Mute, chat.Remove, chat.Ban}

func genSteps() *rapid.Generator[[]rules.Step] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rules.Step {
		s := rules.Step{Verb: rapid.SampledFrom(verbs).Draw(t, "verb")}
		if s.Verb == chat.Mute {
			s.For = time.Duration(rapid.IntRange(1, 5000).Draw(t, "minutes")) * time.Minute
		}
		return s
	}), 1, 4)
}

func genConfig() *rapid.Generator[ladder.Config] {
	return rapid.Custom(func(t *rapid.T) ladder.Config {
		c := ladder.Config{Memory: time.Duration(rapid.IntRange(1, 1000).Draw(t, "memory")) * time.Hour}
		at := 0
		for range rapid.IntRange(0, 4).Draw(t, "rungs") {
			at += rapid.IntRange(1, 4).Draw(t, "rise")
			c.Rungs = append(c.Rungs, ladder.Rung{At: at, Do: genSteps().Draw(t, "do"), Hold: rapid.Bool().Draw(t, "hold")})
		}
		return c
	})
}

func genInput() *rapid.Generator[ladder.Input] {
	return rapid.Custom(func(t *rapid.T) ladder.Input {
		in := ladder.Input{
			Event: &chat.Event{
				Author:  chat.Member{ID: "7", Role: rapid.SampledFrom([]chat.Role{"", chat.RoleMember, chat.RoleAdmin, chat.RoleOwner, chat.RoleSelf}).Draw(t, "role")},
				Message: chat.Message{ID: rapid.SampledFrom([]string{"", "m"}).Draw(t, "message")},
				Time:    noon,
			},
			Verdict: &rules.Verdict{},
			Capabilities: chat.Capabilities{
				Warn: rapid.Bool().Draw(t, "warn"), Delete: rapid.Bool().Draw(t, "delete"), Remove: rapid.Bool().Draw(t, "remove"), Ban: rapid.Bool().Draw(t, "ban"),
				Mute:         rapid.SampledFrom([]chat.Muting{chat.MuteNone, chat.MuteTimed, chat.MuteUntimed}).Draw(t, "mute"),
				MuteMin:      time.Duration(rapid.IntRange(0, 60).Draw(t, "min")) * time.Minute,
				MuteMax:      time.Duration(rapid.SampledFrom([]int{0, 60, 3000}).Draw(t, "max")) * time.Minute,
				DeleteWindow: time.Duration(rapid.IntRange(0, 2).Draw(t, "window")) * time.Minute,
			},
			Braked: rapid.Bool().Draw(t, "braked"),
			Stale:  rapid.Bool().Draw(t, "stale"),
			Age:    time.Duration(rapid.IntRange(0, 200).Draw(t, "age")) * time.Second,
		}
		in.ByHand = rapid.SampledFrom([][]chat.Verb{nil, {chat.Mute}, {chat.Delete, chat.Mute, chat.Remove, chat.Ban}}).Draw(t, "by hand")
		in.Doubted = rapid.SampledFrom([][]string{nil, {"a"}, {"a", "b"}}).Draw(t, "doubted")
		for range rapid.IntRange(0, 3).Draw(t, "strikes") {
			in.Strikes = append(in.Strikes, strike(rapid.IntRange(1, 5).Draw(t, "weight"), time.Duration(rapid.IntRange(0, 100).Draw(t, "ago"))*time.Hour, 50*time.Hour))
		}
		for range rapid.IntRange(0, 3).Draw(t, "hits") {
			then := rules.Then{Answer: rapid.SampledFrom([]rules.Answer{rules.Log, rules.Review, rules.Ladder, rules.Steps}).Draw(t, "answer")}
			if then.Answer == rules.Steps {
				then.Steps = genSteps().Draw(t, "steps")
			}
			in.Verdict.Hits = append(in.Verdict.Hits, rules.Hit{
				Rule:     rapid.SampledFrom([]string{"a", "b"}).Draw(t, "rule"),
				Severity: rapid.SampledFrom([]rules.Severity{rules.Minor, rules.Major, rules.Severe}).Draw(t, "severity"),
				Mode:     rapid.SampledFrom([]rules.Mode{rules.Live, rules.Shadow}).Draw(t, "mode"),
				Then:     then,
			})
		}
		return in
	})
}

// allowed is the heaviest verb and the longest mute that anything in the input
// could ask for, reckoned without the code under test.
func allowed(c ladder.Config, in ladder.Input) (weight int, mute time.Duration) {
	add := func(steps []rules.Step) {
		for _, s := range steps {
			weight, mute = max(weight, s.Verb.Weight()), max(mute, s.For)
		}
	}
	worst, climbs := 0, false
	for _, h := range in.Verdict.Hits {
		if h.Mode == rules.Shadow || h.Then.Answer == rules.Log {
			continue
		}
		worst = max(worst, h.Severity.Weight())
		climbs = climbs || h.Then.Answer == rules.Ladder || h.Then.Answer == rules.Review
		add(h.Then.Steps)
	}
	score := worst
	for _, s := range in.Strikes {
		if s.Counts(in.Event.Time) {
			score += s.Weight
		}
	}
	if climbs {
		var reached []rules.Step
		for _, r := range c.Rungs {
			if r.At <= score {
				reached = r.Do
			}
		}
		add(reached)
	}
	return weight, mute
}

func TestDecideNeverGoesTooFar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		config, in := genConfig().Draw(t, "config"), genInput().Draw(t, "input")
		l, err := ladder.New(config)
		if err != nil {
			t.Fatal(err)
		}
		d := l.Decide(in)
		if again := l.Decide(in); !reflect.DeepEqual(d, again) {
			t.Fatalf("two decisions on one input: %+v and %+v", d, again)
		}
		if in.Event.Author.Role.Untouchable() && !d.Nothing() {
			t.Fatalf("acts on %s: %+v", in.Event.Author.Role, d)
		}
		weight, mute := allowed(config, in)
		if weight == chat.Remove.Weight() || weight == chat.Ban.Weight() {
			mute = max(mute, 24*time.Hour) // a removal may fall to a mute of a day
		}
		mute = max(mute, in.Capabilities.MuteMin)
		for _, s := range append(d.Do, d.Held...) {
			if s.Verb.Weight() > weight || s.For > mute {
				t.Fatalf("%s is heavier than weight %d, mute %s", s, weight, mute)
			}
			if !in.Capabilities.Can(s.Verb) {
				t.Fatalf("%s on a platform that can't", s)
			}
			if s.Verb == chat.Delete && (in.Event.Message.ID == "" || in.Capabilities.DeleteWindow > 0 && in.Age > in.Capabilities.DeleteWindow) {
				t.Fatalf("deletes what can't be deleted: %+v", d)
			}
			if maximum := in.Capabilities.MuteMax; s.Verb == chat.Mute && maximum > 0 && s.For > max(maximum, in.Capabilities.MuteMin) {
				t.Fatalf("%s is longer than the platform's %s", s, maximum)
			}
		}
		for _, s := range append(d.ByHand, d.Later...) {
			late := s.Verb == chat.Delete && in.Capabilities.DeleteWindow > 0 && in.Age > in.Capabilities.DeleteWindow
			if s.Verb.Weight() > weight || s.For > mute || !slices.Contains(in.ByHand, s.Verb) || in.Capabilities.Can(s.Verb) && !late {
				t.Fatalf("a person is asked for %s; the most is weight %d, mute %s", s, weight, mute)
			}
		}
		if (in.Stale || in.Braked) && len(d.ByHand) > 0 || len(d.Later) > 0 && !d.Review {
			t.Fatalf("people are asked too soon, or nobody decides: %+v", d)
		}
		if in.Stale && len(d.Do) > 0 {
			t.Fatalf("acts at once on a stale event: %v", d.Do)
		}
		for _, s := range d.Do {
			if in.Braked && s.Verb.Weight() > chat.Warn.Weight() {
				t.Fatalf("%s in spite of the brake", s)
			}
		}
		if len(d.Held) > 0 && !d.Review {
			t.Fatalf("steps are held and nobody is asked: %+v", d)
		}
		if d.Pending && d.Strike == nil || d.Strike != nil && !d.Strike.Counts(in.Event.Time) {
			t.Fatalf("a strike that makes no sense: %+v", d)
		}
	})
}

func TestMoreStrikesNeverMakeADecisionLighter(t *testing.T) {
	heaviest := func(steps []rules.Step) (w int) {
		for _, s := range steps {
			w = max(w, s.Verb.Weight())
		}
		return w
	}
	l, err := ladder.New(ladder.Default())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := genInput().Draw(t, "input")
		in.Capabilities = everything
		before := l.Decide(in)
		in.Strikes = append(in.Strikes, strike(rapid.IntRange(1, 5).Draw(t, "more"), time.Hour, 50*time.Hour))
		after := l.Decide(in)
		if x, y := heaviest(append(before.Do, before.Held...)), heaviest(append(after.Do, after.Held...)); y < x {
			t.Fatalf("weight %d with fewer strikes, %d with more", x, y)
		}
	})
}

// A rule in doubt does nothing by itself: what it asked for is held, and no more
// is asked for than without the doubt.
func TestDoubtOnlyHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		config, in := genConfig().Draw(t, "config"), genInput().Draw(t, "input")
		l, err := ladder.New(config)
		if err != nil {
			t.Fatal(err)
		}
		trusted := in
		trusted.Doubted = nil
		with, without := l.Decide(in), l.Decide(trusted)
		for _, s := range with.Do {
			if !slices.ContainsFunc(without.Do, func(o rules.Step) bool { return o.Verb == s.Verb }) {
				t.Fatalf("%s is done only because of a doubt", s)
			}
		}
		in.Doubted = []string{"a", "b"}
		all := l.Decide(in)
		if len(all.Do) > 0 {
			t.Fatalf("every rule is in doubt, and %v is done", all.Do)
		}
		if len(without.Do) > 0 && !all.Review {
			t.Fatal("nobody is asked about what was held")
		}
		if all.Strike != nil && !all.Pending {
			t.Fatal("the strike of a rule in doubt counts without a person")
		}
	})
}
