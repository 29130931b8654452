package irc

import (
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"patrol/adapters/chat"
)

// nowhere is a connection that swallows what is sent.
type nowhere struct{ net.Conn }

func (nowhere) Write(b []byte) (int, error)      { return len(b), nil }
func (nowhere) SetWriteDeadline(time.Time) error { return nil }
func (nowhere) Close() error                     { return nil }

// seated is a session that is registered and in #chat and #Other[] with bob, who
// is logged in, mallory, voice, half, op, owner, and oper, an operator of the network.
func seated(t testing.TB, c Config) *session {
	t.Helper()
	c.Channels = append(c.Channels, Channel{Name: "#Other[]"})
	a, err := New(scripted(c), chat.Host{})
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(a, &link{conn: nowhere{}, charset: a.charset}, nil)
	hear(s,
		":srv 005 patrol PREFIX=(qaohv)~&@%+ EXTBAN=,mR CHANMODES=beI,k,l,imnpst STATUSMSG=@+ WHOX :are supported by this server",
		":srv CAP * ACK :account-tag", ":srv CAP * ACK :extended-join", ":srv 376 patrol :End",
		":patrol!p@bot.test JOIN #chat", ":srv 353 patrol = #chat :@patrol mallory!Mal@evil.test bob +voice %half @op ~owner oper", ":srv 366 patrol #chat :End",
		":srv 354 patrol 717 #chat B good.test bob H bobby", ":srv 354 patrol 717 #chat o oper.test oper G* 0",
		":patrol!p@bot.test JOIN #other{}", ":srv 353 patrol = #other{} :patrol mallory", ":srv 366 patrol #other{} :End",
	)
	return s
}

// hear lets s handle lines, and returns the events that follow.
func hear(s *session, lines ...string) []chat.Event {
	var all []chat.Event
	for _, l := range lines {
		if e := parse([]byte(l+"\r\n"), s.charset); e != nil {
			all = append(all, s.handle(e)...)
		}
	}
	return all
}

