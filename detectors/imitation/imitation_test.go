package imitation_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"patrol/detectors/fold"
	"patrol/detectors/imitation"
)

func watch() *imitation.Watch { return imitation.New(fold.New(fold.Options{}).Word) }

func Example() {
	w := watch()
	w.Admin(1, 2, "Group Admin")
	fmt.Println(w.Imitates(1, 3, "Gr0up_Admin"))
	fmt.Println(w.Imitates(1, 2, "Group Admin"))
	// Output:
	// Group Admin true
	//  false
}

func TestImitates(t *testing.T) {
	for _, c := range []struct {
		admin, name string
		want        bool
	}{
		{"管理员小王", "管理员小王", true},
		{"管理员小王", "管 理 员·小王", true},
		{"管理员小王", "管理員小王", true},
		{"管理员小王", "小王", false},
		{"Admin Bill", "аdmin bi11", true},
		{"Admin Bill", "𝐀𝐝𝐦𝐢𝐧 Bill", true},
		{"Morning", "rnoming", true},
		{"Admin Bill", "Bill", false},
		{"Admin Bill", "", false},
		{"王", "王", false},
		{"❤❤", "❤❤", false},
	} {
		w := watch()
		w.Admin(1, 2, c.admin)
		for range 2 { // the second time from memory
			if _, got := w.Imitates(1, 3, c.name); got != c.want {
				t.Errorf("%q as %q: %v", c.name, c.admin, got)
			}
		}
		if _, got := w.Imitates(9, 3, c.name); got {
			t.Errorf("%q imitates an admin of another chat", c.name)
		}
	}
}

func TestTheAdminsOfNowCount(t *testing.T) {
	w := watch()
	if _, ok := w.Imitates(1, 3, "bill"); ok {
		t.Error("there is no admin yet")
	}
	w.Admin(1, 2, "Anna")
	if _, ok := w.Imitates(1, 3, "bill"); ok {
		t.Error("Bill is no admin")
	}
	w.Admin(1, 4, "Bill")
	if of, ok := w.Imitates(1, 3, "bill"); !ok || of != "Bill" {
		t.Error("what was harmless stays so although Bill is an admin now")
	}
	w.Admin(1, 4, "Boss")
	if _, ok := w.Imitates(1, 3, "bill"); ok {
		t.Error("Bill is called Boss by now")
	}
	if _, ok := w.Imitates(1, 4, "Anna"); ok {
		t.Error("an admin imitates another")
	}
}

// hash spreads chats as a caller's hash does.
func hash(chat uint64) uint64 { return (chat + 1) * 0x9E3779B97F4A7C15 }

func TestMemoryIsBounded(t *testing.T) {
	w := watch()
	for i := range uint64(200) {
		w.Admin(1, i, "admin "+strconv.FormatUint(i, 7)+strings.Repeat("x", 1000))
	}
	for i := range uint64(5000) {
		w.Admin(hash(i), 1, "admin")
	}
	n := 0
	for i := range uint64(5000) {
		if _, ok := w.Imitates(hash(i), 2, "Admin"); ok {
			n++
		}
	}
	if n < 4000 || n > 4096 {
		t.Errorf("%d chats are known", n)
	}
}

func TestManyGoroutines(t *testing.T) {
	w := watch()
	var group sync.WaitGroup
	for g := range uint64(8) {
		group.Go(func() {
			for i := range uint64(300) {
				w.Admin(hash(i%5), g, "admin"+strconv.FormatUint(i%3, 10))
				w.Imitates(hash(i%5), 100+g, "admin1")
			}
		})
	}
	group.Wait()
}

func FuzzImitates(f *testing.F) {
	f.Add("管理员", "管理员")
	f.Add("\xff", "rn\u200d")
	f.Fuzz(func(t *testing.T, admin, name string) {
		w := watch()
		w.Admin(1, 2, admin)
		_, first := w.Imitates(1, 3, name)
		if _, again := w.Imitates(1, 3, name); first != again {
			t.Errorf("%q as %q: %v, then %v", name, admin, first, again)
		}
	})
}

func BenchmarkImitates(b *testing.B) {
	w := watch()
	w.Admin(1, 2, "Group Admin")
	b.ReportAllocs()
	for b.Loop() {
		w.Imitates(1, 3, "somebody else")
	}
}

func TestAdminsGoOverARestart(t *testing.T) {
	before, after := watch(), watch()
	for chat := range uint64(20) {
		before.Admin(chat, 1, "Group Admin")
		before.Admin(chat, 2, "管理员小王")
	}
	after.Admin(3, 1, "New Name") // seen since
	snapshot := before.AppendSnapshot(nil)
	if err := after.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	for chat := range uint64(20) {
		if of, ok := after.Imitates(chat, 9, "管 理 员小王"); !ok || of != "管理员小王" {
			t.Errorf("chat %d: %q, %v", chat, of, ok)
		}
		if _, ok := after.Imitates(chat, 9, "Gr0up Admin"); ok == (chat == 3) {
			t.Errorf("chat %d: imitates %v", chat, ok)
		}
		if _, ok := after.Imitates(chat, 1, "Group Admin"); ok {
			t.Errorf("chat %d: the admin imitates herself", chat)
		}
	}
	whole := 0
	for n := range snapshot {
		switch err := watch().Restore(snapshot[:n]); {
		case err == nil:
			whole++ // it ends between two admins
		case !errors.Is(err, imitation.ErrSnapshot):
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	if whole > 40 {
		t.Errorf("%d parts pass for whole", whole)
	}
}
