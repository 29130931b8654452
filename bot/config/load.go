package config

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"patrol/bot/ladder"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// Load reads and checks the bot file at path. The Config is nil exactly when a
// fault is not a mere warning.
func Load(path string) (*Config, yamlfile.Faults) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, yamlfile.Faults{{
			File: path, Problem: lang.F("读不了文件：%v", "the file can't be read: %v", err),
			Mend: lang.T("运行 patrol init 生成一个", "patrol init writes one"),
		}}
	}
	return Parse(path, data)
}

// Parse is Load for a file that was read already; path is where it stands.
func Parse(path string, data []byte) (*Config, yamlfile.Faults) {
	c := &Config{File: path}
	doc, faults := yamlfile.Decode(path, data, c)
	c.doc = doc
	if faults.Fatal() {
		return nil, faults
	}
	c.fillIn()
	faults = append(faults, c.check()...)
	faults.Sort()
	if faults.Fatal() {
		return nil, faults
	}
	return c, faults
}

func (c *Config) fillIn() {
	if c.Language == "" {
		c.Language = "both"
	}
	if c.Store.Path == "" {
		c.Store.Path = "patrol.db"
	}
	usual := ladder.Default()
	if c.Ladder.Memory == 0 {
		c.Ladder.Memory = Duration(usual.Memory)
	}
	if !c.doc.Has("ladder.steps") {
		for _, r := range usual.Rungs {
			rung := Rung{At: r.At, Hold: r.Hold}
			for _, s := range r.Do {
				rung.Do = append(rung.Do, Step(s))
			}
			c.Ladder.Steps = append(c.Ladder.Steps, rung)
		}
	}
	c.usualBrakes()
	if !c.doc.Has("review.precision.target") {
		c.Review.Precision.Target = 0.6
	}
	if !c.doc.Has("review.precision.after") {
		c.Review.Precision.After = 10
	}
	if !c.doc.Has("review.precision.within") {
		c.Review.Precision.Within = Duration(90 * 24 * time.Hour)
	}
	c.usualSample()
	c.usualRetention()
	if !c.doc.Has("review.grace") {
		c.Review.Grace = Duration(5 * time.Second)
	}
	if c.Console.Sessions.Idle == 0 {
		c.Console.Sessions.Idle = Duration(2 * time.Hour)
	}
	if c.Console.Sessions.Absolute == 0 {
		c.Console.Sessions.Absolute = Duration(12 * time.Hour)
	}
	if c.Console.Factor == "" {
		c.Console.Factor = "optional"
	}
	if c.Log.Level == "" {
		c.Log.Level = "info"
	}
	if c.Log.Format == "" {
		c.Log.Format = "auto"
	}
}

// check says everything that is wrong beyond the mere form.
func (c *Config) check() yamlfile.Faults {
	k := checker{doc: c.doc}
	k.oneOf("language", string(c.Language), "zh", "en", "both")
	k.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	k.oneOf("log.format", c.Log.Format, "auto", "json", "human")
	if len(c.Rules) == 0 {
		k.fault("rules", lang.T("没有规则文件", "there are no rule files"), lang.T("例如 rules: [rules/*.yaml]", "such as rules: [rules/*.yaml]"))
	}
	for i, pattern := range c.Rules {
		if _, err := filepath.Match(pattern, ""); err != nil {
			k.fault(yamlfile.Path("rules").Index(i), lang.F("通配符写错了：%v", "the pattern is broken: %v", err), lang.Text{})
		}
	}
	k.adapters(c.Adapters)
	k.ladder(c)
	k.people(c)
	for i, verb := range c.Review.ByHand {
		k.oneOf(yamlfile.Path("review.by_hand").Index(i), verb, "delete", "mute", "remove", "ban")
	}
	k.retention(c)
	for i, verb := range c.Review.SecondReviewer {
		k.oneOf(yamlfile.Path("review.second_reviewer").Index(i), verb, "mute", "remove", "ban")
	}
	if p := c.Review.Precision; p.Target < 0 || p.Target >= 1 || p.After < 1 || p.Within <= 0 {
		k.fault("review.precision", lang.F("precision 需要 target（0 到 1）、after（至少 1）和 within，现在是 %g、%d 和 %s", "precision needs a target from 0 to 1, after of at least 1 and within, and has %g, %d and %s", p.Target, p.After, time.Duration(p.Within)),
			lang.T("例如 precision: {target: 0.6, after: 10, within: 90d}；target: 0 不检查", "such as precision: {target: 0.6, after: 10, within: 90d}; target: 0 turns the check off"))
	}
	k.sample(&c.Review.Sample)
	if c.Review.Grace < 0 || c.Review.Grace > Duration(time.Hour) {
		k.fault("review.grace", lang.F("grace 在 0 和 1h 之间，现在是 %s", "grace is between 0 and 1h, and is %s", time.Duration(c.Review.Grace)), lang.Text{})
	}
	k.signOn(&c.Console)
	k.oneOf("console.second_factor", c.Console.Factor, "optional", "required")
	if s := c.Console.Sessions; s.Idle > s.Absolute {
		k.fault("console.sessions", lang.F("idle（%s）比 absolute（%s）还长", "idle (%s) is longer than absolute (%s)", time.Duration(s.Idle), time.Duration(s.Absolute)), lang.Text{})
	}
	k.address("console.listen", c.Console.Listen)
	k.address("metrics.listen", c.Metrics.Listen)
	if (c.Console.TLS.Cert == "") != (c.Console.TLS.Key == "") {
		k.fault("console.tls", lang.T("cert 和 key 要么都写，要么都不写", "cert and key go together"), lang.Text{})
	}
	if open := !loopback(c.Console.Listen); open && c.Console.TLS.Cert == "" && !c.Console.Proxy {
		k.fault("console.listen", lang.F("%s 对外开放，却没有 TLS", "%s is open to the network without TLS", c.Console.Listen),
			lang.T("改用 127.0.0.1，或写 tls，或放在 TLS 代理之后并写 behind_tls_proxy: true", "listen on 127.0.0.1, or give tls, or put a TLS proxy before it and say behind_tls_proxy: true"))
	}
	return k.faults
}