func TestEvents(t *testing.T) {
	mallory := chat.Member{ID: "mal@evil.test", Name: "mallory", Role: chat.RoleMember}
	said := func(who chat.Member, text string) chat.Event {
		return chat.Event{Kind: chat.KindMessage, Platform: "irc", Chat: "#chat", Author: who, Message: chat.Message{Text: text}}
	}
	moved := func(kind chat.Kind, room string, who chat.Member) chat.Event {
		return chat.Event{Kind: kind, Platform: "irc", Chat: room, Author: who}
	}
	const from = ":mallory!Mal@Evil.test "
	bobby := chat.Member{ID: "account:bobby", Name: "bob", Role: chat.RoleMember}
	gone := chat.Member{ID: "mal@evil.test", Name: "mallory", Role: chat.RoleMember}
	for name, c := range map[string]struct {
		lines []string
		want  []chat.Event
	}{
		"a message":                                              {[]string{from + "PRIVMSG #chat :hello world"}, []chat.Event{said(mallory, "hello world")}},
		"a message of one word, without a colon":                 {[]string{from + "PRIVMSG #chat hello"}, []chat.Event{said(mallory, "hello")}},
		"a channel's name in capitals":                           {[]string{from + "PRIVMSG #CHAT :x"}, []chat.Event{said(mallory, "x")}},
		"a message to those with a status":                       {[]string{from + "PRIVMSG @#chat :x"}, []chat.Event{said(mallory, "x")}},
		"an action":                                              {[]string{from + "PRIVMSG #chat :\x01ACTION sells\x01"}, []chat.Event{said(mallory, "sells")}},
		"an action that is never closed":                         {[]string{from + "PRIVMSG #chat :\x01ACTION sells"}, []chat.Event{said(mallory, "sells")}},
		"a request between clients":                              {[]string{from + "PRIVMSG #chat :\x01VERSION\x01"}, nil},
		"a notice":                                               {[]string{from + "NOTICE #chat :ad"}, []chat.Event{said(mallory, "ad")}},
		"a notice of the server":                                 {[]string{":srv NOTICE #chat :hi"}, nil},
		"a message to the bot alone":                             {[]string{from + "PRIVMSG patrol :x"}, []chat.Event{{Kind: chat.KindDirect, Platform: "irc", Author: chat.Member{ID: "mal@evil.test", Name: "mallory"}, Message: chat.Message{Text: "x"}}}},
		"a notice to the bot alone":                              {[]string{from + "NOTICE patrol :x"}, nil},
		"a message to a channel that is none of ours":            {[]string{from + "PRIVMSG #else :x"}, nil},
		"formatting":                                             {[]string{from + "PRIVMSG #chat :\x02b\x02\x0304,12c\x03 \x0399x \x1di\x0f \x04ff0000,00ff00h\x034,d"}, []chat.Event{said(mallory, "bc x i h,d")}},
		"bytes that are no UTF-8":                                {[]string{from + "PRIVMSG #chat :caf\xe9"}, []chat.Event{said(mallory, "caf\uFFFD")}},
		"somebody with an account":                               {[]string{"@account=Bobby :bob!B@good.test PRIVMSG #chat :x"}, []chat.Event{said(bobby, "x")}},
		"somebody who has logged out":                            {[]string{":bob!B@good.test PRIVMSG #chat :x"}, []chat.Event{said(chat.Member{ID: "b@good.test", Name: "bob", Role: chat.RoleMember}, "x")}},
		"somebody who speaks from outside":                       {[]string{":eve!e@out.test PRIVMSG #chat :x"}, []chat.Event{said(chat.Member{ID: "e@out.test", Name: "eve", Role: chat.RoleMember}, "x")}},
		"ourselves":                                              {[]string{":Patrol!p@bot.test PRIVMSG #chat :x"}, []chat.Event{said(chat.Member{ID: "p@bot.test", Name: "Patrol", Role: chat.RoleSelf}, "x")}},
		"a nick change keeps the id":                             {[]string{from + "NICK innocent", ":innocent!Mal@Evil.test PRIVMSG #chat :x"}, []chat.Event{said(chat.Member{ID: "mal@evil.test", Name: "innocent", Role: chat.RoleMember}, "x")}},
		"somebody comes in":                                      {[]string{":eve!e@new.test JOIN #chat evelyn :Eve"}, []chat.Event{moved(chat.KindJoin, "#chat", chat.Member{ID: "account:evelyn", Name: "eve", Role: chat.RoleMember})}},
		"somebody comes in without an account":                   {[]string{":eve!e@new.test JOIN #chat * :Eve"}, []chat.Event{moved(chat.KindJoin, "#chat", chat.Member{ID: "e@new.test", Name: "eve", Role: chat.RoleMember})}},
		"we come in":                                             {[]string{":patrol!p@bot.test JOIN #chat"}, nil},
		"somebody leaves":                                        {[]string{from + "PART #chat :bye"}, []chat.Event{moved(chat.KindLeave, "#chat", gone)}},
		"somebody is kicked":                                     {[]string{":op!o@op.test KICK #chat MALLORY :out"}, []chat.Event{moved(chat.KindLeave, "#chat", gone)}},
		"a stranger leaves":                                      {[]string{":eve!e@new.test PART #chat"}, nil},
		"a net split takes somebody out of two channels":         {[]string{from + "QUIT :a.net b.net"}, []chat.Event{moved(chat.KindLeave, "#Other[]", gone), moved(chat.KindLeave, "#chat", gone)}},
		"somebody who leaves before we know where they are from": {[]string{":voice PART #chat"}, nil},
		"lines that are none":                                    {[]string{"", ":", " x", "@", "@a", ":srv", ":srv ", "MODE", ":x MODE", "JOIN", ":x!y@z JOIN", ":x!y@z KICK #chat", "352", "354", "353 a b c", "005", "CAP", "437", "433", "367"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := seated(t, Config{})
			got := hear(s, c.lines...)
			if d := cmp.Diff(c.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(chat.Event{}, "ID", "Time", "Ack"),
				cmpopts.IgnoreFields(chat.Message{}, "ID"), cmpopts.IgnoreFields(chat.Member{}, "Joined")); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			for _, e := range got {
				if e.ID == "" || e.Time.IsZero() || e.Kind == chat.KindJoin && e.Author.Joined.IsZero() {
					t.Errorf("incomplete: %+v", e)
				}
			}
		})
	}
}

