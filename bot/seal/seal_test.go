package seal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"patrol/bot/seal"
)

const about = "second factor of li"

func Example() {
	dir, err := os.MkdirTemp("", "patrol")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	keys := seal.Keys{Path: filepath.Join(dir, "patrol.db.key")}
	sealed, err := keys.Seal("JBSWY3DPEHPK3PXP", about)
	fmt.Println(strings.Contains(sealed, "JBSWY3DPEHPK3PXP"), err)
	fmt.Println(keys.Open(sealed, about))
	_, err = keys.Open(sealed, "second factor of wu")
	fmt.Println(errors.Is(err, seal.ErrSeal))
	// Output:
	// false <nil>
	// JBSWY3DPEHPK3PXP <nil>
	// true
}

func sealed(t testing.TB, keys seal.Keys) string {
	t.Helper()
	s, err := keys.Seal("SECRET", about)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func opens(t *testing.T, keys seal.Keys, s string) {
	t.Helper()
	if got, err := keys.Open(s, about); got != "SECRET" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func fails(t *testing.T, keys seal.Keys, s string, want error) {
	t.Helper()
	if got, err := keys.Open(s, about); got != "" || !errors.Is(err, want) || !errors.Is(err, seal.ErrKey) {
		t.Errorf("%q, %v, want %v", got, err, want)
	}
}

func TestTheKeyFileIsMadeForItsOwnerAndKept(t *testing.T) {
	keys := seal.Keys{Path: filepath.Join(t.TempDir(), "key")}
	one, two := sealed(t, keys), sealed(t, keys)
	if one == two {
		t.Error("the same secret is sealed the same way twice")
	}
	opens(t, keys, one)
	opens(t, keys, two)
	info, err := os.Stat(keys.Path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(keys.Path + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestWhatIsWrongWithTheKeyFileIsSaid(t *testing.T) {
	keys := seal.Keys{Path: filepath.Join(t.TempDir(), "key")}
	s := sealed(t, keys)
	whole, err := os.ReadFile(keys.Path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(data []byte, mode os.FileMode) {
		t.Helper()
		if err := errors.Join(os.WriteFile(keys.Path, data, mode), os.Chmod(keys.Path, mode)); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range map[string]string{"empty": "", "a comment": "# key\n", "no Base64": "???\n", "too short": "AAAA\n", "cut": string(whole[:len(whole)-5])} {
		put([]byte(content), 0o600)
		fails(t, keys, s, seal.ErrFile)
		if _, err := keys.Seal("SECRET", about); !errors.Is(err, seal.ErrFile) {
			t.Errorf("%s: sealing: %v", name, err)
		}
	}
	put(whole, 0o644)
	if runtime.GOOS != "windows" {
		fails(t, keys, s, seal.ErrOpen)
	}
	if err := os.Remove(keys.Path); err != nil {
		t.Fatal(err)
	}
	fails(t, keys, s, seal.ErrNoKey)
	other := sealed(t, keys) // another file is made
	fails(t, keys, s, seal.ErrOther)
	opens(t, keys, other)
	put(whole, 0o600)
	opens(t, keys, s)
	fails(t, seal.Keys{Path: filepath.Join(keys.Path, "below")}, s, seal.ErrKey)
}

func TestWhatIsSealedCantBeChangedOrMoved(t *testing.T) {
	keys := seal.Keys{Path: filepath.Join(t.TempDir(), "key")}
	s := sealed(t, keys)
	if _, err := keys.Open(s, "second factor of wu"); !errors.Is(err, seal.ErrSeal) {
		t.Errorf("it opens for another account: %v", err)
	}
	for i := range s {
		changed := []byte(s)
		changed[i] ^= 1
		if got, err := keys.Open(string(changed), about); err == nil {
			t.Errorf("with byte %d changed it opens as %q", i, got)
		}
	}
	for _, plain := range []string{"", "SECRET", "sealed1:", "sealed1::", "sealed1:00:"} {
		if _, err := keys.Open(plain, about); !errors.Is(err, seal.ErrKey) {
			t.Errorf("%q: %v", plain, err)
		}
	}
}

func TestKeysAreRenewedWithoutAGap(t *testing.T) {
	keys := seal.Keys{Path: filepath.Join(t.TempDir(), "key")}
	old := sealed(t, keys)
	finish, err := keys.Renew()
	if err != nil {
		t.Fatal(err)
	}
	fresh := sealed(t, keys)
	opens(t, keys, old)
	opens(t, keys, fresh)
	if err := finish(); err != nil {
		t.Fatal(err)
	}
	opens(t, keys, fresh)
	fails(t, keys, old, seal.ErrOther)
}

func FuzzOpen(f *testing.F) {
	keys := seal.Keys{Path: filepath.Join(f.TempDir(), "key")}
	s := sealed(f, keys)
	f.Add(s)
	f.Add("sealed1:0:AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := keys.Open(text, about)
		if err == nil && text != s {
			t.Errorf("%q opens as %q", text, got)
		}
		if err != nil && !errors.Is(err, seal.ErrKey) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
