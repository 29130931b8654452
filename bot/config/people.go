package config

import (
	"net/url"
	"strings"
	"time"

	"patrol/bot/report"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// Notices are what the bot posts: the text of a warning, with {name}, {rule},
// {done}, {for}, {appeal} and {case}, and what newcomers are told.
type Notices struct {
	Zh      string        `yaml:"zh"`
	En      string        `yaml:"en"`
	Private bool          `yaml:"private"` // the member alone is told, where the platform can; else it is posted
	Welcome Notice        `yaml:"welcome"` // the rules of the group for who joins, with {name}; empty: nothing
	Chats   []ChatNotices `yaml:"chats"`
}

// ChatNotices are those of some chats. What it leaves out is as for all others.
type ChatNotices struct {
	Chats    []string `yaml:"chats"` // connection/chat
	Language Language `yaml:"language"`
	Private  *bool    `yaml:"private"`
	Zh       string   `yaml:"zh"`
	En       string   `yaml:"en"`
	Welcome  Notice   `yaml:"welcome"`
}

// Members says what the bot takes from members.
type Members struct {
	Report Report `yaml:"report"`
	Appeal Appeal `yaml:"appeal"`
}

// Report is how members report messages.
type Report struct {
	Off      bool     `yaml:"off"`
	Words    []string `yaml:"words"`    // at the start of a message
	Most     int      `yaml:"most"`     // reports by one member ...
	In       Duration `yaml:"in"`       // ... within this
	Chat     int      `yaml:"chat"`     // reports in one chat within that time
	Least    float64  `yaml:"least"`    // what reports weigh together before they become a case
	Remember int      `yaml:"remember"` // messages of a chat that can be reported
	Keep     bool     `yaml:"keep"`     // leave the message that reports where it is
}

// Appeal is how the punished appeal.
type Appeal struct {
	Off    bool     `yaml:"off"`
	Within Duration `yaml:"within"` // how long after a case
	URL    string   `yaml:"url"`    // where the page for appeals is reached from outside: https://patrol.example.org
	Listen string   `yaml:"listen"` // host:port of a server with that page alone; empty: it is on the console's
}

// NoticesFor are the notices of a chat ("connection/chat"), with its language.
func (c *Config) NoticesFor(chatKey string) (n Notices, l Language) {
	n, l = c.Notice, c.Language
	for _, x := range c.Notice.Chats {
		for _, key := range x.Chats {
			if key != chatKey {
				continue
			}
			if x.Zh != "" || x.En != "" {
				n.Zh, n.En = x.Zh, x.En
			}
			if x.Private != nil {
				n.Private = *x.Private
			}
			if x.Welcome != (Notice{}) {
				n.Welcome = x.Welcome
			}
			if x.Language != "" {
				l = x.Language
			}
			return n, l
		}
	}
	return n, l
}

// ReportConfig is what counts as a report, as bot/report wants it.
func (c *Config) ReportConfig() report.Config {
	r := &c.Members.Report
	return report.Config{Words: r.Words, Most: r.Most, In: time.Duration(r.In), ChatMost: r.Chat, Least: r.Least}
}

func (k *checker) people(c *Config) {
	named := map[string]bool{}
	for i, x := range c.Notice.Chats {
		p := yamlfile.Path("notice.chats").Index(i)
		if x.Language != "" {
			k.oneOf(p.Key("language"), string(x.Language), "zh", "en", "both")
		}
		if len(x.Chats) == 0 {
			k.fault(p, lang.T("没有写是哪些群", "it does not say for which chats"), lang.T("例如 chats: [qq-main/123456]", "such as chats: [qq-main/123456]"))
		}
		for j, key := range x.Chats {
			if adapter, room, ok := strings.Cut(key, "/"); !ok || adapter == "" || room == "" {
				k.fault(p.Key("chats").Index(j), lang.F("%q 不是 连接名/群号", "%q is not connection/chat", key), lang.T("例如 qq-main/123456", "such as qq-main/123456"))
			}
			if named[key] {
				k.fault(p.Key("chats").Index(j), lang.F("%s 写了两次", "%s is there twice", key), lang.Text{})
			}
			named[key] = true
		}
	}
	k.members(&c.Members, &c.Console)
}

func (k *checker) members(m *Members, console *Console) {
	r, a := &m.Report, &m.Appeal
	for i, w := range r.Words {
		if strings.TrimSpace(w) == "" {
			k.fault(yamlfile.Path("members.report.words").Index(i), lang.T("举报用的词不能为空", "a word for reports can't be empty"), lang.Text{})
		}
	}
	if r.Least < 0 || r.Least > 10 || r.Most < 0 || r.Chat < 0 || r.Remember < 0 || r.Remember > 1000 {
		k.fault("members.report", lang.T("数值超出范围：least 0 到 10，remember 0 到 1000，其余不小于 0", "a number is out of range: least is 0 to 10, remember 0 to 1000, the others not below 0"), lang.Text{})
	}
	k.address("members.appeal.listen", a.Listen)
	if !loopback(a.Listen) && !console.Proxy {
		k.fault("members.appeal.listen", lang.F("%s 对外开放，而申诉页面没有 TLS", "%s is open to the network, and the page for appeals has no TLS", a.Listen),
			lang.T("改用 127.0.0.1 并放在 TLS 代理之后，或写 console.behind_tls_proxy: true", "listen on 127.0.0.1 behind a TLS proxy, or say console.behind_tls_proxy: true"))
	}
	if a.URL == "" {
		if a.Listen != "" {
			k.fault("members.appeal.listen", lang.T("有 listen 就要写 url", "listen needs url"), lang.T("写别人从外面打开它的地址，如 https://patrol.example.org", "give the address at which others reach it, such as https://patrol.example.org"))
		}
		return
	}
	if u, err := url.Parse(a.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		k.fault("members.appeal.url", lang.F("%q 不是网址", "%q is no address of a page", a.URL), lang.T("例如 https://patrol.example.org", "such as https://patrol.example.org"))
	}
	if a.Listen == "" && console.Listen == "" {
		k.fault("members.appeal.url", lang.T("没有服务器提供申诉页面", "no server has the page for appeals"), lang.T("写 console.listen 或 members.appeal.listen", "give console.listen or members.appeal.listen"))
	}
}
