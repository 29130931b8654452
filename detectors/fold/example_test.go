package fold_test

import (
	"fmt"
	"strings"

	"patrol/detectors/fold"
)

func Example() {
	f := fold.New(fold.Options{})
	var t fold.Text
	f.Fold(&t, "【ＡＤ】加 Ｖ❤信 领 红 包！")
	word := f.Word("V信")

	at := strings.Index(t.String(), word)
	start, end := t.Span(at, at+len(word))
	fmt.Println(t.String())
	fmt.Println(t.Original()[start:end])
	fmt.Printf("%+v\n", t.Gaps(at, at+len(word)))
	// Output:
	// ad加v信领红包
	// Ｖ❤信
	// {Longest:1 Total:1 Sentence:false}
}

func ExampleFolder_Word() {
	drop := fold.New(fold.Options{})
	keep := fold.New(fold.Options{Separators: fold.Keep})
	fmt.Printf("%q %q\n", drop.Word("加 Ｑ"), keep.Word("加 Ｑ"))
	fmt.Printf("%q %q\n", drop.Word("C++"), keep.Word("C++"))
	// Output:
	// "加q" "加 q"
	// "c" "c++"
}
