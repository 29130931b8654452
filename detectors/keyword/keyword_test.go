package keyword

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type scanCase struct {
	name    string
	words   []string
	text    string
	all     []Match // overlapping
	longest []Match // leftmost-longest
}

var basics = []scanCase{
	{name: "an empty list matches nothing", text: "anything"},
	{name: "an empty text holds nothing", words: []string{"a"}},
	{name: "a word that is the whole text", words: []string{"word"}, text: "word", all: []Match{{0, 0, 4}}, longest: []Match{{0, 0, 4}}},
	{name: "a word longer than the text", words: []string{"word"}, text: "wor"},
	{name: "case matters", words: []string{"Word"}, text: "word"},
	{
		name: "a word at the start, in the middle and at the end", words: []string{"spam"}, text: "spam or spam, spam",
		all: []Match{{0, 0, 4}, {0, 8, 12}, {0, 14, 18}}, longest: []Match{{0, 0, 4}, {0, 8, 12}, {0, 14, 18}},
	},
	{
		name: "equal words are reported each", words: []string{"x1", "other", "x1"}, text: "-x1-",
		all: []Match{{0, 1, 3}, {2, 1, 3}}, longest: []Match{{0, 1, 3}, {2, 1, 3}},
	},
}

var overlaps = []scanCase{
	{
		name: "a word that overlaps itself", words: []string{"abab"}, text: "ababab",
		all: []Match{{0, 0, 4}, {0, 2, 6}}, longest: []Match{{0, 0, 4}},
	},
	{
		name: "nested prefixes come shortest first", words: []string{"abcdefghij", "a", "abcd", "ab"}, text: "abcdefghij",
		all: []Match{{1, 0, 1}, {3, 0, 2}, {2, 0, 4}, {0, 0, 10}}, longest: []Match{{0, 0, 10}},
	},
	{
		name: "nested suffixes come in order of start", words: []string{"j", "hij", "abcdefghij", "ij"}, text: "abcdefghij",
		all: []Match{{2, 0, 10}, {1, 7, 10}, {3, 8, 10}, {0, 9, 10}}, longest: []Match{{2, 0, 10}},
	},
	{
		name: "the leftmost wins over a longer one that starts later", words: []string{"ab", "bcdef"}, text: "abcdef",
		all: []Match{{0, 0, 2}, {1, 1, 6}}, longest: []Match{{0, 0, 2}},
	},
	{
		name: "a match may begin where the one before ends", words: []string{"ab", "cd", "bc"}, text: "abcd",
		all: []Match{{0, 0, 2}, {2, 1, 3}, {1, 2, 4}}, longest: []Match{{0, 0, 2}, {1, 2, 4}},
	},
}

var chinese = []scanCase{
	{
		name: "words of one, two and four characters", words: []string{"加", "微信", "免费领取"}, text: "请加微信免费领取",
		all: []Match{{0, 3, 6}, {1, 6, 12}, {2, 12, 24}}, longest: []Match{{0, 3, 6}, {1, 6, 12}, {2, 12, 24}},
	},
	{
		name: "a character and a letter", words: []string{"加q", "qq群"}, text: "加qq群",
		all: []Match{{0, 0, 4}, {1, 3, 8}}, longest: []Match{{0, 0, 4}},
	},
	{
		name: "nested at a long common prefix", words: []string{"出售", "出售假币", "出售假币联系方式"}, text: "出售假币联系",
		all: []Match{{0, 0, 6}, {1, 0, 12}}, longest: []Match{{1, 0, 12}},
	},
	{
		name: "letters of two bytes and signs of four", words: []string{"ж", "😀", "да"}, text: "да😀ж",
		all: []Match{{2, 0, 4}, {1, 4, 8}, {0, 8, 10}}, longest: []Match{{2, 0, 4}, {1, 4, 8}, {0, 8, 10}},
	},
}

var brokenUTF8 = []scanCase{
	{
		name: "a word after a broken character", words: []string{"abc", "中国"}, text: "\xe4abc\xe4\xb8中国",
		all: []Match{{0, 1, 4}, {1, 6, 12}}, longest: []Match{{0, 1, 4}, {1, 6, 12}},
	},
	{
		name: "the replacement character is not a broken byte", words: []string{"\uFFFD"}, text: "\xff\uFFFD",
		all: []Match{{0, 1, 4}}, longest: []Match{{0, 1, 4}},
	},
	{
		name: "a word that is a part of a character", words: []string{"\xb8", "\xe4\xb8", "\xb8\xad"}, text: "a中",
		all: []Match{{1, 1, 3}, {0, 2, 3}, {2, 2, 4}}, longest: []Match{{1, 1, 3}},
	},
	{
		name: "words of one byte", words: []string{"\x00", "\xff", "z"}, text: "\x00z\xff",
		all: []Match{{0, 0, 1}, {2, 1, 2}, {1, 2, 3}}, longest: []Match{{0, 0, 1}, {2, 1, 2}, {1, 2, 3}},
	},
	{name: "zeros are not the end of a text", words: []string{"ab\x00\x00"}, text: "ab"},
	{
		name: "words of nothing but zeros", words: []string{"\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00"}, text: "\x00\x00\x00\x00\x00\x00\x00",
		all: []Match{{0, 0, 4}, {1, 0, 7}, {0, 1, 5}, {0, 2, 6}, {0, 3, 7}}, longest: []Match{{1, 0, 7}},
	},
	{name: "a surrogate is no character", words: []string{"中"}, text: "\xed\xa0\x80中", all: []Match{{0, 3, 6}}, longest: []Match{{0, 3, 6}}},
}

