package command_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/irc/irctest"
	"patrol/bot/review"
)

const (
	ircChannel     = "#chat"
	ircReviewer    = "rui"
	ircPassword    = "correct horse battery"
	ircServerWord  = "s3same-of-the-server"
	malloryAddress = "*!mallory@127.0.0.1"
)

// ircRules count characters, so that one line more after the flood is not a flood
// again, however fast or slow the test runs.
const ircRules = `
rules:
  - {id: ads.contact, title: {zh: 引流加微信, en: contact-swapping ad}, keywords: [加微信], severity: minor, then: ladder}
  - {id: ads.sale, keywords: [buy now], severity: major, then: ladder}
  - {id: flood.member, flood: {per: member, characters: 580, in: 1h}, severity: minor, then: ladder}
`

const ircBot = `
language: both
rules: [rules.yaml]
adapters:
  - name: net
    kind: irc
    config: {server: %q, nick: patrol, password: %q, channels: [%q], pace: 20}
ladder:
  memory: 30d
  steps:
    - {at: 1, do: [delete, warn]} # nothing can be deleted here: a warning is left
    - {at: 2, do: [mute 10m, warn]}
    - {at: 4, do: [ban]}
review: {sample: {per_day: 0}}
console: {listen: %q}
metrics: {listen: %q}
`

// TestPatrolOnARealIRCServer follows one member through the ladder and back, as a
// bystander on the same server sees it: the program as built, its console as a
// person uses it.
func TestPatrolOnARealIRCServer(t *testing.T) {
	server := irctest.StartInspIRCd(t)
	people := irctest.DialAll(t, server, "boss", "watcher", "mallory")
	boss, watcher, mallory := people[0], people[1], people[2]
	for _, c := range people {
		c.Join(ircChannel)
	}
	boss.React(func(line string) (answer string) {
		if strings.HasPrefix(line, ":patrol!") && strings.Contains(line, " JOIN ") {
			return "MODE " + ircChannel + " +o patrol"
		}
		return ""
	})
	p := install(t, server, "")
	p.start(t)
	watcher.Expect("MODE "+ircChannel+" +o", "patrol")
	rui := p.logIn(t)

	mallory.Say(ircChannel, "加 微~信 zz8899 领 红 包")
	watcher.Expect(":patrol!", "PRIVMSG "+ircChannel+" :mallory: 你的消息", "引流加微信", p.caseOf(t, "ads.contact").ID)

	for range 6 {
		mallory.Say(ircChannel, strings.Repeat("look!", 20))
	}
	expectList(watcher, "+b", "m:"+malloryAddress)
	watcher.Expect(":patrol!", "PRIVMSG "+ircChannel+" :mallory: 你的消息", "禁言 10 分钟", "muted for 10 min", p.caseOf(t, "flood.member").ID)
	if !heard(mallory.Ask("PRIVMSG "+ircChannel+" :words of the muted"), " 404 ") {
		t.Error("the server does not refuse the line of a muted member")
	}
	if watcher.Ask(); watcher.Heard("words of the muted") {
		t.Error("a muted member was heard")
	}
	rui.overturn(p.caseOf(t, "flood.member").ID, "she was asked to paste it")
	expectList(watcher, "-b", "m:"+malloryAddress)

	mallory.Say(ircChannel, "b u y - n o w: zz8899")
	watcher.Expect(":mallory!", "PRIVMSG "+ircChannel+" :b u y - n o w")
	expectList(watcher, "+b", malloryAddress)
	watcher.Expect(":patrol!", "KICK "+ircChannel+" mallory")
	if !heard(mallory.Ask("JOIN "+ircChannel), " 474 ") {
		t.Error("a banned member came in")
	}
	rui.overturn(p.caseOf(t, "ads.sale").ID, "it was her own bicycle")
	expectList(watcher, "-b", malloryAddress)
	mallory.Join(ircChannel)
	mallory.Say(ircChannel, "back again")
	watcher.Expect(":mallory!", "PRIVMSG "+ircChannel+" :back again")
	if left := boss.Bans(ircChannel); len(left) != 0 {
		t.Errorf("left on the channel's list are %q", left)
	}

	p.checkMetrics(t)
	p.stop(t)
	watcher.Expect(":patrol!", " QUIT ")
	p.checkLog(t)
	p.checkStore(t)
}

