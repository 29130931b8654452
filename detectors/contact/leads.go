package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lead is a lead-in: what people write before an id, or behind it.
type lead struct {
	text   string
	kind   Kind
	latin  bool // made of letters that other words are made of as well
	behind bool // it also stands behind an id
}

// leads are the lead-ins, longer ones before those that they end in. Text is
// folded, so they are in lower case.
var leads = leadTable()

// leadsByFirst and leadsByLast are the lead-ins by their first and their last
// byte, in the order of the table.
var leadsByFirst, leadsByLast = leadIndex()

func leadIndex() (first, last [256][]*lead) {
	for i := range leads {
		l := &leads[i]
		first[l.text[0]] = append(first[l.text[0]], l)
		end := l.text[len(l.text)-1]
		last[end] = append(last[end], l)
	}
	return first, last
}

func leadTable() []lead {
	var all []lead
	enter := func(kind Kind, behind bool, list string) {
		for w := range strings.FieldsSeq(list) {
			first, _ := utf8.DecodeRuneInString(w)
			all = append(all, lead{text: w, kind: kind, latin: !unicode.Is(unicode.Han, first), behind: behind})
		}
	}
	enter(WeChat, true, "微信 薇信 威信 维信 徽信 溦信 葳信 微芯 卫芯 卫星 v信 绿泡泡 绿色软件 薇 徽 溦 嶶 葳 vx wx weixin wechat")
	enter(WeChat, true, "薇芯 微芯 喂心 威心")
	enter(WeChat, true, "微 威 喂")
	enter(WeChat, false, "韦 卫 v")
	enter(QQ, true, "扣扣 抠抠 蔻蔻 球球 企鹅 企鹅号 扣群 qq群 q群 群号 裙号 qq q扣")
	enter(QQ, true, "加口 加扣 加蔻 家口 家扣 口扣 口口 口 q")
	enter(QQ, false, "扣 抠 蔻 寇 冦 加群 进群 入群 裙 群")
	enter(Telegram, true, "telegram tg 电报 飞机 纸飞机 电报群 телеграм телеграмм телеграмме телега телегу тг")
	enter(WhatsApp, true, "whatsapp ватсап вотсап whats")
	enter(Line, false, "line 赖")
	enter(Phone, false, "电话 手机 手机号 致电 拨打 tel phone call тел телефон звоните номер")
	enter(Added, false, "加我 加 佳 伽 咨询 联系 联系方式 找我 私我 客服 call contact add пишите писать")
	return all
}

// fillers stand between a lead-in and the id.
var fillers = []string{
	"号码", "账号", "帐号", "号", "码", "是", "为", "加", "➕", "我", "的", "好友", "id", "搜索", "搜", "联系", "or", "або", "в",
}

// maxFillers is how many fillers may follow each other, and maxBetween how many
// separators.
const (
	maxFillers = 3
	maxBetween = 6
)

// leadBefore is the lead-in that a text ends with, nil for none.
func leadBefore(before string) *lead {
	plain := (*lead)(nil) // a lead-in that names no platform, behind which one may stand
	for range maxFillers + 1 {
		before = trimRight(before)
		if l := leadAtEnd(before); l != nil {
			if l.kind != Added {
				return l
			}
			plain = l
		}
		shorter := before
		for _, f := range fillers {
			if rest, found := strings.CutSuffix(before, f); found {
				shorter = rest
				break
			}
		}
		if shorter == before {
			break
		}
		before = shorter
	}
	return plain
}

func leadAtEnd(before string) *lead {
	if before == "" {
		return nil
	}
	var best *lead
	for _, l := range leadsByLast[before[len(before)-1]] {
		rest, found := strings.CutSuffix(before, l.text)
		if !found || best != nil && len(best.text) >= len(l.text) {
			continue
		}
		if last, _ := utf8.DecodeLastRuneInString(rest); l.latin && (unicode.IsLetter(last) && !unicode.Is(unicode.Han, last) || unicode.IsDigit(last)) {
			continue
		}
		best = l
	}
	return best
}

// leadAfter is the lead-in that a text starts with, nil for none.
func leadAfter(after string) *lead {
	after = trimLeft(after)
	if after == "" {
		return nil
	}
	var best *lead
	for _, l := range leadsByFirst[after[0]] {
		rest, found := strings.CutPrefix(after, l.text)
		if !found || !l.behind || best != nil && len(best.text) >= len(l.text) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(rest); l.latin && (unicode.IsLetter(next) && !unicode.Is(unicode.Han, next) || unicode.IsDigit(next)) {
			continue
		}
		best = l
	}
	return best
}

// trimRight takes separators off the end of a text, but not so many that they
// part two thoughts, and none that ends a sentence.
func trimRight(s string) string {
	for range maxBetween {
		r, size := utf8.DecodeLastRuneInString(s)
		if !between(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

func trimLeft(s string) string {
	for range maxBetween {
		r, size := utf8.DecodeRuneInString(s)
		if !between(r) {
			break
		}
		s = s[size:]
	}
	return s
}

func between(r rune) bool {
	return r != utf8.RuneError && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("。！？!?\n\r", r)
}

// takes reports whether a lead-in may lead to an id with so many digits.
func (l *lead) takes(id string, digits int) bool {
	all := digits == len(id)
	switch l.kind {
	case QQ:
		if l.text == "口" && digits < minBareDigits {
			return false // so many people, or ports of a switch
		}
		return all && digits >= minLedDigits && digits <= maxLedDigits
	case Phone:
		return all && digits >= minBareDigits && digits <= maxPhone
	case WhatsApp:
		return all && digits >= 8 && digits <= maxPhone
	case Telegram:
		return len(id) >= minHandle+1 && len(id) <= maxHandle && !digit(id[0]) && (digits > 0 || strings.Contains(id, "_"))
	case Line:
		return len(id) >= 5 && digits >= 2 && len(id) <= 20
	}
	// Of an id without a lead-in that names a platform, more is asked.
	least := minLedDigits
	if l.kind == Added {
		least++
	}
	if all {
		return digits >= least && digits <= maxLedDigits
	}
	return len(id) >= least && len(id) <= 20 && digits >= 2
}
