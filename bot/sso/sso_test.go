package sso_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"testing"

	"patrol/bot/sso"
	"patrol/bot/sso/ssotest"
)

const done = "http://127.0.0.1:1/login/sso/done"

// Example shows that a bot starts while its provider is away: only a login fails.
func Example() {
	p := sso.New(sso.Config{Issuer: "http://127.0.0.1:1", ClientID: "patrol", ClientSecret: "x", Redirect: "http://127.0.0.1:8420/login/sso/done"})
	_, _, err := p.Begin(context.Background())
	fmt.Println(err != nil, errors.Is(err, sso.ErrRefused))
	// Output: true false
}

func start(t *testing.T, change func(*sso.Config)) (*ssotest.Provider, *sso.Provider) {
	t.Helper()
	there := ssotest.Start(t, ssotest.User{Name: "mia", Groups: []string{"moderators", "staff"}}, ssotest.User{Name: "tom"})
	there.Register(done)
	c := sso.Config{Issuer: there.Issuer, ClientID: ssotest.ClientID, ClientSecret: ssotest.Secret, Redirect: done}
	if change != nil {
		change(&c)
	}
	return there, sso.New(c)
}

// arrive begins an attempt, logs in, and returns it with the code.
func arrive(t *testing.T, there *ssotest.Provider, p *sso.Provider, name string) (sso.Attempt, string) {
	t.Helper()
	a, address, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	asked, err := url.Parse(address)
	if q := asked.Query(); err != nil || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") == "" || q.Get("state") != a.State {
		t.Errorf("the address is %s, %v", address, err)
	}
	back, err := url.Parse(there.LogIn(address, name))
	if err != nil || back.Query().Get("state") != a.State || back.Query().Get("code") == "" {
		t.Fatalf("the provider leads to %s, %v", back, err)
	}
	return a, back.Query().Get("code")
}

func TestAPersonIsVouchedFor(t *testing.T) {
	there, p := start(t, nil)
	for name, groups := range map[string][]string{"mia": {"moderators", "staff"}, "tom": nil} {
		a, code := arrive(t, there, p, name)
		person, err := p.Finish(t.Context(), a, code)
		if err != nil || person.Name != name || person.Source != there.Issuer+" id-"+name || !slices.Equal(person.Groups, groups) {
			t.Errorf("%s is %+v, %v", name, person, err)
		}
		if _, err := p.Finish(t.Context(), a, code); !errors.Is(err, sso.ErrRefused) {
			t.Errorf("the code is taken twice: %v", err)
		}
	}
}

func TestOtherClaims(t *testing.T) {
	there, p := start(t, func(c *sso.Config) { c.Name, c.Groups = "email", "preferred_username" })
	a, code := arrive(t, there, p, "mia")
	if person, err := p.Finish(t.Context(), a, code); err != nil || person.Name != "mia@example.com" || !slices.Equal(person.Groups, []string{"mia"}) {
		t.Errorf("%+v, %v", person, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	there, p := start(t, nil)
	a, code := arrive(t, there, p, "mia")
	other, _ := arrive(t, there, p, "tom")
	if person, err := p.Finish(t.Context(), other, code); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("somebody else's code in this attempt: %+v, %v", person, err)
	}
	if person, err := p.Finish(t.Context(), a, "nonsense"); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("no code: %+v, %v", person, err)
	}
	_, impostor := start(t, func(c *sso.Config) { c.ClientSecret = "another" })
	a, _, err := impostor.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if person, err := impostor.Finish(t.Context(), a, code); !errors.Is(err, sso.ErrRefused) {
		t.Errorf("with another secret: %+v, %v", person, err)
	}
}

func TestAProviderThatIsAwayIsNoRefusal(t *testing.T) {
	there, p := start(t, nil)
	a, code := arrive(t, there, p, "mia")
	there.Close()
	if _, err := p.Finish(t.Context(), a, code); err == nil || errors.Is(err, sso.ErrRefused) {
		t.Errorf("away: %v", err)
	}
}
