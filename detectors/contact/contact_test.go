package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"patrol/detectors/contact"
	"patrol/detectors/fold"
)

var folder = fold.New(fold.Options{Separators: fold.Keep})

func Example() {
	var t fold.Text
	folder.Fold(&t, "加Ⓥ：abc_2024，或Q 1②8 4⑤6七")
	for _, c := range contact.Find(nil, t.String()) {
		start, end := t.Span(c.Start, c.End)
		fmt.Println(c.Kind, c.ID, t.Original()[start:end])
	}
	// Output:
	// wechat abc_2024 abc_2024
	// qq 1284567 1②8 4⑤6七
}

func TestFind(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no digits", "加我微信聊", ""},
		{"a WeChat id", "微信：abc_2024", "wechat abc_2024"},
		{"a WeChat id behind fillers", "加我微信号是 test8888", "wechat test8888"},
		{"a WeChat id glued to its lead-in", "加vx88881234看货", "wechat 88881234"},
		{"a phone number as WeChat id", "薇信 13812345678", "wechat 13812345678"},
		{"WeChat by its look", "徽：demo20250", "wechat demo20250"},
		{"a lead-in behind the number", "88771234 微信", "wechat 88771234"},
		{"a QQ number", "QQ 123987456", "qq 123987456"},
		{"a QQ group", "群号185981470满员进二群", "qq 185981470"},
		{"a penguin", "加企鹅35141 73330", "qq 3514173330"},
		{"QQ with a full-width colon", "扣扣：5566778", "qq 5566778"},
		{"a Q glued to its number", "q77544888", "qq 77544888"},
		{"a lead-in in the midst of its number", "1357 QQ 9246", "qq 13579246"},
		{"a pun on its sound", "看1357 9246加口", "qq 13579246"},
		{"a letter of another script in the midst", "加q 11946Ж76807", "qq 1194676807"},
		{"blocks with a point between", "13579.24680", "number 1357924680"},
		{"one letter and many digits", "w2753636", "id w2753636"},
		{"digits set apart behind a glued lead-in", "➕QQ7.5.9.4.3.8.0.1.8", "qq 759438018"},
		{"a lead-in glued to the end", "1357924Q 美", "qq 1357924"},
		{"round amounts are no blocks of a number", "3400 2500 2500 我看过", ""},
		{"a word with a digit in Chinese", "看一下这 3 个和那 20 个，一共一百 30", ""},
		{"ports of a switch are none", "采购 24口交换机 12000口人", ""},
		{"circled digits", "QQ①③⑤⑦⑨②④", "qq 1357924"},
		{"keycaps", "QQ 1️⃣3️⃣5️⃣7️⃣9️⃣2️⃣", "qq 135792"},
		{"Chinese digits", "扣扣一三五七九二四", "qq 1357924"},
		{"mixed digits", "加我 5四2 7049", "added 5427049"},
		{"a phone number", "有事打13812345678", "phone 13812345678"},
		{"a phone number in blocks", "138 1234 5678", "phone 13812345678"},
		{"a phone number set apart", "1-3-8-1-2-3-4-5-6-7-8", "phone 13812345678"},
		{"a phone number in Chinese", "一三八一二三四五六七八", "phone 13812345678"},
		{"a phone number with letters for digits", "l38i234567o8x l38oo234567", "phone 13800234567"},
		{"a Russian phone number", "звони 8-902-160-97-80", "phone 89021609780"},
		{"a number with its country", "+44 20 7946 0958", "phone 442079460958"},
		{"Telegram with a lead-in", "TG：@demo_user", "telegram demo_user"},
		{"Telegram in Russian", "пишите в телеграм @demo_user", "telegram demo_user"},
		{"WhatsApp", "WhatsApp +44 20 7946 0958", "whatsapp 442079460958"},
		{"a handle", "see @demo_user for more", "handle demo_user"},
		{"an address for mail", "write to ann.b@example.com", "email b@example.com"},
		{"added without a platform", "需要的加33847504", "added 33847504"},
		{"a bare number", "37963375 有货", "number 37963375"},
		{"a bare id", "KTM657a8", "id ktm657a8"},
		{"a date is no number", "20260131 发布", ""},
		{"an amount is no number", "一共 1234567 元", ""},
		{"the same digit is laughter", "66666666666 8888888", ""},
		{"counting is no number", "一二三四五六七八 1234567", ""},
		{"years are no number", "2021 2022 2023", ""},
		{"blocks of which one is no year of ours", "2048 7391 有货", "number 20487391"},
		{"years beside each other", "2019 2035 那几年", ""},
		{"a price list is no number", "100，200，300，400", ""},
		{"numbers in links are none", "https://example.com/status/123987456?id=98761234", ""},
		{"hashes are none", "commit 1a2b3c4d5e", ""},
		{"models are none", "iphone15 win11 i7-12700", ""},
		{"measures are none", "才 300mbps，延迟 1200ms，99999Gbps 吗", ""},
		{"a decimal is none", "3.1415926535", ""},
		{"a flight of ideas is none", "加一下我，大概八九点", ""},
		{"a mention of Chinese is none", "@小明 看一下", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var all []string
			for _, c := range contact.Find(nil, folder.Word(tt.text)) {
				all = append(all, c.Kind.String()+" "+c.ID)
			}
			if got := strings.Join(all, ", "); got != tt.want {
				t.Errorf("%q holds %q, want %q", tt.text, got, tt.want)
			}
			if tt.want != "" && !contact.Candidate(tt.text) {
				t.Errorf("%q is no candidate", tt.text)
			}
		})
	}
}

func TestFewMessagesAreCandidates(t *testing.T) {
	for _, text := range []string{"", "今天晚上吃什么？", "明天3点见", "@小明 看一下", "一起去吧，第二次了", "good morning"} {
		if contact.Candidate(text) && !strings.HasPrefix(text, "@") {
			t.Errorf("%q is a candidate", text)
		}
	}
}

func TestNames(t *testing.T) {
	for kind := range contact.Kinds {
		if got, ok := contact.Parse(kind.String()); !ok || got != kind {
			t.Errorf("%v parses as %v, %v", kind, got, ok)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"", "微信：abc_2024", "QQ 1②3", "加企鹅35141 73330", "+44 20 7946 0958", "@demo_user", "a@b.cd", "l38oo234567", "一三八一二三四五六七八"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		folded := folder.Word(text)
		last := 0
		for _, c := range contact.Find(nil, folded) {
			if c.Start < last || c.End <= c.Start || c.End > len(folded) || c.ID == "" {
				t.Fatalf("%+v in %d bytes after %d", c, len(folded), last)
			}
			last = c.End
		}
	})
}

func BenchmarkCandidate(b *testing.B) {
	for _, text := range []string{"can someone review my patch? it's only 20 lines", "我昨天去看了那个电影，真的很不错，推荐你们也去看看"} {
		b.Run(text[:3], func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if contact.Candidate(text) {
					b.Fatal("a candidate")
				}
			}
		})
	}
}

func TestFindAllocatesNothingForWhatIsNoContact(t *testing.T) {
	var found []contact.Contact
	for _, text := range []string{"明天 14:30 在 302 开会，大约要 45 分钟", "看一下第 3 页，一共 200 页", "我的显卡是 rtx4070，够跑这个模型吗", "用了 3 gb，还剩 120 gb", "打了 1500 和 2700 分"} {
		if !contact.Candidate(text) {
			t.Errorf("%q is no candidate", text)
		}
		if n := testing.AllocsPerRun(100, func() { found = contact.Find(found[:0], text) }); n > 0 && len(found) == 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}
