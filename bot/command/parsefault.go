package command

import (
	"regexp"

	"patrol/rules/lang"
)

// parseFaults are the complaints of the command line parser in Chinese. What
// stands in parentheses is taken over; \w is left as it is.
var parseFaults = []struct {
	en *regexp.Regexp
	zh string
}{
	{regexp.MustCompile(`^unknown flag (\S+?), did you mean (.+)\?$`), "没有选项 $1，是不是 $2？"},
	{regexp.MustCompile(`^unknown flag (\S+)$`), "没有选项 $1"},
	{regexp.MustCompile(`^unexpected argument (.+?), did you mean (?:one of )?(.+)\?$`), "不认识 $1，是不是 $2？"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "不认识 $1"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "缺少选项 $1"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "缺少参数 $1"},
	{regexp.MustCompile(`^expected one of (.+)$`), "需要其中之一：$1"},
	{regexp.MustCompile(`^(\S+?): expected (.+?) value but got (.+)$`), "$1 需要一个值（$2），却是 $3"},
	{regexp.MustCompile(`^(\S+?): missing value.*$`), "$1 缺少值"},
	{regexp.MustCompile(`^(\S+?): expected an? (?:valid )?(?:\d+ bit )?(int|uint|float) but got (.+?)(?: \(\w+\))?$`), "$1 需要一个数，却是 $3"},
	{regexp.MustCompile(`^(\S+?): bool value must be .* but got (.+)$`), "$1 是开关，不能写成 $2"},
	{regexp.MustCompile(`^(\S+) must be one of (.+) but got (.+)$`), "$1 只能是 $2，却是 $3"},
	{regexp.MustCompile(`^(\S+) and (\S+) can't be used together$`), "$1 和 $2 不能一起用"},
	{regexp.MustCompile(`^expected (.+)$`), "缺少 $1"},
}

// parseFault is a complaint of the parser in both languages. One that is not
// known stays English, rather than unsaid.
func parseFault(en string) lang.Text {
	for _, f := range parseFaults {
		if f.en.MatchString(en) {
			return lang.T(f.en.ReplaceAllString(en, f.zh), en)
		}
	}
	return lang.T(en, en)
}