// expectList waits until mask was put onto, or taken off, the channel's ban list.
func expectList(c *irctest.Client, sign, mask string) {
	c.ExpectThat("MODE "+sign+" "+mask, func(line string) bool {
		f := strings.Fields(line)
		return len(f) == 5 && f[1] == "MODE" && f[2] == ircChannel && f[3] == sign && strings.TrimPrefix(f[4], ":") == mask
	})
}

func heard(lines []string, part string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, part) })
}

// installed is the program with its files, and one life of it.
type installed struct {
	binary, bot      string
	console, metrics string
	cmd              *exec.Cmd
	out, log         screen
}

// install builds the program, writes its files and adds a reviewer. In more, which
// is added to the bot file, CONSOLE stands for the console's address.
func install(t *testing.T, server, more string) *installed {
	t.Helper()
	dir, free := t.TempDir(), freeAddresses(t, 2)
	p := &installed{binary: filepath.Join(dir, "patrol"), console: free[0], metrics: free[1]}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", p.binary, "patrol/bot").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	write(t, filepath.Join(dir, "rules.yaml"), ircRules)
	p.bot = write(t, filepath.Join(dir, "patrol.yaml"), fmt.Sprintf(ircBot, server, ircServerWord, ircChannel, p.console, p.metrics)+strings.ReplaceAll(more, "CONSOLE", p.console))
	p.run(t, ircPassword+"\n", "users", "add", ircReviewer, "--role", "reviewer", "--password-stdin", "--as", "tester")
	return p
}

// freeAddresses are n addresses on loopback that nobody listens on.
func freeAddresses(t *testing.T, n int) (all []string) {
	t.Helper()
	for range n {
		var lc net.ListenConfig
		l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // only now: no address twice
		all = append(all, l.Addr().String())
	}
	return all
}

// run runs a command beside the bot, which must succeed, and returns what it wrote.
func (p *installed) run(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.binary, append(args, "-c", p.bot, "--lang", "en")...)
	var out, err screen
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &err
	if failed := cmd.Run(); failed != nil {
		t.Fatalf("patrol %s: %v\n%s%s", strings.Join(args, " "), failed, out.String(), err.String())
	}
	return out.String()
}

// start begins `patrol run` and waits until it serves.
func (p *installed) start(t *testing.T) {
	t.Helper()
	ctx, kill := context.WithTimeout(t.Context(), 2*time.Minute)
	p.cmd = exec.CommandContext(ctx, p.binary, "run", "-c", p.bot)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.log
	if err := p.cmd.Start(); err != nil {
		kill()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		kill()
		_ = p.cmd.Wait() // it has ended already unless the test failed
		if t.Failed() {
			t.Logf("the log:\n%s", p.log.String())
		}
	})
	eventually(t, "the bot is ready", func() bool {
		status, body, err := get(t, "http://"+p.metrics+"/readyz")
		return err == nil && status == http.StatusOK && body == "ready\n"
	})
}

// stop asks the bot to end, as a service manager does.
func (p *installed) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("a clean stop: %v", err)
	}
}

// cases are the bot's cases in that state, as a command beside it lists them.
func (p *installed) cases(t *testing.T, state string, more ...string) []review.Case {
	t.Helper()
	var page struct{ Cases []review.Case }
	decode(t, p.run(t, "", append([]string{"cases", "list", "--json", "--state", state}, more...)...), &page)
	return page.Cases
}

// caseOf waits for the one case of a rule.
func (p *installed) caseOf(t *testing.T, rule string) review.Case {
	t.Helper()
	var found []review.Case
	eventually(t, "a case of "+rule, func() bool {
		found = p.cases(t, "all", "--rule", rule)
		return len(found) > 0
	})
	if len(found) > 1 {
		t.Fatalf("%d cases of %s, want one", len(found), rule)
	}
	return found[0]
}

func (p *installed) checkMetrics(t *testing.T) {
	t.Helper()
	want := []string{"patrol_flagged_events_total 3"}
	for verb, n := range map[string]int{"warn": 2, "mute": 1, "unmute": 1, "ban": 1, "unban": 1} {
		want = append(want, fmt.Sprintf(`patrol_actions_total{state="done",verb=%q} %d`, verb, n))
	}
	for _, line := range want {
		eventually(t, line+" in /metrics", func() bool {
			_, body, err := get(t, "http://"+p.metrics+"/metrics")
			return err == nil && slices.Contains(strings.Split(body, "\n"), line)
		})
	}
}

