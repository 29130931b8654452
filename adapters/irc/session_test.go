package irc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
)

// inBubble runs a test against a script, on a clock of its own.
func inBubble(t *testing.T, f func(t *testing.T, s *script)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newScript(t)) })
}

func TestLogsInWithSASL(t *testing.T) {
	for name, password := range map[string]string{"a short password": "s3cret", "one that fills a line and more": strings.Repeat("p", 500)} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *script) {
				s.on("CAP END", s.replies["USER"]...)
				s.on("USER")
				s.on("CAP LS", ":srv CAP * LS * :server-time sasl=PLAIN", ":srv CAP * LS :echo-message unknown-thing")
				for _, c := range []string{"server-time", "sasl", "echo-message"} {
					s.on("CAP REQ "+c, ":srv CAP * ACK :"+c)
				}
				s.on("AUTHENTICATE PLAIN\r", "AUTHENTICATE +")
				b := s.run(Config{SASL: SASL{Mechanism: "plain", User: "patrol", Password: chat.Secret(password)}}, 1)
				s.expect("AUTHENTICATE PLAIN\r")
				var answer string
				for {
					part := strings.TrimPrefix(s.expect("AUTHENTICATE "), "AUTHENTICATE ")
					answer += strings.TrimPrefix(part, "+")
					if len(part) < saslChunk {
						break
					}
				}
				if said, err := base64.StdEncoding.DecodeString(answer); err != nil || string(said) != "patrol\x00patrol\x00"+password {
					t.Errorf("authenticated as %q, %v", said, err)
				}
				s.say(":srv 903 patrol :SASL authentication successful")
				s.expect("JOIN #chat")
				s.end(b)
			})
		})
	}
}

func TestGivesUpWhereTheServerRefuses(t *testing.T) {
	for name, refusal := range map[string]string{
		"a wrong password":   ":srv 464 * :Password incorrect",
		"a ban":              ":srv 465 * :You are banned from this server",
		"a failed login":     ":srv 904 * :SASL authentication failed",
		"an impossible nick": ":srv 432 * patrol :Erroneous nickname",
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *script) {
				s.on("USER", refusal)
				b := s.run(Config{Password: "s3cret"}, 1)
				err := <-b.ended
				if err == nil || len(s.dials) != maxRefusals || !strings.Contains(err.Error(), refusal[strings.LastIndex(refusal, ":")+1:]) {
					t.Errorf("after %d connections: %v", len(s.dials), err)
				}
				if strings.Contains(err.Error(), "s3cret") {
					t.Errorf("the error tells the password: %v", err)
				}
			})
		})
	}
}

func TestAConnectionThatBreaksIsNoRefusal(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		s.on("USER", "ERROR :Closing link: too many connections")
		b := s.run(Config{}, 1)
		for range maxRefusals + 2 {
			s.expect("USER")
			s.current().Close()
			if err := <-b.warned; !strings.Contains(err.Error(), "connection") {
				t.Errorf("warned of %v", err)
			}
		}
		s.end(b)
	})
}

func TestNickIsRegained(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		welcome := s.replies["USER"]
		s.on("USER", ":srv 433 * patrol :Nickname is already in use")
		for i, l := range welcome {
			welcome[i] = strings.Replace(l, " patrol ", " patrol_ ", 1)
		}
		s.on("NICK patrol_\r", welcome...)
		b := s.run(Config{}, 1)
		s.expect("JOIN #chat")
		s.expect("NICK patrol\r")
		s.expect("NICK patrol\r") // and again, as it was still taken
		s.say(":patrol_!p@bot.test NICK patrol")
		synctest.Wait()
		time.Sleep(3 * regainEvery)
		if len(s.heard) != 0 {
			for range len(s.heard) {
				if l := <-s.heard; strings.HasPrefix(l, "NICK") {
					t.Errorf("asked for a nick that is ours: %q", l)
				}
			}
		}
		s.end(b)
	})
}

func TestAServerWithoutCapabilitiesIsEnough(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		s.on("CAP", ":srv 421 * CAP :Unknown command")
		b := s.run(Config{}, 1)
		s.expect("WHO #chat")
		s.say(":mallory!mal@evil.test PRIVMSG #chat :hello")
		if e := <-b.events; e.Message.Text != "hello" || e.Author.ID != "mal@evil.test" || e.Message.ID == "" {
			t.Errorf("heard %+v", e)
		}
		s.end(b)
	})
}

