package fold

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRewrite(t *testing.T) {
	tests := []struct {
		name, text string
		how        Reading
		want       string // without fillers
	}{
		{"digits among letters", "n1gg3r k1ll", Letters, "nigger kill"},
		{"signs among letters", "V!@GR4 $ex!", Letters, "ViaGRa sex!"},
		{"1 as l", "kil1 a11", Ells, "kill all"},
		{"numbers stay", "at 10:45, 3 of 5!", Letters, "at 10:45, 3 of 5!"},
		{"escaped letters", "http://%65%76%69%6c.com", Decoded, "http://evil.com"},
		{"letters of other alphabets", "fяee мσηεу вид раураl", Letters, "free money вид paypal"},
		{"drawn letters", `\/|agra |-|acker a|b`, Letters, "viagra hacker aib"},
		{"letters of flags", "🇫🇷🇪🇪", Letters, "free"},
		{"Cyrillic with digits", "рaб0та 5 лет", Letters, "paбota 5 лет"},
		{"entities", "&#21152;&#x5fae;a&period;b &no; & &#;", Decoded, "加微a.b &no; & &#;"},
		{"escapes", `\u52a0\x61 \u5 \x`, Decoded, `加a \u5 \x`},
		{"base64", "看5Yqg5b6u5L+h吧 aGVsbG8gd29ybGQ= AbCdEfGhIjKlMnOp", Decoded, "看加微信吧 hello world AbCdEfGhIjKlMnOp"},
		{"punycode", "http://xn--80ak6aa92e.com xn-- xn--a-", Decoded, "http://аррӏе.com xn-- xn--a-"},
		{"a slash in words", "t.me斜杠abc", Decoded, "t.meabc"},
		{"numbering characters", "①⒊㈧ Ⅰ② 1️⃣3️⃣8️⃣", Figures, "138 Ⅰ② 138"},
		{"twice at most", "freeeee moneyy", Doubled, "free moneyy"},
		{"an escaped Chinese character", "%E5%8A%A0微", Decoded, "加微"},
		{"no escape", "100%的 5%G", Decoded, "100%的 5%G"},
		{"dots in words", "d9点com a(dot)b 点,。", Decoded, "d9com ab 点,。"},
		{"letters among digits", "日赚I00O", Figures, "日赚1000"},
		{"numerals", "一三八 壹贰叁四 一起", Figures, "138 1234 一起"},
		{"full width", "５ＯＯ", Figures, "500"},
		{"letters alone are no digits", "lol soS", Figures, "lol soS"},
		{"repeated characters", "代代开开开票 fuuuck 1000", Squeezed, "代开票 fuck 1000"},
		{"backwards", "票发开代 ab", Reversed, "ba 代开发票"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.ReplaceAll(string(Rewrite(nil, tt.text, tt.how)), string(rune(Filler)), "")
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func checkRewrite(t interface{ Fatalf(string, ...any) }, text string) {
	for how := Decoded; how <= Reversed; how++ {
		got := Rewrite([]byte("x"), text, how)
		if len(got) != len(text)+1 || got[0] != 'x' {
			t.Fatalf("%d: %q becomes %q, which is no longer as long", how, text, got)
		}
	}
}

func TestRewritingKeepsEveryByteInItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkRewrite(t, chatter().Draw(t, "text")) })
}

func FuzzRewrite(f *testing.F) {
	for _, s := range []string{"n1gg3r", "%E5%8A%A0 %E5%8A", "d9(dot)com", "一二三OO", "aaaＡＡ", "\xff\xe5%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkRewrite(t, text) })
}

func TestSigns(t *testing.T) {
	tests := []struct {
		name, text string
		want       Signs
	}{
		{"plain talk", "今天晚上吃什么 shall we go", 0},
		{"letters beside digits", "some n1gg3r here", Mingled},
		{"letters beside signs", "V!@GR", Mingled},
		{"Cyrillic beside digits", "l2З4", Mingled},
		{"numbers and ends of sentences", "at 10 or 12, ok?", 0},
		{"a percent sign", "http://%65", Escaped},
		{"three letters in a row", "fuuuck", Stretched},
		{"pairs of letters", "sseexx", Stretched},
		{"one double letter", "all good", 0},
		{"three characters in a row", "私私私聊", Stretched},
		{"pairs of characters", "前前代代开开", Stretched},
		{"one pair of characters", "谢谢你", 0},
		{"digits in a row", "10000", 0},
		{"an override", "看\u202e证办\u202c", Overridden},
		{"other signs of its kind", "“看”—…", 0},
	}
	f := New(Options{})
	var text Text
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for pad := range 12 {
				f.Fold(&text, strings.Repeat("-", pad)+tt.text+strings.Repeat(" ", pad))
				if got := text.Signs(); got != tt.want {
					t.Errorf("behind %d bytes: signs %b, want %b", pad, got, tt.want)
				}
			}
		})
	}
}

func BenchmarkSigns(b *testing.B) {
	mixed, _, _ := benchLines(b)
	f := New(Options{})
	texts := make([]Text, 4096)
	for k := range texts {
		f.Fold(&texts[k], mixed[k%len(mixed)])
	}
	k, signs := 0, Signs(0)
	for b.Loop() {
		signs |= texts[k%len(texts)].Signs()
		k++
	}
	_ = signs
}
