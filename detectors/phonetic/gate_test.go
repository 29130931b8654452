package phonetic

import (
	"testing"

	"pgregory.net/rapid"
)

// opened is a scanner whose gate lets everything through.
func opened(s *Scanner) *Scanner {
	free := *s
	free.gate = gate{places: []place{anything}, plus: anything, singles: every, classes: make([]set, s.spoken.classes), signs: map[rune]place{}}
	for r := range s.signs {
		free.gate.signs[r] = anything
	}
	for i := range free.gate.tokens {
		free.gate.tokens[i] = ^uint64(0)
	}
	for i := range free.gate.initials {
		free.gate.initials[i] = every
	}
	for i := range free.gate.letters {
		free.gate.letters[i] = every
	}
	for i := range free.gate.figures {
		free.gate.figures[i] = anything
	}
	return &free
}

// checkGate compares what is found with and without the gate.
func checkGate(t interface{ Fatalf(string, ...any) }, s *Scanner, text string) {
	var sc Scratch
	folded := keep.Word(text)
	want := opened(s).Scan(nil, folded, &sc)
	got := s.Scan(nil, folded, &sc)
	if len(got) != len(want) {
		t.Fatalf("%q: %+v with the gate, %+v without", text, got, want)
	}
	if len(want) > 0 && !s.May(text) {
		t.Fatalf("%q is kept back, and holds %+v", text, want)
	}
}

func TestTheGateLetsThroughWhatIsFound(t *testing.T) {
	s := scanner(t, Options{}, "加微信", "微信", "你妈", "骗子", "张", "发财", "qq群", "QQ", "看片", "操你妈", "13812345678", "telegram", "加+信", "女人", "注册")
	rapid.Check(t, func(t *rapid.T) { checkGate(t, s, generated(t)) })
}

func TestAToneBetweenSyllablesIsNoLetter(t *testing.T) {
	s := scanner(t, Options{}, "微信", "qq群", "QQ")
	for _, text := range []string{"wei1xinvx", "wei1xin4", "wei1qqxin"} {
		checkGate(t, s, text)
	}
}

func TestTheGateKeepsBackOrdinaryTalk(t *testing.T) {
	s := scanner(t, Options{}, "加微信", "兼职", "刷单", "博彩", "贷款", "裸聊")
	for _, text := range []string{"", "今天晚上吃什么，有人一起吗？", "can someone review my patch?", "привет, как дела", "下雨了☔", "ｏｋ，好的"[6:]} {
		if s.May(text) {
			t.Errorf("%q is let through", text)
		}
	}
}

func FuzzGate(f *testing.F) {
	f.Add("加薇❤ jwx wei信 ｗｅｉ信", "加微信")
	f.Add("wei1xinvx", "微信")
	f.Add("去4吧 弓长先生 w\u200bx", "张")
	f.Fuzz(func(t *testing.T, text, word string) {
		s, err := New([]string{word, "加微信"}, Options{})
		if err != nil {
			return
		}
		checkGate(t, s, text)
	})
}
