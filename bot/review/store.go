package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/rules"
)

// Store keeps the cases. It is implemented by bot/store; a Queue needs no more
// of it. It may be used from many goroutines, and by several processes at once.
// Cases beyond the reach of a context (WithReach) are not there.
type Store interface {
	// Case is the case with that id, or with the only id that begins with it
	// (at least MinPrefix characters): ErrNotFound, ErrAmbiguous.
	Case(ctx context.Context, id string) (Case, error)

	// Cases is one page of the cases that f lets through. A Filter.After that was
	// never a Page.Next is an ErrPlace.
	Cases(ctx context.Context, f Filter) (Page, error)

	// Apply loads the case of that id (the whole id), lets change change it, and
	// writes the case, its acts, its strike and the entries, all in one
	// transaction. An error from change writes nothing and is returned with the
	// case as it was. change may be called again after a transaction that could
	// not be written; it must not use the store.
	Apply(ctx context.Context, id string, change func(*Case) ([]ledger.Entry, error)) (Case, error)
}

// MinPrefix is how many characters of a case's id are enough to look for it.
const MinPrefix = 4

// MaxPage is the greatest Filter.Limit; 0 means DefaultPage.
const (
	DefaultPage = 50
	MaxPage     = 500
)

// Filter says which cases are wanted. Every zero field lets everything through;
// fields narrow each other down. Where only Open cases are asked for they come
// by Case.Rank, the most urgent first; otherwise the newest come first.
type Filter struct {
	States      []State
	Adapter     string         // the configured name of a connection
	Platform    string         // "qq", "irc"
	Chats       []string       // any of these, written by ChatKey
	Member      string         // Member.ID of the author
	Rule        string         // id of a rule that hit
	Severity    rules.Severity // of the gravest hit
	Since       time.Time      // created then or later
	Until       time.Time      // created before then
	ClaimedBy   string         // held by this person, even where the lease has lapsed
	Overdue     time.Time      // Open and due before then
	Escalated   bool           // Open and handed up
	Unescalated bool           // Open and not handed up
	Sampled     bool           // Open and drawn by chance
	Alike       string         // Open and of this Case.Likeness
	Asked       bool           // something is to be done by hand; what is due first comes first
	AskedBefore time.Time      // with Asked: what is due before then
	Text        string         // what is said in the message or its author's name; the newest come first
	Grouped     bool           // Open, and only the first of those that are alike; with Chats and Severity at most
	After       string         // Page.Next of the page before
	Limit       int            // how many at most; DefaultPage where 0, never more than MaxPage
}

// Ranked reports whether the cases are open ones, which come by rank and not by age.
func (f *Filter) Ranked() bool {
	return f.Text == "" && !f.Asked && (!f.Overdue.IsZero() || f.Escalated || f.Unescalated || f.Sampled || f.Alike != "" || f.Grouped || len(f.States) == 1 && f.States[0] == Open)
}

// Page is a part of the cases that a filter lets through.
type Page struct {
	Cases []Case
	Alike []int  // with Filter.Grouped: how many open cases are like each, itself included
	Next  string // Filter.After of the next page; "" where this is the last one
}

// ChatKey names a chat of a connection, as Filter.Chats and the ledger do.
func ChatKey(adapter, chat string) string { return adapter + "/" + chat }

// The errors that a caller can tell apart with errors.Is.
var (
	ErrNotFound  = errors.New("no such case / 没有这个案件")
	ErrPlace     = errors.New("no place in a list / 翻页标记无效")
	ErrAmbiguous = errors.New("more than one case begins like that / 不止一个案件以此开头")
	ErrClaimed   = errors.New("another person holds the case / 案件正由他人处理")
	ErrDecided   = errors.New("the case is decided already / 案件已有结论")
	ErrCancelled = errors.New("the action was cancelled / 动作已被取消")
)

// ClaimedError is an ErrClaimed that says who holds the case, and for how long.
type ClaimedError struct {
	By    string
	Until time.Time
}

// Error names the holder.
func (e *ClaimedError) Error() string {
	return fmt.Sprintf("%v: %s, until / 至 %s", ErrClaimed, e.By, e.Until.Format(time.RFC3339))
}

// Is makes the error an ErrClaimed.
func (e *ClaimedError) Is(target error) bool { return target == ErrClaimed }

// DecidedError is an ErrDecided that says how, by whom and when. The case stands
// as it stood: it was to be decided the same way again, or another way by somebody
// who has not claimed it since and may not know of the decision.
type DecidedError struct {
	State  State // Upheld or Overturned
	Wanted State // what was asked for
	By     string
	At     time.Time
}

// Error names the decision and the person, and what to do about it.
func (e *DecidedError) Error() string {
	said := fmt.Sprintf("%v: %s by %s at %s", ErrDecided, e.State, e.By, e.At.Format(time.RFC3339))
	if e.Wanted != e.State {
		said += "; claim it first to decide otherwise / 如要改判请先领取"
	}
	return said
}

// Is makes the error an ErrDecided.
func (e *DecidedError) Is(target error) bool { return target == ErrDecided }

// CancelledError is an ErrCancelled that names the acts that a worker wanted to
// take up although they are cancelled. They must not be carried out; all else in
// the same Update was written.
type CancelledError struct{ Keys []string }

// Error names the acts.
func (e *CancelledError) Error() string {
	return fmt.Sprintf("%v: %s", ErrCancelled, strings.Join(e.Keys, ", "))
}

// Is makes the error an ErrCancelled.
func (e *CancelledError) Is(target error) bool { return target == ErrCancelled }
