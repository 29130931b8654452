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
const polyphones = "长行重乐都着还地得没单量省调数传弹曾朝藏差处发更红会降觉卡率绿模宿泡片屏强切曲散色厦盛石识提为系吓血呀要载择扎粘只种转薄炸嗨尿便大给合角解尽卷咳肯论摩弄胖区仇否服骨观冠巷横晃豁伯称车参倒分干号喝和划几假看空落蒙难宁漂铺圈塞扫少舍似挑吐相应与涨中作"

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