type checker struct {
	doc    *yamlfile.Doc
	faults yamlfile.Faults
}

func (k *checker) fault(p yamlfile.Path, problem, mend lang.Text) {
	k.faults = append(k.faults, k.doc.Fault(p, problem, mend))
}

func (k *checker) oneOf(p yamlfile.Path, value string, known ...string) {
	if !slices.Contains(known, value) {
		k.fault(p, lang.F("%s 不能是 %q", "%s can't be %q", p, value), lang.F("可用：%s", "use one of %s", strings.Join(known, ", ")))
	}
}

func (k *checker) adapters(list []Adapter) {
	if len(list) == 0 {
		k.fault("adapters", lang.T("没有任何连接", "there is no connection"), lang.T("在 adapters 下至少写一个", "give at least one under adapters"))
	}
	seen := map[string]int{}
	for i, a := range list {
		p := yamlfile.Path("adapters").Index(i)
		if a.Name == "" || strings.ContainsAny(a.Name, "/ \t\n") {
			k.fault(p.Key("name"), lang.F("连接名 %q 不可用", "%q can't name a connection", a.Name), lang.T("用不含空格和斜线的短名，如 qq-main", "give a short name without spaces or slashes, such as qq-main"))
		}
		if first, twice := seen[a.Name]; twice {
			k.fault(p.Key("name"), lang.F("连接名 %q 已用于第 %d 行", "the name %q is taken in line %d", a.Name, k.doc.Value(yamlfile.Path("adapters").Index(first).Key("name")).Line), lang.Text{})
		}
		seen[a.Name] = i
		if a.Kind == "" {
			k.fault(p.Key("kind"), lang.T("缺少 kind", "kind is missing"), lang.T("例如 kind: onebot", "such as kind: onebot"))
		}
	}
}

func (k *checker) ladder(c *Config) {
	if err := c.LadderConfig().Check(); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			p := yamlfile.Path("ladder")
			if at := strings.Index(line, "]"); strings.HasPrefix(line, "steps[") && at > 0 {
				p = p.Key(line[:at+1])
			}
			k.fault(p, lang.T(line, line), lang.Text{})
		}
	}
	k.brake(&c.Ladder.Brake)
}

func (k *checker) address(p yamlfile.Path, value string) {
	if value == "" {
		return
	}
	if _, port, err := net.SplitHostPort(value); err != nil || port == "" {
		k.fault(p, lang.F("%q 不是地址", "%q is no address", value), lang.T("例如 127.0.0.1:8420", "such as 127.0.0.1:8420"))
	}
}

// loopback reports whether only this machine can reach the address.
func loopback(address string) bool {
	if address == "" {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return true // said elsewhere
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// RuleFiles are the files that the patterns under rules name, sorted and each
// once. A pattern that names none is an error.
func (c *Config) RuleFiles() ([]string, error) {
	var files []string
	for _, pattern := range c.Rules {
		found, err := filepath.Glob(c.Resolve(pattern))
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", c.File, pattern, err)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: rules: no file matches %q / 没有匹配 %q 的规则文件", c.File, pattern, pattern)
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
