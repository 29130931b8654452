package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

const day = 24 * time.Hour

// said is in every text of the cases that spoken makes, and nowhere else.
const said = "quixotically"

// mark is a word that nobody but the n-th case says. It differs from the others at
// its beginning: the search index leaves out what two words begin with in common.
func mark(n int) string { return ledger.Sum([]byte{byte(n), byte(n >> 8)}).String()[:8] + said }

// noise are words that nobody but the n-th case says. No two are alike, so that
// packing takes nothing out of them, and they fill several pages of the file.
func noise(n int) []string {
	words := make([]string, 400)
	for i := range words {
		words[i] = ledger.Sum(fmt.Appendf(nil, "%d/%d", n, i)).String()[:40]
	}
	return words
}

// spoken is the n-th case, a day after the one before, with text wherever there can
// be text; it is acted on and settled.
func spoken(n int) *review.Case {
	c := sample(n)
	at := start.Add(time.Duration(n) * day)
	word := mark(n)
	e := &c.Event
	e.Time, e.Author.Name, e.Message.Text = at, word+"name", word+"text 加微信"
	e.Message.Attachments = []chat.Attachment{{Kind: "file", Name: word + "file"}}
	c.ID = review.CaseID(e)
	c.Created, c.Due, c.State = at, time.Time{}, review.Acted
	c.Verdict.Folded = word + "folded"
	c.Verdict.Hits[0].Signals[0].Why = lang.T(word, word)
	c.Context = []chat.Event{{ID: "before", Author: chat.Member{ID: "8", Name: word}, Message: chat.Message{Text: word + "context " + strings.Join(noise(n), " ")}}}
	c.Decision.Strike.Case, c.Decision.Strike.At, c.Decision.Strike.Until = c.ID, at, at.Add(10*day)
	c.Acts = c.Acts[:2]
	for i := range c.Acts {
		a := &c.Acts[i]
		a.Case, a.Action.Key, a.State, a.Action.Text = c.ID, review.ActKey(c.ID, a.Action.Verb), review.Doing, word+"notice"
	}
	return c
}

// talkative is a store with n cases of spoken, all settled; people have written
// something on some of them, which grew their rows.
func talkative(t *testing.T, path string, n int) *store.Store {
	t.Helper()
	s := mustOpen(t, store.Config{Path: path, Relaxed: true})
	for i := range n {
		c := spoken(i)
		record(t, s, c, decided(c)...)
		for j := range c.Acts {
			a := c.Acts[j]
			a.State, a.Settled, a.Error = review.Failed, c.Created, said+"error"
			entry := ledger.Entry{At: c.Created, Kind: ledger.Failed, Actor: ledger.Bot, Case: c.ID, Act: a.Action.Key, Ground: lang.T(said, said)}
			if err := settle(t, s, review.Update{Case: c.ID, Acts: []review.Act{a}, Entries: []ledger.Entry{entry}}); err != nil {
				t.Fatal(err)
			}
		}
		if i%2 == 0 {
			talk(t, s, c.ID, c.Created)
		}
	}
	for more := true; more; {
		var err error
		if more, err = s.IndexTexts(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// talk has three people say something about a case, one of them finally.
func talk(t *testing.T, s *store.Store, id string, at time.Time) {
	t.Helper()
	q := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return at }})
	for i := range 3 {
		if _, err := q.Note(t.Context(), id, "wu", fmt.Sprintf("%snote%d %s", said, i, strings.Repeat("x", 200*i))); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Apply(t.Context(), id, func(c *review.Case) ([]ledger.Entry, error) {
		return c.FileAppeal(review.Appeal{At: at, Via: "link", Text: said + "appeal"}, time.Hour)
	})
	if err != nil && !errors.Is(err, review.ErrNoAppeal) {
		t.Fatal(err)
	}
	if _, err := q.Overturn(t.Context(), id, "li", said+"ground"); err != nil {
		t.Fatal(err)
	}
}

func sweeper(s *store.Store, at time.Time) *retention.Sweeper {
	return &retention.Sweeper{
		Store: s, Policy: retention.Policy{Text: 30 * day, Ledger: 180 * day}, Now: func() time.Time { return at }, Limit: 7,
	}
}

func sweep(t *testing.T, s *store.Store, at time.Time) retention.Tally {
	t.Helper()
	preview, err := sweeper(s, at).Preview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tally, err := sweeper(s, at).Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if preview.Texts.Cases != tally.Texts.Cases || preview.Ledger.Cases != tally.Ledger.Cases || diff(preview.Texts.Held, tally.Texts.Held)+diff(preview.Ledger.Held, tally.Ledger.Held) != "" {
		t.Errorf("the preview said %+v, and it was %+v", preview, tally)
	}
	if again, err := sweeper(s, at).Sweep(t.Context()); err != nil || again.Texts.Cases+again.Ledger.Cases+again.Ledger.Entries != 0 {
		t.Errorf("a second sweep finds %+v, %v", again, err)
	}
	return tally
}

func audit(t *testing.T, s *store.Store) ledger.Report {
	t.Helper()
	r, err := s.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inFiles counts what is left of a text in the file and its journal.
func inFiles(t *testing.T, path, text string) (n int) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(data, []byte(text))
	}
	return n
}

