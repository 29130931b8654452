package links_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"patrol/detectors/links"
)

func Example() {
	finder := links.New(links.Options{Imitated: []string{"paypal.com"}})
	for _, l := range finder.Find(nil, "see paypa1[.]com and t.me/+AbCdEfGhIj, main.py") {
		fmt.Printf("%s is %v %q\n", l.Host, l.Traits, l.Platform)
	}
	// Output:
	// paypa1.com is bare|obfuscated|lookalike ""
	// t.me is bare|invite "telegram"
}

var finder = links.New(links.Options{Imitated: []string{"paypal.com", "telegram.org", "taobao.com"}})

func tell(text string) string {
	var all []string
	for _, l := range finder.Find(nil, text) {
		said := l.Host + " " + l.Traits.String()
		if l.Platform != "" {
			said += " " + l.Platform
		}
		all = append(all, strings.TrimSpace(said))
	}
	return strings.Join(all, ", ")
}

func TestFind(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"an address with a scheme", "看 https://example.com/a?b=c。", "example.com"},
		{"an address that starts with www", "上www.example.travel看看", "www.example.travel bare"},
		{"a bare host", "去 example.com 吧", "example.com bare"},
		{"a bare host with digits between Chinese", "到121s.cc，等你", "121s.cc bare"},
		{"a port and a path", "http://10.0.0.1:8080/x", "10.0.0.1 numeric"},
		{"a version is no address", "升到 1.2.3.4 了", ""},
		{"a number is none", "圆周率 3.14，早上8.30", ""},
		{"abbreviations are none", "e.g. this, i.e. that, at 5 p.m. in the U.S. today", ""},
		{"a forgotten space is none", "thanks.it works, ok.me too, done.so what", ""},
		{"file names are none", "main.py README.md lib.so run.sh", ""},
		{"a word domain with a path is one", "see notion.so/page", "notion.so bare"},
		{"the host of a mail address is none", "write to ann@example.com", ""},
		{"words that end in a dot are none", "好的. 那就这样. ok.", ""},
		{"ellipses are none", "嗯...com什么", ""},
		{"a dot in brackets", "example[.]com", "example.com bare|obfuscated"},
		{"dot as a word in brackets", "example (dot) com", "example.com bare|obfuscated"},
		{"dot as a word", "example dot com", "example.com bare|obfuscated"},
		{"a dot in Chinese", "加example点com", "example.com bare|obfuscated"},
		{"a dot in traditional Chinese", "example 點 com", "example.com bare|obfuscated"},
		{"a Chinese full stop", "example。com", "example.com bare|obfuscated"},
		{"spaces around the dot", "example . com", "example.com bare|obfuscated"},
		{"a sentence that ends before a word is no dot", "nice combo. lol, while you can. GG", ""},
		{"a host behind a full stop", "of information. wiki.example.org says", "wiki.example.org bare"},
		{"dirt before an invite", "kaht.me/+MF8Q4PaZjwMwMWY1 进来", "kaht.me bare|obfuscated|invite telegram"},
		{"another host that ends alike", "craft.me/+12 和 craft.me/+a/b/c/d/e/f/g/h", "craft.me bare, craft.me bare"},
		{"o'clock is no dot", "下午3点cn队比赛，8点me先走", ""},
		{"a sentence that ends is no dot", "我用vps。com口坏了吗", "vps.com bare|obfuscated"},
		{"a disarmed scheme", "hxxps://example.com", "example.com obfuscated"},
		{"a scheme with other marks", "https:\\\\example.com", "example.com obfuscated"},
		{"an address without its marks", "资源 httpsmyexampletop", "myexample.top obfuscated"},
		{"dirt before the scheme", "abc88https://t.me/+AbCdEfGh", "t.me obfuscated|invite telegram"},
		{"punycode", "https://xn--80ak6aa92e.com", "xn--80ak6aa92e.com punycode"},
		{"a host in Cyrillic", "заходи на пример.рф", "пример.рф bare|punycode"},
		{"a shortener", "bit.ly/3abc https://t.cn/A6x", "bit.ly bare|shortener, t.cn shortener"},
		{"digits that look like letters", "https://paypa1.com", "paypa1.com lookalike"},
		{"Cyrillic letters that look like Latin ones", "https://раyраl.com", "раyраl.com punycode|lookalike"},
		{"one letter too many", "https://paypall.com", "paypall.com lookalike"},
		{"two letters changed over", "https://telegarm.org", "telegarm.org lookalike"},
		{"a name beside others", "https://paypal-secure.net", "paypal-secure.net lookalike"},
		{"a host inside another", "https://paypal.com.example.ru", "paypal.com.example.ru lookalike"},
		{"the real one is no imitation", "https://www.paypal.com https://taobao.com", "www.paypal.com, taobao.com"},
		{"another name is no imitation", "https://papaya.com", "papaya.com"},
		{"a private group of Telegram", "t.me/+AbCdEfGh", "t.me bare|invite telegram"},
		{"an old invite of Telegram", "https://telegram.me/joinchat/AbC_d", "telegram.me invite telegram"},
		{"a channel of Telegram", "https://t.me/some_channel", "t.me profile telegram"},
		{"a message of Telegram", "https://t.me/some_channel/123", "t.me"},
		{"a message in a private group of Telegram", "https://t.me/c/1755919516/6871", "t.me"},
		{"an invite of Telegram spread out", "t.me / joinchat/AbCdEf", "t.me bare|obfuscated|invite telegram"},
		{"Telegram with a Chinese dot", "t点me/abcdef", "t.me bare|obfuscated|profile telegram"},
		{"the scheme of Telegram", "tg://join?invite=AbCd", "invite telegram"},
		{"Discord", "discord.gg/abc https://discord.com/invite/xyz", "discord.gg bare|invite discord, discord.com invite discord"},
		{"Discord's own pages", "https://discord.com/developers", "discord.com"},
		{"WhatsApp", "chat.whatsapp.com/AbC wa.me/123456", "chat.whatsapp.com bare|invite whatsapp, wa.me bare|profile whatsapp"},
		{"QQ", "https://qm.qq.com/q/abc", "qm.qq.com invite qq"},
		{"WeChat and WeCom", "https://weixin.qq.com/g/abc https://work.weixin.qq.com/gm/abc", "weixin.qq.com invite wechat, work.weixin.qq.com invite wecom"},
		{"Matrix", "https://matrix.to/#/#room:example.org", "matrix.to invite matrix"},
		{"LINE", "https://line.me/ti/g2/abc", "line.me invite line"},
		{"no spaces between Chinese and the address", "点击https://example.com/x领取", "example.com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tell(tt.text); got != tt.want {
				t.Errorf("%q holds %q, want %q", tt.text, got, tt.want)
			}
			if tt.want != "" && !links.Candidate(tt.text) {
				t.Errorf("%q is no candidate", tt.text)
			}
		})
	}
}

