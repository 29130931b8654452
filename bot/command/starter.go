package command

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"

	"patrol/adapters"
	"patrol/adapters/chat"
	"patrol/bot/config"
	"patrol/configs"
	"patrol/rules/lang"
)

//go:embed starter.yaml.tmpl
var starterTemplate string

// starter is one kind of platform as init offers it.
type starter struct {
	kind    string
	title   lang.Text
	ask     lang.Text // for the address; zero where there is none
	address string    // the usual one
	config  string    // of the adapter: a template over .Address, its parts .Host/.Room, and whether it .Dials
	edit    lang.Text // what is left to be filled in
}

// starters are the platforms that init knows, the default first.
var starters = []starter{
	{
		kind: "onebot", title: lang.T("QQ（OneBot v11：NapCat、Lagrange、LLOneBot 等）", "QQ (OneBot v11: NapCat, Lagrange, LLOneBot and others)"),
		ask:     lang.T("对方的 WebSocket 地址；由对方连来时写 主机:端口", "Its WebSocket address; where it dials to us, host:port"),
		address: "ws://127.0.0.1:3001",
		config: `{{if .Dials}}      url: {{.Address}} # OneBot 的正向 WebSocket / its forward WebSocket
{{else}}      mode: ws_reverse
      listen: {{.Address}} # 在 OneBot 里填 / to be entered there: ws://...
{{end}}      # token_file: onebot.token # 和 OneBot 里的 access_token 相同 / the access_token of the OneBot side
`,
		edit: lang.T("与 OneBot 一致的 token；在群里给机器人管理员权限", "the token that the OneBot side has; and make the bot an admin of the group"),
	},
	{
		kind: "irc", title: lang.T("IRC（InspIRCd、ngircd、Ergo、Libera 等）", "IRC (InspIRCd, ngircd, Ergo, Libera and others)"),
		ask:     lang.T("服务器和频道", "Server and channel"),
		address: "irc.example.org:6697/#lobby",
		config: `      server: {{.Host}} # 主机:端口 / host:port
      # tls: true        # 默认加密，本机除外 / the default but for this machine
      nick: patrol
      channels: [{{.Room}}]
      # sasl: {mechanism: plain, user: patrol, password_file: irc.password}
      # encoding: gb18030 # 不是 UTF-8 的频道 / of channels that are not UTF-8
`,
		edit: lang.T("登录用的 sasl 或 nickserv；在频道里给它管理员权限", "sasl or nickserv to log in with; and make it an operator of the channel"),
	},
	{
		kind: "jsonl", title: lang.T("任意程序：标准输入读事件，标准输出写动作", "any program: events on standard input, actions on standard output"),
		config: `      # 写文件或命名管道也行，- 是标准输入输出 / files or named pipes do as well; - is standard input and output
      in: "-"
      out: "-"
      # confirm: true   # 程序会回答每个动作做成没有 / the program answers whether each action was done
      # platform: qq    # 事件没写 platform 时用它 / for events that name none
      # direct: true    # 程序也转交私聊，答复是 verb 为 tell 的行 / it passes direct messages on, and answers: lines with the verb tell
`,
	},
}

// offered are the starters of the platforms in this build.
func offered() []starter {
	known := adapters.Kinds()
	return slices.DeleteFunc(slices.Clone(starters), func(s starter) bool { return !slices.Contains(known, s.kind) })
}

// wish is what init was asked for.
type wish struct {
	starter  starter
	address  string
	language string
	console  string // "" for none
}

// text is the bot file of w.
func (w *wish) text() ([]byte, error) {
	adapter, err := w.adapter()
	if err != nil {
		return nil, err
	}
	file, err := fill(starterTemplate, map[string]string{"Language": w.language, "Console": w.console, "Adapter": adapter})
	return []byte(file), err
}

// adapter is the connection's entry in the bot file.
func (w *wish) adapter() (string, error) {
	host, room, _ := strings.Cut(w.address, "/")
	values := map[string]string{"Address": quoted(w.address), "Host": quoted(host), "Room": quoted(room), "Dials": ""}
	if strings.Contains(w.address, "://") {
		values["Dials"] = "yes"
	}
	config, err := fill(w.starter.config, values)
	return fmt.Sprintf("  - name: %[1]s-main\n    kind: %[1]s\n    config:\n%[2]s", w.starter.kind, config), err
}

// check loads the file as patrol run would, without connecting to anything.
func (w *wish) check(file []byte) error {
	c, faults := config.Parse("patrol.yaml", file)
	if len(faults) > 0 {
		return faults // warnings too: a file of ours has none
	}
	for i, a := range c.Adapters {
		decode := func(into any) error { return a.Config.Decode(into).Err() }
		if _, err := adapters.Open(a.Kind, decode, chat.Host{Name: a.Name}); err != nil {
			return c.AdapterFault(i, err)
		}
	}
	return nil
}

func fill(text string, values map[string]string) (string, error) {
	t, err := template.New("starter").Option("missingkey=error").Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.Execute(&out, values)
	return out.String(), err
}

// quoted is s as a double-quoted YAML scalar, which JSON strings are as well.
func quoted(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(data)
}

// shipped are the rule files and lists that init writes, by their paths.
func shipped() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, folder := range []string{"rules", "lists"} {
		err := fs.WalkDir(configs.FS, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files[path.Clean(name)], err = configs.FS.ReadFile(name)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
