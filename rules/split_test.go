package rules_test

import (
	"slices"
	"testing"

	"patrol/rules"
	"patrol/rules/ruletest"
)

func TestKeywordsInPieces(t *testing.T) {
	set := parse(t, "rules: [{id: r, keywords: [加微信领红包], across: 20s}, {id: q, keywords: [领红包]}]")
	piece := func(second int, member, text string) post { return post{second, member, "c", text} }
	for name, c := range map[string]struct {
		posts []post
		hits  []int
	}{
		"one character each":    {[]post{piece(0, "a", "加"), piece(1, "a", "微"), piece(2, "a", "信"), piece(3, "a", "领"), piece(4, "a", "红"), piece(5, "a", "包")}, []int{6}},
		"in two, disguised":     {[]post{piece(0, "a", "快来 加❤微"), piece(5, "a", "信领~红 包！")}, []int{2}},
		"others between":        {[]post{piece(0, "a", "加微信"), piece(1, "b", "在吗"), piece(2, "a", "领红包哦")}, []int{3}},
		"by two members":        {[]post{piece(0, "a", "加微信"), piece(1, "b", "领红")}, nil},
		"too slow":              {[]post{piece(0, "a", "加微信领"), piece(30, "a", "红包")}, nil},
		"other words":           {[]post{piece(0, "a", "加油"), piece(1, "a", "微信")}, nil},
		"a rule that does not":  {[]post{piece(0, "a", "领"), piece(1, "a", "红包")}, nil},
		"a long one ends a row": {[]post{piece(0, "a", "加微信"), piece(1, "a", "我们昨天说的那件事情后来怎么样了呢"), piece(2, "a", "领红")}, nil},
	} {
		fresh, err := set.Fresh()
		if err != nil {
			t.Fatal(err)
		}
		if got := hitsOf(fresh, c.posts); !slices.Equal(got, c.hits) {
			t.Errorf("%s: hits %v, want %v", name, got, c.hits)
		}
	}
}

func TestAPieceIsMarkedInItsOwnMessage(t *testing.T) {
	set := parse(t, "rules: [{id: r, keywords: [加微信], across: 20s, tests: {hit: [{texts: [加, 微, 信]}], pass: [{texts: [加, 油]}]}}]")
	var sc rules.Scratch
	set.Eval(said("加微"), &sc)
	v := set.Eval(said("ＸＸ"), &sc)
	if !v.Clean() {
		t.Errorf("got %+v", v.Hits)
	}
	set.Eval(said("加微"), &sc)
	v = set.Eval(said(" 信 abc"), &sc)
	if len(v.Hits) != 1 || v.Hits[0].Signals[0].Span.End > len(" 信 ") || v.Hits[0].Signals[0].Why.En != "posted in pieces over several messages" {
		t.Errorf("got %+v", v.Hits)
	}
	failures, err := ruletest.Run(set)
	if err != nil || len(failures) > 0 {
		t.Errorf("%v, %v", failures, err)
	}
}
