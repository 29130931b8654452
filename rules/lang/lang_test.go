package lang_test

import (
	"fmt"
	"testing"

	"patrol/rules/lang"
)

func Example() {
	over := lang.F("10 秒内 %d 条消息", "%d messages in 10 s", 6)
	fmt.Println(over.In(lang.Zh))
	fmt.Println(over.In(lang.En))
	// Output:
	// 10 秒内 6 条消息
	// 6 messages in 10 s
}

func TestInFallsBackToTheOtherLanguage(t *testing.T) {
	if got := lang.T("只有中文", "").In(lang.En); got != "只有中文" {
		t.Errorf("English of a Chinese-only text: %q", got)
	}
	if got := lang.T("", "only English").In(lang.Zh); got != "only English" {
		t.Errorf("Chinese of an English-only text: %q", got)
	}
}

func TestFromEnv(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want lang.Lang
	}{
		{"nothing set", nil, lang.En},
		{"a Chinese locale", map[string]string{"LANG": "zh_CN.UTF-8"}, lang.Zh},
		{"LC_ALL wins over LANG", map[string]string{"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, lang.En},
		{"C says nothing, LANG does", map[string]string{"LC_ALL": "C", "LANG": "zh_TW"}, lang.Zh},
		{"ours wins over all", map[string]string{"PATROL_LANG": "zh", "LC_ALL": "en_US"}, lang.Zh},
	} {
		if got := lang.FromEnv(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
