package links

import (
	"strings"
	"testing"
)

func TestSkeletonsAreThoseOfTheTable(t *testing.T) {
	for _, label := range []string{"", "paypa1", "steamcornmunity", "vvv", "clcl", "rnrn", "rrn", "ѕteam-1", "аррle", "xn--80ak6aa92e", "a-b_c|d", strings.Repeat("rn", 60)} {
		want := label
		if decoded, ok := decodePunycode(label); ok {
			want = decoded
		}
		if got := skeleton(label); got != twins.Replace(want) {
			t.Errorf("%q: %q, want %q", label, got, twins.Replace(want))
		}
	}
}

func TestOneSlip(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"paypal", "paypal"}: false, {"paypall", "paypal"}: true, {"paypl", "paypal"}: true, {"payqal", "paypal"}: true, {"papyal", "paypal"}: true,
		{"paplay", "paypal"}: false, {"", "a"}: true, {"a", ""}: true, {"", ""}: false, {"paypalll", "paypal"}: false, {"xpaypal", "paypal"}: true, {"paypaa", "paypal"}: true,
	} {
		if got := oneSlip([]byte(pair[0]), pair[1]); got != want {
			t.Errorf("%q and %q: %v", pair[0], pair[1], got)
		}
	}
}
