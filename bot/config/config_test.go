package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/bot/config"
	"patrol/bot/review"
	"patrol/rules/lang"
)

func Example() {
	c, faults := config.Parse("patrol.yaml", []byte(`
rules: [rules/*.yaml]
adapters:
  - name: qq-main
    kind: onebot
    config: {url: "ws://127.0.0.1:3001"}
`))
	fmt.Println(len(faults), c.Adapters[0].Name, c.Resolve(c.Store.Path), time.Duration(c.Ladder.Memory))

	_, faults = config.Parse("patrol.yaml", []byte("rules: [a.yaml]\nadaptors: []\n"))
	fmt.Println(faults[0].Line, faults[0].Path)
	// Output:
	// 0 qq-main patrol.db 720h0m0s
	// 2 adaptors
}

const sound = "rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\n"

func TestParseFindsEveryFaultWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"nothing in it", "", []string{"there are no rule files", "there is no connection"}},
		{"a language that Patrol does not speak", sound + "language: fr\n", []string{`patrol.yaml:3:11: language:`, `can't be "fr"`, "use one of zh, en, both"}},
		{"a step that is none", sound + "ladder: {steps: [{at: 1, do: [explode]}]}\n", []string{`patrol.yaml:3:31:`, `"explode" is no step`}},
		{"steps that do not rise", sound + "ladder:\n  steps:\n    - {at: 2, do: [warn]}\n    - {at: 2, do: [delete]}\n", []string{"patrol.yaml:6:", "let them rise"}},
		{"a brake without a time", sound + "ladder: {brake: {removals: 3}}\n", []string{"patrol.yaml:3:", "the brake needs removals and in"}},
		{"two connections of one name", "rules: [r.yaml]\nadapters:\n  - {name: a, kind: irc}\n  - {name: a, kind: irc}\n", []string{"patrol.yaml:4:", "is taken in line 3"}},
		{"a name that would spoil keys", "rules: [r.yaml]\nadapters: [{name: a/b, kind: irc}]\n", []string{`"a/b" can't name a connection`}},
		{"a console that anybody can reach", sound + "console: {listen: \"0.0.0.0:80\"}\n", []string{"open to the network without TLS", "behind_tls_proxy"}},
		{"a certificate without its key", sound + "console: {listen: \"127.0.0.1:1\", tls: {cert: a}}\n", []string{"cert and key go together"}},
		{"a length of time that is none", sound + "pipeline: {stale_after: soon}\n", []string{"patrol.yaml:3:25:", "is no length of time"}},
		{"a verb that can't wait for two", sound + "review: {second_reviewer: [warn]}\n", []string{"patrol.yaml:3:28:", `can't be "warn"`, "mute, remove, ban"}},
		{"a grace that is too long", sound + "review: {grace: 2h}\n", []string{"patrol.yaml:3:17:", "between 0 and 1h"}},
		{"an appeal page that anybody can reach", sound + "members: {appeal: {listen: \"0.0.0.0:81\", url: \"https://a.example\"}}\n", []string{"patrol.yaml:3:28:", "has no TLS", "behind_tls_proxy"}},
		{"a login that idles longer than it lasts", sound + "console: {sessions: {idle: 2h, absolute: 1h}}\n", []string{"patrol.yaml:3:", "idle (2h0m0s) is longer than absolute"}},
		{"a second factor in between", sound + "console: {second_factor: maybe}\n", []string{`can't be "maybe"`, "optional, required"}},
		{"a single sign-on without anything", sound + "console: {sso: {}}\n", []string{"sso needs url", "issuer, client_id and client_secret", "nobody could come in"}},
		{"a single sign-on over plain HTTP", sound + "console: {url: 'http://a.example', sso: {issuer: 'http://id.example', client_id: a, client_secret: b, rights: [{group: g, role: viewer}]}}\n",
			[]string{`console.url: "http://a.example" is no https address`, `"http://id.example" is no https address`}},
		{"rights that are none", sound + "console: {url: 'https://a.example', sso: {issuer: 'https://id.example', client_id: a, client_secret: b, client_secret_file: c, rights: [{role: king, chats: [x]}, {group: g, role: admin, chats: [a/b]}]}}\n",
			[]string{"only one of client_secret", "group is missing", `can't be "king"`, "connection/chat", "an admin sees every chat"}},
		{"texts kept for longer than the ledger", sound + "retention: {text: 60d, ledger: 40d}\n", []string{"longer than cases and the ledger (40d)"}},
		{"texts that go before an appeal can come", sound + "retention: {text: 7d}\n", []string{"kept for 7d only, and appeals may come within 30d"}},
		{"a ledger of an hour", sound + "retention: {ledger: 1h}\n", []string{"ledger is at least 1d"}},
		{"a retention that is no length of time", sound + "retention: {text: forever}\n", []string{"forever"}},
		{"several faults at once", "language: fr\nlog: {level: loud}\n", []string{`can't be "fr"`, `can't be "loud"`, "no rule files"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, faults := config.Parse("patrol.yaml", []byte(c.file))
			if parsed != nil || !faults.Fatal() {
				t.Fatalf("accepted: %v", faults)
			}
			for _, want := range c.want {
				if !strings.Contains(faults.In(lang.En), want) {
					t.Errorf("missing %q in:\n%s", want, faults.In(lang.En))
				}
			}
			for _, f := range faults {
				if f.Problem.Zh == "" || f.Problem.En == "" {
					t.Errorf("said in one language only: %+v", f)
				}
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	c, faults := config.Parse("patrol.yaml", []byte(sound))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(c.Ladder.Steps) == 0 || c.Ladder.Brake.Removals == 0 || c.Language.Lang() != "" || c.Log.Level != "info" {
		t.Errorf("defaults are missing: %+v", c)
	}
	c, faults = config.Parse("patrol.yaml", []byte(sound+"ladder: {steps: [], brake: {removals: 0}}\n"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(c.Ladder.Steps) != 0 || c.Ladder.Brake.Removals != 0 {
		t.Errorf("what the file turns off came back: %+v", c.Ladder)
	}
}

func TestRetention(t *testing.T) {
	const day = 24 * time.Hour
	for file, want := range map[string][2]time.Duration{
		"":                                    {30 * day, 180 * day},
		"retention: {text: off, ledger: 0}\n": {0, 0},
		"retention: {text: 'off'}\n":          {0, 180 * day},
		"retention: {ledger: off}\n":          {30 * day, 0},
		"retention: {text: 365d}\n":           {365 * day, 365 * day},
		"retention: {ledger: 20d}\nmembers: {appeal: {within: 10d}}\n": {20 * day, 20 * day},
		"retention: {text: 1d}\nmembers: {appeal: {off: true}}\n":      {day, 180 * day},
	} {
		c, faults := config.Parse("patrol.yaml", []byte(sound+file))
		if len(faults) > 0 {
			t.Errorf("%q: %v", file, faults)
			continue
		}
		if p := c.RetentionPolicy(); p.Text != want[0] || p.Ledger != want[1] {
			t.Errorf("%q: %+v", file, p)
		}
	}
}

func TestRuleFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.yaml", "a.yaml", "c.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, _ := config.Parse(filepath.Join(dir, "patrol.yaml"), []byte("rules: ['*.yaml', a.yaml]\nadapters: [{name: a, kind: irc}]\n"))
	files, err := c.RuleFiles()
	if err != nil || len(files) != 2 || filepath.Base(files[0]) != "a.yaml" {
		t.Errorf("got %v, %v", files, err)
	}
	c.Rules = []string{"nowhere/*.yaml"}
	if _, err := c.RuleFiles(); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a pattern that names no file: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte("ladder: {steps: [{at: 1, do: [mute 1d]}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, faults := config.Parse("patrol.yaml", data)
		if (c == nil) != faults.Fatal() {
			t.Fatalf("config %v with %v", c, faults)
		}
	})
}

func TestRightsOfGroups(t *testing.T) {
	s := config.SSO{Rights: []config.Right{
		{Group: "all", Role: "viewer"}, {Group: "a", Role: "reviewer", Chats: []string{"irc/#a"}}, {Group: "b", Role: "reviewer", Chats: []string{"irc/#b"}},
		{Group: "mods", Role: "reviewer"}, {Group: "root", Role: "admin"},
	}}
	for groups, want := range map[string]string{
		"": "false", "else": "false", "all": "true viewer", "all a": "true reviewer: irc/#a", "b a all": "true reviewer: irc/#a irc/#b",
		"a mods": "true reviewer", "root a": "true admin",
	} {
		role, only, may := s.RightsOf(strings.Fields(groups))
		if got := strings.TrimSpace(fmt.Sprint(may, " ", review.Rights(role, only))); got != want {
			t.Errorf("%q: %s, want %s", groups, got, want)
		}
	}
}

func TestSecretsOfTheFileAreNotPrinted(t *testing.T) {
	c, faults := config.Parse("patrol.yaml", []byte(sound+"console: {url: 'https://a.example', sso: {issuer: 'https://id.example', client_id: a, client_secret: hush-hush, rights: [{group: g, role: viewer}]}}\n"))
	if faults.Fatal() {
		t.Fatal(faults)
	}
	if said := fmt.Sprintf("%v %+v %#v", c.Console.SSO, *c.Console.SSO, *c.Console.SSO); strings.Contains(said, "hush") || string(c.Console.SSO.Secret) != "hush-hush" {
		t.Error(said)
	}
}
