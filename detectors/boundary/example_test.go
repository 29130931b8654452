package boundary_test

import (
	"fmt"
	"strings"

	"patrol/detectors/boundary"
)

func ExampleLexicon_Cuts() {
	l, err := boundary.New(boundary.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, message := range []string{"采购24口交换机", "性教育课讲口交吗", "路口交警很忙"} {
		start := strings.Index(message, "口交")
		cut, words := l.Cuts(message, start, start+len("口交"))
		fmt.Printf("%s: %v, %q\n", message, cut, words)
	}
	// Output:
	// 采购24口交换机: true, ["24" "口" "交换机"]
	// 性教育课讲口交吗: false, []
	// 路口交警很忙: true, ["路口" "交警"]
}
