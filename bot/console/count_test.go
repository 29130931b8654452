package console

import "testing"

func TestANumberThatWasNotCountedToItsEndSaysSo(t *testing.T) {
	for n, want := range map[int]string{0: "0", 998: "998", 999: "999", 1000: "999+", 5000: "999+"} {
		if got := upTo(n, countedMost); got != want {
			t.Errorf("%d is shown as %s, want %s", n, got, want)
		}
	}
}
