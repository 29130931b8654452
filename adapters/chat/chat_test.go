package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
)

func TestSecretsDoNotPrint(t *testing.T) {
	s := chat.Secret("hunter2")
	config := struct{ Token chat.Secret }{s}
	encoded, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s), fmt.Sprintf("%+v %#v", config, config),
		fmt.Sprintf("%v", &config), string(encoded), s.String(),
	} {
		if strings.Contains(shown, "hunter2") || strings.Contains(shown, "68756e74657232") || !strings.Contains(shown, "secret") {
			t.Errorf("shown as %s", shown)
		}
	}
	if string(s) != "hunter2" {
		t.Error("the secret can't be used")
	}
	if got := fmt.Sprint(chat.Secret("")); got != "" {
		t.Errorf("no secret is shown as %q", got)
	}
}

func TestSecretFrom(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		value chat.Secret
		file  string
		want  string
		fault string
	}{
		"given in the file itself":             {value: "a", want: "a"},
		"in a file of its own, with a newline": {file: file("good", "b\n"), want: "b"},
		"neither is no secret":                 {},
		"both is a fault":                      {value: "a", file: file("both", "b"), fault: "only one of token and token_file"},
		"an empty file is a fault":             {file: file("empty", " \n"), fault: "token_file is empty"},
		"a missing file is a fault":            {file: filepath.Join(dir, "none"), fault: "token_file can't be read"},
		"a file that is no secret":             {file: file("big", strings.Repeat("x", 1<<17)), fault: "token_file is larger"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := chat.SecretFrom("token", c.value, c.file)
			if c.fault == "" && err != nil || c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
				t.Errorf("got the error %v, want %q", err, c.fault)
			}
			if string(got) != c.want {
				t.Errorf("got %q, want %q", string(got), c.want)
			}
		})
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "30d": 30 * 24 * time.Hour, "0s": 0,
	} {
		var d chat.Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || time.Duration(d) != want {
			t.Errorf("%s is %v, %v; want %v", text, d, err, want)
		}
	}
	for _, text := range []string{"", "5", "-1s", "1.5d", "999999999999d", "-2d", "soon"} {
		var d chat.Duration
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %v", text, d)
		}
	}
}

func TestBackoffGrowsWithinBoundsAndStartsOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "first"))
		most := first + time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "more"))
		b := chat.Backoff{First: first, Most: most}
		full := first
		for range rapid.IntRange(1, 40).Draw(t, "waits") {
			if d := b.Next(); d < full/2 || d > full {
				t.Fatalf("waits %s, want %s to %s", d, full/2, full)
			}
			full = min(2*full, most)
		}
		b.Reset()
		if d := b.Next(); d > first {
			t.Fatalf("waits %s after a reset, want at most %s", d, first)
		}
	})
}

func TestBackoffWaitsAndIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b chat.Backoff
		began := time.Now()
		if err := b.Wait(t.Context()); err != nil || time.Since(began) < time.Second/2 || time.Since(began) > time.Second {
			t.Errorf("waited %s, %v", time.Since(began), err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := b.Wait(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("waited although the context had ended: %v", err)
		}
	})
}

func TestUndoTakesBackWhatWeighs(t *testing.T) {
	for _, v := range []chat.Verb{chat.Warn, chat.Delete, chat.Mute, chat.Remove, chat.Ban} {
		if v.Weight() == 0 {
			t.Errorf("%s weighs nothing", v)
		}
		if u := v.Undo(); u != "" && (u.Weight() != 0 || u.Undo() != "") {
			t.Errorf("%s is undone by %s, which weighs %d", v, u, u.Weight())
		}
	}
}

func TestClampMute(t *testing.T) {
	timed := chat.Capabilities{Mute: chat.MuteTimed, MuteMin: time.Minute, MuteMax: time.Hour}
	untimed := chat.Capabilities{Mute: chat.MuteUntimed}
	for _, c := range []struct {
		name string
		can  chat.Capabilities
		d    time.Duration
		want time.Duration
	}{
		{"too short", timed, time.Second, time.Minute},
		{"too long", timed, 2 * time.Hour, time.Hour},
		{"within", timed, 2 * time.Minute, 2 * time.Minute},
		{"until lifted, where mutes end by themselves", timed, 0, time.Hour},
		{"until lifted", untimed, 0, 0},
		{"no limits", untimed, time.Second, time.Second},
	} {
		if got := c.can.ClampMute(c.d); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	limited := &chat.Error{Op: "ban", Kind: chat.RateLimited, Err: errors.New("slow down")}
	for _, c := range []struct {
		err  error
		want chat.ErrorKind
	}{
		{limited, chat.RateLimited},
		{fmt.Errorf("around: %w", limited), chat.RateLimited},
		{fmt.Errorf("around: %w", context.DeadlineExceeded), chat.Transient},
		{errors.New("?"), chat.Other},
		{nil, chat.Other},
	} {
		if got := chat.KindOf(c.err); got != c.want {
			t.Errorf("%v is %s, want %s", c.err, got, c.want)
		}
	}
}

func TestCanFollowsTheFields(t *testing.T) {
	all := chat.Capabilities{Warn: true, Delete: true, Remove: true, Ban: true, Unban: true, Mute: chat.MuteUntimed}
	for _, v := range []chat.Verb{chat.Warn, chat.Delete, chat.Mute, chat.Unmute, chat.Remove, chat.Ban, chat.Unban} {
		if !all.Can(v) || (chat.Capabilities{}).Can(v) {
			t.Errorf("%s does not follow its field", v)
		}
	}
	if all.Can("applaud") {
		t.Error("an unknown verb is claimed")
	}
}

func ExampleError() {
	err := error(&chat.Error{Op: "set_group_ban", Kind: chat.Forbidden, Err: errors.New("ERR_NOT_GROUP_ADMIN")})
	fmt.Println(err)
	fmt.Println(chat.KindOf(fmt.Errorf("mute 7: %w", err)) == chat.Forbidden)
	// Output:
	// set_group_ban: forbidden: ERR_NOT_GROUP_ADMIN
	// true
}
