package jsonl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/adapters/chattest"
	"patrol/adapters/jsonl"
)

const noConnection = "there is no connection that the adapter makes: the program is started with it"

func TestConformance(t *testing.T) {
	for name, named := range map[string]bool{"standard streams": false, "named pipes": true} {
		t.Run(name, func(t *testing.T) {
			chattest.Run(t, chattest.Harness{
				Open: func(t *testing.T) chattest.Rig {
					p := &program{
						platform: chattest.NewPlatform(chattest.Config{}),
						config:   jsonl.Config{Confirm: true, Acks: true, Within: chat.Duration(500 * time.Millisecond)},
					}
					return p.rig(t, named)
				},
				Lacks: map[string]string{"back-off": noConnection},
			})
		})
	}
}

func TestConformanceWithoutConfirmation(t *testing.T) {
	const unseen = "without confirmation a failure on the other side is not seen"
	lacks := map[string]string{"back-off": noConnection, "reconnect": unseen, "acknowledgement": "acks are off"}
	for _, name := range chattest.Checks() {
		if strings.HasPrefix(name, "error ") {
			lacks[name] = unseen
		}
	}
	chattest.Run(t, chattest.Harness{
		Open: func(t *testing.T) chattest.Rig {
			p := &program{platform: chattest.NewPlatform(chattest.Config{}), config: jsonl.Config{
				Capabilities: jsonl.Capabilities{Verbs: []string{"warn", "delete", "mute"}},
			}}
			return p.rig(t, false)
		},
		Lacks: lacks,
	})
}

// runOn runs an adapter over the given input to its end.
func runOn(t *testing.T, c jsonl.Config, input string) (events []chat.Event, warned []string) {
	t.Helper()
	a, err := jsonl.New(c, chat.Host{
		Stdin: strings.NewReader(input), Stdout: io.Discard,
		Warn: func(err error) { warned = append(warned, err.Error()) },
	})
	must(t, err)
	err = a.Run(t.Context(), func(_ context.Context, e chat.Event) error {
		events = append(events, e)
		return nil
	})
	if !errors.Is(err, io.EOF) {
		t.Errorf("the input ended, and Run returned %v, want io.EOF", err)
	}
	return events, warned
}

const spam = `{"id":"e1","kind":"message","chat":"100","author":{"id":"7"},"message":{"id":"m1","text":"spam"},"time":"2026-01-02T03:04:05Z"}`

