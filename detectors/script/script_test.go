package script_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"patrol/detectors/script"
)

func Example() {
	signs := script.Look("加 𝐕ⓧ：ａbc，车͇队͇")
	for kind := range script.Kinds {
		if s := signs[kind]; s.Count > 0 {
			fmt.Println(kind, s.Count)
		}
	}
	// Output:
	// styled 1
	// circled 1
	// wide 1
	// marks 2
}

func TestLook(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing shows nothing", "", ""},
		{"plain Chinese and English show nothing", "明天下午三点 meet me, OK？", ""},
		{"a zero-width space in a word is hidden", "加\u200b微\u200b信", "hidden 2"},
		{"a byte-order mark at the start is dirt", "\ufeff大家好", ""},
		{"a zero-width space at the end is dirt", "大家好\u200b", ""},
		{"a zero-width space beside punctuation is dirt", "好，\u200b走", ""},
		{"an override of the direction is hidden", "加\u202e信微", "hidden 1"},
		{"tags are hidden", "a\U000E0041b", "hidden 1"},
		{"an emoji's joiner is none", "👨\u200d👩\u200d👧 ok", ""},
		{"a keycap is none", "1\ufe0f\u20e3 先签到", ""},
		{"Persian needs its zero-width characters", "می\u200cخواهم", ""},
		{"mathematical letters are styled", "𝐕𝐗𝟭𝟮", "styled 4"},
		{"small capitals are styled", "ᴠɪᴘ", "styled 3"},
		{"degrees and numbers are units", "20℃ №5 Ω™", ""},
		{"circled digits are circled", "①②🅥⒜㊀", "circled 5"},
		{"square metres are not circled", "90㎡ 5㎏", ""},
		{"flags are not circled", "🇨🇳 加油", ""},
		{"full-width letters are wide", "ｖＸ", "wide 2"},
		{"full-width punctuation is not", "好的，！？（１２）", ""},
		{"a mark on Chinese is one", "车͇队͇", "marks 2"},
		{"an accent is none", "cafe\u0301 й", ""},
		{"stacked marks are", "Z\u0301\u0302\u0303", "marks 2"},
		{"Latin with a Cyrillic a is mixed", "pаypal", "mixed 1"},
		{"Russian is not", "привет, как дела", ""},
		{"a compound of both is not", "IT-отдел, VPNщик", ""},
		{"Greek and Latin looking alike are mixed", "ΑPPLΕ", "mixed 1"},
		{"runes are stray", "资源ᚰᚠ", "stray 2"},
		{"kana and Hangul are not", "こんにちは 안녕", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tell(script.Look(tt.text)); got != tt.want {
				t.Errorf("%q shows %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func tell(signs script.Signs) string {
	var all []string
	for kind := range script.Kinds {
		if n := signs[kind].Count; n > 0 {
			all = append(all, fmt.Sprint(kind, " ", n))
		}
	}
	return strings.Join(all, ", ")
}

func TestSpansMarkTheSigns(t *testing.T) {
	text := "加 𝐕X 𝐖，以上"
	s := script.Look(text)[script.Styled]
	if got := text[s.Start:s.End]; got != "𝐕X 𝐖" {
		t.Errorf("marked %q", got)
	}
}

func TestNames(t *testing.T) {
	for kind := range script.Kinds {
		if got, ok := script.Parse(kind.String()); !ok || got != kind {
			t.Errorf("%v parses as %v, %v", kind, got, ok)
		}
	}
	if _, ok := script.Parse("unknown"); ok {
		t.Error("unknown is a kind")
	}
}

func TestLookAllocatesNothing(t *testing.T) {
	text := strings.Repeat("今天𝐕 hello п\u200bр ① ", 20)
	if n := testing.AllocsPerRun(10, func() { script.Look(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzLook(f *testing.F) {
	for _, seed := range []string{"", "加\u200b微", "pаypal", "\xff\u200b\xfe", "Z\u0301\u0302", "𝐕ⓧ\u202e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for kind, s := range script.Look(text) {
			if s.Count == 0 {
				if s != (script.Sign{}) {
					t.Errorf("%v: %+v without a count", script.Kind(kind), s)
				}
				continue
			}
			if s.Start < 0 || s.End <= s.Start || s.End > len(text) || s.Count > utf8.RuneCountInString(text) {
				t.Errorf("%v: %+v in %d bytes", script.Kind(kind), s, len(text))
			}
		}
	})
}

func BenchmarkLook(b *testing.B) {
	for _, text := range []string{"can someone review my patch? it's only 20 lines", "我昨天去看了那个电影，真的很不错，推荐你们也去看看"} {
		b.Run(text[:3], func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				script.Look(text)
			}
		})
	}
}
