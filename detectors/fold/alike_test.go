package fold

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
	"github.com/mtibben/confusables"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write the data files anew from their sources")

// groups writes pairs as the data files do.
func groups(title string, pairs alike) string {
	byTarget := make(map[rune][]rune)
	for from, to := range pairs {
		byTarget[to] = append(byTarget[to], from)
	}
	var b strings.Builder
	b.WriteString("# " + title + "\n")
	for _, to := range slices.Sorted(maps.Keys(byTarget)) {
		slices.Sort(byTarget[to])
		b.WriteString(string(to) + string(byTarget[to]) + "\n")
	}
	return b.String()
}

func compare(t *testing.T, file, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s is not what its source gives: run the test with -update", file)
		return
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSimplifiedFormsAreThoseOfOpenCC(t *testing.T) {
	converter, err := opencc.New("t2s")
	if err != nil {
		t.Fatal(err)
	}
	pairs := make(alike)
	for r := '\u4E00'; r <= '\u9FFF'; r++ {
		text, err := converter.Convert(string(r))
		if err != nil {
			t.Fatal(err)
		}
		to, size := utf8.DecodeRuneInString(text)
		if size == len(text) && to != r && to >= '\u4E00' && to <= '\u9FFF' {
			pairs[r] = to
		}
	}
	compare(t, "data/simplified.txt", simplifiedData, groups("From OpenCC's table of traditional to simplified characters (Apache License 2.0).", pairs))
}

// lettersLikeLatin are the scripts whose letters are used as Latin ones.
var lettersLikeLatin = []*unicode.RangeTable{
	unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Coptic,
	unicode.Cherokee, unicode.Lisu, unicode.Deseret, unicode.Canadian_Aboriginal,
}

func TestLookalikesAreThoseOfUnicode(t *testing.T) {
	pairs := make(alike)
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !unicode.IsLetter(r) || norm.NFKD.String(string(r)) != string(r) || cases.Fold().String(string(r)) != string(r) {
			continue // folding changes it before
		}
		if unicode.In(r, lettersLikeLatin...) {
			to := skeleton(r)
			if to >= utf8.RuneSelf {
				to = skeleton(unicode.ToUpper(r))
			}
			if to >= 'a' && to <= 'z' {
				pairs[r] = to
			}
		}
	}
	for r := rune(0x2E80); r <= 0x31FF; r++ {
		to := skeleton(r)
		voiced := norm.NFC.String(string(r)+"\u3099") != string(r)+"\u3099" || norm.NFC.String(string(r)+"\u309A") != string(r)+"\u309A"
		if to >= '\u4E00' && to <= '\u9FFF' && !voiced && norm.NFKD.String(string(r)) == string(r) {
			pairs[r] = to
		}
	}
	compare(t, "data/lookalikes.txt", lookalikeData, groups("From the confusables of Unicode Technical Standard 39 (Unicode licence v3).", pairs))
}

// skeleton is the one letter or ideograph that r looks like, marks apart, or r.
func skeleton(r rune) rune {
	text := strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, confusables.Skeleton(string(r)))
	to, size := utf8.DecodeRuneInString(cases.Fold().String(text))
	if size == 0 || utf8.RuneCountInString(text) != 1 {
		return r
	}
	return to
}

func TestWhatACharacterIsReadAsStays(t *testing.T) {
	for _, drop := range []bool{true, false} {
		all := readings(drop)
		for from, to := range all {
			if _, again := all[to]; again {
				t.Errorf("%c is read as %c and that as %c", from, to, all[to])
			}
		}
	}
}
