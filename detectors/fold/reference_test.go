package fold

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// readAs is the data of package fold, which another test holds to its sources.
var readAs = map[Separators]alike{Drop: readings(true), Keep: readings(false)}

var (
	outlined = strings.NewReplacer(
		"⓪", "0", "⓿", "0", "🄋", "0", "🄌", "0",
		"❶", "1", "❷", "2", "❸", "3", "❹", "4", "❺", "5", "❻", "6", "❼", "7", "❽", "8", "❾", "9", "❿", "10",
		"➀", "1", "➁", "2", "➂", "3", "➃", "4", "➄", "5", "➅", "6", "➆", "7", "➇", "8", "➈", "9", "➉", "10",
		"➊", "1", "➋", "2", "➌", "3", "➍", "4", "➎", "5", "➏", "6", "➐", "7", "➑", "8", "➒", "9", "➓", "10",
		"⓫", "11", "⓬", "12", "⓭", "13", "⓮", "14", "⓯", "15", "⓰", "16", "⓱", "17", "⓲", "18", "⓳", "19", "⓴", "20",
		"⓵", "1", "⓶", "2", "⓷", "3", "⓸", "4", "⓹", "5", "⓺", "6", "⓻", "7", "⓼", "8", "⓽", "9", "⓾", "10",
	)
	// unseen holds, in the notation of another tool, what package fold calls hidden.
	unseen = regexp.MustCompile(`[\x{300}-\x{36F}\x{483}-\x{489}\x{1AB0}-\x{1AFF}\x{1DC0}-\x{1DFF}\x{20D0}-\x{20FF}` +
		`\x{2DE0}-\x{2DFF}\x{A66F}-\x{A672}\x{A674}-\x{A67D}\x{A69E}\x{A69F}\x{FE20}-\x{FE2F}` +
		`\x{591}-\x{5BD}\x{5BF}\x{5C1}\x{5C2}\x{5C4}\x{5C5}\x{5C7}\x{640}\x{64B}-\x{652}\x{670}]`)
	separator = regexp.MustCompile(`[^\pL\pN\pM]|[丶丨]|[\x{2B9}-\x{2DF}]`)
)

// reference folds s with golang.org/x/text and regular expressions, one
// character and one step after the other.
func reference(s string, sep Separators) string {
	var kept strings.Builder
	marks := 0
	for _, r := range s {
		text := outlined.Replace(string(r))
		if r >= '🅐' && r <= '🅩' {
			text = string('a' + r - '🅐')
		} else if r >= '🅰' && r <= '🆉' {
			text = string('a' + r - '🅰')
		}
		text = unseen.ReplaceAllString(norm.NFKD.String(text), "")
		text = strings.Map(func(r rune) rune {
			format := unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
			if format || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
				return -1
			}
			return r
		}, text)
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Cherokee, r) }) {
			text = strings.ToUpper(text) // by CaseFolding.txt, where x/text differs
		} else {
			text = cases.Fold().String(text)
		}
		text = strings.Map(func(r rune) rune {
			for _, digits := range unicode.Nd.R32 {
				if r >= rune(digits.Lo) && r <= rune(digits.Hi) {
					return '0' + (r-rune(digits.Lo))%10
				}
			}
			for _, digits := range unicode.Nd.R16 {
				if r >= rune(digits.Lo) && r <= rune(digits.Hi) {
					return '0' + (r-rune(digits.Lo))%10
				}
			}
			return readAs[sep].of(r)
		}, text)
		if sep == Drop {
			text = separator.ReplaceAllString(text, "")
		}
		if text == "" {
			continue
		}
		row := marks
		leads := norm.NFC.PropertiesString(text).CCC() != 0
		for _, c := range norm.NFC.String(text) {
			if row++; norm.NFC.PropertiesString(string(c)).CCC() == 0 {
				row = 0
			}
		}
		if leads && row > 16 {
			continue
		}
		marks = row
		kept.WriteString(text)
	}
	return norm.NFC.String(kept.String())
}

// chatter draws texts in which everything that folding treats specially is
// common and may meet anything else.
func chatter() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.StringMatching(`[ -~]{1,20}`),
		rapid.StringMatching(`[一-龟]{1,6}`),
		rapid.StringMatching(`[a-zA-Zа-яА-ЯёΑ-ω]{1,8}`),
		rapid.StringMatching(`[！-～　-〿]{1,4}`),
		rapid.StringMatching(`[ᄀ-ᇿ가-갛]{1,5}`),
		rapid.StringMatching(`[か-ぽハ-ポ][\x{3099}\x{309A}]{0,20}`),
		rapid.StringMatching(`[क-ऱก-ฮا-ي][\x{93C}\x{94D}\x{E31}-\x{E3A}\x{E47}-\x{E4E}\x{653}-\x{655}\x{9BE}\x{F71}-\x{F75}]{0,20}`),
		rapid.StringMatching(`[\x{300}-\x{36F}]{1,40}`),
		rapid.StringMatching(`[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FE00}-\x{FE0F}\x{E0020}-\x{E007F}\x{AD}\x{34F}]{1,3}`),
		rapid.SampledFrom([]string{"ﷺ", "㍿", "½", "ß", "ẞ", "İ", "ı", "ŉ", "ǰ", "ΐ", "ᾳ", "ͅ", "ς", "ﬃ", "①", "㊀", "𝟭", "𝔘", "ｶﾞ", "Ⱥ", "Å", "≠", "¨", "👍🏽", "❤️", "🇨🇳", "❶", "🅰", "⓿", "क़", "\u0f73", "\u1161", "\u3164", "\u115f", "\u09c7\u09be"}),
		rapid.StringN(1, 4, -1),
		rapid.Map(rapid.RuneFrom(nil, unicode.M, unicode.Lu, unicode.Cf, unicode.So), func(r rune) string { return string(r) }),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 6), func(b []byte) string { return string(b) }),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 12), func(p []string) string { return strings.Join(p, "") })
}
