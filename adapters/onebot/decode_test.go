package onebot

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is what a payload must become: an event, or null.
func golden(t *testing.T, data []byte) []byte {
	t.Helper()
	p, err := decode(data)
	must(t, err)
	var got any
	if e, ok := p.event("qq", time.Unix(1515300000, 0)); ok {
		e.Time = e.Time.UTC()
		if !e.Author.Joined.IsZero() {
			e.Author.Joined = e.Author.Joined.UTC()
		}
		got = e
	}
	var pretty bytes.Buffer
	enc := json.NewEncoder(&pretty)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	must(t, enc.Encode(got))
	return pretty.Bytes()
}

func TestPayloadsBecomeEvents(t *testing.T) {
	payloads, err := filepath.Glob("testdata/payloads/*.json")
	must(t, err)
	if len(payloads) < 15 {
		t.Fatalf("only %d payloads", len(payloads))
	}
	for _, path := range payloads {
		name := filepath.Base(path)
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			must(t, err)
			got, want := golden(t, data), filepath.Join("testdata", "events", name)
			if *update {
				must(t, os.WriteFile(want, got, 0o600))
			}
			expected, err := os.ReadFile(want)
			must(t, err)
			if diff := cmp.Diff(string(expected), string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestIdsAsStringsAreTheSameEvent(t *testing.T) {
	numbers, err := os.ReadFile("testdata/events/message.json")
	must(t, err)
	strings, err := os.ReadFile("testdata/events/message-ids-as-strings.json")
	must(t, err)
	if diff := cmp.Diff(string(numbers), string(strings)); diff != "" {
		t.Errorf("(-numbers +strings):\n%s", diff)
	}
}

func TestIdsAreSentAsNumbersWhereTheyAreSome(t *testing.T) {
	for in, want := range map[id]string{
		"100200": "100200", "-1087": "-1087", "0": "0", "": `""`, "-": `"-"`, "007": `"007"`, "1e5": `"1e5"`,
		"u_abc": `"u_abc"`, "9223372036854775808": `"9223372036854775808"`, `"}`: `"\"}"`,
	} {
		got, err := json.Marshal(in)
		if err != nil || string(got) != want {
			t.Errorf("%q is sent as %s, %v; want %s", in, got, err, want)
		}
	}
}

func TestTimesAreNeverInTheFuture(t *testing.T) {
	now := time.Unix(1000, 0)
	for in, want := range map[id]time.Time{"999": time.Unix(999, 0), "1001": now, "": now, "x": now, "-5": now} {
		if got := (&payload{Time: in}).at(now); !got.Equal(want) {
			t.Errorf("%q is %s, want %s", in, got, want)
		}
	}
}

// FuzzDecode checks that nothing that arrives can make the decoder panic, that an
// event is complete, and that errors quote nothing raw.
func FuzzDecode(f *testing.F) {
	payloads, err := filepath.Glob("testdata/payloads/*.json")
	if err != nil || len(payloads) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range payloads {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{
		"", "null", "[]", `{"post_type":"message","message":{"type":"text","data":{"text":[1]}}}`, `{"message":[[]]}`, `{"group_id":{}}`,
		`{"status":"failed","retcode":1403,"message":"token\u001b[31m","echo":null}`, `{"post_type":"message","message":"[CQ:]"}`,
		`{"post_type":"message","message_type":"group","group_id":1,"user_id":2,"message":"[CQ:at,qq][CQ:,=][CQ:x"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decode(data)
		if err != nil {
			if strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("the error quotes raw input: %q", err)
			}
			return
		}
		r := newRights()
		r.note(p)
		now := time.Unix(1515300000, 0)
		e, ok := p.event("qq", now)
		if !ok {
			return
		}
		if e.ID == "" || e.Kind == "" || e.Chat == "" && e.Kind != "direct" || e.Author.ID == "" || e.Time.IsZero() || e.Time.After(now) {
			t.Errorf("incomplete: %+v", e)
		}
		if again, _ := p.event("qq", now.Add(time.Second)); p.Time != "" && again.ID != e.ID {
			t.Errorf("the id changes: %q, %q", e.ID, again.ID)
		}
	})
}

// FuzzCQ checks that text survives a CQ string whatever is in it.
func FuzzCQ(f *testing.F) {
	f.Add("[CQ:at,qq=all] & &amp; &#91;", "a,b=c]")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, value string) {
		escape := strings.NewReplacer("&", "&amp;", "[", "&#91;", "]", "&#93;")
		cq := escape.Replace(text) + "[CQ:image,file=" + strings.ReplaceAll(escape.Replace(value), ",", "&#44;") + "]"
		got := parseCQ(cq)
		if text != "" {
			if len(got) != 2 || got[0].Type != "text" || string(got[0].Data["text"]) != text {
				t.Fatalf("%q became %+v", cq, got)
			}
			got = got[1:]
		}
		if len(got) != 1 || got[0].Type != "image" || string(got[0].Data["file"]) != value {
			t.Fatalf("%q became %+v", cq, got)
		}
	})
}
