package irctest

import (
	"bytes"
	"embed"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"text/template"
	"time"
)

//go:embed testdata/*.conf
var confs embed.FS

// patience bounds every wait of this package.
const patience = 20 * time.Second

// MaxBans is how many bans a channel on StartInspIRCd may have.
const MaxBans = 40

// StartInspIRCd starts a server with TBAN, muting extbans, message ids and server
// times, and returns its address. Everybody who says OPER admin admin is an
// operator of the network.
func StartInspIRCd(tb testing.TB) string {
	tb.Helper()
	return start(tb, "inspircd.conf", func(conf string) []string {
		return []string{"/usr/sbin/inspircd", "--config", conf, "--nofork"}
	})
}

// StartNgircd starts a server with next to no extensions, which silences banned
// members inside a channel, and returns its address. Everybody who says OPER
// admin admin is an operator of the network.
func StartNgircd(tb testing.TB) string {
	tb.Helper()
	return start(tb, "ngircd.conf", func(conf string) []string {
		return []string{"/usr/sbin/ngircd", "--nodaemon", "--config", conf}
	})
}

func start(tb testing.TB, conf string, command func(conf string) []string) string {
	tb.Helper()
	need(tb, command("")[0])
	// Another process may take the free port before the server does.
	for range 3 {
		if addr, ok := try(tb, conf, command); ok {
			return addr
		}
	}
	tb.Fatalf("%s does not start", command("")[0])
	return ""
}

// need skips or fails a test that can't have its server.
func need(tb testing.TB, path string) {
	tb.Helper()
	if os.Getenv("PATROL_E2E") != "1" {
		tb.Skipf("needs a real server: set PATROL_E2E=1 and have %s", path)
	}
	if _, err := os.Stat(path); err != nil {
		tb.Fatalf("PATROL_E2E=1 wants a real server: %v (Debian: apt-get install inspircd ngircd)", err)
	}
}

func try(tb testing.TB, conf string, command func(conf string) []string) (addr string, ok bool) {
	tb.Helper()
	dir, err := os.MkdirTemp("", "irctest") //nolint:usetesting // The parent of tb.TempDir is closed to the user whom the server runs as.
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	port := freePort(tb)
	uid, gid := unprivileged(tb)
	values := map[string]any{"Dir": dir, "Port": port, "UID": uid, "GID": gid, "MaxBans": MaxBans}
	path := filepath.Join(dir, conf)
	motd := filepath.Join(dir, "motd")
	write(tb, path, conf, values)
	if err := os.WriteFile(motd, []byte("hello\n"), 0o600); err != nil {
		tb.Fatal(err)
	}
	if uid != 0 {
		for _, p := range []string{dir, path, motd} {
			if err := os.Chown(p, uid, gid); err != nil {
				tb.Fatal(err)
			}
		}
	}
	words := command(path)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = dir
	said := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = said, said
	cmd.SysProcAttr = as(uid, gid)
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	if !answers(addr, ended) {
		_ = cmd.Process.Kill()
		<-ended
		tb.Logf("%s does not listen on %s:\n%s", words[0], addr, said)
		return "", false
	}
	return addr, true
}

func write(tb testing.TB, path, conf string, values map[string]any) {
	tb.Helper()
	t, err := template.ParseFS(confs, "testdata/"+conf)
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, values); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// answers waits until something listens on addr.
func answers(addr string, ended <-chan struct{}) bool {
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
			return true
		}
		select {
		case <-ended:
			return false
		case <-deadline:
			return false
		case <-tick.C:
		}
	}
}

// among shows what a client heard in place of what it waited for.
func among(lines []string) string {
	const most = 40
	from := max(0, len(lines)-most)
	return fmt.Sprintf("%d lines, the last of them:\n%s", len(lines), indented(lines[from:]))
}

func indented(lines []string) string {
	var b bytes.Buffer
	for _, l := range lines {
		b.WriteString("\t" + l + "\n")
	}
	return b.String()
}
