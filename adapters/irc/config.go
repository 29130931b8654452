package irc

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/lrstanley/girc"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"patrol/adapters/chat"
)

// Config is the `config:` of a connection of kind irc.
type Config struct {
	Server   string `yaml:"server"`   // host:port
	TLS      *bool  `yaml:"tls"`      // default true, but false on loopback
	Insecure bool   `yaml:"insecure"` // with TLS: accept any certificate
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"` // with cert_file: the client certificate, for SASL EXTERNAL

	Nick         string      `yaml:"nick"`
	User         string      `yaml:"user"`      // default: the nick
	RealName     string      `yaml:"real_name"` // default: the nick
	Password     chat.Secret `yaml:"password"`  // of the server
	PasswordFile string      `yaml:"password_file"`
	SASL         SASL        `yaml:"sasl"`
	NickServ     NickServ    `yaml:"nickserv"`

	Channels []Channel `yaml:"channels"`
	Platform string    `yaml:"platform"` // of events; default irc
	Encoding string    `yaml:"encoding"` // of lines that are not UTF-8, and of what is sent; a WHATWG label such as gb18030; default: UTF-8 alone
	Mute     Style     `yaml:"mute"`     // default: what the server offers
	BanBy    string    `yaml:"ban_by"`   // user (default): *!user@host; host: *!*@host, which also hits whoever shares the host
	Pace     float64   `yaml:"pace"`     // actions per second, after a burst of five; default 1
}

// SASL says how to log in while connecting. Connecting fails where it fails.
type SASL struct {
	Mechanism    string      `yaml:"mechanism"` // plain or external; default: none
	User         string      `yaml:"user"`      // the account, for plain
	Password     chat.Secret `yaml:"password"`
	PasswordFile string      `yaml:"password_file"`
}

// NickServ says how to identify to services that know no SASL.
type NickServ struct {
	Account      string      `yaml:"account"` // default: that of the nick
	Password     chat.Secret `yaml:"password"`
	PasswordFile string      `yaml:"password_file"`
}

// Channel is a channel to join. In a config file it may be its name alone.
type Channel struct {
	Name string      `yaml:"name"`
	Key  chat.Secret `yaml:"key"`
}

// UnmarshalText reads a channel without a key.
func (c *Channel) UnmarshalText(text []byte) error {
	c.Name = string(text)
	return nil
}

// Style is how members are muted.
type Style string

// The styles.
const (
	StyleAuto   Style = ""       // the best that the server offers
	StyleTimed  Style = "tban"   // TBAN of the muting extban: the server lifts it
	StyleExtban Style = "extban" // +b of the muting extban
	StyleQuiet  Style = "quiet"  // +q
	StyleBan    Style = "ban"    // +b, where that silences members who are inside
	StyleNone   Style = "none"   // members are not muted
)

