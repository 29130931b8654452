package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// marked are the texts of all signals of a verdict.
func marked(ev *chat.Event, v rules.Verdict) []string {
	var texts []string
	for _, hit := range v.Hits {
		for _, s := range hit.Signals {
			texts = append(texts, ev.Message.Text[s.Span.Start:s.Span.End])
		}
	}
	return texts
}

func TestVerdictSaysAllThatAReviewerNeeds(t *testing.T) {
	set := parse(t, `
rules:
  - {id: other, keywords: [红包]}
  - id: ads.contact
    title: {zh: 引流, en: ad}
    keywords: [加微信, 领红包]
    severity: major
    mode: shadow
    then: [review, mute 10m, delete]
`)
	v := eval(set, said("加 薇信? 加❤微信 领红包"))
	want := rules.Verdict{
		Set:    set.Version(),
		Folded: "加薇信加微信领红包",
		Hits: []rules.Hit{
			{Rule: "other", Title: lang.T("other", "other"), Category: "other", Severity: rules.Minor, Mode: rules.Live,
				Then: rules.Then{Answer: rules.Ladder}, Signals: []rules.Signal{{Word: "红包", Span: rules.Span{Start: 28, End: 34}}}},
			{Rule: "ads.contact", Title: lang.T("引流", "ad"), Category: "ads", Severity: rules.Major, Mode: rules.Shadow,
				Then: rules.Then{Answer: rules.Steps, Steps: []rules.Step{{Verb: chat.Delete}, {Verb: chat.Mute, For: 10 * time.Minute}}, Review: true},
				Signals: []rules.Signal{
					{Word: "加微信", Span: rules.Span{Start: 12, End: 24}, Why: lang.T(`原文写作 "加❤微信"`, `written as "加❤微信"`)},
					{Word: "领红包", Span: rules.Span{Start: 25, End: 34}},
				}},
		},
	}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
}

func TestWhatCountsAndWhatIsExcused(t *testing.T) {
	const source = `
trusted_after: 7d
lists: {staff: [900, "901"], trusted: [902]}
rules:
  - id: a
    keywords: [加微信]
    except: [请勿加微信, 加微信支付群]
    exempt: {members: [staff, 903], trusted: true}
    where: {platforms: [qq], chats: [123]}
    when: message.length < 30
  - {id: everyone, keywords: [买号], exempt: {roles: []}}
`
	tests := []struct {
		name   string
		text   string
		change func(*chat.Event)
		hits   string // the rules that hit
		excuse string // the first excuse, in English
	}{
		{name: "a hit by an ordinary member counts", text: "加微信", hits: "a"},
		{name: "a phrase around the hit excuses it", text: "请勿加微信！", excuse: `the except phrase "请勿加微信" covers it`},
		{name: "a disguised phrase around the hit excuses it", text: "请 勿 加 微 信", excuse: `the except phrase "请勿加微信" covers it`},
		{name: "a phrase elsewhere in the text excuses nothing", text: "请勿加微信，快加微信", hits: "a", excuse: `the except phrase "请勿加微信" covers it`},
		{name: "a phrase across two sentences excuses nothing", text: "加微信。支付群", hits: "a"},
		{name: "an admin is exempt unless the rule says otherwise", text: "加微信", change: role(chat.RoleAdmin), excuse: "the rule does not bind admins"},
		{name: "an owner is exempt unless the rule says otherwise", text: "加微信", change: role(chat.RoleOwner), excuse: "the rule does not bind owners"},
		{name: "with roles: [] an admin is not exempt", text: "买号", change: role(chat.RoleAdmin), hits: "everyone"},
		{name: "the bot itself is never judged", text: "买号", change: role(chat.RoleSelf)},
		{name: "a member of a list is exempt", text: "加微信", change: author("900"), excuse: "the member is on a list of exempt members"},
		{name: "a member by id is exempt", text: "加微信", change: author("903"), excuse: "the member is on a list of exempt members"},
		{name: "a member of the list trusted is trusted", text: "加微信", change: author("902"), excuse: "the rule does not bind trusted members"},
		{name: "a member of long standing is trusted", text: "加微信", change: joined(8 * 24 * time.Hour), excuse: "the rule does not bind trusted members"},
		{name: "a newcomer is not", text: "加微信", change: joined(6 * 24 * time.Hour), hits: "a"},
		{name: "on another platform the rule does not hold", text: "加微信", change: func(ev *chat.Event) { ev.Platform = "irc" }},
		{name: "in another chat the rule does not hold", text: "加微信", change: func(ev *chat.Event) { ev.Chat = "124" }},
		{name: "a condition that does not hold excuses", text: "加微信" + strings.Repeat("啊", 40), excuse: "the condition does not hold: message.length < 30"},
		{name: "an edit is read", text: "加微信", change: kind(chat.KindEdit), hits: "a"},
		{name: "a command is read", text: "/help 加微信", change: kind(chat.KindCommand), hits: "a"},
		{name: "a report quotes others and is not read", text: "加微信", change: kind(chat.KindReport)},
	}
	set := parse(t, source)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ev := said(tt.text)
			if tt.change != nil {
				tt.change(ev)
			}
			v := eval(set, ev)
			var hits []string
			for _, h := range v.Hits {
				hits = append(hits, h.Rule)
			}
			if got := strings.Join(hits, " "); got != tt.hits {
				t.Errorf("hits %q, want %q", got, tt.hits)
			}
			excuse := ""
			if len(v.Excused) > 0 {
				excuse = v.Excused[0].Why.En
				if v.Excused[0].Why.Zh == "" {
					t.Error("the excuse says nothing in Chinese")
				}
			}
			if excuse != tt.excuse {
				t.Errorf("excuse %q, want %q", excuse, tt.excuse)
			}
		})
	}
}

