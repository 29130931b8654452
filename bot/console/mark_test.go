package console

import (
	"bytes"
	"encoding/hex"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"patrol/rules"
	"patrol/rules/lang"
)

func span(start, end int, name string) named {
	return named{rules.Span{Start: start, End: end}, name}
}

func TestMark(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		spans []named
		want  []piece
	}{
		{"nothing hit", "hello", nil, []piece{{Text: "hello"}}},
		{"empty text", "", []named{span(0, 1, "a")}, nil},
		{"one span in the middle", "abcd", []named{span(1, 3, "r")}, []piece{{Text: "a"}, {Text: "bc", Hits: []string{"r"}}, {Text: "d"}}},
		{"overlapping spans share their middle", "abcdef", []named{span(0, 4, "r1"), span(2, 6, "r2")},
			[]piece{{Text: "ab", Hits: []string{"r1"}}, {Text: "cd", Hits: []string{"r1", "r2"}}, {Text: "ef", Hits: []string{"r2"}}}},
		{"a span within another", "abcd", []named{span(0, 4, "out"), span(1, 2, "in")},
			[]piece{{Text: "a", Hits: []string{"out"}}, {Text: "b", Hits: []string{"in", "out"}}, {Text: "cd", Hits: []string{"out"}}}},
		{"the same rule twice is named once", "ab", []named{span(0, 2, "r"), span(0, 2, "r")}, []piece{{Text: "ab", Hits: []string{"r"}}}},
		{"touching spans stay apart", "abcd", []named{span(0, 2, "r"), span(2, 4, "s")}, []piece{{Text: "ab", Hits: []string{"r"}}, {Text: "cd", Hits: []string{"s"}}}},
		{"a span through a character covers it", "加微信", []named{span(1, 4, "r")}, []piece{{Text: "加微", Hits: []string{"r"}}, {Text: "信"}}},
		{"spans outside and empty ones are left out", "ab", []named{span(-1, 1, "x"), span(1, 1, "y"), span(2, 9, "z"), span(2, 1, "w")}, []piece{{Text: "ab"}}},
		{"a span beyond the end is cut", "ab", []named{span(1, 99, "r")}, []piece{{Text: "a"}, {Text: "b", Hits: []string{"r"}}}},
		{"a zero-width space inside a hit", "加\u200b微", []named{span(0, 9, "r")},
			[]piece{{Text: "加", Hits: []string{"r"}}, {Text: "\u200b", Label: "ZWSP", Hits: []string{"r"}}, {Text: "微", Hits: []string{"r"}}}},
		{"broken bytes are shown as such", "a\xff\xe5b", nil, []piece{{Text: "a"}, {Text: "\xff", Label: `\xFF`}, {Text: "\xe5", Label: `\xE5`}, {Text: "b"}}},
		{"the character that stands for broken ones is none", "\ufffd", nil, []piece{{Text: "\ufffd"}}},
		{"bidi controls", "\u202eabc\u2069", nil, []piece{{Text: "\u202e", Label: "RLO"}, {Text: "abc"}, {Text: "\u2069", Label: "PDI"}}},
		{"a joined emoji hides nothing", "👩\u200d🚀❤\ufe0f1\ufe0f\u20e3", nil, []piece{{Text: "👩\u200d🚀❤\ufe0f1\ufe0f\u20e3"}}},
		{"a joiner between letters does", "微\u200d信", nil, []piece{{Text: "微"}, {Text: "\u200d", Label: "ZWJ"}, {Text: "信"}}},
		{"line ends and wide spaces are ordinary", "a\nb\tc\u3000d", nil, []piece{{Text: "a\nb\tc\u3000d"}}},
		{"controls are not", "a\x00\r\x1b[31m", nil, []piece{{Text: "a"}, {Text: "\x00", Label: "NUL"}, {Text: "\r", Label: "CR"}, {Text: "\x1b", Label: "ESC"}, {Text: "[31m"}}},
		{"what has no name goes by number", "\U000e0041\u17b4", nil, []piece{{Text: "\U000e0041", Label: "U+E0041"}, {Text: "\u17b4", Label: "U+17B4"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, mark(c.text, c.spans)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestClippedShowsWhatWasHit(t *testing.T) {
	text := strings.Repeat("前", 5000) + "加微信" + strings.Repeat("后", 5000)
	at := strings.Index(text, "加")
	pieces, more := clipped(text, []named{span(at, at+9, "ads")}, forCase)
	if !more {
		t.Fatal("ten thousand characters were shown whole")
	}
	var shown, hit string
	left := 0
	for _, p := range pieces {
		left += p.Gap
		shown += p.Text
		if len(p.Hits) > 0 {
			hit += p.Text
		}
	}
	if hit != "加微信" {
		t.Errorf("the marked part is %q", hit)
	}
	if got := utf8.RuneCountInString(shown) + left; got != utf8.RuneCountInString(text) {
		t.Errorf("%d characters shown or counted, the text has %d", got, utf8.RuneCountInString(text))
	}
	if !strings.HasPrefix(text, pieces[0].Text) || pieces[1].Gap == 0 {
		t.Errorf("the text does not begin with its beginning and a gap: %+v", pieces[:2])
	}
}

func TestClippedLeavesShortTextsWhole(t *testing.T) {
	if pieces, more := clipped("短消息", nil, forCase); more || len(pieces) != 1 {
		t.Errorf("got %+v, more %v", pieces, more)
	}
}

// shown is the pieces as a page has them.
func shown(t testing.TB, looks looks, pieces []piece) string {
	t.Helper()
	var out bytes.Buffer
	if err := looks[lang.En]["case"].ExecuteTemplate(&out, "pieces", pieces); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func mustLoadLooks(t testing.TB) looks {
	t.Helper()
	files, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	looks, err := loadLooks(files)
	if err != nil {
		t.Fatal(err)
	}
	return looks
}

var (
	hiddenMark = regexp.MustCompile(`<span class="hid(?: hit)?" data-raw="([0-9a-f]*)" title="[^"<>]*">[^<>]*</span>`)
	hitMark    = regexp.MustCompile(`<mark title="[^"<>]*">|</mark>`)
)

// unmarked is what remains of a shown text when the marks are taken away and the
// hidden characters are put back.
func unmarked(t testing.TB, page string) string {
	t.Helper()
	var out strings.Builder
	for page != "" {
		at := hiddenMark.FindStringSubmatchIndex(page)
		plain := page
		if at != nil {
			plain = page[:at[0]]
		}
		plain = hitMark.ReplaceAllString(plain, "")
		if strings.ContainsAny(plain, "<>\"") {
			t.Fatalf("markup that is no mark: %q", plain)
		}
		out.WriteString(html.UnescapeString(plain))
		if at == nil {
			break
		}
		raw, err := hex.DecodeString(page[at[2]:at[3]])
		if err != nil {
			t.Fatal(err)
		}
		out.Write(raw)
		page = page[at[1]:]
	}
	return out.String()
}

func FuzzMark(f *testing.F) {
	f.Add("加\u200b薇信", "ads", 0, 6, 3, 9)
	f.Add(`<script>alert(1)</script>"><img src=x onerror=alert(1)>`, "<b>", 3, 200, -5, 7)
	f.Add("a\xff\x00\u202e&amp;<mark>'\"`", "x", 1, 2, 2, 1)
	f.Add("👩\u200d🚀\ufe0f\r\n\t", "\xff", 0, 1, 0, 1)
	f.Add(strings.Repeat("长文本", 2000), "r", 6000, 6010, 100, 12000)
	looks := mustLoadLooks(f)
	f.Fuzz(func(t *testing.T, text, name string, a, b, c, d int) {
		spans := []named{span(a, b, name), span(c, d, name+"2"), span(a, d, "r")}
		pieces := mark(text, spans)
		var whole strings.Builder
		at := 0
		for _, p := range pieces {
			whole.WriteString(p.Text)
			for _, s := range spans {
				covered := s.Start >= 0 && s.Start < at+len(p.Text) && s.End > at && s.Start < s.End
				named := false
				for _, n := range p.Hits {
					named = named || n == s.Name
				}
				if covered && !named {
					t.Errorf("%q at %d is covered by %+v and does not say so", p.Text, at, s)
				}
			}
			at += len(p.Text)
		}
		if whole.String() != text {
			t.Fatalf("the pieces make %q, the text is %q", whole.String(), text)
		}
		if got := unmarked(t, shown(t, looks, pieces)); got != text {
			t.Fatalf("the page says %q, the text is %q", got, text)
		}
		short, more := clipped(text, spans, forCase)
		left := 0
		for _, p := range short {
			left += p.Gap + utf8.RuneCountInString(p.Text)
		}
		if left != utf8.RuneCountInString(text) && utf8.ValidString(text) {
			t.Fatalf("shown and left out make %d characters of %d", left, utf8.RuneCountInString(text))
		}
		if more != (len(short) != len(pieces)) && !more {
			t.Fatalf("nothing is left out, and yet %d pieces are not %d", len(short), len(pieces))
		}
	})
}
