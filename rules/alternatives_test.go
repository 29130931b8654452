package rules_test

import (
	"testing"

	"patrol/adapters/chat"
	"patrol/rules"
)

func TestASlashBetweenChineseWordsSeparatesKeywords(t *testing.T) {
	for name, c := range map[string]struct {
		keyword, disguise, text string
		hit                     bool
	}{
		"the first":                     {"收公户/收银行卡", "folded", "大量收 公 户", true},
		"the second":                    {"收公户 ／ 收银行卡", "folded", "收银行卡的来", true},
		"neither":                       {"收公户/收银行卡", "folded", "收快递", false},
		"words of Chinese and letters":  {"QQ群/微信群", "folded", "来微信群", true},
		"a link is one keyword":         {"t.me/joinchat", "folded", "t.me", false},
		"a link still hits":             {"t.me/joinchat", "folded", "https://t.me/joinchat", true},
		"single characters are no list": {"他/她", "folded", "他", false},
		"unless the slash stands apart": {"他 / 她", "folded", "他", true},
		"another name in brackets":      {"QQ(扣扣)", "folded", "扣扣", true},
		"any other word in brackets":    {"免费(领取)", "folded", "领取", false},
		"letter for letter":             {"收公户/收银行卡", "exact", "收公户", false},
	} {
		t.Run(name, func(t *testing.T) {
			set, faults := rules.Parse("r.yaml", []byte("rules:\n- {id: a.b, keywords: ['"+c.keyword+"'], disguise: "+c.disguise+", boundary: none}\n"), rules.Options{})
			if set == nil {
				t.Fatal(faults.Err())
			}
			ev := chat.Event{Kind: chat.KindMessage, Message: chat.Message{Text: c.text}}
			v := set.Eval(&ev, new(rules.Scratch))
			if (len(v.Hits) > 0) != c.hit {
				t.Errorf("hits %+v, want any: %v", v.Hits, c.hit)
			}
		})
	}
}

func TestExceptPhrasesMayBeAlternatives(t *testing.T) {
	set, faults := rules.Parse("r.yaml", []byte("rules:\n- {id: a.b, keywords: [微信], except: [微信支付/微信步数], boundary: none}\n"), rules.Options{})
	if set == nil {
		t.Fatal(faults.Err())
	}
	for text, hit := range map[string]bool{"用微信支付": false, "看微信步数": false, "微信找我": true} {
		ev := chat.Event{Kind: chat.KindMessage, Message: chat.Message{Text: text}}
		if v := set.Eval(&ev, new(rules.Scratch)); (len(v.Hits) > 0) != hit {
			t.Errorf("%s: hits %+v, want any: %v", text, v.Hits, hit)
		}
	}
}
