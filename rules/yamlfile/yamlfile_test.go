package yamlfile_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

type colour string

func (c *colour) UnmarshalText(text []byte) error {
	if string(text) != "red" && string(text) != "green" {
		return &yamlfile.Mistake{Problem: lang.F("没有颜色 %s", "there is no colour %s", text), Mend: lang.T("请写 red", "write red")}
	}
	*c = colour(text)
	return nil
}

type retry struct {
	Times int `yaml:"times"`
}

func (r *retry) SetDefaults() { r.Times = 3 }

type either struct {
	Text string `yaml:"text"`
	Size int    `yaml:"size"`
}

func (e *either) UnmarshalText(text []byte) error {
	e.Text = string(text)
	return nil
}

type config struct {
	Name    string            `yaml:"name"`
	Chats   []string          `yaml:"chats,single"`
	Port    int               `yaml:"port"`
	Small   int8              `yaml:"small"`
	Rate    float64           `yaml:"rate"`
	Live    bool              `yaml:"live"`
	Paint   colour            `yaml:"paint"`
	Retry   retry             `yaml:"retry"`
	Pointer *retry            `yaml:"pointer"`
	Labels  map[string]string `yaml:"labels"`
	Cases   []either          `yaml:"cases"`
	Raw     []yamlfile.Node   `yaml:"raw"`
	Hidden  string
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name, source string
		want         config
	}{
		{"scalars", "name: 巡逻\nport: 8080\nrate: 0.5\nlive: true\npaint: red", config{Name: "巡逻", Port: 8080, Rate: 0.5, Live: true, Paint: "red"}},
		{"numbers where text is meant stay as they are written", "chats: [0123, -100987654321, 1.50, 0x1F]", config{Chats: []string{"0123", "-100987654321", "1.50", "0x1F"}}},
		{"words that older YAML read as booleans are text", "chats: [no, on, y]", config{Chats: []string{"no", "on", "y"}}},
		{"one value stands for a list of one", "chats: 123", config{Chats: []string{"123"}}},
		{"a whole number is a rate as well", "rate: 2", config{Rate: 2}},
		{"defaults hold where the file says nothing", "retry: {}\npointer: {times: 5}", config{Retry: retry{3}, Pointer: &retry{5}}},
		{"maps", "labels: {a: b, 2: 3}", config{Labels: map[string]string{"a": "b", "2": "3"}}},
		{"text or a mapping", "cases: [加微信, {text: x, size: 2}, 7]", config{Cases: []either{{Text: "加微信"}, {Text: "x", Size: 2}, {Text: "7"}}}},
		{"anchors and aliases", "chats: &c [a, b]\ncases: [&x {text: y}, *x]\nname: &n z", config{Name: "z", Chats: []string{"a", "b"}, Cases: []either{{Text: "y"}, {Text: "y"}}}},
		{"block text", "name: |-\n  two\n  lines\npaint: >-\n  red", config{Name: "two\nlines", Paint: "red"}},
		{"a byte order mark and CRLF", "\ufeffname: a\r\nport: 1\r\n", config{Name: "a", Port: 1}},
		{"a directive", "%YAML 1.2\n---\nname: a\n", config{Name: "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got config
			_, faults := yamlfile.Decode("t.yaml", []byte(tt.source), &got)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if tt.want.Retry == (retry{}) {
				tt.want.Retry = got.Retry
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	tests := []struct {
		name, source string
		want         string // all faults in English
	}{
		{"several faults of all kinds come together", "nam: x\nport: many\nlive: 'no'\npaint: blue\nchats: [a, true]",
			`t.yaml:1:1: nam: unknown key "nam"; did you mean name?
t.yaml:2:7: port: this must be a whole number, not the text "many"
t.yaml:3:7: live: "no" is no boolean here; write false
t.yaml:4:8: paint: there is no colour blue; write red
t.yaml:5:12: chats[1]: YAML reads true as a boolean, and this must be text; put it in quotes: "true"`},
		{"a key far from all lists those known", "retry: {every: 1}", `t.yaml:1:9: retry.every: unknown key "every"; the keys here are times`},
		{"numbers in quotes are text", "port: '80'\nrate: '1'", `t.yaml:1:7: port: this must be a whole number, not the text "80"
t.yaml:2:7: rate: this must be a number, not the text "1"`},
		{"numbers out of range", "small: 200\nport: 99999999999999999999", `t.yaml:1:8: small: the number 200 is too large
t.yaml:2:7: port: the number 99999999999999999999 is too large`},
		{"a list where a mapping is meant", "retry: [1]", `t.yaml:1:8: retry: this must be "key: value" lines, not a list`},
		{"a mapping where a list is meant", "raw: {a: b}", `t.yaml:1:6: raw: this must be a list, not a mapping`},
		{"a list where text is meant", "name: [a]", `t.yaml:1:7: name: this must be text, not a list`},
		{"text where a boolean is meant", "live: maybe", `t.yaml:1:7: live: this must be true or false, not the text "maybe"`},
		{"a key twice", "name: a\nport: 1\nname: b", `t.yaml:3:1: name: the key "name" is here twice, first in line 1; keep one of them`},
		{"a key that is no text", "? [a]\n: b", `t.yaml:2:1: YAML syntax: found an invalid key for this map`},
		{"the whole file a list", "- a", `t.yaml:1:1: this must be "key: value" lines, not a list`},
		{"an unfinished quote", `name: "abc`, `t.yaml:1:7: this double quote is never closed`},
		{"a reserved character", "name: @all", "t.yaml:1:7: YAML reserves the character that this value starts with: put the value in quotes"},
		{"full-width brackets", "chats: 【a】\n port: 1", "t.yaml:1:8: this value holds a \": \": put the value in quotes; line 1 has full-width punctuation: use plain , [ ] { }"},
		{"an alias that holds itself", "cases: &a [*a]", `t.yaml:1:12: cases[0]` + strings.Repeat("[0]", 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, faults := yamlfile.Decode("t.yaml", []byte(tt.source), new(config))
			if got := faults.Error(); !strings.HasPrefix(got, tt.want) {
				t.Errorf("faults:\n%s\nwant:\n%s", got, tt.want)
			}
			if !faults.Fatal() || faults.Err() == nil {
				t.Error("the faults are not fatal")
			}
			if zh := faults.In(lang.Zh); zh == faults.Error() {
				t.Error("the faults are not in Chinese")
			}
		})
	}
}

func TestWarningsAreNotFatal(t *testing.T) {
	_, faults := yamlfile.Decode("t.yaml", []byte("name: “巡逻”\nport:\n"), new(config))
	want := `t.yaml:1:7: warning: name: the curly quotes are part of this text: "“巡逻”"; use plain quotes unless you mean that
t.yaml:2:7: warning: port: there is no value here; fill it in, or take the key out`
	if got := faults.Error(); got != want {
		t.Errorf("faults:\n%s\nwant:\n%s", got, want)
	}
	if faults.Fatal() || faults.Err() != nil {
		t.Error("warnings are fatal")
	}
}

func TestBounds(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		n := string(rune('0' + i))
		prev := "*a" + string(rune('0'+i-1))
		bomb += "a" + n + ": &a" + n + " [" + strings.Repeat(prev+", ", 9) + prev + "]\n"
	}
	tests := []struct {
		name, source string
		want         string
	}{
		{"above the size limit", "name: " + strings.Repeat("x", yamlfile.MaxSize), "t.yaml: the file has 16777222 bytes, more than 16 MiB; split it into several files"},
		{"deep flow lists", strings.Repeat("[", 100_000), "t.yaml:1:101: nested deeper than 100 levels"},
		{"deep flow mappings", strings.Repeat("{a: ", 100_000), "t.yaml:1:401: nested deeper than 100 levels"},
		{"deep block lists", strings.Repeat("- ", 100_000), "t.yaml:1:201: nested deeper than 100 levels"},
		{"deep explicit keys", strings.Repeat("? ", 100_000), "t.yaml:1:201: nested deeper than 100 levels"},
		{"aliases that multiply", bomb + "deep: *a8", "aliases (*) unfold into too much, or into themselves"},
		{"not UTF-8", "name: 加\n# \xbc\xd3", "t.yaml:2:3: byte 0xBC is not UTF-8 text (perhaps GBK); save it as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var into struct {
				config
				Deep [][][][][][][][][]string `yaml:"deep"`
				A0   []yamlfile.Node          `yaml:"a0"`
			}
			_, faults := yamlfile.Decode("t.yaml", []byte(tt.source), &into)
			if got := faults.Error(); !strings.Contains(got, tt.want) {
				t.Errorf("faults:\n%.500s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	source := "name: a\nretry:\n    times: 2\nchats:\n- x\n- yy\nlabels: {a: b}\n"
	doc, faults := yamlfile.Decode("t.yaml", []byte(source), new(config))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	root := yamlfile.Path("")
	tests := []struct {
		path       yamlfile.Path
		key, value yamlfile.Place
	}{
		{root, yamlfile.Place{Line: 1, Col: 1}, yamlfile.Place{Line: 1, Col: 1}},
		{root.Key("name"), yamlfile.Place{Line: 1, Col: 1}, yamlfile.Place{Line: 1, Col: 7}},
		{root.Key("retry").Key("times"), yamlfile.Place{Line: 3, Col: 5}, yamlfile.Place{Line: 3, Col: 12}},
		{root.Key("retry").Key("missing"), yamlfile.Place{Line: 3, Col: 5}, yamlfile.Place{Line: 3, Col: 5}},
		{root.Key("chats").Index(1), yamlfile.Place{Line: 6, Col: 3}, yamlfile.Place{Line: 6, Col: 3}},
		{root.Key("labels").Key("a"), yamlfile.Place{Line: 7, Col: 10}, yamlfile.Place{Line: 7, Col: 13}},
		{root.Key("nothing"), yamlfile.Place{Line: 1, Col: 1}, yamlfile.Place{Line: 1, Col: 1}},
	}
	for _, tt := range tests {
		if key, value := doc.Key(tt.path), doc.Value(tt.path); key != tt.key || value != tt.value {
			t.Errorf("%q: key at %v, value at %v, want %v and %v", tt.path, key, value, tt.key, tt.value)
		}
	}
	if doc.Has("retry.missing") || !doc.Has("retry.times") {
		t.Error("Has is wrong")
	}
	f := doc.KeyFault("retry.times", lang.T("不对", "is wrong"), lang.Text{})
	if got, want := f.Error(), "t.yaml:3:5: retry.times: is wrong"; got != want {
		t.Errorf("fault %q, want %q", got, want)
	}
}

func TestNodesAreDecodedLater(t *testing.T) {
	source := "raw:\n- {kind: small, times: 2}\n- {kind: large, tmes: 3}\n- just text\n"
	var c config
	_, faults := yamlfile.Decode("t.yaml", []byte(source), &c)
	if len(faults) > 0 || len(c.Raw) != 3 {
		t.Fatalf("%d nodes, faults %v", len(c.Raw), faults)
	}
	var got []string
	for _, n := range c.Raw {
		kind, _ := n.Peek("kind")
		var into struct {
			Kind  string `yaml:"kind"`
			Times int    `yaml:"times"`
		}
		got = append(got, kind, n.Decode(&into).Error())
	}
	want := []string{"small", "", "large", `t.yaml:3:17: raw[1].tmes: unknown key "tmes"; did you mean times?`,
		"", `t.yaml:4:3: raw[2]: this must be "key: value" lines, not the text "just text"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	if (yamlfile.Node{}).Decode(new(config)) != nil || !(yamlfile.Node{}).IsZero() {
		t.Error("the zero Node is not empty")
	}
}

func TestNearest(t *testing.T) {
	names := []string{"keywords", "keyword_files", "then", "mode"}
	for s, want := range map[string]string{"keyword": "keywords", "Keywords": "keywords", "keyowrds": "keywords", "thenn": "then", "mod": "mode", "zzz": "", "": ""} {
		if got, _ := yamlfile.Nearest(s, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	var names []string
	for _, f := range yamlfile.Keys(reflect.TypeFor[config]()) {
		names = append(names, f.Name)
	}
	if want := "Name Chats Port Small Rate Live Paint Retry Pointer Labels Cases Raw"; strings.Join(names, " ") != want {
		t.Errorf("keys %v, want %s", names, want)
	}
}

// FuzzDecode decodes anything: it must not panic, and every fault must say what
// is wrong in both languages, and lie in the file.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"name: a\nchats: [1, true]\n", "\t- a", "a：b", "“”: ''", "a: &a [*a]", "<<: *x", "? - a", "!!binary x", "- - - -", "raw: [{}, [], ~]",
		"labels: {1: 2, 1: 3}\ncases: [{text: [], size: x}]", "---\n---\na: 1", "%TAG ! !x", "name: |+\n\n\n", "\ufeff", "name: \"\\x\"", "pointer: *p\nretry: &p {times: 1}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c config
		doc, faults := yamlfile.Decode("t.yaml", data, &c)
		if doc == nil {
			t.Fatal("no Doc")
		}
		for _, fault := range faults {
			if fault.Problem.Zh == "" || fault.Problem.En == "" || fault.Line < 0 || fault.Line > bytes.Count(data, []byte("\n"))+bytes.Count(data, []byte("\r"))+2 {
				t.Fatalf("fault %+v", fault)
			}
		}
		for _, n := range c.Raw {
			n.Peek("kind")
			n.Decode(new(config))
		}
	})
}