// Check says everything that is wrong with c, naming the keys. It reads no file.
func (c Config) Check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if host, port, err := net.SplitHostPort(c.Server); err != nil || host == "" || port == "" {
		fault("server: %.60q is not host:port / 不是 主机:端口", c.Server)
	}
	if !girc.IsValidNick(c.Nick) {
		fault("nick: %.40q is no nickname / 不是合法昵称", c.Nick)
	}
	for key, value := range map[string]string{
		"user": c.User, "real_name": c.RealName, "password": string(c.Password), "sasl.user": c.SASL.User,
		"nickserv.account": c.NickServ.Account, "nickserv.password": string(c.NickServ.Password), "platform": c.Platform,
	} {
		if strings.ContainsFunc(value, isControl) {
			fault("%s holds a control character / %s 含有控制字符", key, key)
		}
	}
	if strings.ContainsAny(c.User, " @!") {
		fault("user: %.40q holds a space, @ or ! / 不能含空格、@ 或 !", c.User)
	}
	faults = append(faults, c.checkChannels()...)
	faults = append(faults, c.checkAccess()...)
	if !slices.Contains([]Style{StyleAuto, StyleTimed, StyleExtban, StyleQuiet, StyleBan, StyleNone}, c.Mute) {
		fault("mute: %.40q is none of tban, extban, quiet, ban, none / 只能是 tban、extban、quiet、ban 或 none", c.Mute)
	}
	if c.BanBy != "" && c.BanBy != "user" && c.BanBy != "host" {
		fault("ban_by: %.40q is neither user nor host / 只能是 user 或 host", c.BanBy)
	}
	if c.Pace < 0 {
		fault("pace is negative / pace 不能是负数")
	}
	if _, err := charsetOf(c.Encoding); err != nil {
		fault("encoding: %.40q is not known / 不认识这个编码", c.Encoding)
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

func (c Config) checkChannels() (faults []error) {
	if len(c.Channels) == 0 {
		faults = append(faults, errors.New("channels: there is no channel / 一个频道也没有"))
	}
	seen := map[string]bool{}
	for i, ch := range c.Channels {
		bad := strings.ContainsAny(ch.Name, " ,:") || strings.ContainsFunc(ch.Name, isControl)
		if len(ch.Name) < 2 || !strings.ContainsRune("#&+!", rune(ch.Name[0])) || bad {
			faults = append(faults, fmt.Errorf("channels[%d]: %.60q is no channel / 不是频道名", i, ch.Name))
		}
		if key := string(ch.Key); strings.ContainsAny(key, " ,") || strings.HasPrefix(key, ":") || strings.ContainsFunc(key, isControl) {
			faults = append(faults, fmt.Errorf("channels[%d].key can't be sent / channels[%d].key 无法发送", i, i))
		}
		if folded := foldRFC1459(ch.Name); seen[folded] {
			faults = append(faults, fmt.Errorf("channels[%d]: %.60q is there twice / 重复", i, ch.Name))
		} else {
			seen[folded] = true
		}
	}
	return faults
}

func (c Config) checkAccess() (faults []error) {
	fault := func(text string) { faults = append(faults, errors.New(text)) }
	switch strings.ToLower(c.SASL.Mechanism) {
	case "":
		if c.SASL != (SASL{}) {
			fault("sasl.mechanism is missing: plain or external / 缺少 sasl.mechanism：plain 或 external")
		}
	case "plain":
		if c.SASL.User == "" || c.SASL.Password == "" && c.SASL.PasswordFile == "" {
			fault("sasl: plain needs user and password / plain 需要 user 和 password")
		}
	case "external":
		if c.CertFile == "" {
			fault("sasl: external needs cert_file and key_file / external 需要 cert_file 和 key_file")
		}
	default:
		fault("sasl.mechanism is neither plain nor external / sasl.mechanism 只能是 plain 或 external")
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		fault("cert_file and key_file belong together / cert_file 和 key_file 要一起写")
	}
	if !c.useTLS() && (c.Insecure || c.CertFile != "") {
		fault("insecure and cert_file mean nothing without tls / 没有 tls 时 insecure 和 cert_file 无意义")
	}
	return faults
}

// useTLS is Config.TLS with its default: plain text never leaves the machine
// unless the config says so.
func (c Config) useTLS() bool {
	if c.TLS != nil {
		return *c.TLS
	}
	host, _, _ := net.SplitHostPort(c.Server)
	ip := net.ParseIP(host)
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// complete is c with its defaults and the secrets that are kept in files.
func (c Config) complete(h chat.Host) (Config, error) {
	for _, s := range []struct {
		key   string
		value *chat.Secret
		file  string
	}{
		{"password", &c.Password, c.PasswordFile},
		{"sasl.password", &c.SASL.Password, c.SASL.PasswordFile},
		{"nickserv.password", &c.NickServ.Password, c.NickServ.PasswordFile},
	} {
		file := s.file
		if file != "" {
			file = h.Resolve(file)
		}
		found, err := chat.SecretFrom(s.key, *s.value, file)
		if err != nil {
			return c, err
		}
		if strings.ContainsFunc(string(found), isControl) {
			return c, fmt.Errorf("%s_file holds a control character / %s_file 含有控制字符", s.key, s.key)
		}
		*s.value = found
	}
	for _, d := range []struct {
		value *string
		usual string
	}{{&c.User, c.Nick}, {&c.RealName, c.Nick}, {&c.Platform, "irc"}, {&c.BanBy, "user"}} {
		if *d.value == "" {
			*d.value = d.usual
		}
	}
	if c.Pace == 0 {
		c.Pace = 1
	}
	return c, nil
}

// tlsConfig is nil without TLS.
func (c Config) tlsConfig(h chat.Host) (*tls.Config, error) {
	if !c.useTLS() {
		return nil, nil
	}
	host, _, _ := net.SplitHostPort(c.Server)
	t := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.Insecure} // insecure only where the config says so.
	if c.CertFile != "" {
		cert, err := tls.LoadX509KeyPair(h.Resolve(c.CertFile), h.Resolve(c.KeyFile))
		if err != nil {
			return nil, fmt.Errorf("cert_file and key_file can't be used / 无法使用 cert_file 和 key_file: %w", err)
		}
		t.Certificates = []tls.Certificate{cert}
	}
	return t, nil
}

// charsetOf is the encoding of that label; nil for UTF-8.
func charsetOf(label string) (encoding.Encoding, error) {
	if label == "" || strings.EqualFold(label, "utf-8") {
		return nil, nil
	}
	return htmlindex.Get(label)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
