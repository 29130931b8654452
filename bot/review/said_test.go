package review_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// wordy is a case with "secret" in every text that people, or platforms, write.
func wordy() review.Case {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	author := chat.Member{ID: "7", Name: "secret name", Joined: at}
	signal := rules.Signal{Word: "secret word", Span: rules.Span{Start: 1, End: 2}, Why: lang.T("secret", "secret")}
	act := func(verb chat.Verb) review.Act {
		return review.Act{
			Action:  chat.Action{Key: "k/" + string(verb), Verb: verb, Member: "7", Name: "secret name", Text: "secret notice", Reason: "patrol: ads"},
			Receipt: chat.Receipt{ID: "9", Note: "secret note"}, Error: "secret error", State: review.Done, Private: "secret word in private",
		}
	}
	word := review.Proposal{By: "li", At: at, Ground: "secret"}
	return review.Case{
		ID: "k", State: review.Upheld, Created: at,
		Event: chat.Event{
			ID: "m1", Kind: chat.KindMessage, Adapter: "qq-main", Chat: "1001", Author: author, Time: at,
			Message: chat.Message{ID: "m1", Text: "secret text", ReplyTo: "m0", Mentions: []string{"secret"}, Attachments: []chat.Attachment{{Kind: "file", URL: "secret", Name: "secret"}}},
		},
		Verdict: rules.Verdict{
			Set: "3f2a", Folded: "secret text", Hits: []rules.Hit{{Rule: "ads", Title: lang.T("广告", "ad"), Signals: []rules.Signal{signal}}},
			Excused: []rules.Excuse{{Rule: "ads", Signal: signal, Why: lang.T("secret", "secret")}},
		},
		Decision: ladder.Decision{Why: []lang.Text{lang.T("第 1 次", "the first")}},
		Context:  []chat.Event{{ID: "m0", Author: author, Message: chat.Message{Text: "secret before"}}},
		Acts:     []review.Act{act(chat.Delete), act(chat.Warn)},

		DecidedBy: "li", DecidedAt: at, Ground: "secret ground", Remarks: []review.Remark{{By: "wu", At: at.Add(time.Hour), Text: "secret remark"}},
		Trouble: lang.T("secret", "secret"), Escalated: review.Escalation{By: "li", At: at, Ground: "secret"}, Proposed: word,
		Before: &review.Standing{Ground: "secret", Proposed: word}, Appeal: review.Appeal{At: at, Via: "link", Text: "secret plea", First: "li"},
	}
}

func TestSplitAndJoinAreEachOthersInverse(t *testing.T) {
	before, c := wordy(), wordy()
	rest, said := c.Split()
	if !reflect.DeepEqual(c, before) {
		t.Fatal("splitting changes the case")
	}
	if data, err := json.Marshal(rest.Event); err != nil || strings.Contains(string(data), "secret") {
		t.Fatalf("%s, %v", data, err)
	}
	if rest.Join(&said); !reflect.DeepEqual(rest, before) {
		t.Fatalf("%+v", rest)
	}
}

// TestErasingLeavesNoText goes over the JSON, where nothing can hide: a field that
// is added to a case and holds text has to be added to wordy and to Split or Erase.
func TestErasingLeavesNoText(t *testing.T) {
	c := wordy()
	how := review.Erasure{At: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), By: "patrol", Ground: lang.T("到期", "its time was over")}
	if got := c.Touched(); !got.Equal(c.Remarks[0].At) {
		t.Errorf("it was touched at %v", got)
	}
	c.Erase(how)
	data, err := json.Marshal(&c)
	if err != nil {
		t.Fatal(err)
	}
	if at := strings.Index(string(data), "secret"); at >= 0 {
		t.Fatalf("text is left: ...%s", data[max(0, at-60):])
	}
	for _, stays := range []string{`"id":"7"`, `"reply_to":"m0"`, `"rule":"ads"`, `"decided_by":"li"`, `"by":"wu"`, `"the first"`, `"verb":"warn"`, `"via":"link"`, `"its time was over"`} {
		if !strings.Contains(string(data), stays) {
			t.Errorf("%s is gone", stays)
		}
	}
	if again := wordy(); again.Remarks[0].Text == "" || again.Acts[0].Error == "" {
		t.Error("erasing reaches into what the case shared")
	}
}

// Every text field of a case is either in wordy or known to hold no text of people.
func TestEveryTextOfACaseIsConsidered(t *testing.T) {
	known := strings.Fields(`ID State Event.ID Event.Kind Event.Platform Event.Adapter Event.Chat Author.ID Author.Role Message.ID Message.ReplyTo
		Attachments.Kind Verdict.Set Hits.Rule Title.Zh Title.En Hits.Category Hits.Severity Hits.Mode Then.Answer Steps.Verb Excused.Rule
		Do.Verb Held.Verb Braked.Verb ByHand.Verb Later.Verb Acts.Hand Shadow.Verb Strike.Case Strike.Rule Why.Zh Why.En Strike Action.Key Action.Verb Action.Chat Action.Member
		Action.Message Action.Reason Acts.Case Acts.Adapter Acts.State Receipt.ID Acts.Brake ClaimedBy DecidedBy Remarks.By Escalated.By
		Proposed.By Instead.Verb Before.State Before.Strike Before.DecidedBy Acts.Key Acts.State Appeal.Via Appeal.First Sample.Of Second.By Second.First Erased.By Ground.Zh Ground.En
		Context.ID Context.Kind Context.Platform Context.Adapter Context.Chat`)
	full := wordy()
	written := map[string]bool{}
	texts(reflect.ValueOf(full), "", func(path, text string) { written[path] = written[path] || strings.Contains(text, "secret") })
	missing := map[string]bool{}
	fields(reflect.TypeFor[review.Case](), "", func(path string) {
		if written[path] {
			return
		}
		for _, k := range known {
			if path == k || strings.HasSuffix(path, "."+k) {
				return
			}
		}
		missing[path] = true
	})
	delete(missing, "Context.Message.Mentions") // the context goes as a whole
	delete(missing, "Context.Message.Attachments.URL")
	delete(missing, "Context.Message.Attachments.Name")
	for path := range missing {
		t.Errorf("is %s text of people? Then Split or Erase must take it, and wordy have it", path)
	}
}

func texts(v reflect.Value, path string, visit func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				texts(v.Field(i), join(path, f.Name), visit)
			}
		}
	}
}

func fields(t reflect.Type, path string, visit func(path string)) {
	switch t.Kind() {
	case reflect.String:
		visit(path)
	case reflect.Pointer, reflect.Slice:
		fields(t.Elem(), path, visit)
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() && f.Type.Kind() != reflect.Func {
				fields(f.Type, join(path, f.Name), visit)
			}
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
