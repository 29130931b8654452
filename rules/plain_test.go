package rules

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
)

// occasions are events of all kinds that conditions ask about, with every line
// of the table that is kept for the rules.
func occasions(t *testing.T) []chat.Event {
	t.Helper()
	file, err := os.Open("../configs/testdata/lines.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	var all []chat.Event
	for lines := bufio.NewScanner(file); lines.Scan(); {
		_, text, _ := strings.Cut(lines.Text(), "\t")
		ev := chat.Event{Kind: chat.KindMessage, Platform: "p", Chat: "c", Time: now, Author: chat.Member{ID: "m"}, Message: chat.Message{Text: text}}
		switch len(all) % 4 {
		case 1:
			ev.Author.Joined, ev.Message.ReplyTo = now.Add(-time.Hour), "before"
		case 2:
			ev.Author.Joined, ev.Message.Mentions = now.Add(-48*time.Hour), []string{"a", "b", "c", "d"}
		case 3:
			ev.Author.Joined, ev.Message.Attachments = now.Add(time.Hour), make([]chat.Attachment, 3)
		}
		all = append(all, ev)
	}
	if len(all) < 100 {
		t.Fatalf("%d occasions", len(all))
	}
	return all
}

// conditionsOf are all conditions of the rules that ship, and some more.
func conditionsOf(t *testing.T) map[string]*condition {
	t.Helper()
	files, err := filepath.Glob("../configs/rules/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	set, faults := Load(files, Options{})
	if set == nil {
		t.Fatal(faults)
	}
	all := make(map[string]*condition)
	for i := range set.rules {
		r := &set.rules[i]
		if r.when != nil {
			all[r.when.source] = r.when
		}
		for k := range r.groups {
			if c := r.groups[k].when; c != nil {
				all[c.source] = c
			}
		}
	}
	for _, source := range []string{
		"message.length == 7 or message.length != 7 and not message.reply", "message.links >= 1 && !(message.mentions < 4)", "message.media > 2 || member.messages <= 3",
		`member.age > duration("2h")`, `not (member.joined_known) or member.age >= duration("1d12h")`, `message.text matches "(?i)^the"`,
		"message.digits >= 3 and message.digits < 9", "message.chinese", "message.cyrillic and not message.chinese", `event.kind == "message"`, `len(message.text) > 20`, `lower(message.text) matches "thanks|收到"`, `message.text contains "的"`, `1 < message.length`,
	} {
		c, mistake := compileCondition(source)
		if mistake != nil {
			t.Fatalf("%s: %+v", source, mistake)
		}
		all[source] = c
	}
	return all
}

func TestPlainConditionsSayWhatTheProgramSays(t *testing.T) {
	set, faults := Parse("t.yaml", []byte("rules: [{id: a, when: member.messages < 3}]"), Options{})
	if set == nil {
		t.Fatal(faults)
	}
	events := occasions(t)
	plain := 0
	for source, c := range conditionsOf(t) {
		if c.plain == nil {
			continue
		}
		plain++
		said := map[bool]int{}
		for i := range events {
			var f facts
			_, want := set.run(c, 0, &events[i], nil)
			if got := c.plain(f.of(set, &events[i])); got != want {
				t.Fatalf("%s: %v of %+v, and the program says %v", source, got, events[i], want)
			}
			said[want]++
		}
		if strings.Contains(source, "length ==") && (said[true] == 0 || said[false] == 0) {
			t.Errorf("%s: %v, want some of each", source, said)
		}
	}
	if plain < 30 {
		t.Errorf("%d conditions are plain, want most", plain)
	}
}

func TestWhatIsNotPlainIsLeftToTheProgram(t *testing.T) {
	for source, want := range map[string]bool{
		"message.length > 5":              true,
		`message.text matches "a"`:        true,
		"len(hits) >= 2":                  false,
		`member.name matches "a"`:         false,
		`lower(message.text) matches "a"`: false,
		`event.platform == "qq"`:          false,
		"message.length > message.media":  false,
		"any(hits, .word == \"a\")":       false,
	} {
		if got := compilePlain(source) != nil; got != want {
			t.Errorf("%s: plain %v, want %v", source, got, want)
		}
	}
}
