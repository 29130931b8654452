package sso

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// forger is a provider that says whatever a test wants.
type forger struct {
	*httptest.Server
	claims map[string]any
	info   map[string]any
	raw    []byte // in place of info, where it is not nil
	signer jose.Signer
}

func newForger(t testing.TB) *forger {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{}
	f.sign(t, key)
	published := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k", Algorithm: "RS256", Use: "sig"}}}
	mux := http.NewServeMux()
	answer := func(path string, v func() any) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(v())
		})
	}
	answer("/.well-known/openid-configuration", func() any {
		return map[string]any{
			"issuer": f.URL, "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys",
			"userinfo_endpoint": f.URL + "/info", "id_token_signing_alg_values_supported": []string{"RS256"},
		}
	})
	answer("/keys", func() any { return published })
	mux.HandleFunc("/info", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if f.raw != nil {
			_, _ = w.Write(f.raw)
			return
		}
		_ = json.NewEncoder(w).Encode(f.info)
	})
	answer("/token", func() any {
		id, err := jwt.Signed(f.signer).Claims(f.claims).Serialize()
		if err != nil {
			return err.Error()
		}
		return map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": id}
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

func (f *forger) sign(t testing.TB, key *rsa.PrivateKey) {
	t.Helper()
	var err error
	f.signer, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	if err != nil {
		t.Fatal(err)
	}
}

// TestTokensThatAreNotForThisLogin has a provider, or somebody in its place, say
// what must not be believed.
func TestTokensThatAreNotForThisLogin(t *testing.T) {
	f := newForger(t)
	p := New(Config{Issuer: f.URL, ClientID: "patrol", ClientSecret: "s", Redirect: "http://127.0.0.1/x"})
	another, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, c := range []struct {
		name   string
		change func(claims, info map[string]any)
		good   bool
	}{
		{"as it should be", func(_, _ map[string]any) {}, true},
		{"a name that is signed and one that is not", func(_, info map[string]any) { info["preferred_username"] = "root" }, true},
		{"another login's nonce", func(claims, _ map[string]any) { claims["nonce"] = "other" }, false},
		{"no nonce", func(claims, _ map[string]any) { delete(claims, "nonce") }, false},
		{"for another client", func(claims, _ map[string]any) { claims["aud"] = "else" }, false},
		{"of another issuer", func(claims, _ map[string]any) { claims["iss"] = "https://evil.example" }, false},
		{"expired", func(claims, _ map[string]any) { claims["exp"] = now.Add(-time.Hour).Unix() }, false},
		{"userinfo about somebody else", func(_, info map[string]any) { info["sub"] = "2" }, false},
		{"signed by somebody else", func(_, _ map[string]any) { f.sign(t, another) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, _, err := p.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			f.claims = map[string]any{"iss": f.URL, "sub": "1", "aud": "patrol", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "nonce": a.nonce, "preferred_username": "mia"}
			f.info = map[string]any{"sub": "1", "groups": []string{"g"}}
			c.change(f.claims, f.info)
			person, err := p.Finish(t.Context(), a, "code")
			if c.good && (err != nil || person.Name != "mia") || !c.good && !errors.Is(err, ErrRefused) {
				t.Errorf("%+v, %v", person, err)
			}
		})
	}
}

// FuzzUserinfo has the provider's userinfo endpoint say anything at all. It is not
// signed: what the token says of somebody stands, and it can only be about the person
// that the token is about.
func FuzzUserinfo(f *testing.F) {
	there := newForger(f)
	p := New(Config{Issuer: there.URL, ClientID: "patrol", ClientSecret: "s", Redirect: "http://127.0.0.1/x"})
	for _, seed := range []string{
		`{"sub":"1","preferred_username":"root","groups":["admins"]}`, `{"sub":"2","groups":["admins"]}`, `{"sub":"1","groups":"one"}`,
		`{"sub":"1","groups":[1,null,{"a":[]},"a","a"]}`, `{"sub":"1","preferred_username":{"a":1},"iss":"x","nonce":7}`, `{"sub":1}`, `[]`, `null`, ``, `{"sub":"1"`, `{"sub":"1","email_verified":"true"}`,
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, info []byte, signed bool) {
		a, _, err := p.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		there.raw = append([]byte{}, info...)
		there.claims = map[string]any{"iss": there.URL, "sub": "1", "aud": "patrol", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "nonce": a.nonce}
		if signed {
			there.claims["preferred_username"], there.claims["groups"] = "mia", []string{"g"}
		}
		person, err := p.Finish(t.Context(), a, "code")
		if err != nil {
			if person.Source != "" || person.Name != "" || person.Groups != nil {
				t.Errorf("refused, and yet %+v", person)
			}
			return
		}
		var said struct {
			Sub string `json:"sub"`
		}
		if err := json.Unmarshal(info, &said); err != nil || said.Sub != "1" {
			t.Fatalf("%q is taken for being about 1: %v", info, err)
		}
		if person.Source != there.URL+" 1" || signed && (person.Name != "mia" || len(person.Groups) != 1 || person.Groups[0] != "g") {
			t.Errorf("%q makes %+v of who is signed for", info, person)
		}
		for i, g := range person.Groups {
			if slices.Contains(person.Groups[:i], g) {
				t.Errorf("%q gives the group %q twice", info, g)
			}
		}
	})
}
