package manual_test

import (
	"fmt"
	"strings"
	"testing"

	"patrol/adapters/chat"
	"patrol/bot/manual"
)

func Example() {
	way, _ := manual.For("wechat", chat.Remove)
	for i, step := range way.Steps {
		fmt.Printf("%d. %s\n", i+1, step.En)
	}
	_, ok := manual.For("irc", chat.Delete)
	fmt.Println("delete on IRC:", ok)
	// Output:
	// 1. Tap “…” at the top right to open the chat's info
	// 2. Tap “－” behind the members' pictures
	// 3. Choose the member and tap 移出 (Remove)
	// delete on IRC: false
}

// TestWhatIsDoneByHandIsUndoneByHand: a person who was wrongly punished must not
// stay so because nobody wrote down how.
func TestWhatIsDoneByHandIsUndoneByHand(t *testing.T) {
	for _, platform := range append(manual.Platforms(), "one that nobody knows") {
		for _, v := range []chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban, chat.Unmute, chat.Unban} {
			way, ok := manual.For(platform, v)
			if ok && len(way.Steps) == 0 || !ok && len(way.Steps) > 0 {
				t.Errorf("%s on %s: %d steps, %t", v, platform, len(way.Steps), ok)
			}
			for _, s := range way.Steps {
				if s.Zh == "" || s.En == "" || strings.TrimSpace(s.En) != s.En {
					t.Errorf("%s on %s: %+v", v, platform, s)
				}
			}
			if undo := v.Undo(); ok && undo != "" {
				if _, can := manual.For(platform, undo); !can {
					t.Errorf("%s on %s can't be undone by hand", v, platform)
				}
			}
		}
		if _, ok := manual.For(platform, chat.Warn); ok {
			t.Errorf("a warning on %s by hand", platform)
		}
	}
}
