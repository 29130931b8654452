package phonetic

import "testing"

func TestBopomofo(t *testing.T) {
	for text, want := range map[string]string{
		"ㄐㄧㄚ": "jia", "ㄨㄟ": "wei", "ㄒㄧㄣ": "xin", "ㄓ": "zhi", "ㄙ": "si", "ㄖㄣ": "ren", "ㄌㄩ": "lv", "ㄩㄢ": "yuan", "ㄒㄩㄝ": "xue", "ㄧㄡ": "you",
		"ㄨㄥ": "weng", "ㄓㄨㄥ": "zhong", "ㄑㄩㄥ": "qiong", "ㄩㄥ": "yong", "ㄦ": "er", "ㄅ": "b", "ㄇㄚ": "ma", "ㄨㄛ": "wo", "ㄧ": "yi", "ㄧㄥ": "ying", "ㄨㄣ": "wen", "ㄩㄣ": "yun",
		"ㄍㄨㄣ": "gun", "ㄉㄨㄟ": "dui", "ㄐㄧㄡ": "jiu", "ㄧㄝ": "ye", "ㄨㄞ": "wai", "ㄅㄚˋ": "ba", "ㄋㄋ": "n",
	} {
		if got, _ := bopomofo(text); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
	if _, size := bopomofo("ㄅㄚㄅㄚ"); size != 6 {
		t.Errorf("the first syllable of ㄅㄚㄅㄚ has %d bytes", size)
	}
}
