// Package ssotest runs an OpenID Connect provider for tests: the certified
// implementation of github.com/zitadel/oidc, with its pages, on a port of this
// machine.
//
//	p := ssotest.Start(t, ssotest.User{Name: "mia", Groups: []string{"moderators"}})
//	p.Register("https://patrol.example/login/sso/done")
package ssotest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What every Provider and User has.
const (
	ClientID = "patrol"
	Secret   = "the client's secret"
	Password = "the user's password"
)

// User is somebody whom the provider knows.
type User struct {
	Name   string
	Groups []string
}

// Provider is a running provider. It may be used from many goroutines.
type Provider struct {
	Issuer string
	server *httptest.Server
	tb     testing.TB

	mu      sync.Mutex
	handler http.Handler
	users   map[string]User // by id, "id-" and the name
}

// Start starts a provider that ends with the test. Its host is localhost, so that a
// console at 127.0.0.1 is another site to a browser.
func Start(tb testing.TB, users ...User) *Provider {
	tb.Helper()
	p := &Provider{tb: tb, users: map[string]User{}}
	for _, u := range users {
		p.users["id-"+u.Name] = u
	}
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.current().ServeHTTP(w, r) }))
	_, port, err := net.SplitHostPort(p.server.Listener.Addr().String())
	if err != nil {
		tb.Fatal(err)
	}
	p.Issuer = "http://localhost:" + port
	p.Register()
	p.server.Start()
	tb.Cleanup(p.server.Close)
	return p
}

// Register tells the provider where the client may be sent back to.
func (p *Provider) Register(redirects ...string) {
	store := &keeper{storage.NewStorageWithClients(p, map[string]*storage.Client{ClientID: storage.WebClient(ClientID, Secret, redirects...)}), p}
	handler := exampleop.SetupServer(p.Issuer, store, slog.New(slog.DiscardHandler), false)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler = handler
}

// Groups puts a user into other groups.
func (p *Provider) Groups(name string, groups ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users["id-"+name] = User{name, groups}
}

// Close makes the provider be away.
func (p *Provider) Close() { p.server.Close() }

func (p *Provider) current() http.Handler {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.handler
}

func (p *Provider) user(id string) (User, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users[id]
	return u, ok
}

var authRequest = regexp.MustCompile(`name="id" value="([^"]+)"`)

// LogIn is what a person does: it opens the address, logs in as the user, and
// returns where the provider sends the browser then.
func (p *Provider) LogIn(address, name string) string {
	p.tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.tb.Fatal(err)
	}
	var last string
	client := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if last = r.URL.String(); !strings.HasPrefix(last, p.Issuer) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page := p.fetch(client.Get(address))
	found := authRequest.FindStringSubmatch(page)
	if found == nil {
		return last // refused at once
	}
	form := url.Values{"id": {found[1]}, "username": {name}, "password": {Password}}
	p.fetch(client.PostForm(p.Issuer+"/login/username", form))
	return last
}

func (p *Provider) fetch(res *http.Response, err error) string {
	p.tb.Helper()
	if err != nil {
		p.tb.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.tb.Fatal(err)
	}
	return string(body)
}

// GetUserByID implements storage.UserStore.
func (p *Provider) GetUserByID(id string) *storage.User {
	u, ok := p.user(id)
	if !ok {
		return nil
	}
	return &storage.User{ID: id, Username: u.Name, Password: Password, Email: u.Name + "@example.com"}
}

// GetUserByUsername implements storage.UserStore.
func (p *Provider) GetUserByUsername(name string) *storage.User { return p.GetUserByID("id-" + name) }

// ExampleClientID implements storage.UserStore.
func (p *Provider) ExampleClientID() string { return "service" }

// keeper adds groups to what the provider tells.
type keeper struct {
	*storage.Storage
	p *Provider
}

var _ op.CanSetUserinfoFromRequest = (*keeper)(nil)

// SetUserinfoFromRequest is for identity tokens.
func (k *keeper) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, token op.IDTokenRequest, scopes []string) error {
	if err := k.Storage.SetUserinfoFromRequest(ctx, info, token, scopes); err != nil {
		return err
	}
	k.addGroups(info)
	return nil
}

// SetUserinfoFromToken is for the userinfo endpoint.
func (k *keeper) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	if err := k.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin); err != nil {
		return err
	}
	k.addGroups(info)
	return nil
}

func (k *keeper) addGroups(info *oidc.UserInfo) {
	if u, ok := k.p.user(info.Subject); ok && len(u.Groups) > 0 {
		info.AppendClaims("groups", u.Groups)
	}
}