func TestASilentServerIsLeft(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 1)
		s.expect("WHO #chat")
		s.setDeaf(true)
		s.expect("PING patrol")
		if err := <-b.warned; !errors.Is(err, errSilent) {
			t.Errorf("warned of %v", err)
		}
		s.setDeaf(false)
		s.expect("JOIN #chat")
		s.end(b)
	})
}

func TestAFullQueueHoldsTheServerUp(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 0)
		s.expect("WHO #chat")
		const many = queueSize + 500
		said := make(chan struct{})
		go func() {
			defer close(said)
			for i := range many {
				s.say(fmt.Sprintf(":mallory!mal@evil.test PRIVMSG #chat :%d", i))
			}
		}()
		time.Sleep(10 * time.Minute)
		select {
		case <-said:
			t.Error("everything was taken in, though nothing is taken from the queue")
		default:
		}
		s.expect("PONG") // unasked, so that the server does not take us for dead
		for i := range many {
			if e := <-b.events; e.Message.Text != fmt.Sprint(i) {
				t.Fatalf("message %d is %q", i, e.Message.Text)
			}
		}
		<-said
		s.end(b)
	})
}

func TestKickedOutAndBack(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 1)
		s.expect("WHO #chat")
		synctest.Wait()
		if c := b.Capabilities("#chat"); !c.Ban || c.Mute != chat.MuteTimed {
			t.Fatalf("as an operator: %+v", c)
		}
		s.on("JOIN #chat", ":srv 474 patrol #chat :Cannot join channel (+b)")
		s.say(":boss!boss@boss.test KICK #chat patrol :go away")
		synctest.Wait()
		if c := b.Capabilities("#chat"); c != (chat.Capabilities{}) {
			t.Errorf("outside: %+v", c)
		}
		if _, err := b.Do(t.Context(), act(chat.Ban)); chat.KindOf(err) != chat.Transient {
			t.Errorf("a ban from outside: %v", err)
		}
		var at []time.Time
		for range 4 {
			s.expect("JOIN #chat")
			at = append(at, time.Now())
		}
		if first, last := at[1].Sub(at[0]), at[3].Sub(at[2]); last <= first {
			t.Errorf("waits between attempts to come back do not grow: %s, then %s", first, last)
		}
		s.on("JOIN #chat", ":patrol!p@bot.test JOIN #chat", ":srv 353 patrol = #chat :@boss patrol", ":srv 366 patrol #chat :End")
		s.expect("WHO #chat")
		synctest.Wait()
		if c := b.Capabilities("#chat"); !c.Warn || c.Ban {
			t.Errorf("back as an ordinary member: %+v", c)
		}
		s.say(":boss!boss@boss.test MODE #chat +vo mallory patrol")
		synctest.Wait()
		if c := b.Capabilities("#chat"); !c.Ban {
			t.Errorf("made an operator: %+v", c)
		}
		s.say(":boss!boss@boss.test MODE #chat -o+b-v patrol *!*@spam.test mallory")
		synctest.Wait()
		if c := b.Capabilities("#chat"); !c.Warn || c.Ban || c.Mute != chat.MuteNone {
			t.Errorf("demoted: %+v", c)
		}
		s.end(b)
	})
}

func TestAnEndlessLineEndsTheConnection(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 1)
		s.expect("WHO #chat")
		go func() { _, _ = s.current().Write([]byte(strings.Repeat("x", maxReadLine+1))) }()
		if err := <-b.warned; !strings.Contains(err.Error(), "longer than") {
			t.Errorf("warned of %v", err)
		}
		s.expect("JOIN #chat")
		s.end(b)
	})
}

func TestTakesLeave(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 1)
		s.expect("WHO #chat")
		began := time.Now()
		s.end(b)
		s.expect("QUIT :Patrol")
		if d := time.Since(began); d > 2*time.Second {
			t.Errorf("leaving took %s", d)
		}
		if _, err := b.Do(t.Context(), act(chat.Warn)); chat.KindOf(err) != chat.Transient {
			t.Errorf("a warning afterwards: %v", err)
		}
	})
}
