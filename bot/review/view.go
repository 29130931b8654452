package review

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// View is a filter of the queue that somebody has given a name.
type View struct {
	ID      string
	Owner   string // Reviewer.Name; "" where it is everybody's
	Name    string
	Query   string // the filter as the console has it in an address
	Created time.Time
	Home    bool // whoever asked begins with it; see Store.SetHome
}

// MaxViews is how many views one owner may have.
const MaxViews = 20

// The errors of views.
var (
	ErrView   = errors.New("no such view can be saved / 不能保存这样的视图")
	ErrNoView = errors.New("no such view / 没有这个视图")
)

// NewView makes a view. The error is an ErrView.
func NewView(owner, name, query string, now time.Time) (View, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 40 || !utf8.ValidString(name) || len(query) > 2000 {
		return View{}, fmt.Errorf("%w: its name has 1 to 40 characters / 名字为 1 到 40 个字", ErrView)
	}
	return View{ID: strings.ToLower(rand.Text()[:10]), Owner: owner, Name: name, Query: query, Created: now}, nil
}
