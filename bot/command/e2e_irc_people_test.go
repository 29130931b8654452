package command_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"patrol/adapters/chat"
	"patrol/adapters/irc/irctest"
	"patrol/bot/review"
)

// TestPeopleReportAndAppealOnARealIRCServer lets one member report another, and both
// of those that are punished appeal, one by a direct message and one by the link that
// only she was sent. A bystander hears neither who reported nor how to appeal.
func TestPeopleReportAndAppealOnARealIRCServer(t *testing.T) {
	server := irctest.StartInspIRCd(t)
	people := irctest.DialAll(t, server, "boss", "watcher", "mallory", "trudy", "tattle")
	boss, watcher, mallory, trudy, tattle := people[0], people[1], people[2], people[3], people[4]
	for _, c := range people {
		c.Join(ircChannel)
	}
	boss.React(func(line string) (answer string) {
		if strings.HasPrefix(line, ":patrol!") && strings.Contains(line, " JOIN ") {
			return "MODE " + ircChannel + " +o patrol"
		}
		return ""
	})
	p := install(t, server, "notice: {private: true}\nmembers: {appeal: {url: \"http://CONSOLE\"}}\n")
	p.start(t)
	watcher.Expect("MODE "+ircChannel+" +o", "patrol")
	rui := p.logIn(t)

	// A rule hits: the member alone is told, with a link.
	mallory.Say(ircChannel, "b u y - n o w: zz8899")
	expectList(watcher, "+b", "m:*!mallory@127.0.0.1")
	ad := p.caseOf(t, "ads.sale")
	told := mallory.Expect(":patrol!", "NOTICE mallory", "你在 "+ircChannel+" 的消息触犯了群规", "Your message in "+ircChannel, "appeal here: http://")
	link := regexp.MustCompile(`http://[^ ]+/appeal/[a-z0-9]+`).FindString(told)
	if link == "" {
		t.Fatalf("no link in %q", told)
	}

	// Nobody reads out a report. It is filed all the same, and decided by a person.
	trudy.Say(ircChannel, "tattle is an idiot")
	watcher.Expect(":trudy!", "an idiot")
	tattle.Say(ircChannel, "!report trudy")
	reported := p.caseOf(t, "report")
	if reported.Event.Author.Name != "trudy" || reported.Event.Message.Text != "tattle is an idiot" || reported.Reported.Count != 1 {
		t.Fatalf("reported: %+v", reported.Event)
	}
	page := rui.open("/cases/" + reported.ID)
	if strings.Contains(page, "tattle!") || !strings.Contains(page, "Reported by 1 members") {
		t.Errorf("the case names who reported, or not that somebody has:\n%s", page)
	}
	rui.submit(page, "/cases/"+reported.ID+"/uphold", "ground", "an insult", "instead", "mute 10m")
	expectList(watcher, "+b", "m:*!trudy@127.0.0.1")

	// One appeals by the link, one by a direct message; another reviewer decides.
	p.run(t, ircPassword+"\n", "users", "add", "lei", "--role", "reviewer", "--password-stdin", "--as", "tester")
	form := url.Values{"text": {"I sold my own bicycle"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if status, body, err := fetch(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, r); err != nil || status != http.StatusOK || !strings.Contains(body, "waits for a decision") {
		t.Fatalf("the appeal by link: %d, %v\n%s", status, err, body)
	}
	trudy.Send("PRIVMSG patrol :appeal %s it was a joke among friends", reported.ID)
	trudy.Expect(":patrol!", "NOTICE trudy", "Your appeal against case "+reported.ID+" was received")
	refusal := rui.open("/cases/" + reported.ID)
	if !strings.Contains(refusal, "it was a joke among friends") || !strings.Contains(refusal, "another reviewer has to decide") {
		t.Errorf("the case does not show the appeal:\n%s", refusal)
	}
	for id, ground := range map[string]string{ad.ID: "her own bicycle", reported.ID: "friends"} {
		p.run(t, "", "cases", "overturn", id, "--as", "lei", "-m", ground)
	}
	for _, who := range []string{"mallory", "trudy"} {
		expectList(watcher, "-b", "m:*!"+who+"@127.0.0.1")
	}
	trudy.Send("PRIVMSG patrol :status")
	trudy.Expect(":patrol!", "NOTICE trudy", "The appeal was accepted")
	if _, body, err := get(t, link); err != nil || !strings.Contains(body, "accepted") {
		t.Errorf("behind the link: %v\n%s", err, body)
	}
	for _, c := range []review.Case{p.caseOf(t, "ads.sale"), p.caseOf(t, "report")} {
		lifted := false
		for _, a := range c.Acts {
			lifted = lifted || a.Action.Verb == chat.Unmute && a.State == review.Done
		}
		if c.State != review.Overturned || c.DecidedBy != "lei" || !lifted || c.Appeal.Text == "" {
			t.Errorf("case %s of %s: %s by %q, lifted %t, the appeal %q", c.ID, c.Verdict.Hits[0].Rule, c.State, c.DecidedBy, lifted, c.Appeal.Text)
		}
	}

	// What a bystander has heard of all that: the mutes and their ends.
	watcher.Ask()
	for _, line := range watcher.Lines() {
		if strings.HasPrefix(line, ":patrol!") && (strings.Contains(line, "PRIVMSG") || strings.Contains(line, "NOTICE") || strings.Contains(line, "/appeal/")) {
			t.Errorf("the chat was told: %s", line)
		}
	}
	p.stop(t)
	if said := p.log.String(); strings.Contains(said, "tattle") || strings.Contains(said, link[strings.LastIndex(link, "/")+1:]) {
		t.Error("the log names who reported, or has the link")
	}
}
