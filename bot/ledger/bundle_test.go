package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/rules"
	"patrol/rules/lang"
)

var update = flag.Bool("update", false, "write the golden files anew")

const caseID = "qtvc4pn47gfq"

// hostile is a message that tries to leave its place.
const hostile = "</blockquote><script>alert(1)</script> 加\u200b微信 \u202eabc\x00 <img src=x onerror=alert(2)>"

// recordedCase is a case as the store would have it; with text "" without anything
// that tells what was said.
func recordedCase(t testing.TB, text, state string) []byte {
	t.Helper()
	hit := rules.Hit{Rule: "ads", Title: lang.T("广告", "ad"), Severity: rules.Major}
	if text != "" {
		hit.Signals = []rules.Signal{{Word: "加微信", Span: rules.Span{Start: strings.Index(text, "加"), End: strings.Index(text, "信") + 3}}}
	}
	data, err := ledger.Canonical(&struct {
		ID      string        `json:"id"`
		State   string        `json:"state"`
		Event   chat.Event    `json:"event"`
		Verdict rules.Verdict `json:"verdict"`
		Ground  string        `json:"ground"`
		Acts    []any         `json:"acts"`
		Remarks []any         `json:"remarks"`
	}{
		Acts: []any{map[string]any{"state": "failed", "settled": time.Unix(1772366460, 0).UTC(), "error": "<em>refused</em>",
			"action": chat.Action{Verb: chat.Mute, For: 10 * time.Minute}}},
		Remarks: []any{map[string]any{"by": "<s>wu</s>", "at": time.Unix(1772366470, 0).UTC(), "text": "<q>again</q>"}},
		ID:      caseID, State: state, Ground: "<b>spam</b>",
		Event: chat.Event{ID: "m1", Platform: "qq", Adapter: "qq-main", Chat: "1001", Author: chat.Member{ID: "7", Name: "<i>小明</i>"},
			Message: chat.Message{Text: text}, Time: time.Unix(1772366400, 0).UTC()},
		Verdict: rules.Verdict{Set: "3f2a", Hits: []rules.Hit{hit}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// salt is random in real life.
var salt = []byte("0123456789abcdef")

// saidIn are the texts of that case.
func saidIn(t testing.TB, text string) []byte {
	t.Helper()
	data, err := ledger.Canonical(&struct {
		Salt []byte `json:"salt"`
		Text string `json:"text"`
	}{salt, text})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// erasedBundle is bundleOf once the texts of the case were erased, which entry 10
// says; after that, somebody has written something again.
func erasedBundle(t testing.TB) *ledger.Bundle {
	t.Helper()
	b := bundleOf(t)
	b.Gone, b.Said = ledger.Sum([]byte(b.Said)), ""
	b.Standing = recordedCase(t, "", "upheld")
	for i := range b.Links {
		b.Links[i].Said = ""
	}
	for _, e := range []ledger.Entry{
		{Kind: ledger.Redacted, Actor: ledger.Bot, Ground: lang.T("文字保存期 30 天已过", "texts are kept for 30 days")},
		{Kind: ledger.Upheld, Actor: "li", Ground: lang.T("再看一遍", "looked again")},
	} {
		e.At, e.Case, e.Salt = time.Unix(1774958400, 0), caseID, salt
		draft, err := ledger.Prepare(e)
		if err != nil {
			t.Fatal(err)
		}
		var r ledger.Record
		r, b.Head = b.Head.Append(draft)
		b.Links = append(b.Links, ledger.Link{Seq: r.Seq, Body: string(r.Body), Said: string(r.Said)})
	}
	return b
}

// bundleOf is a bundle over a chain in which the case has entries 3, 5 and 6 of 9.
func bundleOf(t testing.TB) *ledger.Bundle {
	t.Helper()
	recorded, said := recordedCase(t, "", "open"), saidIn(t, hostile)
	var (
		head   ledger.Head
		before ledger.Head
		chain  []ledger.Record
	)
	for seq := 1; seq <= 9; seq++ {
		e := ledger.Entry{At: time.Unix(1772366400+int64(seq), 0), Kind: ledger.Done, Actor: ledger.Bot, Case: "other0000000", Chat: "qq-main/2002"}
		switch seq {
		case 3:
			e = ledger.Entry{At: e.At, Kind: ledger.Decided, Actor: ledger.Bot, Case: caseID, Digest: ledger.Commit(ledger.Sum(recorded), ledger.Sum(said)).String()}
			before = head
		case 5, 6:
			e = ledger.Entry{At: e.At, Kind: ledger.Upheld, Actor: "<u>li</u>", Case: caseID, Ground: lang.T("<b>广告</b>", "<b>ad</b>"), Salt: salt}
		}
		draft, err := ledger.Prepare(e)
		if err != nil {
			t.Fatal(err)
		}
		var r ledger.Record
		if r, head = head.Append(draft); seq >= 3 {
			chain = append(chain, r)
		}
	}
	b, err := ledger.NewBundle(ledger.Material{
		Case: caseID, Made: time.Unix(1772370000, 0), Recorded: recorded, Said: said, Standing: recordedCase(t, hostile, "upheld"), Before: before, Records: records(chain),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func jsonOf(t testing.TB, b *ledger.Bundle) []byte {
	t.Helper()
	data, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestABundleVerifiesFromItsJSONAlone(t *testing.T) {
	b := bundleOf(t)
	got, err := ledger.VerifyBundle(jsonOf(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if got.Head != b.Head || got.Head.Seq != 9 || len(got.Links) != 5 {
		t.Fatalf("got %+v", got)
	}
	if bytes.Contains(jsonOf(t, b), []byte("2002")) {
		t.Fatal("the bundle gives away what is about other cases")
	}
}

func TestABundleWithADamageDoesNotVerify(t *testing.T) {
	damages := map[string]func(b *ledger.Bundle){
		"the case as recorded is rewritten":     func(b *ledger.Bundle) { b.Recorded = strings.Replace(b.Recorded, "qq-main", "qq-mine", 1) },
		"an entry is left out":                  func(b *ledger.Bundle) { b.Links = append(b.Links[:2], b.Links[3:]...) },
		"a body is rewritten":                   func(b *ledger.Bundle) { b.Links[2].Body = strings.Replace(b.Links[2].Body, "li", "wu", 1) },
		"a digest of another entry is changed":  func(b *ledger.Bundle) { b.Links[1].Digests[0][5] ^= 1 },
		"the end is cut off":                    func(b *ledger.Bundle) { b.Links = b.Links[:3] },
		"the beginning is changed":              func(b *ledger.Bundle) { b.Before.Hash[0] ^= 1 },
		"two entries change places":             func(b *ledger.Bundle) { b.Links[2], b.Links[3] = b.Links[3], b.Links[2] },
		"two bodies change places":              func(b *ledger.Bundle) { b.Links[2].Body, b.Links[3].Body = b.Links[3].Body, b.Links[2].Body },
		"it is passed off as another case":      func(b *ledger.Bundle) { b.Case = "other0000000" },
		"what stands now is of another case":    func(b *ledger.Bundle) { b.Standing = json.RawMessage(`{"id":"other0000000"}`) },
		"a link has a body and digests":         func(b *ledger.Bundle) { b.Links[2].Digests = []ledger.Hash{{}} },
		"a link is empty":                       func(b *ledger.Bundle) { b.Links[1].Digests = nil },
		"what the case says is rewritten":       func(b *ledger.Bundle) { b.Said = strings.Replace(b.Said, "加", "减", 1) },
		"what the case says is left out":        func(b *ledger.Bundle) { b.Said = "" },
		"it is called erased and was not":       func(b *ledger.Bundle) { b.Gone, b.Said = ledger.Sum([]byte(b.Said)), "" },
		"a ground is rewritten":                 func(b *ledger.Bundle) { b.Links[2].Said = strings.Replace(b.Links[2].Said, "ad", "no", 1) },
		"a ground is left out":                  func(b *ledger.Bundle) { b.Links[2].Said = "" },
		"its format is not known":               func(b *ledger.Bundle) { b.Format = "patrol-evidence/2" },
		"a chain from nowhere claims to be new": func(b *ledger.Bundle) { b.Before.Seq = 0 },
	}
	for name, do := range damages {
		t.Run(name, func(t *testing.T) {
			b := bundleOf(t)
			do(b)
			if _, err := ledger.VerifyBundle(jsonOf(t, b)); !errors.Is(err, ledger.ErrBundle) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestAnErasedBundleVerifiesAndSaysWhatIsGone(t *testing.T) {
	whole := bundleOf(t)
	b := erasedBundle(t)
	data := jsonOf(t, b)
	if bytes.Contains(data, []byte("微信")) || bytes.Contains(data, []byte("&lt;b&gt;ad")) || bytes.Contains(data, []byte(`u003cb\u003ead`)) {
		t.Fatal("the bundle still has the text")
	}
	got, err := ledger.VerifyBundle(data)
	if err != nil {
		t.Fatal(err)
	}
	erasures, err := got.Erasures()
	if err != nil || len(erasures) != 1 || erasures[0].Seq != 10 || erasures[0].Ground.En != "texts are kept for 30 days" {
		t.Fatal(erasures, err)
	}
	if got.Gone != ledger.Sum([]byte(whole.Said)) {
		t.Fatal("an older copy can't be proved any more")
	}
	var page bytes.Buffer
	if err := got.HTML(&page); err != nil || !strings.Contains(page.String(), "What people wrote was erased") || !strings.Contains(page.String(), "kept for 30 days") ||
		strings.Count(page.String(), `<i>已删除 <span class="en">erased</span></i>`) != 2 {
		t.Fatal("the page does not say that the text is gone", err)
	}
	golden(t, "erased.golden.json", data)
}

func TestAnErasedBundleWithADamageDoesNotVerify(t *testing.T) {
	whole := bundleOf(t)
	for name, do := range map[string]func(b *ledger.Bundle){
		"another text is put in its place":          func(b *ledger.Bundle) { b.Said, b.Gone = string(saidIn(t, "hello")), ledger.Hash{} },
		"the text is put back":                      func(b *ledger.Bundle) { b.Said, b.Gone = whole.Said, ledger.Hash{} },
		"there is the text and what was erased":     func(b *ledger.Bundle) { b.Said = whole.Said },
		"the digest of what was erased is another":  func(b *ledger.Bundle) { b.Gone[7] ^= 1 },
		"the digest of what was erased is left out": func(b *ledger.Bundle) { b.Gone = ledger.Hash{} },
		"a ground is put back":                      func(b *ledger.Bundle) { b.Links[2].Said = whole.Links[2].Said },
		"another ground is put in its place":        func(b *ledger.Bundle) { b.Links[2].Said = b.Links[len(b.Links)-1].Said },
		"a ground that was given later is gone":     func(b *ledger.Bundle) { b.Links[len(b.Links)-1].Said = "" },
		"the entry about it is rewritten":           func(b *ledger.Bundle) { l := &b.Links[len(b.Links)-2]; l.Body = strings.Replace(l.Body, "30", "90", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			b := erasedBundle(t)
			do(b)
			if _, err := ledger.VerifyBundle(jsonOf(t, b)); !errors.Is(err, ledger.ErrBundle) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// Changing one byte of the file either breaks the bundle or changes only what the
// chain does not vouch for: how the JSON is laid out, the method, when it was made,
// the case as it stands.
func TestAnyByteThatTheChainVouchesForIsGuarded(t *testing.T) {
	whole := bundleOf(t)
	data := jsonOf(t, whole)
	rapid.Check(t, func(r *rapid.T) {
		changed := bytes.Clone(data)
		changed[rapid.IntRange(0, len(data)-1).Draw(r, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(r, "bits"))
		got, err := ledger.VerifyBundle(changed)
		if err != nil {
			return
		}
		if got.Recorded != whole.Recorded || got.Said != whole.Said || got.Gone != whole.Gone || got.Head != whole.Head || got.Before != whole.Before || got.Case != whole.Case || fmt.Sprint(got.Links) != fmt.Sprint(whole.Links) {
			r.Fatal("a change went unnoticed")
		}
	})
}

func FuzzVerifyBundle(f *testing.F) {
	f.Add(jsonOf(f, bundleOf(f)))
	f.Add(jsonOf(f, erasedBundle(f)))
	f.Add([]byte(`{"format":"patrol-evidence/1","links":[{"seq":1}],"standing":{}}`))
	f.Add([]byte(`{"format":"patrol-evidence/1","links":[{"seq":1,"body":"null"}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ledger.VerifyBundle(data)
		if err != nil {
			return
		}
		// What verifies can also be shown.
		_ = b.HTML(new(bytes.Buffer))
		again, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.VerifyBundle(again); err != nil {
			t.Fatalf("verified once, but not when written again: %v", err)
		}
	})
}

func TestThePageEscapesEverythingAndMarksTheHit(t *testing.T) {
	var page bytes.Buffer
	if err := bundleOf(t).HTML(&page); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<script", "<img", "<u>", "<b>", "<i>", "<em>", "<s>", "<q>", "\u202e", "\x00", "\u200b"} {
		if strings.Contains(page.String(), never) {
			t.Errorf("the page contains %q", never)
		}
	}
	for _, always := range []string{"<mark>加⟦U&#43;200B⟧微信</mark>", "⟦U&#43;202E⟧", "&lt;script&gt;", "维持 / upheld", "SHA-256", "禁言 / mute 10m0s", "&lt;q&gt;again"} {
		if !strings.Contains(page.String(), always) {
			t.Errorf("the page lacks %q", always)
		}
	}
	golden(t, "page.golden.html", page.Bytes())
}

// The bundle is a format that outsiders write programs for.
func TestTheFormOfABundleDoesNotChange(t *testing.T) {
	golden(t, "bundle.golden.json", jsonOf(t, bundleOf(t)))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s is not what it was: look at the difference, then run with -update", path)
	}
}
