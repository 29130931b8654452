package command_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/bot/command"
	"patrol/bot/review"
	"patrol/bot/store"
)

func TestLoginsAndFactorsFromTheCommandLine(t *testing.T) {
	bot := botFile(t)
	feed(t, "correct horse battery\n", "users", "add", "-c", bot, "mia", "--password-stdin").must(t, command.Fine)
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(filepath.Dir(bot), "patrol.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	login := review.Session{Hash: "h", Name: "mia", Created: time.Now(), Expires: time.Now().Add(time.Hour)}
	if err := st.PutSession(t.Context(), login); err != nil {
		t.Fatal(err)
	}
	run(t, "users", "logout", "-c", bot, "mia").must(t, command.Fine)
	if _, err := st.Session(t.Context(), "h"); !errors.Is(err, review.ErrNoSession) {
		t.Errorf("the login goes on: %v", err)
	}
	if err := st.PutFactor(t.Context(), "mia", review.Factor{Secret: "SECRETSECRET", Created: time.Now()}); err != nil {
		t.Fatal(err)
	}
	run(t, "users", "list", "-c", bot).must(t, command.Fine).says(t, "password+code")
	if got := run(t, "users", "list", "-c", bot, "--json").must(t, command.Fine); strings.Contains(got.out, "SECRET") || !strings.Contains(got.out, `"factor": true`) {
		t.Error(got.out)
	}
	run(t, "users", "renew-key", "-c", bot, "--as", "li").must(t, command.Fine).says(t, "sealed 1 anew")
	if f, err := st.Factor(t.Context(), "mia"); err != nil || f.Secret != "SECRETSECRET" {
		t.Error(f, err)
	}
	key := filepath.Join(filepath.Dir(bot), "patrol.db.key")
	if err := os.Rename(key, key+".away"); err != nil {
		t.Fatal(err)
	}
	run(t, "--lang=zh", "users", "renew-key", "-c", bot).must(t, command.Failed).says(t, "mia", "密钥文件不是当时那一个", "reset-factor")
	run(t, "users", "reset-factor", "-c", bot, "mia").must(t, command.Fine).says(t, "reset the second factor of mia")
	run(t, "users", "reset-factor", "-c", bot, "nobody").must(t, command.Failed)
	if _, err := st.Factor(t.Context(), "mia"); !errors.Is(err, review.ErrNoFactor) {
		t.Errorf("the factor is still there: %v", err)
	}
	if err := st.PutReviewer(t.Context(), review.Reviewer{Name: "sso", Role: review.Viewer, Source: "https://id.example 1"}); err != nil {
		t.Fatal(err)
	}
	feed(t, "correct horse battery\n", "users", "passwd", "-c", bot, "sso", "--password-stdin").must(t, command.Failed).says(t, "single sign-on")
}

func TestRightsOfAnAccount(t *testing.T) {
	bot := botFile(t)
	const secret = "correct horse battery\n"
	feed(t, secret, "users", "add", "-c", bot, "mia", "--chat", "irc/#b", "--chat", "irc/#a", "--password-stdin").must(t, command.Fine).says(t, "irc/#a irc/#b")
	run(t, "users", "list", "-c", bot).must(t, command.Fine).says(t, "mia", "irc/#a irc/#b", "password")
	for wrong, args := range map[string][]string{
		"connection/chat": {"--role", "reviewer", "--chat", "nonsense"},
		"every chat":      {"--role", "admin", "--chat", "irc/#a"},
		"role":            {"--chat", "irc/#a"},
	} {
		run(t, append([]string{"users", "rights", "-c", bot, "mia"}, args...)...).must(t, command.Misused).says(t, wrong)
	}
	run(t, "users", "rights", "-c", bot, "nobody", "--role", "viewer").must(t, command.Failed)
	run(t, "users", "rights", "-c", bot, "mia", "--role", "viewer", "--chat", "irc/#c").must(t, command.Fine).says(t, "viewer: irc/#c")
	got := run(t, "users", "list", "-c", bot, "--json").must(t, command.Fine)
	if !strings.Contains(got.out, `"#c"`) && !strings.Contains(got.out, `"irc/#c"`) || strings.Contains(got.out, "irc/#a") {
		t.Error(got.out)
	}
	run(t, "users", "rights", "-c", bot, "mia", "--role", "admin").must(t, command.Fine)
	run(t, "users", "list", "-c", bot).must(t, command.Fine).says(t, "admin", "all")
	run(t, "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "changed the rights of mia: viewer: irc/#c")
}

func TestTokens(t *testing.T) {
	bot := botFile(t)
	feed(t, "correct horse battery\n", "users", "add", "-c", bot, "mia", "--password-stdin").must(t, command.Fine)
	add := func(args ...string) outcome {
		return run(t, append([]string{"tokens", "add", "-c", bot, "a dashboard"}, args...)...)
	}
	add("--owner", "nobody", "--scope", "cases:read").must(t, command.Failed).says(t, "no such reviewer")
	add("--owner", "mia", "--scope", "everything").must(t, command.Misused)
	add("--owner", "mia").must(t, command.Misused)
	add("--owner", "mia", "--scope", "cases:read", "--expires", "soon").must(t, command.Misused).says(t, "length of time")
	add("--owner", "mia", "--scope", "cases:read", "--expires", "9999d").must(t, command.Misused).says(t, "a year at most")
	secret := strings.TrimSpace(add("--owner", "mia", "--scope", "cases:read", "--scope", "rules:read").must(t, command.Fine).out)
	if !strings.HasPrefix(secret, review.TokenPrefix) || strings.ContainsAny(secret, " \n") {
		t.Errorf("the output is not the token alone: %q", secret)
	}
	listed := run(t, "tokens", "list", "-c", bot).must(t, command.Fine).says(t, "a dashboard", "mia", "cases:read rules:read", "never")
	if strings.Contains(listed.out, secret) || strings.Contains(run(t, "ledger", "show", "-c", bot).out, secret) {
		t.Error("the token is shown a second time")
	}
	var all []struct{ ID string }
	if err := json.Unmarshal([]byte(run(t, "tokens", "list", "-c", bot, "--owner", "mia", "--json").must(t, command.Fine).out), &all); err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	run(t, "tokens", "revoke", "-c", bot, all[0].ID).must(t, command.Fine)
	run(t, "tokens", "revoke", "-c", bot, all[0].ID).must(t, command.Failed)
	run(t, "help", "api").must(t, command.Fine).says(t, "/api/v1/cases/{id}/overturn", "[cases:decide]", "openapi.json")
}
