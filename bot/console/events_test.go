package console

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// stream is an open /events.
type stream struct {
	*http.Response
	lines *bufio.Reader
}

func (p *person) stream() *stream {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), 20*time.Second)
	p.Cleanup(cancel)
	res, err := p.client.Do(p.request(http.MethodGet, "/events", nil, "Accept", "text/event-stream").WithContext(ctx))
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { res.Body.Close() })
	return &stream{res, bufio.NewReader(res.Body)}
}

// next is the next line that begins like that; io.EOF where the stream ends first.
func (s *stream) next(prefix string) (string, error) {
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(line), nil
		}
	}
}

func (s *stream) want(t *testing.T, prefix string) {
	t.Helper()
	if _, err := s.next(prefix); err != nil {
		t.Fatalf("waiting for %q: %v", prefix, err)
	}
}

func TestChangesAreTold(t *testing.T) {
	h := open(t, nil)
	s := h.as("vera").stream()
	if s.StatusCode != http.StatusOK || s.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s, %s", s.Status, s.Header.Get("Content-Type"))
	}
	s.want(t, ": hello")
	h.record(lively()...)
	s.want(t, "event: changed")
}

func TestChangesAreGathered(t *testing.T) {
	h := open(t, nil)
	s := h.as("vera").stream()
	s.want(t, ": hello")
	cases := lively()
	h.record(cases...)
	for range 30 {
		if _, err := h.queue.Note(t.Context(), cases[0].ID, "rui", "again"); err != nil {
			t.Fatal(err)
		}
	}
	s.want(t, "event: changed")
	h.console.Close()
	told := 1
	for {
		if _, err := s.next("event: changed"); err != nil {
			break
		}
		told++
	}
	if commits := len(cases) + 30; told >= commits {
		t.Errorf("%d commits were told %d times", commits, told)
	}
}

func TestStreamsNeedALogin(t *testing.T) {
	h := open(t, nil)
	if s := h.somebody().stream(); s.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %s", s.Status)
	}
}

func TestStreamsBeatAndEndWithTheLogin(t *testing.T) {
	h := open(t, func(c *Config) { c.Heartbeat = 5 * time.Millisecond })
	rui := h.as("rui")
	s := rui.stream()
	s.want(t, ": still here")
	rui.send("/logout")
	if _, err := s.next("never"); !errors.Is(err, io.EOF) {
		t.Errorf("after the logout: %v", err)
	}
}

func TestStreamsAreLimited(t *testing.T) {
	h := open(t, func(c *Config) { c.Streams = 2 })
	vera := h.as("vera")
	for range 2 {
		vera.stream().want(t, ": hello")
	}
	if s := vera.stream(); s.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the third: %s", s.Status)
	}
}

func TestOneReviewerCannotTakeAllStreams(t *testing.T) {
	var s streams
	for range streamsEach {
		if !s.enter("vera", 100) {
			t.Fatal("refused below the limit")
		}
	}
	if s.enter("vera", 100) {
		t.Error("one more than allowed")
	}
	if !s.enter("rui", 100) {
		t.Error("another reviewer is refused")
	}
	s.leave("vera")
	if !s.enter("vera", 100) {
		t.Error("what was given back is not there")
	}
}

// TestShutdownDoesNotWaitForStreams is the promise of the package comment.
func TestShutdownDoesNotWaitForStreams(t *testing.T) {
	h := open(t, nil)
	s := h.as("vera").stream()
	s.want(t, ": hello")
	h.server.Config.RegisterOnShutdown(h.console.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := h.server.Config.Shutdown(ctx); err != nil {
		t.Fatalf("the server waits for a stream: %v", err)
	}
	if _, err := s.next("never"); !errors.Is(err, io.EOF) {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestClosedConsoleRefusesStreams(t *testing.T) {
	h := open(t, nil)
	vera := h.as("vera")
	h.console.Close()
	h.console.Close()
	if s := vera.stream(); s.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%s", s.Status)
	}
	if a := vera.get("/"); a.StatusCode != http.StatusOK {
		t.Errorf("pages: %s", a.Status)
	}
}

// TestALimitedReviewerHearsNothingOfOtherGroups: that something happened is
// something, too.
func TestALimitedReviewerHearsNothingOfOtherGroups(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	ours, theirs := cases[0], cases[1]
	h.record(ours, theirs)
	all, some := h.as("vera").stream(), h.limited("mia", ours).stream()
	all.want(t, ": hello")
	some.want(t, ": hello")
	if _, err := h.queue.Note(t.Context(), theirs.ID, "rui", "theirs"); err != nil {
		t.Fatal(err)
	}
	all.want(t, "event: changed") // so that the commit was told
	h.console.Close()
	if _, err := some.next("event: changed"); !errors.Is(err, io.EOF) {
		t.Errorf("another group's note was told: %v", err)
	}
}

func TestALimitedReviewerHearsOfTheOwnGroup(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases[:2]...)
	some := h.limited("mia", cases[0]).stream()
	some.want(t, ": hello")
	if _, err := h.queue.Note(t.Context(), cases[0].ID, "rui", "ours"); err != nil {
		t.Fatal(err)
	}
	some.want(t, "event: changed")
}
