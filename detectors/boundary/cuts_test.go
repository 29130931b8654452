package boundary_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"patrol/detectors/boundary"
)

func TestCuts(t *testing.T) {
	tests := []struct {
		name, text, hit string
		words           string // empty: not cut
	}{
		{"a word ends inside, the next begins", "从邮局后门进", "局后", "邮局 后门"},
		{"a word of another script stands before", "24口交换机", "口交", "24 口 交换机"},
		{"a word of another script stands behind", "在出口交200元", "口交", "出口 交 200"},
		{"only the end is cut", "遇到了大麻烦", "大麻", "了 大 麻烦"},
		{"only the beginning is cut", "一次性交清学费", "性交", "一次性 交清"},
		{"a row of words that are all known", "这个路口交警在指挥", "口交", "路口 交警"},
		{"three characters over two words", "毛衣服装店都关门", "衣服装", "毛衣 服装店"},
		{"a single character is a part of a word", "记得生日那天", "日", "生日 那天"},
		{"a hit of two scripts is cut at its Chinese end", "A片段发来", "A片", "A 片段"},
		{"it stands as a word", "有人卖大麻吗", "大麻", ""},
		{"it is the whole text", "大麻", "大麻", ""},
		{"it is a whole word of the lexicon with a word on each side", "警察查获大麻若干", "大麻", ""},
		{"it is two words", "请大家加微信联系", "加微信", ""},
		{"it is a word that the lexicon does not know", "半夜裸聊被骗", "裸聊", ""},
		{"it begins a longer word and keeps its meaning", "抓到一个强奸犯", "强奸", ""},
		{"punctuation stops the words", "大麻。烦死了", "大麻", ""},
		{"a space stops the words", "24口交 换机", "口交", ""},
		{"a line break stops the words", "24口交\n换机", "口交", ""},
		{"it is set apart on purpose", "24口 交换机", "口 交", ""},
		{"something invisible is in it", "24口\u200b交换机", "口\u200b交", ""},
		{"traditional characters are read as simplified ones", "遇到了大麻煩", "大麻", "了 大 麻煩"},
		{"only other scripts stand beside it", "vx大麻QQ", "大麻", ""},
		{"it is in another script", "my class is", "class", ""},
		{"its Latin edge is no edge of Chinese", "加Q群聊天", "加Q", ""},
		{"it is too long to judge", strings.Repeat("交", 30) + "换机", strings.Repeat("交", 30), ""},
	}
	l := lexicon(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := strings.Index(tt.text, tt.hit)
			cut, words := l.Cuts(tt.text, start, start+len(tt.hit))
			if cut != (tt.words != "") || strings.Join(words, " ") != tt.words {
				t.Errorf("cut %v into %q, want %q", cut, words, tt.words)
			}
		})
	}
}

func TestOffsetsThatAreNoneCutNothing(t *testing.T) {
	l := lexicon(t)
	text := "24口交换机"
	for start := -1; start <= len(text)+1; start++ {
		for end := -1; end <= len(text)+1; end++ {
			inside := start >= 0 && end <= len(text) && start < end
			if inside && utf8.ValidString(text[start:end]) {
				continue
			}
			if cut, words := l.Cuts(text, start, end); cut || words != nil || boundary.Touches(text, start, end) {
				t.Errorf("[%d:%d] cut %v into %q", start, end, cut, words)
			}
		}
	}
}

func TestAKeywordBetweenPunctuationIsNeverCut(t *testing.T) {
	l := lexicon(t)
	characters := rapid.SampledFrom([]rune("口交换机大麻烦路警出货加微信的了是人一不在有我他"))
	rapid.Check(t, func(t *rapid.T) {
		around := rapid.StringOf(characters)
		hit := rapid.StringOfN(characters, 1, 10, -1).Draw(t, "hit")
		mark := rapid.SampledFrom([]string{"，", "。", " ", "\n", "！", "、", "「", "❤", "x", "7"})
		before := around.Draw(t, "before") + mark.Draw(t, "mark")
		text := before + hit + mark.Draw(t, "mark") + around.Draw(t, "after")
		if cut, words := l.Cuts(text, len(before), len(before)+len(hit)); cut {
			t.Fatalf("%q in %q is cut into %q", hit, text, words)
		}
	})
}

