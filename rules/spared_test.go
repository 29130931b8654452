package rules_test

import "testing"

// Evidence that was excused is told where it could have made the difference, and
// nowhere else: nobody wants to read of every harmless word.
func TestExcusedEvidenceIsToldWhereItMatters(t *testing.T) {
	set := parse(t, `rules: [{id: a, score: {review: 3}, evidence: [{title: {zh: 词, en: words}, weight: 2, keywords: [口交]}, {title: {zh: 招呼, en: calls}, weight: 1, keywords: [私聊]}]}]`)
	for text, want := range map[string]int{"24口交换机，私聊": 1, "24口交换机": 0, "私聊": 0, "口交，私聊": 0} {
		if v := eval(set, said(text)); len(v.Excused) != want {
			t.Errorf("%s: excused %+v, want %d", text, v.Excused, want)
		}
	}
}