// leftOf counts what is left of what only the n-th case says.
func leftOf(t *testing.T, path string, n int) int {
	t.Helper()
	left := inFiles(t, path, mark(n)[2:])
	for i, word := range noise(n) {
		if i%57 == 0 || i == 399 {
			left += inFiles(t, path, word)
		}
	}
	return left
}

func TestErasedTextsAreGoneFromTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	const n = 120
	s := talkative(t, path, n)
	if before := inFiles(t, path, said); before < 1000 {
		t.Fatalf("the text is in the files %d times only", before)
	}
	open := spoken(n) // too young at first, and open for good
	open.State, open.Due = review.Open, open.Created.Add(time.Hour)
	record(t, s, open, decided(open)...)

	half := sweep(t, s, start.Add(90*day))
	if gone, kept := leftOf(t, path, 59), leftOf(t, path, 61); half.Texts.Cases != 60 || gone > 0 || kept < 10 {
		t.Errorf("%+v: of case 59 %d, of case 61 %d", half, gone, kept)
	}
	r := audit(t, s)
	if r.Cases != n+1 || len(r.Erasures) != 1 || r.Erasures[0].Cases != 60 || r.Erasures[0].By != ledger.Bot || r.Erasures[0].Day != "2026-05-30" {
		t.Errorf("%+v", r)
	}
	// Those who write something on it again have it kept for as long again.
	q := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return start.Add(100 * day) }})
	if _, err := q.Note(t.Context(), spoken(3).ID, "wu", said+"late"); err != nil {
		t.Fatal(err)
	}
	all := sweep(t, s, start.Add(170*day))
	if left := inFiles(t, path, said+"late"); left > 0 {
		t.Errorf("the late note is there %d times", left)
	}
	if all.Texts.Cases != n-60+1 || all.Texts.Held[lang.T("案件待审", "it is open")] != 1 {
		t.Errorf("%+v", all)
	}
	for i := range n {
		if left := leftOf(t, path, i); left > 0 {
			t.Errorf("the texts of case %d are there %d times", i, left)
		}
	}
	for _, text := range []string{"note", "appeal", "ground", "error"} {
		if left := inFiles(t, path, said+text); left > 0 {
			t.Errorf("%s is there %d times", text, left)
		}
	}
	if got := load(t, s, open.ID); got.Event.Message.Text != open.Event.Message.Text || len(got.Context) != 1 {
		t.Error("the open case has lost its texts")
	}
	if page, err := s.Cases(t.Context(), review.Filter{Text: mark(n)}); err != nil || len(page.Cases) != 1 {
		t.Errorf("a search finds %d cases, %v", len(page.Cases), err)
	}
	if page, err := s.Cases(t.Context(), review.Filter{Text: mark(4)}); err != nil || len(page.Cases) != 0 {
		t.Errorf("a search for what was erased finds %d cases, %v", len(page.Cases), err)
	}
	theErased(t, s, spoken(4).ID)
}

// theErased looks at a case whose texts are erased.
func theErased(t *testing.T, s *store.Store, id string) {
	t.Helper()
	c := load(t, s, id)
	if c.Erased.By != ledger.Bot || c.Erased.Ground.En != "texts are kept for 30d" || c.Event.Message.Text+c.Event.Author.Name+c.Ground != "" || len(c.Verdict.Hits) != 2 || len(c.Remarks) != 3 || c.Acts[0].Error != "" || c.Acts[0].State != review.Failed {
		t.Errorf("%+v", c)
	}
	gone := 0
	for r, err := range s.Entries(t.Context(), store.EntryFilter{Case: id}) {
		if err != nil {
			t.Fatal(err)
		}
		if e, err := r.Entry(); err != nil || e.Erased() != r.Erased() && e.Kind != ledger.Appealed {
			t.Errorf("%+v, %v", e, err)
		} else if e.Erased() {
			gone++
		}
	}
	if gone < 4 {
		t.Errorf("of %d entries it is told that what was said is gone", gone)
	}
	b, err := s.Bundle(t.Context(), id, start)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.JSON()
	if err != nil || bytes.Contains(data, []byte(said)) {
		t.Error("the bundle has the text", err)
	}
	if _, err := ledger.VerifyBundle(data); err != nil {
		t.Error(err)
	}
	var page bytes.Buffer
	if err := b.HTML(&page); err != nil || !strings.Contains(page.String(), "texts are kept for 30d") {
		t.Error("the page does not say why the text is gone", err)
	}
}

