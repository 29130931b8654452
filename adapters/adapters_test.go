package adapters_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"patrol/adapters"
	"patrol/adapters/jsonl"
)

func TestAnUnknownKindIsRefusedWithTheKnownOnes(t *testing.T) {
	_, err := adapters.Open("jsonnl", func(any) error { return nil }, adapters.Options{})
	if err == nil {
		t.Fatal("opened")
	}
	for _, want := range append(adapters.Kinds(), `"jsonnl"`) {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

func TestEveryKindIsListedOnceAndReportsAFailedDecode(t *testing.T) {
	broken := errors.New("line 3 is broken")
	seen := map[string]bool{}
	for _, kind := range adapters.Kinds() {
		if seen[kind] {
			t.Errorf("%q is listed twice", kind)
		}
		seen[kind] = true
		a, err := adapters.Open(kind, func(any) error { return broken }, adapters.Options{})
		if !errors.Is(err, broken) || a != nil {
			t.Errorf("%s: got %v, %v; want the error of decode", kind, a, err)
		}
	}
	if len(seen) == 0 {
		t.Error("no kinds")
	}
}

func TestABadConfigOpensNothing(t *testing.T) {
	a, err := adapters.Open("jsonl", func(into any) error {
		into.(*jsonl.Config).In, into.(*jsonl.Config).Out = "same", "same"
		return nil
	}, adapters.Options{})
	if err == nil || a != nil {
		t.Errorf("got %v, %v", a, err)
	}
}

func ExampleOpen() {
	decode := func(into any) error { // what a YAML decoder does
		into.(*jsonl.Config).In = "events.jsonl"
		return nil
	}
	a, err := adapters.Open("jsonl", decode, adapters.Options{Name: "bridge"})
	fmt.Printf("%T %v\n", a, err)
	// Output: *jsonl.Adapter <nil>
}