func TestScan(t *testing.T) {
	for collection, cases := range map[string][]scanCase{
		"basics": basics, "overlaps": overlaps, "chinese": chinese, "broken utf-8": brokenUTF8,
	} {
		for _, c := range cases {
			for _, engine := range engines {
				t.Run(collection+"/"+c.name+"/"+engine.String(), func(t *testing.T) {
					got := mustNew(t, c.words, Options{Engine: engine}).Scan(nil, c.text)
					if diff := cmp.Diff(c.all, got); diff != "" {
						t.Errorf("overlapping (-want +got):\n%s", diff)
					}
					got = mustNew(t, c.words, Options{Engine: engine, Semantics: LeftmostLongest}).Scan(nil, c.text)
					if diff := cmp.Diff(c.longest, got); diff != "" {
						t.Errorf("leftmost-longest (-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

// TestScanEveryLength puts words of every length at every distance from the end of the text, where the loads of eight bytes
// must not read on, and around the length from which on words are hashed in part only.
func TestScanEveryLength(t *testing.T) {
	for _, unit := range []string{"abcdefg", "中国人", "é", "中a"} {
		long := strings.Repeat(unit, 60)
		var words []string
		for n := 1; n <= 2*longKey; n++ {
			words = append(words, long[:n])
		}
		for cut := range 2 * longKey {
			checkAgainstNaive(t, words, "--"+long[:cut], Own)
		}
		for n := range 20 {
			checkAgainstNaive(t, words[n:n+1], "-"+long[:n+1], engines...)
		}
	}
}

func TestScanLongTexts(t *testing.T) {
	words := []string{"needle", "针头线脑", "aaaaaaaa", "aaaab", "b"}
	straw := []string{"hay ", "stack", "稻草", "aaaaaaa", "need", "针头", "\xf0", "é"}
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < 40_000 {
		b.WriteString(straw[random.IntN(len(straw))])
		if random.IntN(50) == 0 {
			b.WriteString(words[random.IntN(len(words))])
		}
	}
	checkAgainstNaive(t, words, b.String(), engines...)
}

func TestScanTenMegabytes(t *testing.T) {
	words := []string{"needle", "aaaaaaaa", "aaaaaaab"}
	text := strings.Repeat("hay 稻草 aaaa ", 700_000) + "needle"
	want := []Match{{0, int32(len(text) - 6), int32(len(text))}}
	for _, only := range semantics {
		if diff := cmp.Diff(want, mustNew(t, words, Options{Semantics: only}).Scan(nil, text)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", only, diff)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		words   []string
		options Options
		want    string
	}{
		"an empty word":     {[]string{"a", "b", ""}, Options{}, "keyword: word 2 is empty"},
		"unknown engine":    {[]string{"a"}, Options{Engine: 7}, "keyword: unknown engine Engine(7)"},
		"unknown semantics": {nil, Options{Semantics: -1}, "keyword: unknown semantics Semantics(-1)"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(c.words, c.options); err == nil || err.Error() != c.want {
				t.Errorf("got error %v, want %s", err, c.want)
			}
		})
	}
}

func TestLenAndSize(t *testing.T) {
	for _, engine := range engines {
		small := mustNew(t, []string{"a", "a"}, Options{Engine: engine})
		large := mustNew(t, strings.Fields(strings.Repeat("another word more of them ", 3)+"unlike"), Options{Engine: engine})
		if small.Len() != 2 || large.Len() != 16 {
			t.Errorf("%v: Len is %d and %d, want 2 and 16", engine, small.Len(), large.Len())
		}
		if small.Size() <= 0 || large.Size() <= small.Size() {
			t.Errorf("%v: Size is %d for a small list and %d for a large one", engine, small.Size(), large.Size())
		}
	}
}

func TestOptionsAsText(t *testing.T) {
	for _, want := range engines {
		var got Engine
		if err := got.UnmarshalText([]byte(want.String())); err != nil || got != want {
			t.Errorf("%v came back as %v, error %v", want, got, err)
		}
	}
	for _, want := range semantics {
		var got Semantics
		if err := got.UnmarshalText([]byte(want.String())); err != nil || got != want {
			t.Errorf("%v came back as %v, error %v", want, got, err)
		}
	}
	if err := new(Engine).UnmarshalText([]byte("hyperscan")); err == nil {
		t.Error("no error for an unknown engine")
	}
	if err := new(Semantics).UnmarshalText([]byte("shortest")); err == nil {
		t.Error("no error for unknown semantics")
	}
}

func TestScanAllocatesNothing(t *testing.T) {
	words, texts := generate(2000, 500)
	for _, only := range semantics {
		s := mustNew(t, words, Options{Semantics: only})
		dst := make([]Match, 0, 1000)
		found := 0
		got := testing.AllocsPerRun(10, func() {
			for _, text := range texts {
				dst = s.Scan(dst[:0], text)
				found += len(dst)
			}
		})
		if got != 0 || found == 0 {
			t.Errorf("%v: %v allocations for %d matches, want none for some", only, got, found)
		}
	}
}

func TestScanConcurrently(t *testing.T) {
	words, texts := generate(500, 300)
	for _, engine := range engines {
		s := mustNew(t, words, Options{Engine: engine})
		var want [][]Match
		for _, text := range texts {
			want = append(want, s.Scan(nil, text))
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for i, text := range texts {
					if diff := cmp.Diff(want[i], s.Scan(nil, text)); diff != "" {
						t.Errorf("%v: %q (-alone +at once):\n%s", engine, text, diff)
						return
					}
				}
			})
		}
		all.Wait()
	}
}