func TestOnlyTheCharactersAroundMatter(t *testing.T) {
	l := lexicon(t)
	rapid.Check(t, func(t *rapid.T) {
		far := rapid.StringOf(rapid.SampledFrom([]rune("大麻烦交警ab。")))
		near := "路口交警在指挥"
		text := far.Draw(t, "before") + "，" + near + "\n" + far.Draw(t, "after")
		start := strings.Index(text, near) + len("路")
		if cut, words := l.Cuts(text, start, start+len("口交")); !cut || strings.Join(words, " ") != "路口 交警" {
			t.Fatalf("%q: cut %v into %q", text, cut, words)
		}
	})
}

func TestALexiconMayBeShared(t *testing.T) {
	l := lexicon(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if cut, _ := l.Cuts("24口交换机", 2, 8); !cut {
					t.Error("not cut")
				}
			}
		})
	}
	all.Wait()
}

func TestWhatIsNotCutAllocatesNothing(t *testing.T) {
	l := lexicon(t)
	text := "这几天一直有人卖大麻吗你们知道不知道"
	start := strings.Index(text, "大麻")
	if n := testing.AllocsPerRun(100, func() { l.Cuts(text, start, start+len("大麻")) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCuts(f *testing.F) {
	f.Add("24口交换机", 2, 8)
	f.Add("A片段", 0, 4)
	f.Add("\xff口交\xe4", 1, 7)
	f.Add("𠀀大麻𠀀烦", 4, 10)
	f.Add(strings.Repeat("大麻烦", 40), 60, 132)
	l := lexicon(f)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		cut, words := l.Cuts(text, start, end)
		if cut && !boundary.Touches(text, start, end) {
			t.Fatal("cut, but Touches says that it can't be")
		}
		if cut != (len(words) > 0) || slices.Contains(words, "") {
			t.Fatalf("cut %v into %q", cut, words)
		}
		if !cut {
			return
		}
		row := strings.Join(words, "")
		if !strings.Contains(row, text[start:end]) || !strings.Contains(text, row) {
			t.Fatalf("%q, where %q is cut, does not read %q", text, text[start:end], row)
		}
	})
}

func TestWordsThatHoldAnotherAreWhole(t *testing.T) {
	l := lexicon(t)
	for _, c := range []struct{ hit, text, word string }{
		{"丝袜", "一杯丝袜奶茶，去冰", "丝袜奶茶"},
		{"处女", "处女座的人", "处女座"},
		{"隐形", "隐形眼镜掉了", "隐形眼镜"},
		{"六四", "数到六四二十四", "六四二十四"},
		{"free", "Buy sugar-free cola", "sugar-free"},
		{"Prize", "the Nobel Prize", "Nobel Prize"},
		{"bomb", "a fork bomb", "fork bomb"},
		{"free", "free() was called twice", "free()"},
		{"член", "член жюри", "член жюри"},
	} {
		start := strings.Index(c.text, c.hit)
		if cut, words := l.Cuts(c.text, start, start+len(c.hit)); !cut || len(words) != 1 || words[0] != c.word {
			t.Errorf("%s in %s: %v, %q", c.hit, c.text, cut, words)
		}
	}
	for _, c := range []struct{ hit, text string }{
		{"丝袜", "卖丝袜"}, {"六四", "八九六四"}, {"六四", "六四事件"}, {"free", "get it free now"}, {"free", "free"}, {"free", "free - sugar"},
		{"free", "sugar  free"}, {"free", "free(now)"}, {"bomb", "bomb"}, {"丝袜奶茶", "丝袜奶茶"}, {"loan", "loan money fast"},
	} {
		start := strings.Index(c.text, c.hit)
		if cut, words := l.Cuts(c.text, start, start+len(c.hit)); cut {
			t.Errorf("%s in %s is cut by %q", c.hit, c.text, words)
		}
	}
}

func TestTraditionalTextIsReadSimplified(t *testing.T) {
	l := lexicon(t)
	for _, c := range []struct{ hit, text, words string }{
		{"口交", "24口交換機", "24 口 交換機"},
		{"台獨", "這台獨立顯卡的電腦", "台 獨立"},
		{"處女", "處女座的人", "處女座"},
	} {
		start := strings.Index(c.text, c.hit)
		if cut, words := l.Cuts(c.text, start, start+len(c.hit)); !cut || !strings.Contains(strings.Join(words, " "), c.words) {
			t.Errorf("%s in %s: %v, %q", c.hit, c.text, cut, words)
		}
	}
	start := strings.Index("有人賣發票嗎", "發票")
	if cut, words := l.Cuts("有人賣發票嗎", start, start+len("發票")); cut {
		t.Errorf("a word is cut: %q", words)
	}
}
