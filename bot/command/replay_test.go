package command_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"patrol/bot/command"
)

// recording is a bot file and what was recorded: 40 events of which every fifth
// hits, and one line that is none.
func recording(t *testing.T) (bot, events string) {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "r.yaml"), "rules:\n- {id: ads.sale, keywords: [卖号], severity: major}\n")
	bot = write(t, filepath.Join(dir, "patrol.yaml"), "rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\n")
	var lines strings.Builder
	for i := range 40 {
		text := "你好"
		if i%5 == 0 {
			text = "卖号"
		}
		fmt.Fprintf(&lines, `{"id":"e%d","kind":"message","platform":"qq","chat":"%d","author":{"id":"u%d"},"message":{"id":"m%d","text":%q},"time":"2026-03-01T12:00:%02d.5Z"}`+"\n", i, i%3, i%5, i, text, i)
		if i == 7 {
			lines.WriteString("{\"kind\":\x1b\n")
		}
	}
	return bot, lines.String()
}

func TestReplay(t *testing.T) {
	bot, events := recording(t)
	file := write(t, filepath.Join(t.TempDir(), "events.jsonl"), events)
	got := run(t, "replay", "-c", bot, file).must(t, command.Fine).
		says(t, "events        40 (", "flagged       8", "warn 6, delete 8, mute 6", "held          remove 2", "bad lines     1", "line 9: ")
	if strings.ContainsRune(got.err, '\x1b') || strings.Contains(got.err, "%") {
		t.Errorf("a progress bar or colour without a terminal:\n%q", got.err)
	}
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(lines) != 8 {
		t.Fatalf("%d decisions:\n%s", len(lines), got.out)
	}
	var d struct {
		Line     int
		Event    string
		Flagged  bool
		Do, Held []string
		Hits     []struct {
			Rule, Text string
			Start, End int
		}
	}
	decode(t, lines[1], &d)
	if d.Line != 6 || d.Event != "e5" || !d.Flagged || len(d.Do) == 0 || len(d.Hits) != 1 || d.Hits[0].Text != "卖号" || d.Hits[0].End != 6 {
		t.Errorf("got %+v", d)
	}
	if again := run(t, "replay", "-c", bot, file).must(t, command.Fine); again.out != got.out {
		t.Error("a second run decides otherwise")
	}
	if all := run(t, "replay", "-c", bot, "--decisions", "all", file).must(t, command.Fine); strings.Count(all.out, "\n") != 40 {
		t.Errorf("all decisions:\n%s", all.out)
	}
	run(t, "--lang=zh", "replay", "-c", bot, file).must(t, command.Fine).says(t, "命中", "坏行", "撤回 8")
}

func TestReplayReadsStandardInputAndGzip(t *testing.T) {
	bot, events := recording(t)
	plain := feed(t, events, "replay", "-c", bot, "-").must(t, command.Fine).out
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write([]byte(events)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	file := write(t, filepath.Join(t.TempDir(), "events.jsonl.gz"), packed.String())
	if got := run(t, "replay", "-c", bot, file).must(t, command.Fine).out; got != plain || got == "" {
		t.Errorf("packed:\n%s\nplain:\n%s", got, plain)
	}
	cut := write(t, filepath.Join(t.TempDir(), "cut.jsonl.gz"), packed.String()[:packed.Len()/2])
	run(t, "replay", "-c", bot, cut).must(t, command.Failed)
	none := write(t, filepath.Join(t.TempDir(), "none.gz"), "not packed")
	run(t, "replay", "-c", bot, none).must(t, command.Failed)
}

func TestReplaySummaryForPrograms(t *testing.T) {
	bot, events := recording(t)
	var sum struct {
		Events, Flagged int
		BadLines        int            `json:"bad_lines"`
		Rate            float64        `json:"events_per_second"`
		Actions         map[string]int `json:"actions"`
		Bad             []string       `json:"first_bad_lines"`
	}
	got := feed(t, events, "replay", "-c", bot, "--json", "-").must(t, command.Fine)
	if err := json.Unmarshal([]byte(got.err), &sum); err != nil {
		t.Fatalf("%v in %s", err, got.err)
	}
	if sum.Events != 40 || sum.Flagged != 8 || sum.BadLines != 1 || len(sum.Bad) != 1 || sum.Rate <= 0 || sum.Actions["delete"] != 8 {
		t.Errorf("got %+v", sum)
	}
}

func TestReplayShowsProgressOnATerminal(t *testing.T) {
	bot, events := recording(t)
	file := write(t, filepath.Join(t.TempDir(), "events.jsonl"), events)
	got := runIn(t, command.Env{StderrTerminal: true}, "replay", "-c", bot, file).must(t, command.Fine)
	if !strings.Contains(got.err, "replay") || !strings.Contains(got.err, "0%") {
		t.Errorf("no progress: %q", got.err)
	}
}
