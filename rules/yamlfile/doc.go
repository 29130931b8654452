// Package yamlfile reads YAML files that people write by hand: strictly, with
// every fault at once, each with its place and how to mend it in Chinese and
// English.
//
//	var c struct {
//		Name  string `yaml:"name"`
//		Chats []string `yaml:"chats"`
//	}
//	doc, faults := yamlfile.Decode("patrol.yaml", data, &c)
//	if c.Name == "" {
//		faults = append(faults, doc.Fault("name", lang.T("缺少 name", "name is missing"), lang.Text{}))
//	}
//	if err := faults.Err(); err != nil {
//		return err // patrol.yaml:3:5: chatz: unknown key "chatz"; did you mean chats?
//	}
//
// What is refused, always with a fault and never with a panic: unknown and
// repeated keys, values of the wrong type, several documents in one file, tags,
// merge keys, text that is not UTF-8, files above MaxSize, nesting above
// MaxDepth, and aliases that unfold into more than MaxUnfolded values. Files
// written with a BOM or with CRLF line ends are fine.
//
// Places count lines and columns from 1; a column is one character.
package yamlfile
