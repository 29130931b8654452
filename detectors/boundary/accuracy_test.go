package boundary_test

import (
	"os"
	"strings"
	"testing"

	"patrol/detectors/boundary"
)

// TestHitsAcrossWordsAreCut reads sentences that spell a keyword by accident.
func TestHitsAcrossWordsAreCut(t *testing.T) {
	data, err := os.ReadFile("testdata/across.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	missed := judge(t, lexicon(t), lines, false)
	if len(lines) < 70 || 100*len(missed) > 5*len(lines) {
		t.Errorf("%d of %d are not cut, want at most 5 %%: %q", len(missed), len(lines), missed)
	}
}

// TestKeywordsInPlainSentencesAreNotCut puts keywords that stand for themselves
// into the sentences that people write around them.
func TestKeywordsInPlainSentencesAreNotCut(t *testing.T) {
	var lines []string
	for k := range strings.FieldsSeq(`大麻 代开发票 发票 兼职 博彩 办证 卖淫 色情 裸聊 诈骗 贷款 赌博 跑分 洗钱 银行卡 微信
		彩票 手枪 毒品 援交 约炮 高利贷 传销 楼凤 春药 身份证 营业执照 一条龙 冰毒 迷药 假证 外围女 百家乐 老虎机 棋牌 网贷`) {
		for frame := range strings.FieldsSeq(`有人卖X吗 谁有X 我想了解一下X 专业X 长期提供X 需要X的私聊我 想要X找我 我们做X好多年了 他因为X被抓了
			不要相信X 搞X的人很多 靠X赚了不少 老哥有X推荐吗 大量X X资源 X平台 可以X 全国X X联系我 关于X的问题 小心X 那个X是假的
			低价X 做X的都来 出售X 免费X 现在X很严 警察查X 我不懂X 听说X犯法`) {
			lines = append(lines, k+"\t"+strings.Replace(frame, "X", k, 1))
		}
	}
	cut := judge(t, lexicon(t), lines, true)
	if len(lines) < 1000 || 100*len(cut) > len(lines) {
		t.Errorf("%d of %d are cut, want at most 1 %%: %q", len(cut), len(lines), cut)
	}
}

// judge returns the lines, each a keyword and a text with it, that are judged as said.
func judge(t *testing.T, l *boundary.Lexicon, lines []string, cut bool) []string {
	t.Helper()
	var found []string
	for _, line := range lines {
		hit, text, _ := strings.Cut(line, "\t")
		start := strings.Index(text, hit)
		if start < 0 || hit == "" {
			t.Fatalf("%q lacks its keyword", line)
		}
		if got, _ := l.Cuts(text, start, start+len(hit)); got == cut {
			found = append(found, text)
		}
	}
	return found
}
