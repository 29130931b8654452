package fold

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFoldTable(t *testing.T) {
	tests := []struct{ name, text, drop, keep string }{
		{"nothing stays nothing", "", "", ""},
		{"ASCII goes to lower case", "Hello World 42", "helloworld42", "hello world 42"},
		{"ASCII of every length is whole", "abcdefghIJKLMNOPqrst", "abcdefghijklmnopqrst", "abcdefghijklmnopqrst"},
		{"plain Chinese stays", "加微信领红包", "加微信领红包", "加微信领红包"},
		{"spaces between characters go", "加 薇 信", "加薇信", "加 薇 信"},
		{"full-width letters become plain", "Ｖｘ：ａｂｃ１２３", "vxabc123", "vx:abc123"},
		{"circled and mathematical characters become plain", "①②㊀𝟭𝐕𝓧Ⓐ", "12一1vxa", "12一1vxa"},
		{"filled circles and squares become plain", "❶⓫➓🅥🆇", "11110vx", "11110vx"},
		{"an emoji between letters goes", "v❤️x👍🏽y", "vxy", "v❤x👍🏽y"},
		{"hidden characters go even when separators stay", "赌\u200b博\u2060网\ufeff站\u00ad", "赌博网站", "赌博网站"},
		{"tags and bidi controls go", "a\u202eb\U000E0041c", "abc", "abc"},
		{"diacritics go, composed or not", "Crème brûle\u0301e", "cremebrulee", "creme brulee"},
		{"diacritics go from Chinese too", "加\u0336微\u0336信", "加微信", "加微信"},
		{"Cyrillic and Greek lose accents", "Ёлка йод Ὀδυσσεύς", "eлkauoдoδuooeuo", "елка иод οδυσσευσ"},
		{"letters that look like Latin ones become those", "раураl ѕһօр crγpτο ᴡᴇ", "paypalshopcryptowe", "раураl ѕһօр crγpτο ᴡᴇ"},
		{"letters look alike in both cases", "МОСКВА москва", "mockbamockba", "москва москва"},
		{"traditional and Japanese characters become simplified", "賭博網站 売発", "赌博网站卖发", "赌博网站 卖发"},
		{"squared characters and radicals become plain ones", "🈵⻅囗亽", "满见口人", "满⻅口人"},
		{"strokes that only separate go", "加丶微丨信", "加微信", "加丶微丨信"},
		{"digits of all scripts become ASCII", "١٣٨ ४५", "13845", "138 45"},
		{"dakuten stays and composes", "か\u3099ｶﾞガ", "がガガ", "がガガ"},
		{"dakuten composes over a dropped space", "か \u3099", "が", "か \u3099"},
		{"Hangul letters compose", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글", "한글"},
		{"Thai and Hindi keep their marks", "สวัสดีครับ नमस्ते", "สวัสดีครับनमस्ते", "สวัสดีครับ नमस्ते"},
		{"Arabic loses points but keeps hamza", "مَرْحَبًا أهـــلا", "مرحباأهلا", "مرحبا أهلا"},
		{"one character may become many", "㍿½ﬃßﷺ", "株式会社12ffissصلىاللهعليهوسلم", "株式会社1⁄2ffissصلى الله عليه وسلم"},
		{"digits stay and symbols go", "+v 138-0013-8000 @x", "v13800138000x", "+v 138-0013-8000 @x"},
		{"line breaks go", "加\r\n微\n信", "加微信", "加\r\n微\n信"},
		{"both cases of Cherokee fold to the upper", "ꭰᎠᏸᏰ", "ᎠᎠᏰᏰ", "ᎠᎠᏰᏰ"},
		{"bytes that are not UTF-8 count as U+FFFD", "a\xff\xe5\x8a", "a", "a\uFFFD\uFFFD\uFFFD"},
		{"a broken character does not swallow what follows", "\xe5\x8aab加", "ab加", "\uFFFD\uFFFDab加"},
	}
	drop, keep := New(Options{}), New(Options{Separators: Keep})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := drop.Word(tt.text); got != tt.drop {
				t.Errorf("Drop: %q, want %q", got, tt.drop)
			}
			if got := keep.Word(tt.text); got != tt.keep {
				t.Errorf("Keep: %q, want %q", got, tt.keep)
			}
		})
	}
}

