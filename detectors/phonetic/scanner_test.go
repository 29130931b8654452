package phonetic

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"patrol/detectors/fold"
)

var keep = fold.New(fold.Options{Separators: fold.Keep})

func scanner(t testing.TB, o Options, words ...string) *Scanner {
	t.Helper()
	s, err := New(words, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScan(t *testing.T) {
	tests := []struct {
		name, word, text string
		want             string // what is found, "" for nothing
		ways             Ways
	}{
		{"another character that sounds the same", "裸聊", "有没有落辽的", "落辽", Sound},
		{"both characters by sound", "项目", "找象木合作", "象木", Sound},
		{"z for zh beside the character itself", "赚钱", "一起攥钱", "攥钱", Sound},
		{"confused sounds alone are too little", "赚钱", "钻枪", "", 0},
		{"pinyin", "兼职", "招 jianzhi 日结", "jianzhi", Spelled},
		{"pinyin with spaces and tones", "赌博", "Dǔ Bó 网站", "du bo", Spelled},
		{"pinyin as many say it", "兼职", "招jianzi", "jianzi", Spelled},
		{"pinyin inside a row of pinyin", "女性", "shinvxing", "nvxing", Spelled},
		{"not inside an English word", "色情", "reseqingly", "", 0},
		{"pinyin and characters", "微信", "加我wei信", "wei信", Spelled},
		{"first letters", "加微信", "有意jwx详聊", "jwx", Initial},
		{"first letters only as a whole token", "加微信", "ajwxb", "", 0},
		{"a first letter beside characters", "看车", "来看C", "看c", Initial},
		{"a first letter alone is too little", "证", "z", "", 0},
		{"an alias", "加微信", "加v：abc", "加v", Alias},
		{"an alias with a sign inside", "加微信", "加👉薇❤❤", "加👉薇❤", Alias},
		{"a plus sign to add", "加微信", "+vx 123", "+vx", Alias},
		{"a lone letter beside an account", "微信", "v 12345678", "v", Alias},
		{"a lone letter elsewhere", "微信", "v 是速度", "", 0},
		{"an alias inside a word of letters", "微信", "bvxc", "", 0},
		{"an emoji that is called so", "猫头", "出🐱头的", "🐱头", Sign},
		{"an emoji that sounds so", "你妈", "你🐴呢", "你🐴", Alias},
		{"a digit that sounds so", "四季", "4季都有", "4季", Figure},
		{"two digits are too little", "私聊", "46分", "", 0},
		{"in pieces", "骗子", "马扁 子", "马扁 子", Split},
		{"a rare character that sounds the same", "新", "噺的", "噺", Sound},
		{"a rarer character built around it", "山上", "仚上", "仚上", Look},
		{"a character of another radical", "女人", "说汝人能顶半边天", "汝人", Look},
		{"a character that looks like it", "失足女", "别埋汰夫足女", "夫足女", Look},
		{"looks alone are too little", "失足", "夫捉", "", 0},
		{"both characters in pieces", "微信", "加我彳敳亻言", "彳敳亻言", Split},
		{"a lone name behind an invitation", "QQ", "24602 23456+蔲", "蔲", Alias},
		{"a lone name elsewhere", "QQ", "豆蔲年华", "", 0},
		{"two characters for one", "加扣", "篇家口口2218439086", "家口口", Alias},
		{"pieces in the wrong order", "好人", "子女人", "子女人", Split},
		{"a name of another name", "看片", "有麦偏", "麦偏", Alias},
		{"a name with its last character as a letter", "看片", "买P的来", "买p", Initial},
		{"a name in the signs of another", "牛逼", "🐮🍺", "🐮🍺", Alias},
		{"a name set apart", "扣扣", "加企-鹅-聊", "企-鹅", Alias},
		{"a part of what an emoji is called", "沙子", "一堆⌛子", "⌛子", Sign},
		{"a number read out", "13812345678", "yao san ba yi er san si wu liu qi ba", "yao san ba yi er san si wu liu qi ba", Spelled},
		{"a number of few digits", "138", "yao san ba", "", 0},
		{"a letter between each two", "加微信", "加a微b信", "加a微b信", Noise},
		{"a digit between each two", "加微信", "来 加1微2信 吧", "加1微2信", Noise},
		{"a digit between some", "加微信", "加1微信", "", 0},
		{"pinyin with tones", "加微信", "jia1wei1xin4", "jia1wei1xin", Spelled},
		{"Bopomofo", "加微信", "ㄐㄧㄚ ㄨㄟ ㄒㄧㄣˋ", "ㄐㄧㄚ ㄨㄟ ㄒㄧㄣ", Spelled},
		{"Bopomofo for one character", "微信", "加ㄨㄟ信", "ㄨㄟ信", Spelled},
		{"an address by another", "t.me/abc", "https://telegram.me/abc", "telegram.me/abc", Alias},
		{"an invitation by another", "discord.gg", "discord.com/invite/abc", "discord.com/invite", Alias},
		{"signs strewn for show", "狗猪", "🐱🐶🐷🐰", "", 0},
		{"two signs alone", "狗猪", "一个🐶🐷", "🐶🐷", Alias},
		{"a unit of a number", "微信", "1500w 12345", "", 0},
		{"first letters of the rest", "免费领取", "免费lq了", "免费lq", Initial},
		{"first letters of too much", "免费领取", "免flq", "", 0},
		{"a particle beside what only sounds alike", "司马", "有事吗", "", 0},
		{"a reading that nobody hears", "卖号", "买小的", "", 0},
		{"the same part beside another radical", "投资", "找人役资", "役资", Look},
		{"f for hu", "飞机群", "灰机群", "灰机群", Sound},
		{"a sentence ends inside", "兼职", "很jian。zhi", "", 0},
		{"a comma inside what only sounds alike", "裸聊", "落，辽", "", 0},
		{"a space inside what only sounds alike", "裸聊", "落 辽", "", 0},
		{"written as it is", "加微信", "加微信", "", 0},
		{"ordinary talk", "加微信", "今天的天气真好", "", 0},
	}
	var sc Scratch
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := keep.Word(tt.text)
			matches := scanner(t, Options{}, tt.word).Scan(nil, text, &sc)
			got, ways := "", Ways(0)
			if len(matches) > 0 {
				got, ways = text[matches[0].Start:matches[0].End], matches[0].Ways
			}
			if got != tt.want || tt.want != "" && ways&tt.ways == 0 {
				t.Errorf("found %q by %b, want %q by %b", got, ways, tt.want, tt.ways)
			}
		})
	}
}