func TestBadLinesAreReportedOnceAndSkipped(t *testing.T) {
	input := strings.Join([]string{
		spam, "", "\x1b[31mred\x1b[0m", strings.Replace(spam, "e1", "e2", 1),
		`{"kind":"message"`, strings.Replace(spam, `"7"`, `7`, 1), strings.Replace(spam, `"message",`, `"dance",`, 1),
		`{"done":"nobody asked"}`, `{"error":5}`, strings.Replace(spam, "e1", "e3", 1),
	}, "\n")
	events, warned := runOn(t, jsonl.Config{}, input)
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	if diff := cmp.Diff([]string{"e1", "e2", "e3"}, ids); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	want := []string{
		"line 3: not a JSON object",
		"line 5: byte 17: unexpected end of JSON input",
		"line 6: author.id: want string, got number",
		`line 7: kind: "dance" is none of [message edit join leave report command direct]`,
		"line 8: an answer to an action that nobody waits for",
		"line 9: error: want string, got number",
	}
	if diff := cmp.Diff(want, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestLinesUpTo16MiB(t *testing.T) {
	long := strings.Repeat("x", jsonl.MaxLine-len(spam)+len("spam"))
	fits := strings.Replace(spam, "spam", long, 1)
	if len(fits) != jsonl.MaxLine {
		t.Fatalf("the line has %d bytes", len(fits))
	}
	tooLong := strings.Replace(spam, "spam", long+"x", 1)
	events, warned := runOn(t, jsonl.Config{}, fits+"\n"+tooLong+"\n"+spam)
	if len(events) != 2 || len(events[0].Message.Text) != len(long) {
		t.Errorf("%d events, want the one that fits and the one after", len(events))
	}
	if diff := cmp.Diff([]string{"line 2: longer than 16777216 bytes"}, warned); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

func TestEventsGetThePlatformAndNeverComeFromTheFuture(t *testing.T) {
	future := time.Now().Add(time.Hour).Format(time.RFC3339)
	events, _ := runOn(t, jsonl.Config{Platform: "qq"}, strings.Replace(spam, "2026-01-02T03:04:05Z", future, 1))
	if len(events) != 1 || events[0].Platform != "qq" || events[0].Time.After(time.Now()) {
		t.Errorf("got %+v", events)
	}
}

func TestReadingAgainGivesTheSameIds(t *testing.T) {
	nameless := strings.Replace(spam, `"id":"e1",`, "", 1)
	input := nameless + "\n" + nameless + "\n"
	first, _ := runOn(t, jsonl.Config{}, input)
	again, _ := runOn(t, jsonl.Config{}, input)
	if len(first) != 2 || len(again) != 2 {
		t.Fatalf("%d and %d events, want 2", len(first), len(again))
	}
	if first[0].ID == first[1].ID {
		t.Error("two equal lines have one id")
	}
	if first[0].ID != again[0].ID || first[1].ID != again[1].ID {
		t.Error("the same input has other ids the second time")
	}
}

func TestActionsAreWrittenAsDocumented(t *testing.T) {
	out := filepath.Join(t.TempDir(), "actions")
	a, err := jsonl.New(jsonl.Config{In: os.DevNull, Out: "actions"}, chat.Host{Resolve: func(string) string { return out }})
	must(t, err)
	_, err = a.Do(t.Context(), chat.Action{
		Key: "c1/mute", Verb: chat.Mute, Chat: "100", Member: "7", For: 90 * time.Second, Reason: "line\nbreak",
		Sent: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	})
	must(t, err)
	_, err = a.Do(t.Context(), chat.Action{Key: "c1/warn", Verb: chat.Warn, Chat: "100", Text: "别刷屏"})
	must(t, err)
	got, err := os.ReadFile(out)
	must(t, err)
	want := `{"key":"c1/mute","verb":"mute","chat":"100","member":"7","sent":"2026-01-02T03:04:05Z","seconds":90,"reason":"line\nbreak"}
{"key":"c1/warn","verb":"warn","chat":"100","text":"别刷屏"}
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
}

// stalled is a reader on the other side that does not read.
type stalled struct{ release chan struct{} }

func (s stalled) Write(p []byte) (int, error) {
	<-s.release
	return len(p), nil
}

func TestAStalledOutputDoesNotHoldAnActionForever(t *testing.T) {
	s := stalled{make(chan struct{})}
	defer close(s.release)
	a, err := jsonl.New(jsonl.Config{Within: chat.Duration(10 * time.Millisecond)}, chat.Host{Stdin: &bytes.Buffer{}, Stdout: s})
	must(t, err)
	for range 2 { // the second one does not even get its turn
		if _, err := a.Do(t.Context(), chat.Action{Key: "k", Verb: chat.Warn}); chat.KindOf(err) != chat.Transient {
			t.Errorf("got %v, want a transient error", err)
		}
	}
}

func TestConfirmationIsRefusedWhenNobodyReads(t *testing.T) {
	var out bytes.Buffer
	a, err := jsonl.New(jsonl.Config{Confirm: true}, chat.Host{Stdin: &bytes.Buffer{}, Stdout: &out})
	must(t, err)
	if _, err := a.Do(t.Context(), chat.Action{Key: "k", Verb: chat.Warn}); chat.KindOf(err) != chat.Transient || out.Len() > 0 {
		t.Errorf("got %v with %q written, want a transient error and nothing written", err, out.String())
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	c := jsonl.Config{In: "x", Out: "x", Capabilities: jsonl.Capabilities{
		Verbs: []string{"warn", "slap"}, Mute: "soft", MuteMin: chat.Duration(2), MuteMax: chat.Duration(1), ActsPerMinute: -1,
	}}
	_, err := jsonl.New(c, chat.Host{})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, key := range []string{"capabilities.verbs[1]", "capabilities.mute:", "capabilities.mute_min", "capabilities.acts_per_minute", "in and out"} {
		if !strings.Contains(err.Error(), key) {
			t.Errorf("%q is not named in: %v", key, err)
		}
	}
}

func ExampleAdapter() {
	events := `{"kind":"message","chat":"100","author":{"id":"7","name":"Mallory"},"message":{"id":"m1","text":"buy now"},"time":"2026-01-02T03:04:05Z"}`
	a, err := jsonl.New(jsonl.Config{Platform: "mine"}, chat.Host{Stdin: strings.NewReader(events), Stdout: os.Stdout})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = a.Run(context.Background(), func(ctx context.Context, e chat.Event) error {
		fmt.Printf("%s on %s: %s\n", e.Author.Name, e.Platform, e.Message.Text)
		_, err := a.Do(ctx, chat.Action{Key: "1", Verb: chat.Delete, Chat: e.Chat, Message: e.Message.ID})
		return err
	})
	fmt.Println(err)
	// Output:
	// Mallory on mine: buy now
	// {"key":"1","verb":"delete","chat":"100","message":"m1"}
	// EOF
}

func ExampleDecodeEvent() {
	_, err := jsonl.DecodeEvent([]byte(`{"kind":"message","chat":"100","author":{"id":7}}`))
	fmt.Println(err)
	// Output: author.id: want string, got number
}
