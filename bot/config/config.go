// Package config reads the bot's own file, patrol.yaml: which connections,
// which rules, which ladder, where the store and the console are.
//
//	c, faults := config.Load("patrol.yaml")
//	if faults.Fatal() {
//		fmt.Fprintln(os.Stderr, faults.In(lang.En)) // patrol.yaml:12:9: ...
//	}
//
// Decoding is strict and every fault is reported at once, with its place. Paths
// in the file are relative to the file's own folder.
package config

import (
	"path/filepath"
	"time"

	"patrol/bot/ladder"
	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// Config is a whole bot file, checked, with defaults filled in.
type Config struct {
	File      string    `yaml:"-"`
	Language  Language  `yaml:"language"` // of notices in chats
	Rules     []string  `yaml:"rules"`    // rule files; * and ? are expanded
	Adapters  []Adapter `yaml:"adapters"`
	Store     Store     `yaml:"store"`
	Ladder    Ladder    `yaml:"ladder"`
	Review    Review    `yaml:"review"`
	Notice    Notices   `yaml:"notice"`
	Members   Members   `yaml:"members"`
	Retention Retention `yaml:"retention"`
	Console   Console   `yaml:"console"`
	Metrics   Metrics   `yaml:"metrics"`
	Log       Log       `yaml:"log"`
	Pipeline  Pipeline  `yaml:"pipeline"`

	doc *yamlfile.Doc
}

// Adapter is one connection. Config is the kind's own, decoded by the adapter.
type Adapter struct {
	Name   string        `yaml:"name"`
	Kind   string        `yaml:"kind"`
	Config yamlfile.Node `yaml:"config"`
}

// Store is where cases, strikes and the ledger are kept.
type Store struct {
	Path    string `yaml:"path"`
	Key     string `yaml:"key"`     // of the file with the keys of second factors; path with .key where absent
	Relaxed bool   `yaml:"relaxed"` // do not wait for the disk: a power cut may lose the last moments
}

// Ladder is what strikes lead to.
type Ladder struct {
	Memory Duration `yaml:"memory"`
	Steps  []Rung   `yaml:"steps"`
	Brake  Brake    `yaml:"brake"`
}

// Rung is one step of the ladder.
type Rung struct {
	At   int    `yaml:"at"`
	Do   []Step `yaml:"do"`
	Hold bool   `yaml:"hold"`
}

// Review says how soon people should decide, and how.
type Review struct {
	Due            Due       `yaml:"due"`
	Precision      Precision `yaml:"precision"`
	SecondReviewer []string  `yaml:"second_reviewer"` // verbs that two people must want: mute, remove, ban
	ByHand         []string  `yaml:"by_hand"`         // what people are asked to do on the platform where the bot can't: delete, mute, remove, ban
	Grace          Duration  `yaml:"grace"`           // how long a confirmed action waits, so that it can be taken back; 5s
	Sample         Sample    `yaml:"sample"`
	Apology        Notice    `yaml:"apology"` // posted after an overturn, with {name}, {rule} and {case}; empty: nothing
}

// Precision is how well a rule must do to act without asking first.
type Precision struct {
	Target float64  `yaml:"target"` // least lower bound of the share of upheld verdicts; 0: no check
	After  int      `yaml:"after"`  // verdicts before a rule is measured
	Within Duration `yaml:"within"` // how far back verdicts count
}

// Sample says how much is drawn by chance for people to judge.
type Sample struct {
	Acted  float64  `yaml:"acted"`   // share of what the bot did alone, or only wrote down; 0: nothing
	Passed float64  `yaml:"passed"`  // share of the messages on which no rule hit; 0: nothing
	PerDay int      `yaml:"per_day"` // of each kind at most; 0: nothing is drawn
	Second float64  `yaml:"second"`  // share of those that a second person judges too
	Due    Duration `yaml:"due"`     // how soon people should judge them
}

// Due is a time for each severity.
type Due struct {
	Severe Duration `yaml:"severe"`
	Major  Duration `yaml:"major"`
	Minor  Duration `yaml:"minor"`
}

// Notice is the text of a warning, with {name}, {rule}, {done} and {case}.
type Notice struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Console is the reviewers' web console.
type Console struct {
	Listen string `yaml:"listen"` // host:port; empty: no console
	TLS    TLS    `yaml:"tls"`
	Proxy  bool   `yaml:"behind_tls_proxy"` // a proxy before it speaks TLS: cookies are marked Secure

	Sessions Sessions `yaml:"sessions"`
	Factor   string   `yaml:"second_factor"` // optional, or required of everybody with a password

	URL string `yaml:"url"` // what people's browsers call the console; needed for sso
	SSO *SSO   `yaml:"sso"` // nil: none
}

// Sessions says how long logins last.
type Sessions struct {
	Idle     Duration `yaml:"idle"`     // unused
	Absolute Duration `yaml:"absolute"` // at all
}

// TLS names a certificate and its key.
type TLS struct {
	Cert string `yaml:"cert"`
	Key  string `yaml:"key"`
}

// Metrics is where /metrics, /healthz and /readyz are served.
type Metrics struct {
	Listen string `yaml:"listen"` // host:port; empty: not served
}

// Log says how much is logged, and how.
type Log struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
}

// Pipeline holds the knobs of the machine room.
type Pipeline struct {
	Shards     int      `yaml:"shards"`
	Queue      int      `yaml:"queue"`
	StaleAfter Duration `yaml:"stale_after"`
	Context    int      `yaml:"context"`
}

// Duration is a length of time as rule files write it: 10s, 5m, 1h, 7d.
type Duration time.Duration

// UnmarshalText reads a length of time.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := rules.ParseDuration(string(text))
	if err != nil {
		return err
	}
	*d = Duration(parsed)
	return nil
}

// Step is a step as rule files write it: warn, delete, mute 10m, remove, ban.
type Step rules.Step

// UnmarshalText reads a step.
func (s *Step) UnmarshalText(text []byte) error {
	parsed, err := rules.ParseStep(string(text))
	if err != nil {
		return err
	}
	*s = Step(parsed)
	return nil
}

// Language is zh, en or both.
type Language string

// Lang is the language, "" for both.
func (l Language) Lang() lang.Lang {
	if l == "both" {
		return ""
	}
	return lang.Lang(l)
}

// LadderConfig is the ladder as bot/ladder wants it.
func (c *Config) LadderConfig() ladder.Config {
	out := ladder.Config{Memory: time.Duration(c.Ladder.Memory)}
	for _, r := range c.Ladder.Steps {
		rung := ladder.Rung{At: r.At, Hold: r.Hold}
		for _, s := range r.Do {
			rung.Do = append(rung.Do, rules.Step(s))
		}
		out.Rungs = append(out.Rungs, rung)
	}
	return out
}

// Resolve is path seen from the folder of the bot file.
func (c *Config) Resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.File), path)
}

// AdapterFault is a fault of adapter i: what its own config says of itself.
func (c *Config) AdapterFault(i int, err error) yamlfile.Fault {
	p := yamlfile.Path("adapters").Index(i)
	return c.doc.Fault(p.Key("config"), lang.T(err.Error(), err.Error()), lang.Text{})
}
