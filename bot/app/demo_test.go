package app_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"patrol/bot/app"
	"patrol/rules/lang"
)

func TestDemoTellsTheWholeStory(t *testing.T) {
	for _, c := range []struct {
		lang lang.Lang
		says []string
	}{
		{lang.Zh, []string{"一次性登录链接", "▲ 福利小助手 · 留号引流 (ads.contact) · 「加 微~信」", "撤回、警告 · 积分 1", "○ 放过 口交 (adult.words)", "24 | 口 | 交换机", "○ 放过 加微信 (ads.contact): 管理员不受此规则约束", "刷屏 (flood.member)", "真人荷官", "✓ 禁言", "小结", "动作 撤回 done"}},
		{lang.En, []string{"One-time login link", "▲ 福利小助手 · ad with a contact id (ads.contact) · “加 微~信”", "delete, warn · score 1", "○ let pass 口交 (adult.words)", "24 | 口 | 交换机", "○ let pass 加微信 (ads.contact): the rule does not bind admins", "(flood.member)", "“真人荷官”", "✓ mute", "Summary", "action delete done"}},
	} {
		t.Run(string(c.lang), func(t *testing.T) {
			var out bytes.Buffer
			if err := app.Demo(t.Context(), app.DemoOptions{Out: &out, Lang: c.lang, Once: true, Speed: 2000}); err != nil {
				t.Fatal(err)
			}
			for _, want := range c.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("missing %q in:\n%s", want, out.String())
				}
			}
			if strings.ContainsRune(out.String(), '\x1b') {
				t.Error("colour where there is no terminal")
			}
			if strings.Contains(out.String(), "▲ 管理员阿芳") || strings.Contains(out.String(), "✗") {
				t.Errorf("acted on an admin, or failed:\n%s", out.String())
			}
		})
	}
}

// TestDemoStaysOpenForThePerson follows the link as a person does, once.
func TestDemoStaysOpenForThePerson(t *testing.T) {
	reading, writing := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- app.Demo(ctx, app.DemoOptions{Out: writing, Lang: lang.En, Color: true, Speed: 5000})
		_ = writing.Close()
	}()
	var seen safeBuffer
	go func() { _, _ = io.Copy(&seen, reading) }()
	until(t, "the play is over", func() bool { return strings.Contains(seen.String(), "The play is over") })
	if !strings.Contains(seen.String(), "\x1b[1m") {
		t.Error("no colour on a terminal")
	}
	link := regexp.MustCompile(`http://[0-9.:]+/login/link\?token=[0-9a-f]+`).FindString(seen.String())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Errorf("the login link answers %s", r.Status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
