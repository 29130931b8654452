// Package ruletest runs the tests that rules carry.
//
//	set, faults := rules.Load(files, rules.Options{})
//	if set == nil {
//		return faults.Err()
//	}
//	failures, err := ruletest.Run(set)
//	for _, f := range failures {
//		fmt.Println(f.In(lang.En)) // ads.yaml:12:9: ads.contact: "add me": must hit, but did not
//	}
//
// Each test is one message by an ordinary member, or as many events as it says,
// judged by the whole set with counts of its own: the rule that carries the test
// must hit one of the events, or must hit none.
package ruletest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// Failure is a test of a rule that did not come out as the rule says.
type Failure struct {
	Rule string    `json:"rule"`
	File string    `json:"file"`
	Line int       `json:"line"`
	Col  int       `json:"col"`
	Text string    `json:"text"`
	Want lang.Text `json:"want"`
	Got  lang.Text `json:"got"`
}

// In says the failure in one line: file:line:col: rule: text: want, got.
func (f Failure) In(l lang.Lang) string {
	return fmt.Sprintf("%s:%d:%d: %s: %s: %s%s%s", f.File, f.Line, f.Col, f.Rule, yamlfile.Excerpt(f.Text),
		f.Want.In(l), lang.T("，", ", ").In(l), f.Got.In(l))
}

// Run runs every test of every rule of a set, and returns those that fail in
// the order of the rules. It leaves the set's own counts alone. An error means that the
// tests could not be run.
func Run(set *rules.Set) ([]Failure, error) {
	var failures []Failure
	for _, rule := range set.Rules() {
		for _, test := range rule.Tests {
			fresh, err := set.Fresh()
			if err != nil {
				return nil, fmt.Errorf("ruletest: %w", err)
			}
			if f, failed := run(fresh, &rule, &test); failed {
				failures = append(failures, f)
			}
		}
	}
	return failures, nil
}

// run runs one test on a set that has counted nothing yet.
func run(set *rules.Set, rule *rules.Rule, test *rules.Test) (f Failure, failed bool) {
	f = Failure{Rule: rule.ID, File: test.File, Line: test.Line, Col: test.Col, Text: cmp.Or(test.Text, strings.Join(test.Texts, " / "))}
	var sc rules.Scratch
	if test.Admin != "" {
		ev := event(rule, test, 0)
		ev.ID, ev.Kind, ev.Message.Text = "test-admin", chat.KindMessage, ""
		ev.Author = chat.Member{ID: "admin", Name: test.Admin, Role: chat.RoleAdmin}
		set.Eval(ev, &sc)
	}
	for n := range test.Times {
		ev := event(rule, test, n)
		verdict := set.Eval(ev, &sc)
		for _, hit := range verdict.Hits {
			if hit.Rule != rule.ID {
				continue
			}
			f.Want = lang.T("不得命中", "must not hit")
			f.Got = lang.T("却命中了"+signals(hit.Signals, ev.Message.Text, lang.Zh), "but hit"+signals(hit.Signals, ev.Message.Text, lang.En))
			return f, !test.Hit
		}
	}
	f.Want, f.Got = lang.T("必须命中", "must hit"), lang.T("却没有", "but did not")
	for _, c := range set.Explain(event(rule, test, 0)).Candidates {
		if c.Rule == rule.ID && !c.Counted {
			f.Got = lang.T(
				fmt.Sprintf("却没有（%s：%s）", yamlfile.Excerpt(c.Text), c.Why.Zh),
				fmt.Sprintf("but did not (%s: %s)", yamlfile.Excerpt(c.Text), c.Why.En))
			break
		}
	}
	return f, test.Hit
}

// start is when tests happen.
var start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// event is the n-th event of a test, from 0, where the rule holds.
func event(rule *rules.Rule, test *rules.Test, n int) *chat.Event {
	ev := &chat.Event{
		ID: "test-" + strconv.Itoa(n), Kind: test.Kind, Platform: "test", Chat: "test",
		Time:    start.Add(time.Duration(n) * test.Every),
		Author:  chat.Member{ID: "member-" + strconv.Itoa(n%test.Members), Name: test.Name, Role: test.Role},
		Message: chat.Message{ID: "message-" + strconv.Itoa(n), Text: test.Text},
	}
	if len(test.Texts) > 0 {
		ev.Message.Text = test.Texts[n%len(test.Texts)]
	}
	if test.Chats > 1 {
		ev.Chat = "test-" + strconv.Itoa(n%test.Chats)
	}
	if len(rule.Platforms) > 0 {
		ev.Platform = rule.Platforms[0]
	}
	if len(rule.Chats) > 0 {
		ev.Chat = rule.Chats[0]
	}
	if test.Age > 0 {
		ev.Author.Joined = ev.Time.Add(-test.Age)
	}
	for k := range test.Mentions {
		ev.Message.Mentions = append(ev.Message.Mentions, "mentioned-"+strconv.Itoa(k))
	}
	for range test.Media {
		ev.Message.Attachments = append(ev.Message.Attachments, chat.Attachment{Kind: "image"})
	}
	return ev
}

// signals says what hit.
func signals(all []rules.Signal, text string, l lang.Lang) string {
	var said []string
	for _, s := range all {
		if s.Span.End > s.Span.Start {
			said = append(said, yamlfile.Excerpt(text[s.Span.Start:s.Span.End]))
		} else {
			said = append(said, s.Why.In(l))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return " (" + strings.Join(said, ", ") + ")"
}