func (p *installed) checkLog(t *testing.T) {
	t.Helper()
	if out := p.out.String(); out != "" {
		t.Errorf("on standard output is %q", out)
	}
	log := p.log.String()
	for line := range strings.SplitSeq(strings.TrimSuffix(log, "\n"), "\n") {
		var entry struct{ Level, Message, Time string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Level == "" || entry.Message == "" || entry.Time == "" {
			t.Errorf("no line of a JSON log: %v in %s", err, line)
		}
		if entry.Level == "error" || entry.Level == "panic" {
			t.Errorf("the log complains: %s", line)
		}
	}
	for _, secret := range []string{ircPassword, ircServerWord} {
		if strings.Contains(log, secret) {
			t.Errorf("the log gives %q away", secret)
		}
	}
	for _, message := range []string{"on patrol", "off patrol"} {
		if !strings.Contains(log, `"message":"`+message+`"`) {
			t.Errorf("the log does not say %q", message)
		}
	}
}

// checkStore reads what the bot has left behind.
func (p *installed) checkStore(t *testing.T) {
	t.Helper()
	var verified struct{ OK bool }
	if decode(t, p.run(t, "", "ledger", "verify", "--json"), &verified); !verified.OK {
		t.Error("the ledger does not hold")
	}
	grounds := map[string]string{"flood.member": "she was asked to paste it", "ads.sale": "it was her own bicycle"}
	undone := map[string]chat.Verb{"flood.member": chat.Unmute, "ads.sale": chat.Unban}
	overturned := p.cases(t, "overturned")
	if len(overturned) != 2 {
		t.Errorf("%d cases are overturned, want 2", len(overturned))
	}
	for _, c := range overturned {
		rule := c.Verdict.Hits[0].Rule
		lifted := slices.ContainsFunc(c.Acts, func(a review.Act) bool { return a.Action.Verb == undone[rule] && a.State == review.Done })
		if c.DecidedBy != ircReviewer || c.Ground != grounds[rule] || !lifted {
			t.Errorf("case %s of %s: by %q because of %q, lifted %v", c.ID, rule, c.DecidedBy, c.Ground, lifted)
		}
	}
	if acted := p.cases(t, "acted"); len(acted) != 1 || acted[0].Verdict.Hits[0].Rule != "ads.contact" {
		t.Errorf("%d other cases stand, want that of the first advertisement", len(acted))
	}
}

// get is one request without a login.
func get(t *testing.T, address string) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return fetch(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}, r)
}

func fetch(client *http.Client, r *http.Request) (status int, body string, err error) {
	answer, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(read), err
}

// visitor is a person in front of the console, with a browser that keeps cookies
// and follows redirects.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

// logIn opens the console and logs the reviewer in by the form that is there.
func (p *installed) logIn(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t, "http://" + p.console, &http.Client{
		Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second,
	}}
	page := v.submit(v.open("/"), "/login", "name", ircReviewer, "password", ircPassword)
	if !strings.Contains(page, `action="/logout"`) {
		t.Fatalf("after the login there is no way to log out:\n%s", page)
	}
	return v
}

// overturn overturns a case on its page.
func (v *visitor) overturn(id, ground string) {
	v.t.Helper()
	next := v.submit(v.open("/cases/"+id), "/cases/"+id+"/overturn", "ground", ground)
	if !strings.Contains(next, "/cases/"+id+"/undo") {
		v.t.Fatalf("the page after case %s does not offer to take the verdict back:\n%s", id, next)
	}
	page := v.open("/cases/" + id)
	if !strings.Contains(page, html.EscapeString(ground)) {
		v.t.Fatalf("the page of case %s does not show the ground %q:\n%s", id, ground, page)
	}
}

func (v *visitor) open(path string) (page string) {
	v.t.Helper()
	return v.do(http.MethodGet, path, "")
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// submit fills in the form on page that goes to action, its hidden fields as they
// are, and returns the page that follows.
func (v *visitor) submit(page, action string, pairs ...string) (next string) {
	v.t.Helper()
	form := regexp.MustCompile(`(?s)<form[^>]* method="post" action="` + regexp.QuoteMeta(action) + `">(.*?)</form>`).FindStringSubmatch(page)
	if form == nil {
		v.t.Fatalf("no form for %s on\n%s", action, page)
	}
	values := url.Values{}
	for _, field := range hiddenField.FindAllStringSubmatch(form[1], -1) {
		values.Set(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return v.do(http.MethodPost, action, values.Encode())
}

func (v *visitor) do(method, path, form string) (page string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(form))
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", v.base)
	}
	status, page, err := fetch(v.client, r)
	if err != nil || status != http.StatusOK {
		v.t.Fatalf("%s %s: %d, %v\n%s", method, path, status, err, page)
	}
	return page
}
