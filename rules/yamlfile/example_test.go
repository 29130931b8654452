package yamlfile_test

import (
	"fmt"

	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

func Example() {
	var c struct {
		Name  string   `yaml:"name"`
		Chats []string `yaml:"chats"`
		Port  int      `yaml:"port"`
	}
	source := "name: patrol\nchatz: [123]\nport: 0\n"
	doc, faults := yamlfile.Decode("patrol.yaml", []byte(source), &c)
	if c.Port < 1 {
		faults = append(faults, doc.Fault("port", lang.T("端口必须大于 0", "the port must be above 0"), lang.Text{}))
	}
	faults.Sort()
	fmt.Println(faults.In(lang.En))
	fmt.Println(faults.In(lang.Zh))
	// Output:
	// patrol.yaml:2:1: chatz: unknown key "chatz"; did you mean chats?
	// patrol.yaml:3:7: port: the port must be above 0
	// patrol.yaml:2:1: chatz：未知的键 "chatz"；是不是 chats？
	// patrol.yaml:3:7: port：端口必须大于 0
}
