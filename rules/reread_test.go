package rules_test

import (
	"slices"
	"strings"
	"testing"

	"patrol/rules"
)

func TestATextIsReadAgain(t *testing.T) {
	tests := []struct {
		name, rule, text string
		span, how        string // "" for no hit
	}{
		{"digits as letters", "keywords: [nigger]", "you n1gg3r!", "n1gg3r", "taking digits and signs for letters"},
		{"signs as letters", "keywords: [viagra]", "buy V!@GR4 now", "V!@GR4", "taking digits and signs for letters"},
		{"1 as l", "keywords: [kill]", "ki11 him", "ki11", "taking digits and signs for letters"},
		{"only as a word", "keywords: [ass]", "m4ss1ve", "", ""},
		{"letters as digits", "keywords: ['日赚1000']", "日赚I00O元", "日赚I00O", "taking letters and numerals for digits"},
		{"numerals as digits", "keywords: ['13812345678']", "电一三八一二三四五六七八呀", "一三八一二三四五六七八", "taking letters and numerals for digits"},
		{"escapes", "keywords: [evil.com]", "http://%65%76%69%6c.com/", "%65%76%69%6c.com", "decoding it"},
		{"dots spelled out", "keywords: [d9623.com]", "上d9623點com看", "d9623點com", "decoding it"},
		{"entities", "keywords: [加微信]", "来&#21152;&#x5fae;&#20449;吧", "&#21152;&#x5fae;&#20449;", "decoding it"},
		{"base64", "keywords: [加微信]", "看 5Yqg5b6u5L+h", "5Yqg5b6u5L+h", "decoding it"},
		{"punycode", "keywords: [apple.com]", "https://xn--80ak6aa92e.com/id", "xn--80ak6aa92e.com", "decoding it"},
		{"letters of other alphabets", "keywords: [free money]", "fяee money!", "fяee money", "taking digits and signs for letters"},
		{"leet among Cyrillic letters", "keywords: [работа]", "есть рaб0та", "рaб0та", "taking digits and signs for letters"},
		{"numbering characters", "keywords: ['13812345678']", "电㈠㈢㈧㈠㈡㈢㈣㈤㈥㈦㈧", "㈠㈢㈧㈠㈡㈢㈣㈤㈥㈦㈧", "taking letters and numerals for digits"},
		{"Kangxi radicals as pieces", "keywords: [加微信]", "⼒⼝微信", "⼒⼝微信", "joining split characters"},
		{"repetitions", "keywords: [代开发票]", "代代开开开发发票票", "代代开开开发发票票", "leaving out repetitions"},
		{"repeated letters", "keywords: [fuck]", "fuuuuuuuuuuuuuuuuck", "fuuuuuuuuuuuuuuuuck", "leaving out repetitions"},
		{"backwards, and says so", "keywords: [兼职刷单]", "单刷职兼（倒着读）", "单刷职兼", "reading backwards"},
		{"backwards by a control", "keywords: [办证]", "\u202e证办\u202c 联系", "证办", "reading backwards"},
		{"backwards, and does not say so", "keywords: [色情]", "情色电影", "", ""},
		{"split characters", "keywords: [骗子]", "都是马扁子", "马扁子", "joining split characters"},
		{"split characters with radicals", "keywords: [信用卡]", "亻言用卡", "亻言用卡", "joining split characters"},
		{"a pattern over other alphabets", `regexp: ['free\s+money']`, "get fяee money!", "fяee money", "taking digits and signs for letters"},
		{"a pattern over look-alikes", `regexp: ['pay\s?pal login']`, "раypаl login", "раypаl login", "taking digits and signs for letters"},
		{"a pattern over leet", `regexp: ['casin[o0] bonus']`, "c4s1n0 bonus", "c4s1n0 bonus", "taking digits and signs for letters"},
		{"a pattern over what is encoded", `regexp: ['加.?微信\d+']`, "&#21152;微信123", "&#21152;微信123", "decoding it"},
		{"a pattern over split characters", `regexp: ['马?骗子\d']`, "都是马扁子1", "马扁子1", "joining split characters"},
		{"a pattern without disguise", `regexp: ['free money'], disguise: exact`, "fяee money", "", ""},
		{"an except phrase covers it", "keywords: [骗子], except: [都是骗子]", "都是马扁子", "", ""},
		{"exact reads nothing again", "keywords: [nigger], disguise: exact", "n1gg3r", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := eval(parse(t, "rules: [{id: a, "+tt.rule+"}]"), said(tt.text))
			if tt.span == "" {
				if !v.Clean() {
					t.Errorf("hits: %+v", v.Hits)
				}
				return
			}
			if v.Clean() {
				t.Fatalf("no hit: %+v", v.Excused)
			}
			found := slices.ContainsFunc(v.Hits[0].Signals, func(s rules.Signal) bool {
				return tt.text[s.Span.Start:s.Span.End] == tt.span && strings.HasSuffix(s.Why.En, tt.how)
			})
			if !found || v.Hits[0].Then.Answer != rules.Ladder {
				t.Errorf("hit %+v, want %q %s", v.Hits[0], tt.span, tt.how)
			}
		})
	}
}

func TestAWordMayStandDownwards(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [加微信]}]")
	for text, hits := range map[string]bool{"加\n微\n信": true, "有意\n 加 \n 微\n\n信\n的来": true, "要加\n微\n信": false, "加\n微信": false} {
		if v := eval(set, said(text)); v.Clean() == hits {
			t.Errorf("%q: hits %v, want %v: %+v", text, !hits, hits, v)
		}
	}
}
