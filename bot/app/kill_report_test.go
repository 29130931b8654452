package app_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/bot/review"
	"patrol/bot/store"
)

// TestKilledRightAfterAReportWasTakenItIsFiled kills the bot as soon as the chat
// sees that a report was taken, on a platform that tells nothing twice.
func TestKilledRightAfterAReportWasTakenItIsFiled(t *testing.T) {
	rounds := 5
	if os.Getenv("PATROL_E2E") != "" {
		rounds = 40
	}
	dir := t.TempDir()
	binary, file := build(t, dir), filepath.Join(dir, "patrol.yaml")
	for name, content := range map[string]string{"rules.yaml": adRule, "patrol.yaml": "rules: [rules.yaml]\nadapters: [{name: pipe, kind: jsonl}]\nreview: {sample: {per_day: 0}}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	life := func() (*process, io.WriteCloser, *bufio.Scanner) {
		p := &process{t: t, cmd: exec.Command(binary, "run", "-c", file)}
		p.cmd.Stderr = &p.log
		in, err := p.cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := p.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return p, in, bufio.NewScanner(out)
	}
	at := time.Now().Format(time.RFC3339Nano)
	for n := range rounds {
		p, in, out := life()
		talk := fmt.Sprintf(`{"id":"m%[1]d","kind":"message","platform":"test","chat":"room","author":{"id":"u%[1]d","name":"N"},"message":{"id":"m%[1]d","text":"you fool"},"time":%[2]q}
{"id":"r%[1]d","kind":"message","platform":"test","chat":"room","author":{"id":"v%[1]d","name":"M"},"message":{"id":"r%[1]d","text":"举报","reply_to":"m%[1]d"},"time":%[2]q}
`, n, at)
		if _, err := io.WriteString(in, talk); err != nil {
			t.Fatal(err)
		}
		hidden := fmt.Sprintf(`"message":"r%d"`, n)
		for out.Scan() && !strings.Contains(out.Text(), hidden) { // those of earlier lives may be hidden again
		}
		if !strings.Contains(out.Text(), hidden) {
			t.Fatalf("the report is not hidden: %v\n%s", out.Err(), p.log.String())
		}
		p.kill()
	}
	p, in, _ := life()
	desk, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, "patrol.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	var page review.Page
	until(t, "every report that was taken is a case", func() bool {
		if page, err = desk.Cases(t.Context(), review.Filter{Rule: "report", Limit: review.MaxPage}); err != nil {
			t.Fatal(err)
		}
		return len(page.Cases) == rounds
	})
	for _, c := range page.Cases {
		if c.Reported.Count != 1 {
			t.Errorf("%s was reported %d times", c.ID, c.Reported.Count)
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, p.log.String())
	}
}
