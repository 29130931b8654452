package chattest

import (
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"patrol/adapters/chat"
)

// Harness describes an adapter and its platform to Run.
type Harness struct {
	// Open starts a fresh platform, real or fake, with a fresh adapter for it whose
	// Run was not called yet. It is called once for every check and stops what it
	// started with t.Cleanup.
	Open func(t *testing.T) Rig

	// Lacks names the checks that can't apply, each with the reason. A name that no
	// check has is a failure, as is a check that needs a missing part of the Rig.
	Lacks map[string]string

	// Patience bounds every wait for something that must happen; default 10 s.
	Patience time.Duration

	// Burst is how many messages are said while nothing is taken; default 200.
	Burst int
}

// Rig is one adapter on one platform, both fresh. People are named by whatever
// the Rig's own functions understand; the checks learn ids from events alone.
// None of the functions may wait for the adapter.
type Rig struct {
	Adapter chat.Adapter
	Chat    string // a chat where the bot has every right that the platform can give
	Member  string // an ordinary member, present; will be muted, removed and banned
	Other   string // another ordinary member, present
	Admin   string // an admin or owner, present

	// Ready reports whether the bot is attached, is in Chat, and has probed its
	// rights there, so that events flow and verbs may be tried.
	Ready func() bool

	Say      func(who, text string) (ref string) // a member speaks; ref is for See.Deleted and Edit
	SayAsBot func(text string)                   // the bot's own account speaks, from elsewhere or echoed
	Edit     func(who, ref, text string)         // a member changes what they said
	Join     func(who string)                    // somebody new, or put out before, comes in
	Leave    func(who string)                    // a member leaves
	Whisper  func(who, text string)              // a member writes to the bot alone; where the adapter is a chat.Messenger

	See  Sight
	Link Link

	// Failing prepares the platform, for each kind of error that it can produce, so
	// that the returned action fails with that kind. An Action without a Key gets one.
	Failing map[chat.ErrorKind]func() chat.Action
}

// Sight is what the platform itself says is true now, past the adapter.
type Sight struct {
	Present func(who string) bool
	Muted   func(who string) bool
	Banned  func(who string) bool     // may not come back
	Deleted func(ref string) bool     // is no longer shown
	Notices func() []string           // texts that the bot posted into Chat, oldest first
	Told    func(who string) []string // texts that the bot wrote to that member alone, oldest first
}

// Link is what happens between the platform and the adapter.
type Link struct {
	Redeliver func()              // the platform sends its latest message event once more
	Reopen    func() chat.Adapter // a fresh adapter for the same platform, as after a restart; the old one has stopped
	Cut       func()              // drops the connection and refuses new ones until Mend
	Mend      func()              // accepts connections again
	Attempts  func() []time.Time  // when connections were asked for since Cut, refused ones included
}

// check is one conformance check. needs names the parts of the Rig that it can't
// do without and that are missing.
type check struct {
	name  string
	needs func(Rig) (missing string)
	run   func(*stage)
}

// Checks are the names of all checks, in order: what Harness.Lacks may name.
func Checks() []string {
	var names []string
	for _, c := range allChecks() {
		names = append(names, c.name)
	}
	return names
}

func allChecks() []check {
	return slices.Concat(eventChecks(), verbChecks(), errorChecks(), linkChecks())
}

// Run runs every check as a subtest of t. None of them runs in parallel.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if h.Patience == 0 {
		h.Patience = 10 * time.Second
	}
	if h.Burst == 0 {
		h.Burst = 200
	}
	for name := range h.Lacks {
		if !slices.Contains(Checks(), name) {
			t.Errorf("Lacks names %q, which is none of the checks %q", name, Checks())
		}
	}
	for _, c := range allChecks() {
		t.Run(c.name, func(t *testing.T) { h.run(t, c) })
	}
}

func (h Harness) run(t *testing.T, c check) {
	if why, lacks := h.Lacks[c.name]; lacks {
		t.Skipf("declared as lacking: %s", why)
	}
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		if err := goleak.Find(before); err != nil {
			t.Errorf("goroutines are left: %v", err)
		}
	})
	rig := h.Open(t)
	if missing := rig.missing(); missing != "" {
		t.Fatalf("the Rig has no %s, which every check needs", missing)
	}
	if missing := c.needs(rig); missing != "" {
		t.Fatalf("the Rig has no %s: supply it, or declare %q in Lacks with the reason", missing, c.name)
	}
	c.run(newStage(t, h, rig))
}

func (r Rig) missing() string {
	return firstMissing(
		part{"Adapter", r.Adapter != nil}, part{"Chat", r.Chat != ""}, part{"Member", r.Member != ""},
		part{"Other", r.Other != ""}, part{"Ready", r.Ready != nil}, part{"Say", r.Say != nil},
	)
}

// part is a part of a Rig and whether it is there.
type part struct {
	name  string
	there bool
}

func firstMissing(parts ...part) string {
	for _, p := range parts {
		if !p.there {
			return p.name
		}
	}
	return ""
}

func nothing(Rig) string { return "" }