func TestWhatIsOldEnoughGoesAndTheChainHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	const n = 40
	s := talkative(t, path, n)
	open := spoken(n)
	open.Event.Time, open.Created = start.Add(5*day), start.Add(5*day)
	open.State, open.Due = review.Open, open.Created.Add(time.Hour)
	record(t, s, open, decided(open)...)
	young := spoken(1000)
	record(t, s, young, decided(young)...)
	old, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	first := sweep(t, s, start.Add((180+20)*day))
	if first.Ledger.Cases != 20 || first.Ledger.Entries == 0 {
		t.Errorf("%+v", first)
	}
	r := audit(t, s)
	if r.Start.Seq == 0 || len(r.Prunings) == 0 || r.Cases != n-20+2 {
		t.Errorf("%+v", r)
	}
	second := sweep(t, s, start.Add(500*day))
	if second.Ledger.Cases != 20 || second.Ledger.Held[lang.T("案件待审", "it is open")] != 1 {
		t.Errorf("%+v", second)
	}
	r = audit(t, s)
	if r.Hollow == 0 || r.Cases != 2 {
		t.Errorf("the open case is kept among hollow entries: %+v", r)
	}
	if r, err := s.Audit(t.Context(), old); err != nil || len(r.Unproved) != 0 {
		t.Errorf("a head of long ago does not prove anything any more: %+v, %v", r, err)
	}
	bundled(t, s, open.ID)
	if _, err := s.Case(t.Context(), spoken(7).ID); !errors.Is(err, review.ErrNotFound) {
		t.Errorf("a case that has gone is there: %v", err)
	}
	if left := inFiles(t, path, spoken(7).ID); left > 0 {
		t.Errorf("the id of a case that has gone is there %d times", left)
	}

	q := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return start.Add(501 * day) }})
	if _, err := q.Overturn(t.Context(), open.ID, "li", "at last"); err != nil {
		t.Fatal(err)
	}
	if third := sweep(t, s, start.Add(600*day)); third.Ledger.Cases != 0 {
		t.Errorf("it was dealt with lately: %+v", third)
	}
	acts := load(t, s, open.ID).Acts
	for i := range acts {
		acts[i].State = review.Failed
	}
	if err := settle(t, s, review.Update{Case: open.ID, Acts: acts}); err != nil {
		t.Fatal(err)
	}
	if fourth := sweep(t, s, start.Add(900*day)); fourth.Ledger.Cases != 1 {
		t.Errorf("%+v", fourth)
	}
	was := r.Start.Seq
	if r = audit(t, s); r.Start.Seq <= was || r.Cases != 1 {
		t.Errorf("%+v", r)
	}
	if r, err := s.Audit(t.Context(), ledger.Head{Seq: 3}); err != nil || len(r.Unproved) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func bundled(t *testing.T, s *store.Store, id string) {
	t.Helper()
	b, err := s.Bundle(t.Context(), id, start)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.VerifyBundle(data); err != nil {
		t.Error(err)
	}
}

