package console

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/seal"
	"patrol/rules/lang"
)

// What authenticator apps expect of a second factor (RFC 6238): a new code every
// 30 s. A telephone's clock may be one step ahead or behind.
const (
	stepLength = 30 * time.Second
	stepsOff   = 1
	codeDigits = 6
)

func stepAt(t time.Time) int64 { return t.Unix() / int64(stepLength/time.Second) }

// codeAt is the code of that step.
func codeAt(secret string, step int64) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
}

// matchStep is the step near now whose code that is.
func matchStep(secret, code string, now time.Time) (step int64, ok bool, err error) {
	for step := stepAt(now) - stepsOff; step <= stepAt(now)+stepsOff; step++ {
		want, err := codeAt(secret, step)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(code), []byte(want)) == 1 {
			return step, true, nil
		}
	}
	return 0, false, nil
}

var secretEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// newFactorSecret has 160 bits, as RFC 4226, section 4, recommends.
func newFactorSecret() string {
	secret := make([]byte, 20)
	rand.Read(secret) // never fails: see crypto/rand
	return secretEncoding.EncodeToString(secret)
}

// factorURL is what an app reads from the QR code
// (https://github.com/google/google-authenticator/wiki/Key-Uri-Format).
func factorURL(name, secret string) string {
	const issuer = "Patrol"
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+name) + "?" + q.Encode()
}

// recoveryCodes is how many codes work without the telephone, once each.
const recoveryCodes = 10

func newRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		text := rand.Text()[:16]
		code := text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
		codes = append(codes, code)
		hashes = append(hashes, hashRecovery(code))
	}
	return codes, hashes
}

// hashRecovery needs no argon2id: a code has 80 random bits.
func hashRecovery(code string) string {
	return hashToken("recovery " + strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code)))
}

// proof is what came of a code.
type proof struct {
	ok   bool
	wait time.Duration // too many attempts: try again after this
}

// prove checks a code of the reviewer's second factor, or a recovery code, and
// uses it up.
func (c *Console) prove(r *http.Request, name, code string) (proof, error) {
	now := c.config.Now()
	if wait := max(c.doors.addresses.take(c.config.Address(r), now), c.doors.codes.take(name, now)); wait > 0 {
		return proof{wait: wait}, nil
	}
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	var err error
	if len(code) == codeDigits {
		err = c.takeCode(r, name, code)
	} else {
		err = c.config.Store.TakeRecovery(r.Context(), name, hashRecovery(code), recoveryUsed(name, now))
	}
	if errors.Is(err, review.ErrUsedCode) || errors.Is(err, review.ErrNoFactor) {
		return proof{}, nil
	}
	if err != nil {
		return proof{}, err
	}
	c.doors.codes.forgive(name)
	return proof{ok: true}, nil
}

func (c *Console) takeCode(r *http.Request, name, code string) error {
	factor, err := c.config.Store.Factor(r.Context(), name)
	if err != nil {
		return err
	}
	step, ok, err := matchStep(factor.Secret, code, c.config.Now())
	if err != nil {
		return err
	}
	if !ok {
		return review.ErrUsedCode
	}
	return c.config.Store.TakeStep(r.Context(), name, step)
}

// enrolments are the secrets that were shown and not yet confirmed, by session.
// They live in memory only.
type enrolments struct {
	mu sync.Mutex
	of map[string]enrolment
}

type enrolment struct {
	secret string
	until  time.Time
}

const enrolmentLife = 15 * time.Minute

// secret is that of the session's enrolment; a new one is begun where there is none.
func (e *enrolments) secret(session string, now time.Time) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of == nil {
		e.of = map[string]enrolment{}
	}
	for key, one := range e.of {
		if !now.Before(one.until) {
			delete(e.of, key)
		}
	}
	if one, ok := e.of[session]; ok {
		return one.secret
	}
	one := enrolment{newFactorSecret(), now.Add(enrolmentLife)}
	e.of[session] = one
	return one.secret
}

func (e *enrolments) end(session string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.of, session)
}

type factorPage struct {
	frame
	On, SSO, Required bool
	Since             moment
	Left              int      // recovery codes
	Fresh             []string // recovery codes, shown once
	Secret            string   // in groups, to be typed
	QR                qrView
	Problem           string
}

func (c *Console) showFactor(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.renderFactor(w, r, v, http.StatusOK, "")
}

func (c *Console) renderFactor(w http.ResponseWriter, r *http.Request, v *visit, status int, problem string) error {
	who := &v.login.reviewer
	p := &factorPage{frame: c.frame(r, v, "factor.title"), SSO: who.Source != "", Required: c.lacksFactor(who), Problem: problem}
	p.Here = "/account/factor"
	factor, err := c.config.Store.Factor(r.Context(), who.Name)
	switch {
	case err == nil, errors.Is(err, seal.ErrKey): // it is there, be its key or not
		p.On, p.Since = true, v.moment(factor.Created)
		if p.Left, err = c.config.Store.RecoveryLeft(r.Context(), who.Name); err != nil {
			return err
		}
	case !errors.Is(err, review.ErrNoFactor):
		return err
	case !p.SSO:
		secret := c.doors.enrolments.secret(v.login.session.Hash, v.now)
		p.Secret = grouped(secret)
		if p.QR, err = drawQR(factorURL(who.Name, secret)); err != nil {
			return err
		}
	}
	return c.write(w, v, status, "factor", p)
}

