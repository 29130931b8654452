package app

import (
	"fmt"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/console"
	"patrol/bot/sso"
)

// entrance is how people get into the console, as the bot file has it.
func (a *App) entrance() (console.Entrance, error) {
	c := &a.config.Console
	signOn, err := a.signOn()
	e := console.Entrance{
		Secure: c.TLS.Cert != "" || c.Proxy, Idle: time.Duration(c.Sessions.Idle), Absolute: time.Duration(c.Sessions.Absolute),
		Factor: c.Factor == "required", SignOn: signOn,
	}
	if c.Proxy {
		e.Address = console.ForwardedFor
	}
	return e, err
}

// signOn is the single sign-on of the bot file, nil where it has none.
func (a *App) signOn() (*console.SignOn, error) {
	s := a.config.Console.SSO
	if s == nil {
		return nil, nil
	}
	secret, err := chat.SecretFrom("client_secret", s.Secret, a.config.Resolve(s.SecretFile))
	if err != nil {
		return nil, fmt.Errorf("%s: console.sso: %w", a.config.File, err)
	}
	title := s.Title
	if title == "" {
		title = strings.TrimPrefix(strings.TrimPrefix(s.Issuer, "https://"), "http://")
	}
	provider := sso.New(sso.Config{
		Issuer: s.Issuer, ClientID: s.ClientID, ClientSecret: string(secret), Redirect: a.config.Console.DoneURL(),
		Scopes: s.Scopes, Name: s.Name, Groups: s.Groups,
	})
	return &console.SignOn{Provider: provider, Title: title, Rights: s.RightsOf}, nil
}
