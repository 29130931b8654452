package ledger_test

import (
	"bytes"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// zoo has a field of every sort.
type zoo struct {
	Plain    string
	Named    lang.Text         `json:"named"`
	Empty    string            `json:"empty,omitempty"`
	Zero     lang.Text         `json:"zero,omitzero"`
	Both     []string          `json:"both,omitempty,omitzero"`
	When     time.Time         `json:"when"`
	Maybe    time.Time         `json:"maybe,omitzero"`
	Long     time.Duration     `json:"long,omitempty"`
	Small    int8              `json:"small"`
	Count    uint16            `json:"count"`
	Share    float64           `json:"share"`
	Yes      bool              `json:"yes,omitempty"`
	Bytes    []byte            `json:"bytes_"`
	Hash     ledger.Hash       `json:"hash"`
	List     []zooPart         `json:"list"`
	Pairs    [2]string         `json:"pairs"`
	Map      map[string]string `json:"map,omitempty"`
	Pointer  *zooPart          `json:"pointer,omitempty"`
	Nothing  *zooPart          `json:"nothing"`
	Any      any               `json:"any"`
	Embedded zooEmbedding      `json:"embedded"`
	Hidden   string            `json:"-"`
}

type zooPart struct {
	Name  string    `json:"name"`
	Parts []zooPart `json:"parts,omitempty"`
}

type zooEmbedding struct {
	zooPart
	Number int `json:"number,string"`
}

// texts have all that is written in an unusual way.
var texts = rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("a\"\\<>&\x00\x1f\b\f\n\r\t\x7f中é😀\u2028\u2029\ufffd/"))),
	rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 20), func(b []byte) string { return string(b) }))

func times() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "zone")*60)
		at := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
		return rapid.SampledFrom([]time.Time{{}, at.UTC(), at.In(zone)}).Draw(t, "time")
	})
}

// made are random values of T.
func made[T any]() *rapid.Generator[T] {
	return rapid.MakeCustom[T](rapid.MakeConfig{Types: map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[string]():    texts.AsAny(),
		reflect.TypeFor[time.Time](): times().AsAny(),
		reflect.TypeFor[func()]():    rapid.Just[func()](nil).AsAny(),
		reflect.TypeFor[any]():       rapid.Just[any](nil).AsAny(),
		reflect.TypeFor[[]zooPart](): rapid.Map(texts, func(s string) []zooPart {
			return []zooPart{{Name: s}, {Parts: []zooPart{{Name: s, Parts: []zooPart{}}}}}
		}).AsAny(),
		reflect.TypeFor[float64](): rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).AsAny(),
	}})
}

// agrees checks that the form of T writes what Canonical writes, behind what is there.
func agrees[T any](t *testing.T) {
	form, values := ledger.NewForm[T](), made[T]()
	rapid.Check(t, func(t *rapid.T) {
		v := values.Draw(t, "value")
		want, wantErr := ledger.Canonical(&v)
		got, gotErr := form.Canonical([]byte("before"), &v)
		if (gotErr != nil) != (wantErr != nil) {
			t.Fatalf("errors %v, want %v", gotErr, wantErr)
		}
		if gotErr == nil && string(got) != "before"+string(want) {
			t.Fatalf("got  %s\nwant %s", got[6:], want)
		}
	})
}

func TestAFormWritesWhatCanonicalWrites(t *testing.T) {
	t.Run("every sort of field", agrees[zoo])
	t.Run("entries", agrees[ledger.Entry])
	t.Run("cases", agrees[review.Case])
	t.Run("texts of cases", agrees[review.Said])
}

func TestAFormRefusesTimesThatJSONCannotHold(t *testing.T) {
	for _, year := range []int{-1, 10_000} {
		e := ledger.Entry{At: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)}
		if data, err := ledger.NewForm[ledger.Entry]().Canonical(nil, &e); err == nil {
			t.Errorf("the year %d became %s", year, data)
		}
	}
}

func FuzzForm(f *testing.F) {
	for _, text := range []string{"", "中文 <b> & \"q\" \\ \u2028\x7f", "\xff\xe4\xb8", "\xed\xa0\x80", strings.Repeat("ab\n", 9)} {
		f.Add(text)
	}
	form := ledger.NewForm[lang.Text]()
	f.Fuzz(func(t *testing.T, text string) {
		v := lang.T(text, "x"+text)
		want, err := ledger.Canonical(&v)
		got, gotErr := form.Canonical(nil, &v)
		if err != nil || gotErr != nil || !bytes.Equal(got, want) {
			t.Errorf("%q: %s (%v), want %s (%v)", text, got, gotErr, want, err)
		}
	})
}

func BenchmarkForm(b *testing.B) {
	now := time.Now()
	said := review.Said{Salt: ledger.NewSalt(), Name: "小明", Text: strings.Repeat("加微信领红包 ", 5), Folded: strings.Repeat("加微信领红包", 5)}
	for i := range 6 {
		id := "m" + strconv.Itoa(1000+i)
		said.Context = append(said.Context, chat.Event{ID: id, Kind: chat.KindMessage, Author: chat.Member{ID: id, Name: id}, Message: chat.Message{ID: id, Text: "one line and 一行"}, Time: now})
	}
	form := ledger.NewForm[review.Said]()
	b.Run("form", func(b *testing.B) {
		var dst []byte
		b.ReportAllocs()
		for b.Loop() {
			dst, _ = form.Canonical(dst[:0], &said)
		}
		b.SetBytes(int64(len(dst)))
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			data, _ := ledger.Canonical(&said)
			b.SetBytes(int64(len(data)))
		}
	})
}
