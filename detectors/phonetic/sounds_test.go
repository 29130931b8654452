package phonetic

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write the data files anew from their sources")

// toneless is a reading without tone, with v for ü, or "" if it is no syllable
// of ordinary speech.
func toneless(reading string) string {
	reading = strings.ReplaceAll(norm.NFD.String(reading), "u\u0308", "v")
	var b strings.Builder
	for _, r := range reading {
		if r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		}
	}
	if s := b.String(); strings.ContainsAny(s, "aeiouv") {
		return s
	}
	return ""
}

// polyphones are everyday characters of which the second reading is everyday too.
// The further readings of other everyday characters are left out: they are those
// of names and of old texts, and make harmless talk sound like a keyword.
const polyphones = "长行重乐都着还地得单量省调传弹曾朝藏差会降觉卡率绿模切厦盛系吓血扎粘种转薄嗨便给角卷弄否称和圈舍似塞"

func TestSoundsAreThoseOfGoPinyin(t *testing.T) {
	bySound := make(map[string][]rune)
	everyday := everydayCharacters()
	for r := rune(firstHan); r <= lastHan; r++ {
		var seen []string
		for reading := range strings.SplitSeq(pinyin.PinyinDict[int(r)], ",") {
			most := maxReadings
			if strings.ContainsRune(everyday, r) {
				most = 1
				if strings.ContainsRune(polyphones, r) {
					most = 2
				}
			}
			if s := toneless(reading); s != "" && !slices.Contains(seen, s) && len(seen) < most {
				seen = append(seen, s)
				bySound[s] = append(bySound[s], r)
			}
		}
	}
	var b strings.Builder
	b.WriteString("# How Chinese characters are read, from go-pinyin (MIT License).\n")
	for _, s := range slices.Sorted(maps.Keys(bySound)) {
		b.WriteString(s + " " + string(bySound[s]) + "\n")
	}
	if b.String() == soundData {
		return
	}
	if !*update {
		t.Fatal("data/sounds.txt is not what its source gives: run the test with -update")
	}
	if err := os.WriteFile("data/sounds.txt", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
