package command

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"patrol/bot/console"
	"patrol/rules"
	"patrol/rules/lang"
)

//go:embed topics/*.txt
var topicFiles embed.FS

// topics are what `patrol help TOPIC` explains, in the order in which they are
// listed. Their texts are topics/NAME.zh.txt and topics/NAME.en.txt, and for some
// what a program knows better.
var topics = []struct {
	name  string
	title lang.Text
	more  func(lang.Lang) (string, error)
}{
	{"config", lang.T("机器人配置文件 patrol.yaml", "the bot file, patrol.yaml"), nil},
	{"rules", lang.T("规则文件：怎么写", "rule files: how to write them"), ruleKeys},
	{"platforms", lang.T("支持的平台，怎么接", "the platforms, and how to connect to them"), platformList},
	{"events", lang.T("事件行的格式（replay 和 jsonl 平台）", "the format of event lines (replay, and the jsonl platform)"), nil},
	{"output", lang.T("scan、eval、replay 和 stats 输出的 JSON", "the JSON that scan, eval, replay and stats write"), nil},
	{"access", lang.T("审核台：角色、群、登录", "the console: roles, chats, logins"), nil},
	{"api", lang.T("JSON API：令牌、权限范围、有哪些调用", "the JSON API: tokens, scopes, what can be called"), callList},
	{"exit-codes", lang.T("退出码", "exit codes"), nil},
}

// topic is the text of a topic; found is false where there is none of that name.
func topic(name string, l lang.Lang) (text string, found bool, err error) {
	for _, t := range topics {
		if t.name != name {
			continue
		}
		data, err := topicFiles.ReadFile("topics/" + name + "." + string(l) + ".txt")
		if err != nil || t.more == nil {
			return string(data), true, err
		}
		more, err := t.more(l)
		return string(data) + more, true, err
	}
	return "", false, nil
}

// keySchema is as much of a JSON Schema as it takes to list its keys.
type keySchema struct {
	Description string          `json:"description"`
	Properties  json.RawMessage `json:"properties"`
	Items       *keySchema      `json:"items"`
	OneOf       []keySchema     `json:"oneOf"`
}

// ruleKeys lists every key of a rule file, from the schema that the decoder's own
// types make.
func ruleKeys(l lang.Lang) (string, error) {
	data, err := rules.Schema()
	if err != nil {
		return "", err
	}
	var root keySchema
	if err := json.Unmarshal(data, &root); err != nil {
		return "", fmt.Errorf("schema of rule files: %w", err)
	}
	var p page
	err = root.list(&p, "  ", l)
	return p.String(), err
}

// list writes the keys below s, in the order of the schema.
func (s *keySchema) list(p *page, indent string, l lang.Lang) error {
	if s.Items != nil {
		return s.Items.list(p, indent, l)
	}
	for i := range s.OneOf {
		if err := s.OneOf[i].list(p, indent, l); err != nil {
			return err
		}
	}
	if len(s.Properties) == 0 {
		return nil
	}
	order := json.NewDecoder(strings.NewReader(string(s.Properties)))
	if _, err := order.Token(); err != nil {
		return err
	}
	for order.More() {
		key, err := order.Token()
		if err != nil {
			return err
		}
		var below keySchema
		if err := order.Decode(&below); err != nil {
			return err
		}
		lead := pad(indent+fmt.Sprint(key), 22)
		for _, line := range wrap(below.text(l), helpWidth-22) {
			p.line(strings.TrimRight(lead+line, " "))
			lead = strings.Repeat(" ", 22)
		}
		if err := below.list(p, indent+"  ", l); err != nil {
			return err
		}
	}
	return nil
}

// text is the description in l: the schema has Chinese, then English.
func (s *keySchema) text(l lang.Lang) string {
	zh, en, _ := strings.Cut(s.Description, "\n")
	return lang.T(zh, en).In(l)
}

// callList lists what can be called.
func callList(l lang.Lang) (string, error) {
	var p page
	for _, c := range console.Calls() {
		scope := ""
		if c.Scope != "" {
			scope = "  [" + string(c.Scope) + "]"
		}
		p.line("  " + pad(c.Method, 5) + c.Path + scope)
		p.text("       ", c.About.In(l))
	}
	return p.String(), nil
}

// platformList shows the connections of this build.
func platformList(l lang.Lang) (string, error) {
	var p page
	for _, k := range offered() {
		w := wish{starter: k, address: k.address}
		config, err := w.adapter()
		if err != nil {
			return "", err
		}
		p.line(fmt.Sprintf("%s: %s", k.kind, k.title.In(l)))
		if k.address != "" {
			p.line(fmt.Sprintf("%s: patrol init --platform %s --address '%s'", k.ask.In(l), k.kind, k.address))
		}
		p.line("")
		p.line(config)
	}
	return strings.TrimRight(p.String(), "\n") + "\n", nil
}
