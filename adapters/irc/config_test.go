package irc

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"patrol/adapters/chat"
)

func TestConfigFaults(t *testing.T) {
	good := func() Config {
		return Config{Server: "irc.example.net:6697", Nick: "patrol", Channels: []Channel{{Name: "#chat"}}}
	}
	if err := good().Check(); err != nil {
		t.Fatalf("a good config: %v", err)
	}
	off := false
	for name, c := range map[string]struct {
		spoil func(*Config)
		want  string
	}{
		"no server":                      {func(c *Config) { c.Server = "" }, "server:"},
		"a server without a port":        {func(c *Config) { c.Server = "irc.example.net" }, "server:"},
		"a nick with a space":            {func(c *Config) { c.Nick = "a b" }, "nick:"},
		"no nick":                        {func(c *Config) { c.Nick = "" }, "nick:"},
		"no channel":                     {func(c *Config) { c.Channels = nil }, "channels:"},
		"a channel without a sign":       {func(c *Config) { c.Channels[0].Name = "chat" }, "channels[0]:"},
		"two channels in one":            {func(c *Config) { c.Channels[0].Name = "#a,#b" }, "channels[0]:"},
		"a channel with a line break":    {func(c *Config) { c.Channels[0].Name = "#a\r\nQUIT" }, "channels[0]:"},
		"a key with a space":             {func(c *Config) { c.Channels[0].Key = "a b" }, "channels[0].key"},
		"one channel twice":              {func(c *Config) { c.Channels = append(c.Channels, Channel{Name: "#CHAT"}) }, "channels[1]: \"#CHAT\" is there twice"},
		"a password with a line break":   {func(c *Config) { c.Password = "a\r\nQUIT" }, "password holds"},
		"an unknown style":               {func(c *Config) { c.Mute = "gag" }, "mute:"},
		"an unknown ban_by":              {func(c *Config) { c.BanBy = "nick" }, "ban_by:"},
		"an unknown encoding":            {func(c *Config) { c.Encoding = "morse" }, "encoding:"},
		"a negative pace":                {func(c *Config) { c.Pace = -1 }, "pace"},
		"plain without a password":       {func(c *Config) { c.SASL = SASL{Mechanism: "plain", User: "x"} }, "sasl: plain"},
		"external without a certificate": {func(c *Config) { c.SASL = SASL{Mechanism: "external"} }, "sasl: external"},
		"a login without a mechanism":    {func(c *Config) { c.SASL = SASL{User: "x"} }, "sasl.mechanism is missing"},
		"an unknown mechanism":           {func(c *Config) { c.SASL = SASL{Mechanism: "scram"} }, "sasl.mechanism is neither"},
		"half a certificate":             {func(c *Config) { c.CertFile = "x" }, "cert_file and key_file"},
		"insecure without tls":           {func(c *Config) { c.TLS, c.Insecure = &off, true }, "insecure and cert_file mean nothing without tls"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := good()
			c.spoil(&bad)
			err := bad.Check()
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want only %q", err, c.want)
			}
			if _, err := New(bad, chat.Host{}); err == nil {
				t.Error("New takes it")
			}
		})
	}
}