func TestAliasesOfTheCaller(t *testing.T) {
	text := keep.Word("有意加小绿泡")
	var sc Scratch
	if got := scanner(t, Options{}, "加微信").Scan(nil, text, &sc); len(got) > 0 {
		t.Fatalf("found %+v without the alias", got)
	}
	got := scanner(t, Options{Aliases: map[string][]string{"微信": {"小绿泡"}}}, "加微信").Scan(nil, text, &sc)
	if len(got) != 1 || got[0].Ways != Alias || text[got[0].Start:got[0].End] != "加小绿泡" {
		t.Fatalf("found %+v", got)
	}
}

func TestAWordOfNothingIsAnError(t *testing.T) {
	if s, err := New([]string{"加微信", "！！"}, Options{}); err == nil {
		t.Fatalf("made %+v", s)
	}
}

func TestAliasesCanBeChangedByTheCaller(t *testing.T) {
	mine := Aliases()
	if len(mine["微信"]) < 5 {
		t.Fatalf("微信 has the aliases %q", mine["微信"])
	}
	mine["微信"][0] = "changed"
	if Aliases()["微信"][0] == "changed" {
		t.Error("the shipped aliases changed")
	}
}

// pieces are what generated texts are made of.
var texts = []string{"加", "微", "信", "薇", "威", "芯", "vx", "v", "wei", "xin", "jia", "j", "w", "x", "+", "❤", "🐴", "4", "8", "女", "子", "马", "扁", "ㄨㄟ", "ㄒㄧㄣ", "wei1", " ", "，", "。", "\n", "弓", "长", "好", "a", "㊙", "💰", "\xff", "é"}

func generated(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(texts), 0, 30).Draw(t, "text"), "")
}

func checkMatches(t interface{ Fatalf(string, ...any) }, s *Scanner, text string, sc *Scratch) {
	text = keep.Word(text)
	for _, m := range s.Scan(nil, text, sc) {
		if m.Start < 0 || m.End <= m.Start || int(m.End) > len(text) || !utf8.ValidString(text[m.Start:m.End]) || m.Ways == 0 || int(m.Word) >= len(s.words) {
			t.Fatalf("%q: match %+v", text, m)
		}
	}
}

func TestMatchesLieInTheText(t *testing.T) {
	s := scanner(t, Options{}, "加微信", "微信", "你妈", "骗子", "张", "发财", "qq群", "QQ")
	var sc Scratch
	rapid.Check(t, func(t *rapid.T) { checkMatches(t, s, generated(t), &sc) })
}

func FuzzScan(f *testing.F) {
	f.Add("加薇❤ jwx wei信", "加微信")
	f.Add("去4吧 弓长先生", "张")
	f.Fuzz(func(t *testing.T, text, word string) {
		s, err := New([]string{word, "加微信"}, Options{})
		if err != nil {
			return
		}
		var sc Scratch
		checkMatches(t, s, text, &sc)
	})
}

// TestHostileTextTakesLittleWork holds the work on texts made to have many ways
// to be read.
func TestHostileTextTakesLittleWork(t *testing.T) {
	s := scanner(t, Options{}, strings.Repeat("微信", 8), "加加加加加加加加微信")
	var sc Scratch
	text := keep.Word(strings.Repeat("vx微wei❤❤加+", 200))
	s.Scan(nil, text, &sc)
	m := matcher{scanner: s, elements: sc.elements}
	for at := range m.elements {
		for id := range s.words {
			m.try(int32(id), at)
			if m.budget < -maxSteps {
				t.Fatalf("%d steps for word %d at %d", maxSteps-m.budget, id, at)
			}
		}
	}
}
