package repeat_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/detectors/repeat"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func sketch(text string) *repeat.Sketch {
	var s repeat.Sketch
	s.Take(text)
	return &s
}

func tracker(t testing.TB, c repeat.Config) *repeat.Tracker {
	t.Helper()
	tr, err := repeat.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func Example() {
	tracker, err := repeat.New(repeat.Config{In: time.Minute})
	if err != nil {
		panic(err)
	}
	for i, text := range []string{"加我微信领红包编号1234", "今天天气真好", "加我微信领红包编号98765", "加我微信领红包编号5呀"} {
		var s repeat.Sketch
		s.Take(text)
		fmt.Println(tracker.Post(repeat.Post{Scope: 1, Member: uint64(i), At: noon.Add(time.Duration(i) * time.Second)}, &s))
	}
	// Output:
	// {1 1 1}
	// {1 1 1}
	// {2 2 1}
	// {3 3 1}
}

func TestSimilarity(t *testing.T) {
	long := "新人入群免费领取资料每天更新想了解的朋友加我微信备注来意先到先得名额有限"
	for _, c := range []struct {
		name, a, b string
		low, high  float64
	}{
		{"the same", "大家好", "大家好", 1, 1},
		{"one character", "好", "好", 1, 1},
		{"another number", "编号123456谁要", "编号99谁要", 1, 1},
		{"a longer cry", "哈哈哈哈哈好", "哈哈好", 1, 1},
		{"a few characters more", long, long + "快来", 0.8, 1},
		{"one character changed", long, strings.Replace(long, "朋友", "明友", 1), 0.75, 1},
		{"the other order", long, long[len(long)/2/3*3:] + long[:len(long)/2/3*3], 0.85, 1},
		{"half of it", long, long[:len(long)/2/3*3], 0.3, 0.7},
		{"another text", long, "今晚八点在三号会议室讨论下周的排期请带上各自的进度表格谢谢", 0, 0.15},
		{"another in English", "themeetingstartsattentomorrow", "canyoureviewmypatchplease", 0, 0.2},
		{"nothing", "", "", 0, 0},
		{"nothing and something", "", "好", 0, 0},
	} {
		got := sketch(c.a).Similarity(sketch(c.b))
		if got < c.low || got > c.high {
			t.Errorf("%s: %.2f, want %g to %g", c.name, got, c.low, c.high)
		}
	}
}

// TestSimilarityIsNearThatOfJaccard compares with the share of pieces counted one
// by one.
func TestSimilarityIsNearThatOfJaccard(t *testing.T) {
	letters := []rune("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳")
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.SampledFrom(letters), 40, 80).Draw(t, "a")
		b := append([]rune{}, a...)
		for range rapid.IntRange(0, 10).Draw(t, "changes") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.SampledFrom(letters).Draw(t, "to")
		}
		pieces := func(rs []rune) map[string]bool {
			all := map[string]bool{}
			last := rune(0)
			for _, r := range rs {
				if r != last {
					all[string([]rune{last, r})] = true
				}
				last = r
			}
			return all
		}
		pa, pb := pieces(a), pieces(b)
		both := 0
		for p := range pa {
			if pb[p] {
				both++
			}
		}
		want := float64(both) / float64(len(pa)+len(pb)-both)
		if got := sketch(string(a)).Similarity(sketch(string(b))); got < want-0.4 || got > want+0.4 {
			t.Fatalf("%.2f, want about %.2f", got, want)
		}
	})
}

func TestSizeIsHowMuchIsSaid(t *testing.T) {
	for _, c := range []struct {
		text      string
		low, high int
	}{
		{"", 0, 0}, {"好", 1, 1}, {"生日快乐", 3, 4}, {"哈哈哈哈哈哈哈哈", 1, 1}, {"transgenderpride", 3, 5}, {"12345678", 0, 1},
		{strings.Repeat("sajamnoise", 9), 2, 6}, {strings.Repeat("转发", 20), 1, 4}, {"加我微信领红包编号1234", 9, 11},
		{"新人入群免费领取资料每天更新想了解的朋友加我微信备注来意先到先得名额有限", 28, 36},
	} {
		if got := sketch(c.text).Size(); got < c.low || got > c.high {
			t.Errorf("%s: %d, want %d to %d", c.text, got, c.low, c.high)
		}
	}
}