func TestEveryCharacterFoldsAsInTheReference(t *testing.T) {
	for _, sep := range []Separators{Drop, Keep} {
		f := New(Options{Separators: sep})
		var text Text
		changed := 0
		for r := rune(0); r <= unicode.MaxRune; r++ {
			if !utf8.ValidRune(r) {
				continue
			}
			s := string(r)
			f.Fold(&text, s)
			if text.String() != s {
				changed++
			}
			if r >= 0x20000 && r < 0x2F800 || r >= 0x30000 && r < 0xE0000 || r >= 0xE2000 {
				// The reference is slow, and here are only ideographs and unassigned characters.
				if text.String() != s && (sep == Keep || text.String() != "") {
					t.Errorf("%U folds to %q", r, text.String())
				}
				continue
			}
			if want := reference(s, sep); text.String() != want {
				t.Errorf("%U %q folds to %q, want %q", r, s, text.String(), want)
			}
			if once := strings.Clone(text.String()); f.Word(once) != once {
				t.Errorf("%U %q folds to %q and that to %q", r, s, once, f.Word(once))
			}
		}
		if changed < 9000 {
			t.Errorf("only %d characters change", changed)
		}
	}
}

// checkText fails unless text holds the fold of s as the reference has it, and a
// sound way back.
func checkText(t interface {
	Helper()
	Fatalf(string, ...any)
}, f *Folder, text *Text, s string, sep Separators) {
	t.Helper()
	f.Fold(text, s)
	folded := strings.Clone(text.String())
	if want := reference(s, sep); folded != want {
		t.Fatalf("%v: %+q folds to\n     %+q,\nwant %+q", sep, s, folded, want)
	}
	if text.Original() != s {
		t.Fatalf("original is %q, want %q", text.Original(), s)
	}
	valid := utf8.ValidString(s)
	before := 0
	for at, r := range folded {
		from, to := text.Span(at, at+utf8.RuneLen(r))
		if from < before || to <= from || to > len(s) {
			t.Fatalf("%v: %+q: character %d has span %d to %d after %d", sep, s, at, from, to, before)
		}
		if valid && (!utf8.RuneStart(s[from]) || to < len(s) && !utf8.RuneStart(s[to])) {
			t.Fatalf("%v: %+q: character %d has span %d to %d, which cuts one", sep, s, at, from, to)
		}
		before = from
	}
	if folded != "" {
		from, to := text.Span(0, len(folded))
		if again := reference(s[from:to], sep); again != folded {
			t.Fatalf("%v: the whole of %+q spans %d to %d, which folds to %+q", sep, s, from, to, again)
		}
	}
	if again := f.Word(folded); again != folded {
		t.Fatalf("%v: %+q folds to %+q and that to %+q", sep, s, folded, again)
	}
}

func TestFoldAgreesWithReference(t *testing.T) {
	for _, sep := range []Separators{Drop, Keep} {
		f := New(Options{Separators: sep})
		var text Text
		rapid.Check(t, func(t *rapid.T) {
			checkText(t, f, &text, chatter().Draw(t, "text"), sep)
		})
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "加 Ｖ❤信", "Crème bru\u0302le\u0301e", "か \u3099\u3099", "\u1112\u1161\u11ab", "ﷺ½", "\xe5\x8aab", "\u0f71\u0f73\u0f71", "\u1aee\xff"} {
		f.Add(s)
	}
	var texts [2]Text
	folders := [2]*Folder{New(Options{}), New(Options{Separators: Keep})}
	f.Fuzz(func(t *testing.T, s string) {
		for k, sep := range []Separators{Drop, Keep} {
			checkText(t, folders[k], &texts[k], s, sep)
		}
	})
}

func TestFoldAllocatesNothingOnceWarm(t *testing.T) {
	lines := []string{"加 Ｖ❤信，领红包！", "Hello World, this is PLAIN text", "Crème brûlée", "สวัสดีครับ", "か\u3099", strings.Repeat("ﷺ", 40)}
	for _, sep := range []Separators{Drop, Keep} {
		f := New(Options{Separators: sep})
		var text Text
		for _, line := range lines {
			f.Fold(&text, line)
		}
		for _, line := range lines {
			if strings.Contains(line, "\u3099") {
				continue // composing may allocate inside x/text
			}
			if n := testing.AllocsPerRun(100, func() { f.Fold(&text, line) }); n != 0 {
				t.Errorf("%v: %q: %v allocations", sep, line, n)
			}
		}
	}
}
