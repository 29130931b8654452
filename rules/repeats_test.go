package rules_test

import (
	"strconv"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// post is a message of a test.
type post struct {
	second       int
	member, chat string
	text         string
}

// hitsOf judges posts and returns the numbers, from 1, of those that hit.
func hitsOf(set *rules.Set, posts []post) []int {
	var sc rules.Scratch
	var hits []int
	for i, p := range posts {
		ev := said(p.text)
		ev.Author.ID, ev.Chat, ev.Time = p.member, p.chat, noon.Add(time.Duration(p.second)*time.Second)
		if v := set.Eval(ev, &sc); !v.Clean() {
			hits = append(hits, i+1)
		}
	}
	return hits
}

const advert = "新人入群免费领资料，加我微信 vip12345，名额有限"

func TestRepeat(t *testing.T) {
	// copied is the advert by some members, one a second, in turns over chats.
	copied := func(n, members, chats int) (posts []post) {
		for i := range n {
			posts = append(posts, post{i, "m" + strconv.Itoa(i%members), "c" + strconv.Itoa(i%chats), advert})
		}
		return posts
	}
	for _, c := range []struct {
		name, repeat string
		posts        []post
		hits         []int
	}{
		{"the third time by one member", "{per: member, messages: 3, in: 60s}", copied(4, 1, 1), []int{3, 4}},
		{"each member for themselves", "{per: member, messages: 3, in: 60s}", copied(6, 3, 1), nil},
		{"each chat for itself", "{per: member, messages: 3, in: 60s}", copied(6, 1, 3), nil},
		{"by three members", "{per: chat, members: 3, in: 60s}", copied(5, 5, 1), []int{3, 4, 5}},
		{"by two members often", "{per: chat, members: 3, in: 60s}", copied(8, 2, 1), nil},
		{"both are needed", "{per: chat, members: 2, messages: 5, in: 60s}", copied(6, 2, 1), []int{5, 6}},
		{"in three chats", "{per: platform, chats: 3, in: 60s}", copied(4, 1, 4), []int{3, 4}},
		{"in one chat", "{per: platform, chats: 3, in: 60s}", copied(9, 9, 1), nil},
		{"not within the time", "{per: member, messages: 3, in: 2s}", copied(5, 1, 1), nil},
		{"short texts do not count", "{per: member, messages: 2, in: 60s}", []post{{0, "a", "c", "好的谢谢老师"}, {1, "a", "c", "好的谢谢老师"}}, nil},
		{"unless they are to", "{per: member, messages: 2, in: 60s, min_size: 2}", []post{{0, "a", "c", "好的"}, {1, "a", "c", "好的"}}, []int{2}},
		{"disguise makes no new text", "{per: chat, members: 3, in: 60s}", []post{
			{0, "a", "c", advert}, {1, "b", "c", "新❤人入 群免~费领资料 加.我.微.信 ｖｉｐ987，名额有限！！"}, {2, "d", "c", "新人入群免費領資料！加我微信vip000~名額有限🔥🔥"},
		}, []int{3}},
		{"nor do some more words", "{per: chat, members: 3, in: 60s}", []post{
			{0, "a", "c", advert}, {1, "b", "c", advert + " 快来"}, {2, "d", "c", "@小王 " + advert},
		}, []int{3}},
		{"other texts are other texts", "{per: chat, members: 2, in: 60s}", []post{
			{0, "a", "c", advert}, {1, "b", "c", "今晚八点在三号会议室讨论下周排期"}, {2, "d", "c", "谁知道图书馆周末几点关门？求告知"},
		}, nil},
		{"letter for letter", "{per: member, messages: 2, in: 60s, similarity: 1}", []post{{0, "a", "c", advert}, {1, "a", "c", advert + "呀"}, {2, "a", "c", advert}}, []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := parse(t, "rules: [{id: r, repeat: "+c.repeat+"}]")
			if got := hitsOf(set, c.posts); len(got) != len(c.hits) || len(got) > 0 && got[0] != c.hits[0] {
				t.Errorf("hits %v, want %v", got, c.hits)
			}
		})
	}
}

func TestRepeatSaysHowOften(t *testing.T) {
	set := parse(t, "rules: [{id: r, repeat: {per: chat, members: 2, in: 90s}}]")
	var sc rules.Scratch
	for _, member := range []string{"a", "a", "b"} {
		ev := said(advert)
		ev.Author.ID = member
		v := set.Eval(ev, &sc)
		if member != "b" {
			continue
		}
		want := lang.T("1 分钟 30 秒内 2 人发了 3 条几乎一样的内容", "nearly the same text 3 times by 2 members within 1 min 30 s")
		if len(v.Hits) != 1 || v.Hits[0].Signals[0].Why != want {
			t.Errorf("got %+v", v.Hits)
		}
	}
	if got := set.Rules()[0].Limits; len(got) != 1 || got[0].En != "nearly the same text 2 times by 2 members within 1 min 30 s" {
		t.Errorf("limits %v", got)
	}
}

func TestRepeatCountsNeitherEditsNorTheExempt(t *testing.T) {
	set := parse(t, "rules: [{id: r, repeat: {per: chat, messages: 2, in: 60s}, where: {chats: [c]}}]")
	var sc rules.Scratch
	for name, change := range map[string]func(*chat.Event){
		"an edit":       func(ev *chat.Event) { ev.Kind = chat.KindEdit },
		"an admin":      func(ev *chat.Event) { ev.Author.Role = chat.RoleAdmin },
		"another chat":  func(ev *chat.Event) { ev.Chat = "d" },
		"the bot":       func(ev *chat.Event) { ev.Author.Role = chat.RoleSelf },
		"without words": func(ev *chat.Event) { ev.Message.Text = "❤❤❤ ！！！" },
	} {
		for range 3 {
			ev := said(advert)
			ev.Chat = "c"
			change(ev)
			if v := set.Eval(ev, &sc); !v.Clean() {
				t.Errorf("%s hits", name)
			}
		}
	}
	ev := said(advert)
	ev.Chat = "c"
	if v := set.Eval(ev, &sc); !v.Clean() {
		t.Error("what does not count was counted")
	}
}

func TestRepeatOutlivesAReload(t *testing.T) {
	rates := rules.NewRates()
	var sc rules.Scratch
	for i := range 2 {
		set, faults := rules.Parse("t.yaml", []byte("rules: [{id: r, repeat: {per: member, messages: 2, in: 60s}}]"), rules.Options{Rates: rates})
		if set == nil {
			t.Fatal(faults)
		}
		if v := set.Eval(said(advert), &sc); v.Clean() != (i == 0) {
			t.Errorf("after %d reloads: %+v", i, v.Hits)
		}
		fresh, err := set.Fresh()
		if err != nil {
			t.Fatal(err)
		}
		if v := fresh.Eval(said(advert), &sc); !v.Clean() {
			t.Error("a fresh set has counts")
		}
	}
}

func TestRepeatOfOtherTextsAllocatesNothing(t *testing.T) {
	set := parse(t, "rules: [{id: r, repeat: {per: chat, members: 3, in: 60s}}]")
	var sc rules.Scratch
	ev := said("今天晚上八点在老地方集合，记得带伞，别迟到")
	set.Eval(ev, &sc)
	i := 0
	if n := testing.AllocsPerRun(3000, func() {
		i++
		ev.Time = noon.Add(time.Duration(i) * 90 * time.Second)
		set.Eval(ev, &sc)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
