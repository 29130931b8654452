package onebot

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"patrol/adapters/chat"
)

// The ways to reach an implementation.
const (
	ModeWS      = "ws"         // we dial its WebSocket server
	ModeReverse = "ws_reverse" // it dials ours
	ModeHTTP    = "http"       // it posts events to us, we post actions to it
)

// Config is the `config:` of a connection of kind onebot.
type Config struct {
	Mode   string `yaml:"mode"`   // ws (default), ws_reverse or http
	URL    string `yaml:"url"`    // ws: ws://host:port; http: http://host:port of the API
	Split  bool   `yaml:"split"`  // ws: two connections, /event and /api, instead of /
	Listen string `yaml:"listen"` // ws_reverse, http: host:port; anything but loopback needs token (ws_reverse) or secret (http)

	Token      chat.Secret `yaml:"token"`       // access_token of the implementation
	TokenFile  string      `yaml:"token_file"`  // a file that holds it
	Secret     chat.Secret `yaml:"secret"`      // http: the key of X-Signature
	SecretFile string      `yaml:"secret_file"` // a file that holds it
	SelfID     string      `yaml:"self_id"`     // take only this account; default any

	Platform       string        `yaml:"platform"`         // default qq
	Timeout        chat.Duration `yaml:"timeout"`          // of one action; default 10s
	RecallWindow   chat.Duration `yaml:"recall_window"`    // default 2m
	WarnsPerMinute int           `yaml:"warns_per_minute"` // in one group; default 10
	ActsPerMinute  int           `yaml:"acts_per_minute"`  // of the account; default 60: accounts that hurry get frozen
	RemovalsPerDay int           `yaml:"removals_per_day"` // of the account; default no limit
}

// Check says everything that is wrong with c, naming the keys. It reads no file.
func (c Config) Check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	switch c.mode() {
	case ModeWS:
		checkURL(fault, c.URL, "ws", "wss")
		c.forbid(fault, "listen", c.Listen != "")
	case ModeReverse:
		c.forbid(fault, "url", c.URL != "")
		c.checkListen(fault, "token", c.Token != "" || c.TokenFile != "")
	case ModeHTTP:
		checkURL(fault, c.URL, "http", "https")
		c.checkListen(fault, "secret", c.Secret != "" || c.SecretFile != "")
	default:
		fault("mode: %.40q is none of ws, ws_reverse, http / 只能是 ws、ws_reverse 或 http", c.Mode)
	}
	if c.Split {
		c.forbid(fault, "split", c.mode() != ModeWS)
	}
	if c.Secret != "" || c.SecretFile != "" {
		c.forbid(fault, "secret", c.mode() != ModeHTTP)
	}
	if c.Token != "" && c.TokenFile != "" {
		fault("only one of token and token_file may be given / token 和 token_file 只能写一个")
	}
	if c.Secret != "" && c.SecretFile != "" {
		fault("only one of secret and secret_file may be given / secret 和 secret_file 只能写一个")
	}
	for _, n := range []struct {
		key   string
		value int
	}{{"warns_per_minute", c.WarnsPerMinute}, {"acts_per_minute", c.ActsPerMinute}, {"removals_per_day", c.RemovalsPerDay}} {
		if n.value < 0 {
			fault("%s is negative / %[1]s 不能是负数", n.key)
		}
	}
	return errors.Join(faults...)
}

func (c Config) mode() string {
	if c.Mode == "" {
		return ModeWS
	}
	return c.Mode
}

// forbid is a fault where a key is given that its mode has no use for.
func (c Config) forbid(fault func(string, ...any), key string, given bool) {
	if given {
		fault("%s has no use with mode %s / mode 为 %[2]s 时不用写 %[1]s", key, c.mode())
	}
}

func checkURL(fault func(string, ...any), raw string, schemes ...string) {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		fault("url is missing, such as %s://127.0.0.1:3001 / 缺少 url", schemes[0])
	case err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme):
		fault("url must begin with %s:// / url 应以 %[1]s:// 开头", schemes[0]) // not quoted: it may hold a token
	}
}

func (c Config) checkListen(fault func(string, ...any), guard string, guarded bool) {
	host, _, err := net.SplitHostPort(c.Listen)
	switch {
	case c.Listen == "":
		fault("listen is missing, such as 127.0.0.1:8080 / 缺少 listen")
	case err != nil:
		fault("listen: %.60q is not host:port / 不是 主机:端口", c.Listen)
	case !guarded && !loopback(host):
		fault("listen: %.60q is open to the network: give %s, or listen on 127.0.0.1 / 对外开放必须写 %[2]s，否则只能监听 127.0.0.1", c.Listen, guard)
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// complete is c with its defaults, and with the secrets that files hold.
func (c Config) complete(resolve func(string) string) (Config, error) {
	file := func(path string) string {
		if path == "" {
			return ""
		}
		return resolve(path)
	}
	var err1, err2 error
	c.Token, err1 = chat.SecretFrom("token", c.Token, file(c.TokenFile))
	c.Secret, err2 = chat.SecretFrom("secret", c.Secret, file(c.SecretFile))
	c.Mode = c.mode()
	c.Platform = orElse(c.Platform, "qq")
	c.Timeout = orElse(c.Timeout, chat.Duration(10*time.Second))
	c.RecallWindow = orElse(c.RecallWindow, chat.Duration(2*time.Minute))
	c.WarnsPerMinute = orElse(c.WarnsPerMinute, 10)
	c.ActsPerMinute = orElse(c.ActsPerMinute, 60)
	return c, errors.Join(err1, err2)
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