func TestPostsCountWithinTheirTimeAndScope(t *testing.T) {
	tr := tracker(t, repeat.Config{In: 10 * time.Second})
	spam, other := sketch("加微信领红包"), sketch("今天吃什么呢")
	for i, c := range []struct {
		second        int
		scope, member uint64
		chat          uint64
		text          *repeat.Sketch
		want          repeat.Count
	}{
		{0, 1, 1, 1, spam, repeat.Count{Messages: 1, Members: 1, Chats: 1}},
		{1, 1, 2, 1, other, repeat.Count{Messages: 1, Members: 1, Chats: 1}},
		{2, 1, 1, 2, spam, repeat.Count{Messages: 2, Members: 1, Chats: 2}},
		{3, 2, 3, 1, spam, repeat.Count{Messages: 1, Members: 1, Chats: 1}},  // another scope
		{9, 1, 3, 1, spam, repeat.Count{Messages: 3, Members: 2, Chats: 2}},  // all within 10 s
		{10, 1, 3, 1, spam, repeat.Count{Messages: 3, Members: 2, Chats: 2}}, // the first no more
		{4, 1, 4, 1, spam, repeat.Count{Messages: 4, Members: 3, Chats: 2}},  // late: counts with the newest
		{60, 1, 1, 1, spam, repeat.Count{Messages: 1, Members: 1, Chats: 1}}, // all is over
		{61, 1, 1, 1, other, repeat.Count{Messages: 1, Members: 1, Chats: 1}},
	} {
		got := tr.Post(repeat.Post{Scope: c.scope, Member: c.member, Chat: c.chat, At: noon.Add(time.Duration(c.second) * time.Second)}, c.text)
		if got != c.want {
			t.Errorf("post %d: %+v, want %+v", i, got, c.want)
		}
	}
}

func TestWideFindsTheSameTextAmongMany(t *testing.T) {
	tr := tracker(t, repeat.Config{In: time.Minute, Wide: true})
	spam := "加我微信领红包编号"
	for i := range 3000 {
		at := noon.Add(time.Duration(i) * time.Millisecond)
		tr.Post(repeat.Post{Scope: 1, Member: uint64(i), At: at}, sketch(fmt.Sprintf("第%c句%c话说的%c是别%c的事", '一'+i, '丁'+i*7, '七'+i*13, '万'+i*17)))
		if i%1000 == 999 {
			want := i/1000 + 1
			if got := tr.Post(repeat.Post{Scope: 1, Member: uint64(i), Chat: uint64(i), At: at}, sketch(spam)); got.Messages != want || got.Chats != want {
				t.Errorf("after %d posts: %+v, want %d", i+1, got, want)
			}
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	tr := tracker(t, repeat.Config{In: time.Hour, Scopes: 1024})
	s := sketch("同一句话")
	for i := range 100_000 {
		tr.Post(repeat.Post{Scope: uint64(i)*0x9E3779B97F4A7C15 + 1, At: noon.Add(time.Duration(i) * time.Millisecond)}, s)
	}
	if n := tr.Len(); n > 1024 {
		t.Errorf("%d scopes, want at most 1024", n)
	}
	for range 1000 {
		tr.Post(repeat.Post{Scope: 5, At: noon.Add(time.Hour)}, s)
	}
	if got := tr.Post(repeat.Post{Scope: 5, At: noon.Add(time.Hour)}, s); got.Messages != repeat.MostMessages+1 {
		t.Errorf("%+v, want the last %d and the new one", got, repeat.MostMessages)
	}
}

func TestSilentScopesAreForgotten(t *testing.T) {
	tr := tracker(t, repeat.Config{In: time.Second})
	s := sketch("同一句话")
	for i := range 1000 {
		tr.Post(repeat.Post{Scope: uint64(i) * 0x9E3779B97F4A7C15, At: noon}, s)
	}
	for i := range 5000 {
		tr.Post(repeat.Post{Scope: uint64(i%16) << 60, At: noon.Add(time.Minute)}, s)
	}
	if n := tr.Len(); n > 100 {
		t.Errorf("%d scopes are kept", n)
	}
}

func TestNothingIsAllocatedOnceGrown(t *testing.T) {
	tr := tracker(t, repeat.Config{In: time.Minute})
	s, at := sketch("同一句话"), noon
	allocs := testing.AllocsPerRun(10_000, func() {
		at = at.Add(time.Millisecond)
		s.Take("加我微信领红包编号1234 english text")
		tr.Post(repeat.Post{Scope: 1, Member: 2, At: at}, s)
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestManyGoroutinesPost(t *testing.T) {
	tr := tracker(t, repeat.Config{In: time.Minute, Wide: true, Scopes: 256})
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 500 {
				tr.Post(repeat.Post{Scope: 1, Member: uint64(g), At: noon.Add(time.Duration(i) * time.Second)}, sketch(fmt.Sprint("text", i%50)))
			}
		})
	}
	group.Wait()
	if n := tr.Len(); n > 256 {
		t.Errorf("%d scopes", n)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, c := range map[string]repeat.Config{
		"no time": {}, "too long": {In: 48 * time.Hour}, "too alike": {In: 1, Similarity: 1.5}, "not alike": {In: 1, Similarity: -1}, "scopes": {In: 1, Scopes: -1},
	} {
		if _, err := repeat.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzSketch(f *testing.F) {
	f.Add("加我微信", "加我微信1")
	f.Add("\xff\xfe", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := sketch(a), sketch(b)
		if s := x.Similarity(y); s < 0 || s > 1 || s != y.Similarity(x) {
			t.Errorf("%v", s)
		}
		if s := x.Similarity(x); a != "" && s != 1 || x.Size() > len(a) {
			t.Errorf("like itself by %v, of size %d", s, x.Size())
		}
	})
}
