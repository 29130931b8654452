package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestPackedEvidenceComesBack(t *testing.T) {
	c, _ := small(1)
	usual, err := caseForm.Canonical(nil, c)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"nothing": "", "the shortest": "{}", "a usual one": string(usual), "a long one": `{"text":"` + strings.Repeat("加微信", 500_000) + `"}`,
		"one of which nothing is usual": `{"` + strings.Repeat("\x01\x99\x03", 3) + "\xf0",
	} {
		packed := pack([]byte(data))
		if len(packed) > len(data) {
			t.Errorf("%s: %d bytes become %d", name, len(data), len(packed))
		}
		got, err := unpack(packed)
		if err != nil || string(got) != data {
			t.Errorf("%s: unpacked to %.50q, %v", name, got, err)
		}
	}
	if packed := pack(usual); len(packed) > len(usual)*2/3 {
		t.Errorf("%d bytes of a usual case are packed in %d", len(usual), len(packed))
	}
}

// TestOldEvidenceIsRead holds the dictionary and the form of packing to what is in
// files by now: a new form gets a number of its own, and this one stays.
func TestOldEvidenceIsRead(t *testing.T) {
	lines, err := os.ReadFile("testdata/packed1.hex")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/packed1.json")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := hex.DecodeString(strings.Join(strings.Fields(string(lines)), ""))
	if err != nil {
		t.Fatal(err)
	}
	got, err := unpack(packed)
	if err != nil || !bytes.Equal(got, bytes.TrimSpace(want)) {
		t.Errorf("unpacked to %s, %v", got, err)
	}
}

func TestDamagedEvidenceIsAnError(t *testing.T) {
	good := pack([]byte(dictionary[len(dictionary)-500:]))
	for name, data := range map[string][]byte{
		"of another form":      {2, 3, 4},
		"without a body":       {packed1},
		"cut short":            good[:len(good)-1],
		"with an unfit length": append([]byte{packed1, 0xff, 0xff, 0xff, 0xff, 0x0f}, good[3:]...),
	} {
		if got, err := unpack(data); !errors.Is(err, errPacked) {
			t.Errorf("%s: unpacked to %.40q, %v", name, got, err)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte("{}"))
	f.Add(pack([]byte(dictionary[:900])))
	f.Add(pack([]byte(`{"text":"` + strings.Repeat("a", 100) + `"}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, err := unpack(data); err == nil && len(data) > 0 && data[0] == packed1 {
			if again, err := unpack(pack(out)); err != nil || !bytes.Equal(again, out) {
				t.Errorf("%q comes back as %q, %v", out, again, err)
			}
		}
		if back, err := unpack(pack(append([]byte("{"), data...))); err != nil || string(back) != "{"+string(data) {
			t.Errorf("%q comes back as %q, %v", data, back, err)
		}
	})
}
