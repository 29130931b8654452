package phonetic_test

import (
	"fmt"

	"patrol/detectors/fold"
	"patrol/detectors/phonetic"
)

func Example() {
	s, err := phonetic.New([]string{"加微信", "兼职"}, phonetic.Options{Aliases: map[string][]string{"微信": {"绿聊天"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	folder := fold.New(fold.Options{Separators: fold.Keep})
	var sc phonetic.Scratch
	for _, line := range []string{"诚招 jian zhi，伽威❤同号", "有意的+绿聊天", "今天的会改到三点了"} {
		text := folder.Word(line)
		for _, m := range s.Scan(nil, text, &sc) {
			fmt.Println(m.Word, text[m.Start:m.End], m.Ways&phonetic.Alias != 0)
		}
	}
	// Output:
	// 1 jian zhi false
	// 0 伽威❤ true
	// 0 +绿聊天 true
}
