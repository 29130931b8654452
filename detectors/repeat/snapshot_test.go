package repeat_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"patrol/detectors/repeat"
)

// raided is a tracker in which members have posted texts in scopes, a second apart.
func raided(t *testing.T, c repeat.Config) *repeat.Tracker {
	tr := tracker(t, c)
	for i := range 40 {
		for scope := range uint64(3) {
			tr.Post(repeat.Post{Scope: scope, Member: uint64(i), Chat: scope, At: noon.Add(time.Duration(i) * time.Second)}, sketch(fmt.Sprintf("进群领红包先到先得 第 %d 组 %d", scope, i)))
		}
	}
	return tr
}

func TestARaidGoesOverARestart(t *testing.T) {
	for _, c := range []repeat.Config{{In: time.Minute}, {In: 10 * time.Minute, Wide: true}, {In: 20 * time.Second}} {
		before, after := raided(t, c), tracker(t, c)
		now := noon.Add(45 * time.Second)
		if err := after.Restore(before.AppendSnapshot(nil, now), now); err != nil {
			t.Fatal(err)
		}
		if after.Len() != before.Len() {
			t.Errorf("%+v: %d scopes, want %d", c, after.Len(), before.Len())
		}
		next := repeat.Post{Scope: 1, Member: 99, Chat: 1, At: now}
		want := before.Post(next, sketch("进群领红包先到先得 第 1 组 50"))
		if got := after.Post(next, sketch("进群领红包先到先得 第 1 组 50")); got != want || want.Members < 5 {
			t.Errorf("%+v: counts %+v, want %+v", c, got, want)
		}
	}
}

func TestWhatNoLongerCountsIsForgotten(t *testing.T) {
	c := repeat.Config{In: time.Minute}
	before := raided(t, c)
	snapshot := before.AppendSnapshot(nil, noon.Add(40*time.Second))
	late := noon.Add(10 * time.Minute)
	if n := len(before.AppendSnapshot(nil, late)); n != len(tracker(t, c).AppendSnapshot(nil, late)) {
		t.Errorf("%d bytes of what no longer counts", n)
	}
	for name, after := range map[string]*repeat.Tracker{"later": tracker(t, c), "another time": tracker(t, repeat.Config{In: time.Hour}), "wide": tracker(t, repeat.Config{In: time.Minute, Wide: true})} {
		if err := after.Restore(snapshot, late); err != nil || after.Len() != 0 {
			t.Errorf("%s: %d scopes, %v", name, after.Len(), err)
		}
	}
}

func TestRestoreTakesNothingFromLaterAndLeavesWhatIsThere(t *testing.T) {
	c := repeat.Config{In: time.Minute}
	snapshot := raided(t, c).AppendSnapshot(nil, noon.Add(40*time.Second))
	after := tracker(t, c)
	after.Post(repeat.Post{Scope: 2, Member: 1, At: noon}, sketch("今天天气真好我们出去玩吧"))
	if err := after.Restore(snapshot, noon); err != nil {
		t.Fatal(err)
	}
	if got := after.Post(repeat.Post{Scope: 1, Member: 99, At: noon.Add(59 * time.Second)}, sketch("进群领红包先到先得 第 1 组 50")); got.Members < 30 {
		t.Errorf("counts %+v, want all of the scope", got)
	}
	if got := after.Post(repeat.Post{Scope: 1, Member: 99, At: noon.Add(61 * time.Second)}, sketch("进群领红包先到先得 第 1 组 50")); got.Messages != 2 {
		t.Errorf("counts %+v: posts are from later than the restart", got)
	}
	if got := after.Post(repeat.Post{Scope: 2, Member: 99, At: noon.Add(time.Second)}, sketch("进群领红包先到先得 第 2 组 50")); got.Messages != 1 {
		t.Errorf("counts %+v in a scope that has been used since", got)
	}
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	c := repeat.Config{In: time.Minute}
	good := raided(t, c).AppendSnapshot(nil, noon)
	whole := 0
	for n := range good {
		switch err := tracker(t, c).Restore(good[:n], noon); {
		case err == nil:
			whole++ // it ends between two scopes
		case !errors.Is(err, repeat.ErrSnapshot):
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	if whole > 3 {
		t.Errorf("%d of %d parts pass for whole", whole, len(good))
	}
}

func FuzzRestore(f *testing.F) {
	tr, err := repeat.New(repeat.Config{In: time.Minute})
	if err != nil {
		f.Fatal(err)
	}
	tr.Post(repeat.Post{Scope: 1, Member: 2, Chat: 3, At: noon}, sketch("进群领红包先到先得"))
	f.Add(tr.AppendSnapshot(nil, noon))
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = tr.Restore(data, noon)
		if c := tr.Post(repeat.Post{Scope: 7, Member: 2, At: noon}, sketch("别的什么话都可以说")); c.Messages < 1 {
			t.Fatalf("counts %+v", c)
		}
	})
}