func TestFewMessagesAreCandidates(t *testing.T) {
	for _, text := range []string{"", "今天晚上吃什么？", "好的. 那就这样。", "hello, how are you... fine", "下午三点见", "第一点，要快。"} {
		if links.Candidate(text) {
			t.Errorf("%q is a candidate", text)
		}
	}
}

func TestSpans(t *testing.T) {
	text := "去 t.me/+AbCdEfGh，或 example[.]com/X。"
	var got []string
	for _, l := range finder.Find(nil, text) {
		got = append(got, text[l.Start:l.End])
	}
	if want := "t.me/+AbCdEfGh example[.]com/X"; strings.Join(got, " ") != want {
		t.Errorf("spans %q, want %q", got, want)
	}
}

func TestHosts(t *testing.T) {
	h, bad := links.NewHosts([]string{"Example.com", "*.evil.org", "https://ok.net/", "nonsense", "a b.com"})
	if len(bad) != 2 {
		t.Errorf("bad %q, want two", bad)
	}
	for host, want := range map[string]bool{"example.com": true, "a.b.example.com": true, "notexample.com": false, "evil.org": true, "ok.net": true, "com": false} {
		if h.Has(host) != want {
			t.Errorf("%s: %v, want %v", host, !want, want)
		}
	}
}

func TestPlatforms(t *testing.T) {
	got := strings.Join(links.Platforms(), " ")
	for _, want := range []string{"qq", "wechat", "wecom", "telegram", "discord", "matrix", "line", "whatsapp", "feishu", "dingtalk"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s among %s", want, got)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"", "https://a.b/c", "a[.]com", "x dot com", "t.me/+a", "xn--80ak6aa92e.com", "a点com", "http:/\\", "1.2.3.4/x", "tg://", "(.)", "пример.рф"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, l := range finder.Find(nil, text) {
			if l.Start < last || l.End <= l.Start || l.End > len(text) {
				t.Fatalf("%+v in %d bytes after %d", l, len(text), last)
			}
			last = l.End
			if l.Host == "" && l.Platform == "" {
				t.Errorf("%+v has neither host nor platform", l)
			}
		}
	})
}

func BenchmarkCandidate(b *testing.B) {
	for _, text := range []string{"can someone review my patch? it's only 20 lines", "我昨天去看了那个电影，真的很不错，推荐你们也去看看"} {
		b.Run(text[:3], func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if links.Candidate(text) {
					b.Fatal("a candidate")
				}
			}
		})
	}
}

func TestFindAllocatesNothingForPlainLinks(t *testing.T) {
	plain, wary := links.New(links.Options{}), links.New(links.Options{Imitated: []string{"paypal.com", "weixin.qq.com"}})
	var found, again []links.Link
	for _, text := range []string{"https://example.com/docs/2024/guide 这里有说明", "see example.org, or main.py and node.js", "t.me/demo_channel", "版本 1.2.3 发布了"} {
		if n := testing.AllocsPerRun(100, func() {
			found = plain.Find(found[:0], text)
			again = wary.Again(again[:0], found)
		}); n > 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}

func TestAgainSeesWhatFindSees(t *testing.T) {
	plain, wary := links.New(links.Options{}), links.New(links.Options{Imitated: []string{"paypal.com", "weixin.qq.com"}})
	for _, text := range []string{"", "see paypa1[.]com and t.me/+AbCdEfGhIj", "https://weixin.qq.com/g/AbCd tg://resolve?domain=demo", "httpspaypa1com paypal.com.demo.ru", "www.example.co.uk"} {
		want := wary.Find(nil, text)
		if got := wary.Again(nil, plain.Find(nil, text)); !slices.Equal(got, want) {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
		if got := plain.Again(nil, want); !slices.Equal(got, plain.Find(nil, text)) {
			t.Errorf("%q: %+v is left of %+v", text, got, want)
		}
	}
}
