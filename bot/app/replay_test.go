package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/app"
	"patrol/bot/config"
	"patrol/rules/yamlfile"
)

// replayRules hit on 卖号, on 日志 in the log alone, and on more than three
// messages of a member in 10 s.
const replayRules = `
rules:
- {id: ads.sale, keywords: [卖号], then: ladder}
- {id: talk.log, keywords: [日志], then: log}
- {id: flood.member, flood: {per: member, messages: 3, in: 10s}, then: ladder}
`

func replayConfig(t testing.TB) *config.Config {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "r.yaml"), []byte(replayRules), 0o600); err != nil {
		t.Fatal(err)
	}
	c, faults := config.Parse(filepath.Join(dir, "patrol.yaml"), []byte("rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\n"))
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// recorded is one event line.
func recorded(id, chatID, member, text string, at time.Time) string {
	return fmt.Sprintf(`{"id":%q,"kind":"message","platform":"qq","chat":%q,"author":{"id":%q},"message":{"id":"m-%s","text":%q},"time":%q}`+"\n",
		id, chatID, member, id, text, at.Format(time.RFC3339Nano))
}

var recordedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestReplayTellsWhatTheBotWouldDo(t *testing.T) {
	at := func(seconds int) time.Time { return recordedAt.Add(time.Duration(seconds) * time.Second) }
	events := recorded("e1", "1", "u1", "大家好", at(0)) +
		recorded("e2", "1", "u2", "看看日志", at(1)) +
		"{bad\n" +
		recorded("e3", "2", "u3", "低价卖 号", at(2)) +
		recorded("e3", "2", "u3", "低价卖 号", at(2)) + // delivered twice
		recorded("e4", "2", "u3", "卖号", at(3)) +
		recorded("e5", "2", "u3", "卖号", at(4)) +
		"\n" +
		recorded("e6", "1", "u4", "一", at(5)) + recorded("e7", "1", "u4", "二", at(5)) +
		recorded("e8", "1", "u4", "三", at(5)) + recorded("e9", "1", "u4", "四", at(5))
	var got []string
	sum, err := app.Replay(t.Context(), app.ReplayOptions{
		Config: replayConfig(t), Events: strings.NewReader(events),
		Decided: func(d *app.ReplayDecision) error {
			rule := ""
			if len(d.Hits) > 0 {
				rule = d.Hits[0].Rule + " " + d.Hits[0].Text
			}
			got = append(got, fmt.Sprintf("%d %s %s [%s] %d", d.Line, d.Event, rule, strings.Join(d.Do, ", "), d.Score))
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2 e2 talk.log 日志 [] 0",
		"4 e3 ads.sale 卖 号 [delete, warn] 1",
		"6 e4 ads.sale 卖号 [delete, warn] 2",
		"7 e5 ads.sale 卖号 [delete, mute 10m0s, warn] 3",
		"12 e9 flood.member  [delete, warn] 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("decisions:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if sum.Events != 10 || sum.Flagged != 5 || sum.Duplicates != 1 || sum.Bad != 1 || len(sum.FirstBad) != 1 {
		t.Errorf("summary: %+v", sum)
	}
	if sum.Actions[chat.Delete] != 4 || sum.Actions[chat.Warn] != 4 || sum.Actions[chat.Mute] != 1 {
		t.Errorf("actions: %v", sum.Actions)
	}
	if !strings.HasPrefix(sum.FirstBad[0].Error(), "line 3: ") {
		t.Errorf("bad line: %v", sum.FirstBad[0])
	}
}

func TestReplayKeepsTheOrderOfTheInput(t *testing.T) {
	var events bytes.Buffer
	const n = 5000
	for i := range n {
		text := "你好"
		if i%3 == 0 {
			text = "卖号"
		}
		events.WriteString(recorded(fmt.Sprint("e", i), fmt.Sprint(i%17), fmt.Sprint(i%101), text, recordedAt.Add(time.Duration(i)*time.Second)))
	}
	lines := 0
	_, err := app.Replay(t.Context(), app.ReplayOptions{
		Config: replayConfig(t), Events: &events, All: true,
		Decided: func(d *app.ReplayDecision) error {
			lines++
			if d.Line != lines || d.Flagged != ((d.Line-1)%3 == 0) {
				return fmt.Errorf("decision %d is of line %d, flagged %v", lines, d.Line, d.Flagged)
			}
			return nil
		},
	})
	if err != nil || lines != n {
		t.Errorf("%d decisions, %v", lines, err)
	}
}

func TestReplayStopsWhereItsDecisionsAreRefused(t *testing.T) {
	refused := errors.New("the pipe is closed")
	told := 0
	events := strings.Repeat(recorded("e", "1", "u", "卖号", recordedAt), 1)
	for i := range 3000 {
		events += recorded(fmt.Sprint("e", i), "1", fmt.Sprint(i), "卖号", recordedAt)
	}
	_, err := app.Replay(t.Context(), app.ReplayOptions{
		Config: replayConfig(t), Events: strings.NewReader(events),
		Decided: func(*app.ReplayDecision) error { told++; return refused },
	})
	if !errors.Is(err, refused) || told != 1 {
		t.Errorf("told %d times, %v", told, err)
	}
}

// endless is a recording without an end.
type endless struct{ line []byte }

func (e *endless) Read(p []byte) (int, error) { return copy(p, e.line), nil }

func TestReplayEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	_, err := app.Replay(ctx, app.ReplayOptions{
		Config: replayConfig(t), Events: &endless{[]byte(recorded("e", "1", "u", "卖号", recordedAt))},
		Decided: func(*app.ReplayDecision) error { stop(); return nil },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReplayRefusesBrokenRules(t *testing.T) {
	c := replayConfig(t)
	if err := os.WriteFile(c.Resolve("r.yaml"), []byte("rules:\n- {id: a, keywrods: [x]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := app.Replay(t.Context(), app.ReplayOptions{Config: c, Events: strings.NewReader("")})
	var faults yamlfile.Faults
	if !errors.As(err, &faults) || faults[0].Line != 2 {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

var errDisk = errors.New("the disk is gone")

func (broken) Read([]byte) (int, error) { return 0, errDisk }

func TestReplaySaysWhatItsInputFailedWith(t *testing.T) {
	if _, err := app.Replay(t.Context(), app.ReplayOptions{Config: replayConfig(t), Events: broken{}}); !errors.Is(err, errDisk) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkReplay(b *testing.B) {
	var events bytes.Buffer
	const n = 20000
	for i := range n {
		text := "昨晚的版本更新了吗，今天吃什么"
		if i%100 == 0 {
			text = "卖号"
		}
		events.WriteString(recorded(fmt.Sprint("e", i), fmt.Sprint(i%50), fmt.Sprint(i%2003), text, recordedAt.Add(time.Duration(i)*time.Second)))
	}
	c := replayConfig(b)
	b.ReportAllocs()
	for b.Loop() {
		sum, err := app.Replay(context.Background(), app.ReplayOptions{Config: c, Events: bytes.NewReader(events.Bytes())})
		if err != nil || sum.Events != n {
			b.Fatalf("%d events, %v", sum.Events, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
}