func TestConfigOfAFile(t *testing.T) {
	const file = `
server: irc.example.net:6697
nick: patrol
sasl: {mechanism: plain, user: patrol, password_file: pass}
channels:
  - "#chat"
  - "#staff"
password: s3cret
mute: quiet
ban_by: host
`
	var c Config
	if err := yaml.UnmarshalWithOptions([]byte(file), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pass"), []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := New(c, chat.Host{Resolve: func(p string) string { return filepath.Join(dir, p) }})
	if err != nil {
		t.Fatal(err)
	}
	got := a.config
	if len(got.Channels) != 2 || got.Channels[0].Name != "#chat" || got.Channels[1].Name != "#staff" || string(got.Password) != "s3cret" || string(got.SASL.Password) != "hunter2" ||
		got.User != "patrol" || got.Platform != "irc" || a.secure == nil || a.secure.InsecureSkipVerify {
		t.Errorf("%+v", got)
	}
	if said := fmt.Sprintf("%+v", got); strings.Contains(said, "hunter2") || strings.Contains(said, "s3cret") {
		t.Errorf("secrets are printed: %s", said)
	}
}

func TestPlainTextStaysOnTheMachine(t *testing.T) {
	for server, want := range map[string]bool{
		"127.0.0.1:6667": false, "[::1]:6667": false, "localhost:6667": false, "irc.example.net:6667": true, "10.0.0.1:6667": true,
	} {
		if got := (Config{Server: server}).useTLS(); got != want {
			t.Errorf("%s: tls is %t", server, got)
		}
	}
}

// TestTLS connects to a server whose certificate nobody vouches for.
func TestTLS(t *testing.T) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: web.TLS.Certificates})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.(*tls.Conn).Handshake()
			_, _ = conn.Write([]byte(":srv PING :x\r\n"))
			conn.Close()
		}
	}()
	on := true
	for _, insecure := range []bool{false, true} {
		a, err := New(Config{Server: l.Addr().(*net.TCPAddr).String(), TLS: &on, Insecure: insecure, Nick: "patrol", Channels: []Channel{{Name: "#c"}}}, chat.Host{})
		if err != nil {
			t.Fatal(err)
		}
		link, err := a.connect(t.Context())
		if (err == nil) != insecure {
			t.Fatalf("insecure %t: %v", insecure, err)
		}
		if err != nil {
			continue
		}
		if e, err := link.read(); err != nil || e.Command != "PING" {
			t.Errorf("read %v, %v", e, err)
		}
		link.close(nil)
	}
}

func TestStyles(t *testing.T) {
	for name, c := range map[string]struct {
		support string
		version string
		tban    bool
		want    Style
	}{
		"InspIRCd with timed bans":       {"EXTBAN=,ORm", "InspIRCd-3", true, StyleTimed},
		"InspIRCd or Ergo without them":  {"EXTBAN=,m", "ergo-2", false, StyleExtban},
		"Solanum":                        {"EXTBAN=$,ajrxz CHANMODES=eIbq,k,flj,C PREFIX=(ov)@+", "solanum-1", false, StyleQuiet},
		"UnrealIRCd, where m exempts":    {"EXTBAN=~,mq CHANMODES=beI,k,l,s PREFIX=(qaohv)~&@%+", "Unreal", false, StyleExtban},
		"a founder's q is no quiet":      {"CHANMODES=beI,k,l,s PREFIX=(qaohv)~&@%+", "x", false, StyleNone},
		"ngIRCd":                         {"CHANMODES=beI,k,l,imMnOPQRstVz", "ngIRCd-26.1", false, StyleBan},
		"a server that says nothing":     {"", "x", false, StyleNone},
		"timed bans, but none that mute": {"EXTBAN=,R", "InspIRCd-3", true, StyleNone},
	} {
		sv := newServer()
		sv.learn(strings.Fields(c.support))
		sv.version, sv.tban = c.version, c.tban
		if got := sv.style(StyleAuto); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := sv.style(StyleNone); got != StyleNone {
			t.Errorf("%s: the config does not count, %q", name, got)
		}
	}
}

func TestFolding(t *testing.T) {
	for mapping, want := range map[string]string{"": "a{b|c}^", "rfc1459": "a{b|c}^", "ascii": "a[b\\c]^", "rfc7613": "a[b\\c]^"} {
		sv := newServer()
		if mapping != "" {
			sv.learn([]string{"CASEMAPPING=" + mapping})
		}
		if mapping == "" || mapping == "rfc1459" {
			want = strings.ReplaceAll(want, "^", "~")
		}
		if got := sv.fold("A[B\\C]^"); got != want {
			t.Errorf("%q: %q, want %q", mapping, got, want)
		}
	}
}
