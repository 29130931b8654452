package review

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scope is what a token may be used for, as far as its owner may do it.
type Scope string

// The scopes.
const (
	ReadCases   Scope = "cases:read"
	DecideCases Scope = "cases:decide"
	ReadLedger  Scope = "ledger:read"
	ReadRules   Scope = "rules:read"
)

// Scopes are all of them.
var Scopes = []Scope{ReadCases, DecideCases, ReadLedger, ReadRules}

// MaxTokenLife is how long a token may live.
const MaxTokenLife = 366 * 24 * time.Hour

// ErrToken says what is wrong with the wish for a token.
var ErrToken = errors.New("no such token can be made / 不能生成这样的令牌")

// NewToken makes a token for owner. The secret is to be shown once; of it the
// Token has the hash. The error is an ErrToken.
func NewToken(owner, label string, scopes []string, now time.Time, life time.Duration) (t Token, secret string, err error) {
	switch {
	case strings.TrimSpace(label) == "" || len(label) > 200:
		return t, "", fmt.Errorf("%w: say in 200 bytes what it is for / 请说明用途（200 字节内）", ErrToken)
	case len(scopes) == 0:
		return t, "", fmt.Errorf("%w: it has no scope / 没有权限范围", ErrToken)
	case life <= 0 || life > MaxTokenLife:
		return t, "", fmt.Errorf("%w: it lives a year at most / 有效期最长一年", ErrToken)
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes, Scope(s)) {
			return t, "", fmt.Errorf("%w: there is no scope of that name / 没有这个权限范围: %.40q", ErrToken, s)
		}
	}
	secret = TokenPrefix + rand.Text() + rand.Text()
	sorted := slices.Compact(slices.Sorted(slices.Values(scopes)))
	return Token{
		ID: strings.ToLower(rand.Text()[:10]), Hash: HashToken(secret), Owner: owner, Label: strings.TrimSpace(label),
		Scopes: sorted, Created: now, Expires: now.Add(life),
	}, secret, nil
}

// TokenPrefix begins every token, so that programs which look for lost secrets
// know one.
const TokenPrefix = "patrol_"

// HashToken is what a store knows of a token. It needs no argon2id: a token has
// 260 random bits.
func HashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Allows reports whether the token is for s, at now.
func (t *Token) Allows(s Scope, now time.Time) bool {
	return now.Before(t.Expires) && slices.Contains(t.Scopes, string(s))
}
