package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// Schema is the JSON Schema of rule files, for editors. Each key is described
// in Chinese and English.
func Schema() ([]byte, error) {
	root := schemaOf(reflect.TypeFor[document]())
	root.Version = jsonschema.Version
	root.Title = "Patrol 规则文件 / Patrol rule file"
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("rules: schema: %w", err)
	}
	return out, nil
}

// schemaOf is the schema of a type of the grammar.
func schemaOf(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: `^([0-9.]+(ns|us|µs|ms|s|m|h|d))+$`}
	case reflect.TypeFor[testFile]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{text(), object(t)}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Struct:
		return object(t)
	case reflect.Map:
		return &jsonschema.Schema{Type: "object", AdditionalProperties: schemaOf(t.Elem())}
	case reflect.Slice:
		return &jsonschema.Schema{Type: "array", Items: schemaOf(t.Elem())}
	case reflect.Bool:
		return &jsonschema.Schema{Type: "boolean"}
	case reflect.Int:
		return &jsonschema.Schema{Type: "integer", Minimum: "0"}
	case reflect.Float64:
		return &jsonschema.Schema{Type: "number"}
	case reflect.String:
		return text()
	}
	panic(fmt.Sprintf("rules: no schema for %s", t))
}

// text is the schema of text, which may be written as a number.
func text() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}}}
}

// object is the schema of a struct, by its fields' tags.
func object(t reflect.Type) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	for _, f := range yamlfile.Keys(t) {
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		value := schemaOf(f.Type)
		if known := f.Tag.Get("enum"); known != "" {
			restrict(value, strings.Split(known, ","))
		}
		if options == "single" {
			value = &jsonschema.Schema{OneOf: []*jsonschema.Schema{value.Items, value}}
		}
		value.Description = describe(f).Zh + "\n" + describe(f).En
		s.Properties.Set(key, value)
	}
	return s
}

// restrict gives a text, or the entries of a list, their known values.
func restrict(s *jsonschema.Schema, known []string) {
	if s.Items != nil {
		s = s.Items
	}
	s.OneOf, s.Type = nil, "string"
	for _, value := range known {
		s.Enum = append(s.Enum, value)
	}
}

// describe says what a key of the grammar is for.
func describe(f reflect.StructField) lang.Text {
	if f.Type == reflect.TypeFor[string]() && (f.Name == "Zh" || f.Name == "En") {
		return map[string]lang.Text{"Zh": lang.T("中文", "in Chinese"), "En": lang.T("英文", "in English")}[f.Name]
	}
	return lang.T(f.Tag.Get("zh"), f.Tag.Get("en"))
}