func TestAMembersTextsAreErasedOnRequest(t *testing.T) {
	s := talkative(t, filepath.Join(t.TempDir(), "patrol.db"), 6)
	c := spoken(4)
	ids, err := s.CasesOf(t.Context(), "qq-main", c.Event.Author.ID)
	if err != nil || !slices.Equal(ids, []string{c.ID}) {
		t.Fatal(ids, err)
	}
	how := review.Erasure{At: start.Add(7 * day), By: "li", Ground: lang.T("本人要求", "the member asks for it")}
	if erased, err := s.EraseCase(t.Context(), c.ID[:8], how); !erased || err != nil {
		t.Fatal(erased, err)
	}
	if erased, err := s.EraseCase(t.Context(), c.ID, how); erased || err != nil {
		t.Errorf("there is nothing left to erase: %v, %v", erased, err)
	}
	if got := load(t, s, c.ID); got.Erased.By != "li" || got.Event.Message.Text != "" {
		t.Errorf("%+v", got)
	}
	if r := audit(t, s); len(r.Erasures) != 1 || r.Erasures[0].By != "li" || r.Erasures[0].Ground != how.Ground {
		t.Errorf("%+v", r)
	}
	open := spoken(9)
	open.State = review.Open
	record(t, s, open, decided(open)...)
	if erased, err := s.EraseCase(t.Context(), open.ID, how); erased {
		t.Error("an open case is erased")
	} else if unsettled, ok := errors.AsType[*store.UnsettledError](err); !ok || unsettled.Case != open.ID || unsettled.Why.En != "it is open" {
		t.Errorf("an open case: %v", err)
	}
	if _, err := s.EraseCase(t.Context(), "nothing", how); !errors.Is(err, review.ErrNotFound) {
		t.Error(err)
	}
}

// TestForgeriesOfWhatIsGoneAreFound changes the file behind the store's back, as
// somebody would who can write it but can't write the chain anew.
func TestForgeriesOfWhatIsGoneAreFound(t *testing.T) {
	pristine := filepath.Join(t.TempDir(), "patrol.db")
	s := mustOpen(t, store.Config{Path: pristine, Relaxed: true})
	first, open := spoken(0), spoken(0)
	first.ID, first.State, first.Acts, first.Strike, first.Decision.Strike = "first0000000", review.Logged, nil, review.StrikeNone, nil
	open.ID, open.State = "open00000000", review.Open
	record(t, s, first, decided(first)...)
	record(t, s, open, decided(open)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = talkative(t, pristine, 32)
	sweep(t, s, start.Add(50*day))  // erases the texts of the first 20
	sweep(t, s, start.Add(190*day)) // takes the first 10 away, and erases all texts
	late := spoken(200)
	late.State = review.Acted
	record(t, s, late, decided(late)...)
	if _, err := review.NewQueue(review.Config{Store: s}).Uphold(t.Context(), late.ID, "li", "an ad"); err != nil {
		t.Fatal(err)
	}
	if r := audit(t, s); r.Start.Seq == 0 || r.Hollow == 0 || len(r.Erasures) < 2 {
		t.Fatalf("there is nothing to forge: %+v", r)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(pristine)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range forgeries(spoken(15).ID, open.ID, late.ID) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "patrol.db")
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			forge(t, path, f.statements)
			s := mustOpen(t, store.Config{Path: path, Relaxed: true})
			_, err := s.Audit(t.Context())
			if broken, ok := errors.AsType[*ledger.Broken](err); !ok || broken.Fault != f.fault {
				t.Errorf("got %v, want it %s", err, f.fault)
			}
		})
	}
}

type forgery struct {
	fault      ledger.Fault
	statements []string // sha(x), pack(x) and unpack(x) are there
}

