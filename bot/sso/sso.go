package sso

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Config is what a Provider is made of. The first four fields are needed.
type Config struct {
	Issuer       string // address of the provider, as its tokens name it
	ClientID     string // what the provider calls this console
	ClientSecret string // shared with the provider
	Redirect     string // where the provider sends browsers back to

	Scopes []string // asked for besides openid; profile, email and groups where nil
	Name   string   // claim that names a person; preferred_username where ""
	Groups string   // claim that lists a person's groups; groups where ""

	Client *http.Client     // one with a time limit where nil
	Now    func() time.Time // time.Now where nil
}

// Attempt is one login that was begun. All of it is secret.
type Attempt struct {
	State    string // comes back with the browser
	nonce    string // comes back in the token
	verifier string // RFC 7636
}

// Person is whom the provider vouches for.
type Person struct {
	Source string // issuer and subject: names the person for good
	Name   string // what the person is called there
	Groups []string
}

// ErrRefused is a login that the provider, or a check of what it said, refused.
var ErrRefused = errors.New("the single sign-on was refused / 单点登录被拒绝")

// Provider is one identity provider. It is asked for what it can do at the first
// login, so that a bot starts while it is away. It may be used from many goroutines.
type Provider struct {
	config Config

	mu    sync.Mutex
	found *found
}

// found is what the provider said about itself.
type found struct {
	*oidc.Provider
	flow     oauth2.Config
	verifier *oidc.IDTokenVerifier
}

const patience = 15 * time.Second

// New is the provider of c. Nothing is asked of it yet.
func New(c Config) *Provider {
	if c.Scopes == nil {
		c.Scopes = []string{"profile", "email", "groups"}
	}
	if c.Name == "" {
		c.Name = "preferred_username"
	}
	if c.Groups == "" {
		c.Groups = "groups"
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: patience}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Provider{config: c}
}

// Begin makes an attempt and the address that it begins at. The error is that of
// asking the provider what it can do.
func (p *Provider) Begin(ctx context.Context) (Attempt, string, error) {
	f, err := p.find(ctx)
	if err != nil {
		return Attempt{}, "", err
	}
	a := Attempt{State: rand.Text() + rand.Text(), nonce: rand.Text() + rand.Text(), verifier: oauth2.GenerateVerifier()}
	return a, f.flow.AuthCodeURL(a.State, oidc.Nonce(a.nonce), oauth2.S256ChallengeOption(a.verifier)), nil
}

// Finish is the person who logged in, by the code that came back with a.State. An
// attempt is good for one call. The error is an ErrRefused, or that of asking the
// provider.
func (p *Provider) Finish(ctx context.Context, a Attempt, code string) (Person, error) {
	f, err := p.find(ctx)
	if err != nil {
		return Person{}, err
	}
	ctx = oidc.ClientContext(ctx, p.config.Client)
	token, err := f.flow.Exchange(ctx, code, oauth2.VerifierOption(a.verifier))
	if err != nil {
		return Person{}, asRefused(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := f.verifier.Verify(ctx, raw)
	if err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.nonce)) != 1 {
		return Person{}, fmt.Errorf("%w: the token is for another login", ErrRefused)
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return Person{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err := p.complete(ctx, f, token, id.Subject, claims); err != nil {
		return Person{}, err
	}
	person := Person{Source: id.Issuer + " " + id.Subject, Groups: texts(claims[p.config.Groups])}
	person.Name, _ = claims[p.config.Name].(string)
	return person, nil
}

// complete adds what the provider tells at its userinfo endpoint: many keep all
// but the subject out of the token.
func (p *Provider) complete(ctx context.Context, f *found, token *oauth2.Token, subject string, claims map[string]any) error {
	if f.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := f.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return asRefused(err)
	}
	if info.Subject != subject { // OpenID Connect Core, section 5.3.2
		return fmt.Errorf("%w: the userinfo is about somebody else", ErrRefused)
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	for name, value := range more {
		if _, signed := claims[name]; !signed {
			claims[name] = value
		}
	}
	return nil
}

// asRefused keeps what a provider that is away says apart from its no.
func asRefused(err error) error {
	if no, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		// Of its answer only the code: the rest may hold secrets.
		return fmt.Errorf("%w: %.100q", ErrRefused, no.ErrorCode)
	}
	return err
}

// texts is a claim that is one text or a list of them.
func texts(claim any) []string {
	switch c := claim.(type) {
	case string:
		return []string{c}
	case []any:
		var all []string
		for _, one := range c {
			if text, ok := one.(string); ok && !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// find asks the provider what it can do, once it answers.
func (p *Provider) find(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	asked, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(asked, p.config.Client), p.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("single sign-on: %w", err)
	}
	p.found = &found{
		Provider: provider,
		flow: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, RedirectURL: p.config.Redirect,
			Endpoint: provider.Endpoint(), Scopes: append([]string{oidc.ScopeOpenID}, p.config.Scopes...),
		},
		verifier: provider.VerifierContext(oidc.ClientContext(context.WithoutCancel(ctx), p.config.Client), &oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}),
	}
	return p.found, nil
}