// grouped sets a long secret in groups of four.
func grouped(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// setUpFactor takes the first code of the secret that was shown.
func (c *Console) setUpFactor(w http.ResponseWriter, r *http.Request, v *visit) error {
	who := v.login.reviewer
	if who.Factor || who.Source != "" {
		return c.renderFactor(w, r, v, http.StatusUnprocessableEntity, "")
	}
	checked, wait, err := c.check(r, who.Name, r.PostFormValue("password"))
	switch {
	case err != nil:
		return err
	case wait > 0:
		return c.slowFactor(w, r, v, wait)
	case checked == nil:
		return c.renderFactor(w, r, v, http.StatusUnprocessableEntity, v.say("account.wrong"))
	}
	secret := c.doors.enrolments.secret(v.login.session.Hash, v.now)
	step, ok, err := matchStep(secret, strings.ReplaceAll(r.PostFormValue("code"), " ", ""), v.now)
	if err != nil {
		return err
	}
	if !ok {
		return c.renderFactor(w, r, v, http.StatusUnprocessableEntity, v.say("code.wrong"))
	}
	c.doors.enrolments.end(v.login.session.Hash)
	return c.giveFactor(w, r, v, review.Factor{Secret: secret, Created: v.now, Step: step}, lang.T("设置了两步验证", "set up a second factor"))
}

// giveFactor writes the factor with new recovery codes, which are shown once.
func (c *Console) giveFactor(w http.ResponseWriter, r *http.Request, v *visit, f review.Factor, what lang.Text) error {
	codes, hashes := newRecoveryCodes()
	f.Recovery = hashes
	name := v.login.reviewer.Name
	if err := c.config.Store.PutFactor(r.Context(), name, f, accountEntry(v, what)); err != nil {
		return err
	}
	if err := c.comeBack(w, r, v, name); err != nil {
		return err
	}
	p := &factorPage{frame: c.frame(r, v, "factor.title"), On: true, Since: v.moment(f.Created), Left: len(codes), Fresh: codes}
	p.Here = "/account/factor"
	return c.write(w, v, http.StatusOK, "factor", p)
}

func (c *Console) slowFactor(w http.ResponseWriter, r *http.Request, v *visit, wait time.Duration) error {
	c.tooFast(w, wait)
	return c.renderFactor(w, r, v, http.StatusTooManyRequests, v.say("login.slow", rough(max(wait, time.Second), v.lang)))
}

// renewRecovery makes new recovery codes, and the old ones void.
func (c *Console) renewRecovery(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.proven(w, r, v, func() error {
		factor, err := c.config.Store.Factor(r.Context(), v.login.reviewer.Name)
		if err != nil {
			return err
		}
		factor.Step = stepAt(v.now) + stepsOff // no code that was ever shown counts again
		return c.giveFactor(w, r, v, factor, lang.T("换了恢复码", "renewed the recovery codes"))
	})
}

func (c *Console) removeFactor(w http.ResponseWriter, r *http.Request, v *visit) error {
	if c.config.Factor {
		return c.renderFactor(w, r, v, http.StatusUnprocessableEntity, v.say("factor.needed"))
	}
	return c.proven(w, r, v, func() error {
		name := v.login.reviewer.Name
		if err := c.config.Store.DeleteFactor(r.Context(), name, accountEntry(v, lang.T("关闭了两步验证", "removed the second factor"))); err != nil {
			return err
		}
		if err := c.comeBack(w, r, v, name); err != nil {
			return err
		}
		http.Redirect(w, r, "/account/factor", http.StatusSeeOther)
		return nil
	})
}

// proven does then once a code of the second factor was given.
func (c *Console) proven(w http.ResponseWriter, r *http.Request, v *visit, then func() error) error {
	p, err := c.prove(r, v.login.reviewer.Name, r.PostFormValue("code"))
	switch {
	case err != nil:
		return err
	case p.wait > 0:
		return c.slowFactor(w, r, v, p.wait)
	case !p.ok:
		return c.renderFactor(w, r, v, http.StatusUnprocessableEntity, v.say("code.wrong"))
	}
	return then()
}

// resetFactor is how an admin helps somebody who has lost the telephone and the
// recovery codes.
func (c *Console) resetFactor(w http.ResponseWriter, r *http.Request, v *visit) error {
	name := r.PathValue("name")
	entry := accountEntry(v, lang.F("重置 %s 的两步验证", "reset the second factor of %s", name))
	if err := c.config.Store.DeleteFactor(r.Context(), name, entry); err != nil {
		return err
	}
	c.doors.codes.forgive(name)
	http.Redirect(w, r, "/accounts", http.StatusSeeOther)
	return nil
}

// lacksFactor reports whether the reviewer must set up a second factor before
// anything else. Where a single sign-on vouches, it asks for its own.
func (c *Console) lacksFactor(who *review.Reviewer) bool {
	return c.config.Factor && !who.Factor && who.Source == ""
}

// beforeFactor are the routes that somebody needs who has yet to set one up.
var beforeFactor = map[string]bool{
	"GET /account/factor": true, "POST /account/factor": true, "GET /account": true, "POST /account/password": true, "POST /logout": true,
}

// qrView is a QR code as a path of unit squares.
type qrView struct {
	Size int
	Path string
}

// quietZone is the margin that readers need, in modules.
const quietZone = 4

func drawQR(text string) (qrView, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrView{}, fmt.Errorf("the QR code: %w", err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quietZone, y+quietZone)
			}
		}
	}
	return qrView{Size: size + 2*quietZone, Path: path.String()}, nil
}

func recoveryUsed(name string, now time.Time) ledger.Entry {
	return ledger.Entry{At: now, Kind: ledger.Account, Actor: name, Ground: lang.T("用了一个恢复码", "used a recovery code")}
}
