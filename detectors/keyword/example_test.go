package keyword_test

import (
	"fmt"

	"patrol/detectors/keyword"
)

func Example() {
	words := []string{"加微信", "微信", "free coins"}
	scanner, err := keyword.New(words, keyword.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var found []keyword.Match // kept from message to message, so that Scan has room
	for _, text := range []string{"hello", "加微信领 free coins"} {
		found = scanner.Scan(found[:0], text)
		for _, m := range found {
			fmt.Printf("%d %s %d-%d\n", m.Word, text[m.Start:m.End], m.Start, m.End)
		}
	}
	// Output:
	// 0 加微信 0-9
	// 1 微信 3-9
	// 2 free coins 13-23
}

func ExampleOptions() {
	words := []string{"微信", "微信群", "群主"}
	scanner, err := keyword.New(words, keyword.Options{Semantics: keyword.LeftmostLongest})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range scanner.Scan(nil, "微信群主") {
		fmt.Println(words[m.Word])
	}
	// Output:
	// 微信群
}
