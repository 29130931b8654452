package imitation_test

import (
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

func TestMemoryIsBounded(t *testing.T) {
	w := watch()
	for i := range uint64(200) {
		w.Admin(1, i, "admin "+strconv.FormatUint(i, 7)+strings.Repeat("x", 1000))
	}
	for i := range uint64(5000) {
		w.Admin(i+10, 1, "admin")
	}
	n := 0
	for i := range uint64(5000) {
		if _, ok := w.Imitates(i+10, 2, "Admin"); ok {
			n++
		}
	}
	if n > 4096 {
		t.Errorf("%d chats are known", n)
	}
}

func TestManyGoroutines(t *testing.T) {
	w := watch()
	var group sync.WaitGroup
	for g := range uint64(8) {
		group.Go(func() {
			for i := range uint64(300) {
				w.Admin(i%5, g, "admin"+strconv.FormatUint(i%3, 10))
				w.Imitates(i%5, 100+g, "admin1")
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
