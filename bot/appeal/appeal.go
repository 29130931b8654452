package appeal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
)

// Token opens the appeal of one case to whoever holds it.
type Token struct {
	Hash    string // of the token itself, which is kept nowhere
	Case    string
	Expires time.Time
}

// ErrToken is the error for a token that there is not, or not any more.
var ErrToken = errors.New("the link is void / 链接已失效")

// Tokens keeps tokens. An unknown hash is an ErrToken.
type Tokens interface {
	PutAppealToken(ctx context.Context, t Token) error
	AppealToken(ctx context.Context, hash string) (Token, error)
	ExpireAppealTokens(ctx context.Context, now time.Time) error
}

// Store is what a Desk needs of one.
type Store interface {
	review.Store
	Tokens
}

// Config is what a Desk is made of. Store must be set.
type Config struct {
	Store  Store
	URL    string                             // of the server with the page for appeals, without a slash at its end; "" for no links
	Within time.Duration                      // how long after a case one may appeal; 30 days where 0
	Due    func(rules.Severity) time.Duration // how soon a person should decide; 12 h where nil
	Now    func() time.Time                   // time.Now where nil
}

// Desk takes appeals. It may be used from many goroutines.
type Desk struct {
	config Config
	paces  paces
}

// New is the desk of c.
func New(c Config) *Desk {
	if c.Within <= 0 {
		c.Within = 30 * 24 * time.Hour
	}
	if c.Due == nil {
		c.Due = func(rules.Severity) time.Duration { return 12 * time.Hour }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Desk{config: c, paces: newPaces()}
}

// Links reports whether the desk can give links.
func (d *Desk) Links() bool { return d.config.URL != "" }

// Path is where the page for appeals is; the token follows.
const Path = "/appeal/"

// Link is a new link to the appeal of a case. Its token is 130 random bits.
func (d *Desk) Link(ctx context.Context, caseID string) (string, error) {
	token := strings.ToLower(rand.Text())
	err := d.config.Store.PutAppealToken(ctx, Token{Hash: hash(token), Case: caseID, Expires: d.config.Now().Add(d.config.Within)})
	if err != nil {
		return "", err
	}
	return d.config.URL + Path + token, nil
}

func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Case is the case that the token opens: ErrToken. Only what Seen tells of it may
// be shown.
func (d *Desk) Case(ctx context.Context, token string) (review.Case, error) {
	if len(token) < 20 || len(token) > 64 {
		return review.Case{}, ErrToken
	}
	t, err := d.config.Store.AppealToken(ctx, hash(token))
	if err != nil {
		return review.Case{}, err
	}
	if !d.config.Now().Before(t.Expires) {
		return review.Case{}, ErrToken
	}
	return d.config.Store.Case(unbound(ctx), t.Case)
}

// unbound lets the desk see the case of a token: nobody is logged in, and so no
// reach is theirs.
func unbound(ctx context.Context) context.Context { return review.WithReach(ctx, review.Reach{}) }

// ErrEmpty is the error of an appeal that says nothing.
var ErrEmpty = errors.New("say why it was wrong / 请说明理由")

// File makes the appeal of the token's case: ErrToken, ErrEmpty, review.ErrAppealed,
// review.ErrNoAppeal.
func (d *Desk) File(ctx context.Context, token, text string) (review.Case, error) {
	c, err := d.Case(ctx, token)
	if err != nil {
		return c, err
	}
	return d.file(ctx, c.ID, "link", text)
}

func (d *Desk) file(ctx context.Context, id, via, text string) (review.Case, error) {
	if strings.TrimSpace(text) == "" {
		return review.Case{}, ErrEmpty
	}
	return d.config.Store.Apply(unbound(ctx), id, func(c *review.Case) ([]ledger.Entry, error) {
		a := review.Appeal{At: d.config.Now(), Via: via, Text: text}
		return c.FileAppeal(a, d.config.Due(c.Verdict.Severity()))
	})
}

// inTime reports whether the case is young enough for an appeal.
func (d *Desk) inTime(c *review.Case) bool { return d.config.Now().Sub(c.Created) < d.config.Within }