func forgeries(erased, open, late string) map[string]forgery {
	in := func(id string) string { return " WHERE seq = (SELECT seq FROM cases WHERE id = '" + id + "')" }
	about := func(id string) string { return " case_seq = (SELECT seq FROM cases WHERE id = '" + id + "')" }
	of := func(fault ledger.Fault, statements ...string) forgery { return forgery{fault, statements} }
	return map[string]forgery{
		"another text is put in the place of an erased one": of(ledger.Altered, `UPDATE evidence SET gone = NULL, said = CAST('{"salt":"AA==","text":"hello"}' AS BLOB)`+in(erased)),
		"the digest of an erased text is changed":           of(ledger.Altered, "UPDATE evidence SET gone = sha(gone)"+in(erased)),
		"the digest of an erased text is deleted":           of(ledger.Altered, "UPDATE evidence SET gone = NULL"+in(erased)),
		"the rest of an erased case is changed":             of(ledger.Altered, "UPDATE evidence SET data = pack(CAST(replace(CAST(unpack(data) AS TEXT), 'qq-main', 'qq-mine') AS BLOB))"+in(erased)),
		"a text is changed":                                 of(ledger.Altered, "UPDATE evidence SET said = pack(CAST(replace(CAST(unpack(said) AS TEXT), 'quixotically', 'realistically') AS BLOB))"+in(late)),
		"a text is erased unsaid":                           of(ledger.Unfounded, "UPDATE evidence SET gone = sha(unpack(said)), said = NULL"+in(late)),
		"the text of an open case is erased unsaid":         of(ledger.Unfounded, "UPDATE evidence SET gone = sha(unpack(said)), said = NULL"+in(open)),
		"a ground is erased unsaid":                         of(ledger.Unfounded, "UPDATE ledger SET said = NULL WHERE said IS NOT NULL AND"+about(late)),
		"a ground is changed":                               of(ledger.Altered, "UPDATE ledger SET said = CAST(replace(CAST(said AS TEXT), 'an ad', 'no ad') AS BLOB) WHERE said IS NOT NULL AND"+about(late)),
		"a ground is put in the place of an erased one":     of(ledger.Altered, "UPDATE ledger SET said = (SELECT said FROM ledger WHERE said IS NOT NULL LIMIT 1) WHERE CAST(body AS TEXT) LIKE '%\"said\":%' AND said IS NULL AND"+about(erased)),
		"a case is deleted":                                 of(ledger.Missing, "DELETE FROM cases WHERE id = '"+late+"'"),
		"a case is slipped in":                              of(ledger.Missing, "INSERT INTO cases SELECT seq + 1000, 'forged000000', state, created, due, adapter, platform, chat, member, severity, strike, claimed_by, doing, act_due, desk, asked FROM cases WHERE id = '"+late+"'"),
		"an entry is made hollow":                           of(ledger.Unfounded, "UPDATE ledger SET digest = sha(body), body = x'', said = NULL WHERE seq = (SELECT max(seq) FROM ledger)"),
		"a hollow entry has another digest":                 of(ledger.Altered, "UPDATE ledger SET digest = sha(digest) WHERE seq = (SELECT min(seq) FROM ledger WHERE digest IS NOT NULL)"),
		"a hollow entry is deleted":                         of(ledger.Missing, "DELETE FROM ledger WHERE seq = (SELECT min(seq) FROM ledger WHERE digest IS NOT NULL)"),
		"the front is dropped unsaid": of(ledger.Unfounded,
			`UPDATE states SET value = (SELECT CAST(printf('{"seq":%d,"hash":"%s"}', seq, lower(hex(hash))) AS BLOB) FROM ledger ORDER BY seq LIMIT 1) WHERE key = 'ledger.start'`,
			"DELETE FROM ledger WHERE seq = (SELECT min(seq) FROM ledger)", "DELETE FROM cases WHERE id = '"+open+"'"),
		"where the chain begins is forgotten":     of(ledger.Missing, "DELETE FROM states WHERE key = 'ledger.start'"),
		"the entry about the erasing is deleted":  of(ledger.Missing, "DELETE FROM ledger WHERE CAST(body AS TEXT) LIKE '%\"redacted\"%' AND"+about(erased)),
		"the last entry is cut off with the text": of(ledger.Unfounded, "UPDATE evidence SET gone = sha(unpack(said)), said = NULL"+in(late), "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)"),
	}
}

// forge executes the statements on the file.
func forge(t *testing.T, path string, statements []string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		result, err := db.ExecContext(t.Context(), statement)
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s changes nothing: %v", statement, err)
		}
	}
}

// How retention treats each table.
const (
	goes   = "goes with its case, or has its texts erased"
	brief  = "goes by itself when it is of no use any more"
	nobody = "has nothing about members of chats"
)

var kept = map[string]string{
	"cases": goes, "evidence": goes, "acts": goes, "case_rules": goes, "case_texts": goes, "strikes": goes, "verdicts": goes, "reports": goes,
	"decisions": goes, "samples": goes, "ledger": goes, "texts_left": goes, "cases_left": goes,
	"waiting": brief, "alike": brief, "brakes": brief, "brake_holds": brief, "undos": brief, "appeal_tokens": brief, "kept_reports": brief, "sessions": brief,
	"states": nobody, "tallies": nobody, "views": nobody, "view_homes": nobody, "reviewers": nobody, "reviewer_chats": nobody, "second_factors": nobody, "recovery_codes": nobody, "tokens": nobody,
	"goose_db_version": nobody,
}

// TestEveryTableIsConsidered makes whoever adds a table say how long it keeps what.
func TestEveryTableIsConsidered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	mustOpen(t, store.Config{Path: path})
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'case_texts_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if seen++; kept[name] == "" {
			t.Errorf("nobody said what retention does with the table %s: add it to kept, and to deleteCase where it is about cases", name)
		}
	}
	if err := rows.Err(); err != nil || seen != len(kept) {
		t.Errorf("%d tables, and %d are known: %v", seen, len(kept), err)
	}
}
