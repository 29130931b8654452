package console

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"time"

	"patrol/bot/review"
	"patrol/rules/lang"
)

// page is what a template is filled with: a struct with a frame.
type page interface{ framed() *frame }

// frame is what every page has.
type frame struct {
	Lang  lang.Lang
	Title string
	Here  string // path and query of this page, to come back to
	Who   string // name of the account; "" where nobody is logged in
	Role  review.Role
	Admin bool
	CSRF  string
	Live  bool // shows what changes by itself

	Braked int // brakes that are on or hold something
}

func (f *frame) framed() *frame { return f }

// Other is the language that is not shown.
func (f *frame) Other() lang.Lang {
	if f.Lang == lang.Zh {
		return lang.En
	}
	return lang.Zh
}

type errorPage struct {
	frame
	Status int
	Text   lang.Text
}

func (c *Console) frame(r *http.Request, v *visit, title string) frame {
	f := frame{Lang: v.lang, Title: say(title).In(v.lang), Here: "/"}
	if r.Method == http.MethodGet {
		f.Here = r.URL.RequestURI()
	}
	if v.login != nil {
		f.Who, f.Role, f.CSRF = v.login.reviewer.Name, v.login.reviewer.Role, v.login.session.CSRF
		f.Admin = v.login.reviewer.May(review.Manage)
		f.Braked = c.braked(r.Context(), v)
	}
	return f
}

// languageCookie remembers a choice that is nobody's secret.
const languageCookie = "patrol_lang"

// language is the chosen one, or the first of the browser's that the console
// speaks, or English.
func language(r *http.Request) lang.Lang {
	if cookie, err := r.Cookie(languageCookie); err == nil {
		if l, ok := lang.Parse(cookie.Value); ok {
			return l
		}
	}
	for wish := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, quality, _ := strings.Cut(strings.TrimSpace(wish), ";")
		if l, ok := lang.Parse(tag); ok && strings.ReplaceAll(quality, " ", "") != "q=0" {
			return l
		}
	}
	return lang.En
}

func (c *Console) chooseLanguage(w http.ResponseWriter, r *http.Request, _ *visit) error {
	l, ok := lang.Parse(r.PostFormValue("lang"))
	if !ok {
		return badForm
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: string(l), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, Secure: c.config.Secure, SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, localPath(r.PostFormValue("back")), http.StatusSeeOther)
	return nil
}

func sameToken(given, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1
}

// say is the text of key for the visitor, with args filled in.
func (v *visit) say(key string, args ...any) string {
	text := say(key).In(v.lang)
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}