func TestRoles(t *testing.T) {
	for nick, want := range map[string]chat.Role{
		"mallory": chat.RoleMember, "voice": chat.RoleMember, "half": chat.RoleAdmin, "op": chat.RoleAdmin,
		"owner": chat.RoleOwner, "oper": chat.RoleAdmin, "patrol": chat.RoleSelf,
	} {
		s := seated(t, Config{})
		if e := hear(s, ":"+nick+"!u@h.test PRIVMSG #chat :x"); len(e) != 1 || e[0].Author.Role != want {
			t.Errorf("%s: %+v, want the role %s", nick, e, want)
		}
	}
	s := seated(t, Config{})
	got := hear(s, ":op!o@op.test MODE #chat +lo-o 5 mallory op", ":mallory!Mal@evil.test PRIVMSG #chat :x", ":op!o@op.test PRIVMSG #chat :x", ":mallory!Mal@evil.test PRIVMSG #other{} :x")
	var roles []chat.Role
	for _, e := range got {
		roles = append(roles, e.Author.Role)
	}
	if want := []chat.Role{chat.RoleAdmin, chat.RoleMember, chat.RoleMember}; !cmp.Equal(roles, want) {
		t.Errorf("after the change of modes: %v, want %v", roles, want)
	}
}

func TestTagsNameAndDateAMessage(t *testing.T) {
	s := seated(t, Config{})
	e := hear(s, `@time=2026-01-02T03:04:05.678Z;msgid=a\:b;+draft/reply=m0 :mallory!Mal@evil.test PRIVMSG #chat :hi bob, mallory and bob: see owner_`)[0]
	if want := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC); !e.Time.Equal(want) || e.ID != "a;b" || e.Message.ID != "a;b" || e.Message.ReplyTo != "m0" {
		t.Errorf("%+v", e)
	}
	if want := []string{"account:bobby", "mal@evil.test"}; !cmp.Equal(e.Message.Mentions, want) {
		t.Errorf("mentions %v, want %v", e.Message.Mentions, want)
	}
	e = hear(s, `@time=2999-01-02T03:04:05.678Z :mallory!Mal@evil.test PRIVMSG #chat :x`)[0]
	if e.Time.After(time.Now()) {
		t.Errorf("a message of the future: %s", e.Time)
	}
	again := hear(s, ":mallory!Mal@evil.test PRIVMSG #chat :x")[0]
	if again.ID == e.ID || again.ID != again.Message.ID {
		t.Errorf("ids %q and %q", e.ID, again.ID)
	}
}

func TestOldCharsets(t *testing.T) {
	s := seated(t, Config{Encoding: "gb18030"})
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("加微信")
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []string{gb, "加微信"} {
		if e := hear(s, ":mallory!Mal@evil.test PRIVMSG #chat :"+sent); e[0].Message.Text != "加微信" {
			t.Errorf("%x was read as %q", sent, e[0].Message.Text)
		}
	}
	if got := encode("PRIVMSG #chat :加微信", s.charset); string(got) != "PRIVMSG #chat :"+gb {
		t.Errorf("sent as %x", got)
	}
}

func TestNoticesAreHarmless(t *testing.T) {
	s := seated(t, Config{})
	lines := s.notice("#chat", "mal\r\nlory", "hello\r\nQUIT :now\x00\x01VERSION\x01 \x0304red")
	if want := []string{"mal__lory: hello  QUIT :now  VERSION   04red"}; !cmp.Equal(lines, want) {
		t.Errorf("%q, want %q", lines, want)
	}
	if lines := s.notice("#chat", "", "!op mallory"); strings.HasPrefix(lines[0], "!") {
		t.Errorf("%q looks like a command of ours", lines)
	}
}

func TestANoticeNamesItsMemberOnce(t *testing.T) {
	s := seated(t, Config{})
	for text, want := range map[string]string{
		"mallory，请不要刷屏":        "mallory: 请不要刷屏",
		"mallory: please stop": "mallory: please stop",
		"mallory, please stop": "mallory: please stop",
		"mallorys are many":    "mallory: mallorys are many",
		"mallory":              "mallory: mallory",
		"mallory: ":            "mallory: mallory:",
		"please stop, mallory": "mallory: please stop, mallory",
	} {
		if lines := s.notice("#chat", "mallory", text); !cmp.Equal(lines, []string{want}) {
			t.Errorf("%q became %q, want %q", text, lines, want)
		}
	}
}

