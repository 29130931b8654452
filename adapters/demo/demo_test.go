package demo_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/demo"
)

const script = `
{"after": "1s", "kind": "join", "author": {"id": "a", "name": "Ann"}}
{"after": "2s", "kind": "message", "author": {"id": "a", "name": "Ann"}, "message": {"text": "one"}}
{"after": "90s", "kind": "message", "author": {"id": "a", "name": "Ann"}, "message": {"text": "two"}}
{"after": "90s", "kind": "message", "author": {"id": "a", "name": "Ann"}, "message": {"text": "three"}}
`

func Example() {
	lines, err := demo.Parse(strings.NewReader(script))
	if err != nil {
		fmt.Println(err)
		return
	}
	a := demo.New(demo.Config{Script: lines[:2], Speed: 1000, Start: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)})
	err = a.Run(context.Background(), func(_ context.Context, e chat.Event) error {
		fmt.Printf("%s %s %s %q\n", e.Time.Format(time.TimeOnly), e.Kind, e.Author.Name, e.Message.Text)
		return nil
	})
	fmt.Println(err)
	// Output:
	// 12:00:01 join Ann ""
	// 12:00:03 message Ann "one"
	// <nil>
}

// play runs the script without waiting; act is done after the second event.
func play(t *testing.T, act chat.Action) (said, unsaid []string) {
	t.Helper()
	lines, err := demo.Parse(strings.NewReader(script))
	if err != nil {
		t.Fatal(err)
	}
	a := demo.New(demo.Config{
		Script: lines, Start: time.Unix(0, 0),
		Pause:  func(context.Context, time.Duration) error { return nil },
		Unsaid: func(e chat.Event) { unsaid = append(unsaid, e.Message.Text) },
	})
	err = a.Run(t.Context(), func(ctx context.Context, e chat.Event) error {
		if e.Kind == chat.KindMessage {
			said = append(said, e.Message.Text)
		}
		if e.Message.Text != "one" {
			return nil
		}
		_, err := a.Do(ctx, act)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return said, unsaid
}

func TestTheGroupPlaysAlong(t *testing.T) {
	for _, c := range []struct {
		name         string
		act          chat.Action
		said, unsaid string
	}{
		{"a muted member is not heard until the mute is over", chat.Action{Key: "1", Verb: chat.Mute, Member: "a", For: 2 * time.Minute}, "one three", "two"},
		{"a removed member is gone", chat.Action{Key: "1", Verb: chat.Remove, Member: "a"}, "one", "two three"},
		{"a warning changes nothing", chat.Action{Key: "1", Verb: chat.Warn, Member: "a"}, "one two three", ""},
	} {
		said, unsaid := play(t, c.act)
		if strings.Join(said, " ") != c.said || strings.Join(unsaid, " ") != c.unsaid {
			t.Errorf("%s: said %q, unsaid %q", c.name, said, unsaid)
		}
	}
}

func TestUnknownVerbIsUnsupported(t *testing.T) {
	_, err := demo.New(demo.Config{}).Do(t.Context(), chat.Action{Key: "1", Verb: "sing"})
	var e *chat.Error
	if !errors.As(err, &e) || e.Kind != chat.Unsupported {
		t.Errorf("got %v", err)
	}
}

func TestParseNamesTheLine(t *testing.T) {
	for _, bad := range []string{`{"after": "1s", "kind": "join", "writer": {}}`, `{"after": "soon", "kind": "join"}`, `{`} {
		if _, err := demo.Parse(strings.NewReader("\n" + bad)); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(script)
	f.Fuzz(func(_ *testing.T, s string) { _, _ = demo.Parse(strings.NewReader(s)) })
}
