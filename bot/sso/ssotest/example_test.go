package ssotest_test

import (
	"net/url"
	"strings"
	"testing"

	"patrol/bot/sso/ssotest"
)

const back = "https://patrol.example/login/sso/done"

func authorize(p *ssotest.Provider) string {
	return p.Issuer + "/auth?" + url.Values{
		"client_id": {ssotest.ClientID}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s1"},
	}.Encode()
}

func Example() {
	test := func(t *testing.T) {
		p := ssotest.Start(t, ssotest.User{Name: "mia", Groups: []string{"moderators"}})
		p.Register(back)
		t.Log(p.LogIn(authorize(p), "mia")) // where the provider sends mia's browser, with a code
	}
	_ = test // go test gives it its t
	// Output:
}

func TestTheProviderSendsBackOnlyToWhatIsRegistered(t *testing.T) {
	p := ssotest.Start(t, ssotest.User{Name: "mia"})
	if got := p.LogIn(authorize(p), "mia"); strings.HasPrefix(got, back) {
		t.Errorf("sent to %s, which is not registered", got)
	}
	p.Register(back)
	got, err := url.Parse(p.LogIn(authorize(p), "mia"))
	if err != nil {
		t.Fatal(err)
	}
	if q := got.Query(); !strings.HasPrefix(got.String(), back+"?") || q.Get("code") == "" || q.Get("state") != "s1" {
		t.Errorf("sent to %s, want %s with a code and the state", got, back)
	}
	if got := p.LogIn(authorize(p), "eve"); strings.HasPrefix(got, back) {
		t.Errorf("a stranger was let in: %s", got)
	}
}