func FuzzNotice(f *testing.F) {
	f.Add("mallory", "mallory，", false)
	f.Add("mallory", "请不要刷屏 / please do not flood", false)
	f.Add("a\r\nb", strings.Repeat("加微信 ", 500), true)
	f.Add("", "\x01ACTION x\x01\u2028!deop", false)
	utf, gb := seated(f, Config{}), seated(f, Config{Encoding: "gb18030"})
	f.Fuzz(func(t *testing.T, name, text string, old bool) {
		s := utf
		if old {
			s = gb
		}
		lines := s.notice("#chat", name, text)
		if len(lines) > maxNoticeLines || len(lines) == 0 && visible(text) != "" {
			t.Fatalf("%d lines", len(lines))
		}
		for _, l := range lines {
			sent := encode(":patrol!p@bot.test PRIVMSG #chat :"+l, s.charset)
			if len(sent)+2 > maxLine || strings.ContainsFunc(l, isControl) || !utf8.ValidString(l) {
				t.Errorf("%d bytes: %q", len(sent), l)
			}
		}
	})
}

func FuzzHandle(f *testing.F) {
	for _, l := range []string{
		"@time=2026-01-02T03:04:05.678Z;msgid=1 :mallory!Mal@evil.test PRIVMSG #chat :\x0304hi\x01",
		":op!o@op.test MODE #chat +lo-o+b 5 mallory op *!*@x", ":srv 353 patrol = #chat :@patrol a!b@c", ":srv 005 patrol PREFIX=(ov)@+ CASEMAPPING=ascii -EXTBAN :are",
		":srv 354 patrol 717 #chat B good.test bob H bobby", ":mallory!Mal@evil.test NICK x\n:x!y@z QUIT :gone", ":srv CAP * LS * :sasl\n:srv CAP * NAK :x",
		":patrol!p@bot.test KICK #chat patrol :out", ":a!b@c JOIN #chat", ":srv 437 #chat", "ERROR :bye", ":x CHGHOST y z", ":bob!b@c ACCOUNT *", ":srv 461 patrol TBAN :x",
	} {
		f.Add(l)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		s := seated(t, Config{})
		for _, e := range hear(s, strings.Split(lines, "\n")...) {
			if e.ID == "" || e.Author.ID == "" || e.Time.After(time.Now()) || e.Chat != "#chat" && e.Chat != "#Other[]" || e.Author.Name == "" {
				t.Errorf("incomplete: %+v", e)
			}
			if !utf8.ValidString(e.Message.Text) || strings.ContainsAny(e.Message.Text, "\x02\x03\x0f\x1d\r\n") {
				t.Errorf("markup is left in %q", e.Message.Text)
			}
		}
	})
}

func TestMasksMatchTheirMember(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		user := rapid.StringMatching(`~?[a-z*?\[\]]{1,9}`).Draw(t, "user")
		host := rapid.StringMatching(`[a-z0-9.:*]{1,20}`).Draw(t, "host")
		other := rapid.StringMatching(`[a-z]{1,9}`).Draw(t, "other")
		sv := newServer()
		sv.learn([]string{"EXTBAN=,m"})
		for _, style := range []Style{StyleTimed, StyleExtban, StyleQuiet, StyleBan} {
			for _, byHost := range []bool{false, true} {
				m := masks{server: &sv, style: style, byHost: byHost}
				id := address(user, host)
				for _, entry := range []mask{m.ban(id), m.mute(id)} {
					if !covers(entry.text, "m:", "nick!"+user+"@"+host) {
						t.Fatalf("%s does not match %s@%s", entry.text, user, host)
					}
					if covers(entry.text, "m:", "nick!"+user+"@x"+host+"x") || !byHost && covers(entry.text, "m:", "nick!"+user+other+"@"+host) {
						t.Fatalf("%s also matches others", entry.text)
					}
				}
				if m.ban(id) == m.mute(id) {
					t.Fatalf("a ban and a mute are both %s", m.ban(id).text)
				}
			}
		}
	})
}
