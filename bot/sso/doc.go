// Package sso lets somebody else vouch for a person: an identity provider that
// speaks OpenID Connect, such as that of a company.
//
// A Provider runs the authorization code flow with PKCE. Begin makes one attempt
// to log in and the address to send the browser to; Finish takes what the browser
// brings back and says who the person is:
//
//	p := sso.New(sso.Config{Issuer: "https://id.example", ClientID: "patrol", ClientSecret: secret, Redirect: "https://patrol.example/login/sso/done"})
//	attempt, address, err := p.Begin(ctx)
//	...
//	person, err := p.Finish(ctx, attempt, code)
//
// The attempt has to be kept where only this browser's next request leads to it,
// and used once. What the person may do is not this package's business.
package sso