func role(r chat.Role) func(*chat.Event) { return func(ev *chat.Event) { ev.Author.Role = r } }
func author(id string) func(*chat.Event) { return func(ev *chat.Event) { ev.Author.ID = id } }
func kind(k chat.Kind) func(*chat.Event) { return func(ev *chat.Event) { ev.Kind = k } }
func joined(ago time.Duration) func(*chat.Event) {
	return func(ev *chat.Event) { ev.Author.Joined = ev.Time.Add(-ago) }
}

func TestDisguiseAndBoundary(t *testing.T) {
	tests := []struct {
		name, rule, text string
		want             string
	}{
		{"exact reads letter for letter", "keywords: [WeChat], disguise: exact", "my WeChat", "WeChat"},
		{"exact minds case", "keywords: [WeChat], disguise: exact", "my wechat", ""},
		{"exact minds spaces", "keywords: [加微信], disguise: exact", "加 微信", ""},
		{"exact finds symbols", "keywords: ['+++'], disguise: exact", "C+++ is", "+++"},
		{"exact has word edges under auto", "keywords: [WeChat], disguise: exact", "WeChats", ""},
		{"none takes parts of words", "keywords: [class], boundary: none", "classic", "class"},
		{"none still wants one word", "keywords: [aclass], boundary: none", "a class", ""},
		{"word wants edges of Chinese as well", "keywords: [微信], boundary: word", "加微信", ""},
		{"word finds Chinese between marks", "keywords: [微信], boundary: word", "加「微信」", "微信"},
		{"word finds Chinese between Latin", "keywords: [微信], boundary: word", "my微信ok", "微信"},
		{"the exact and the folded keyword of one text", "keywords: [Ｖ信], disguise: exact", "V信 Ｖ信", "Ｖ信"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := parse(t, "rules: [{id: a, "+tt.rule+"}]")
			ev := said(tt.text)
			if got := strings.Join(marked(ev, eval(set, ev)), " "); got != tt.want {
				t.Errorf("marked %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPatterns(t *testing.T) {
	tests := []struct {
		name, rule, text string
		want             string
	}{
		{"a pattern runs on clean text", `regexp: 't\.me/\+[a-z0-9]+'`, "go to T.ME/+AbC1 now", "T.ME/+AbC1"},
		{"its capitals are no matter", `regexp: 'Join[0-9]+'`, "please join12", "join12"},
		{"full-width text is clean text", `regexp: 'qq[0-9]{5,}'`, "加ＱＱ１２３４５６", "ＱＱ１２３４５６"},
		{"spaces stay in clean text", `regexp: 'qq[0-9]{5,}'`, "加qq 123456", ""},
		{"exact runs on the text as it is", `regexp: 'Join[0-9]+', disguise: exact`, "join12 Join34", "Join34"},
		{"exact may ignore case by itself", `regexp: '(?i)join[0-9]+', disguise: exact`, "JOIN12", "JOIN12"},
		{"one of several alternatives", `regexp: '(?:加群|进群)(?:领|送)'`, "快进群送", "进群送"},
		{"all places are marked", `regexp: '价格[0-9]+'`, "价格1 价格22", "价格1 价格22"},
		{"an except phrase covers a match", `regexp: '价格[0-9]+', except: [原价格1]`, "原价格1 价格2", "价格2"},
		{"patterns and keywords of one rule", `regexp: '价格[0-9]+', keywords: [出售账号]`, "出售账号价格5", "出售账号 价格5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := parse(t, "rules:\n- {id: a, "+tt.rule+"}")
			ev := said(tt.text)
			if got := strings.Join(marked(ev, eval(set, ev)), " "); got != tt.want {
				t.Errorf("marked %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAPhraseAroundTheHitExcusesWhateverStartsBetween(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [加微, 加微信], except: [请勿随便加微信, 随便加微, 请勿随便加微]}]")
	if v := eval(set, said("请勿随便加微信")); !v.Clean() || len(v.Excused) != 2 {
		t.Errorf("verdict %+v, want both keywords excused", v)
	}
	if v := eval(set, said("随便加微信")); v.Clean() || len(v.Excused) != 1 {
		t.Errorf("verdict %+v, want the longer keyword to count", v)
	}
}

func TestCountedRepetitionsKeepTheirLiterals(t *testing.T) {
	set, faults := rules.Parse("t.yaml", []byte(`rules: [{id: a, regexp: ['(?:微信){0,2}\d{6}群号', '(?:qq){2,3}\d']}]`), rules.Options{})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, text := range []string{"123456群号", "微信123456群号", "qqqq1"} {
		if v := eval(set, said(text)); v.Clean() {
			t.Errorf("%q is clean", text)
		}
	}
}

func TestAPatternWithoutALiteralStillRuns(t *testing.T) {
	set, faults := rules.Parse("t.yaml", []byte(`rules: [{id: a, regexp: '[0-9]{6,}'}]`), rules.Options{})
	if set == nil || len(faults) != 1 || !faults[0].Warning {
		t.Fatalf("want a set and one warning, got %v", faults)
	}
	ev := said("call １２３４５６７")
	if got := marked(ev, eval(set, ev)); len(got) != 1 || got[0] != "１２３４５６７" {
		t.Errorf("marked %q", got)
	}
}

func TestAnEmptyWordListMatchesNothing(t *testing.T) {
	set, faults := rules.Parse("t.yaml", []byte(`rules: [{id: a, keywords: []}, {id: b, keywords: [], when: 'true'}]`), rules.Options{})
	if set == nil || len(faults) != 2 || !faults[0].Warning {
		t.Fatalf("want a set and two warnings, got %v", faults)
	}
	for _, text := range []string{"", "加微信", "\x00", strings.Repeat("a", 10_000)} {
		if v := eval(set, said(text)); !v.Clean() {
			t.Errorf("%q hits: %+v", text, v)
		}
	}
}

func TestAStuffedMessageIsReportedInBounds(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [加微信], except: [请勿加微信]}]")
	v := eval(set, said(strings.Repeat("请勿加微信，", 500)+strings.Repeat("加微信，", 500)))
	if len(v.Hits) != 1 || len(v.Hits[0].Signals) != 16 || len(v.Excused) != 16 {
		t.Errorf("%d hits, %d excuses, want 1 hit and 16 excuses", len(v.Hits), len(v.Excused))
	}
}

func TestAChineseHitMustNotCutThroughWords(t *testing.T) {
	tests := []struct {
		name, rule, text string
		excuse           string // empty: the hit counts
	}{
		{"it cuts through words", "keywords: [口交]", "24口交换机", "cuts through words: 24 | 口 | 交换机"},
		{"it cuts through words, disguised or not", "keywords: [口交], disguise: exact", "24口交换机", "cuts through words: 24 | 口 | 交换机"},
		{"it stands as a word", "keywords: [大麻]", "有人卖大麻吗", ""},
		{"it is set apart on purpose", "keywords: [口交]", "24 口 交换机", ""},
		{"none looks at no words", "keywords: [口交], boundary: none", "24口交换机", ""},
		{"word wants edges, whatever the words", "keywords: [口交], boundary: word", "24口交换机", "it is only a part of a longer word"},
		{"except phrases come first", "keywords: [口交], except: [口交换]", "24口交换机", `the except phrase "口交换" covers it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := parse(t, "rules: [{id: a, "+tt.rule+"}]")
			v := eval(set, said(tt.text))
			if v.Clean() != (tt.excuse != "") {
				t.Errorf("verdict %+v, want the excuse %q", v, tt.excuse)
			}
			if tt.excuse != "" && (len(v.Excused) != 1 || v.Excused[0].Why.En != tt.excuse) {
				t.Errorf("excused %+v, want %q", v.Excused, tt.excuse)
			}
		})
	}
}

func TestTheWordsAreTheSameInBothLanguages(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [口交]}]")
	v := eval(set, said("24口交换机"))
	if len(v.Excused) != 1 || v.Excused[0].Why.Zh != "切断了词语：24 | 口 | 交换机" {
		t.Errorf("excused %+v", v.Excused)
	}
}

func TestSetsMayShareTheirWords(t *testing.T) {
	words := new(rules.Words)
	if err := words.Load(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		set, faults := rules.Parse("t.yaml", []byte("rules: [{id: a, keywords: [大麻]}]"), rules.Options{Words: words})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if v := eval(set, said("大麻烦")); !v.Clean() {
			t.Errorf("verdict %+v, want it clean", v)
		}
	}
}
