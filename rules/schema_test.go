package rules_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"patrol/rules"
)

type jsonSchema struct {
	Type                 string                 `json:"type"`
	Description          string                 `json:"description"`
	Properties           map[string]*jsonSchema `json:"properties"`
	AdditionalProperties json.RawMessage        `json:"additionalProperties"`
	Items                *jsonSchema            `json:"items"`
	OneOf                []*jsonSchema          `json:"oneOf"`
	Enum                 []any                  `json:"enum"`
}

func schema(t *testing.T) *jsonSchema {
	t.Helper()
	data, err := rules.Schema()
	if err != nil {
		t.Fatal(err)
	}
	root := new(jsonSchema)
	if err := json.Unmarshal(data, root); err != nil {
		t.Fatal(err)
	}
	return root
}

// check validates a value, as far as the grammar's schema goes.
func (s *jsonSchema) check(path string, v any) error {
	if len(s.OneOf) > 0 {
		var last error
		matches := 0
		for _, one := range s.OneOf {
			if err := one.check(path, v); err != nil {
				last = err
			} else {
				matches++
			}
		}
		if matches != 1 {
			return fmt.Errorf("%s: %d of the alternatives match (%w)", path, matches, last)
		}
		return nil
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return fmt.Errorf("%s: %v is none of %v", path, v, s.Enum)
	}
	switch v := v.(type) {
	case map[string]any:
		return s.checkObject(path, v)
	case []any:
		if s.Type != "array" {
			return fmt.Errorf("%s: a list, want %s", path, s.Type)
		}
		for i, item := range v {
			if err := s.Items.check(fmt.Sprintf("%s[%d]", path, i), item); err != nil {
				return err
			}
		}
		return nil
	}
	kind := map[string]string{"string": "string", "bool": "boolean", "uint64": "integer", "int64": "integer", "float64": "number"}[fmt.Sprintf("%T", v)]
	if kind != s.Type && (kind != "integer" || s.Type != "number") {
		return fmt.Errorf("%s: a %s, want %s", path, kind, s.Type)
	}
	return nil
}

func (s *jsonSchema) checkObject(path string, v map[string]any) error {
	if s.Type != "object" {
		return fmt.Errorf("%s: a mapping, want %s", path, s.Type)
	}
	for key, value := range v {
		property := s.Properties[key]
		if property == nil && string(s.AdditionalProperties) != "false" {
			property = new(jsonSchema)
			if err := json.Unmarshal(s.AdditionalProperties, property); err != nil {
				return err
			}
		}
		if property == nil {
			return fmt.Errorf("%s.%s: no such key", path, key)
		}
		if err := property.check(path+"."+key, value); err != nil {
			return err
		}
	}
	return nil
}

func TestShippedRulesFitTheSchema(t *testing.T) {
	root := schema(t)
	for _, file := range shipped(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var content map[string]any
		if err := yaml.Unmarshal(data, &content); err != nil {
			t.Fatal(err)
		}
		if err := root.check(file, content); err != nil {
			t.Error(err)
		}
	}
	if err := root.check("t", map[string]any{"rules": []any{map[string]any{"keyword": "x"}}}); err == nil {
		t.Error("the schema takes an unknown key")
	}
	if err := root.check("t", map[string]any{"rules": []any{map[string]any{"mode": "alive"}}}); err == nil {
		t.Error("the schema takes an unknown value")
	}
}

// TestParseAndSchemaKnowTheSameKeys asks Parse about every key of the schema,
// and the schema about every key that Parse lists.
func TestParseAndSchemaKnowTheSameKeys(t *testing.T) {
	root := schema(t)
	rule := root.Properties["rules"].Items
	compare := func(at string, s *jsonSchema, template string) {
		t.Helper()
		if len(s.Properties) == 0 {
			t.Fatalf("the schema knows no keys of %s", at)
		}
		_, faults := rules.Parse("t.yaml", []byte(fmt.Sprintf(template, "zzzzzzzzzzzzzzzzzzzz")), rules.Options{})
		_, listed, found := strings.Cut(faults.Error(), "the keys here are ")
		if !found {
			t.Fatalf("%s: no list of keys in %v", at, faults)
		}
		listed, _, _ = strings.Cut(listed, "\n")
		known := strings.Split(listed, ", ")
		slices.Sort(known)
		var keys []string
		for key, property := range s.Properties {
			keys = append(keys, key)
			zh, en, two := strings.Cut(property.Description, "\n")
			if !two || zh == "" || en == "" {
				t.Errorf("%s.%s: description %q, want Chinese and English", at, key, property.Description)
			}
		}
		slices.Sort(keys)
		if !slices.Equal(keys, known) {
			t.Errorf("%s: the schema knows %v, Parse knows %v", at, keys, known)
		}
	}
	compare("file", root, "%s: 1")
	compare("rule", rule, "rules: [{%s: 1}]")
	compare("title", rule.Properties["title"], "rules: [{title: {%s: 1}}]")
	compare("flood", rule.Properties["flood"], "rules: [{flood: {%s: 1}}]")
	compare("links", rule.Properties["links"], "rules: [{links: {%s: 1}}]")
	compare("evidence", rule.Properties["evidence"].Items, "rules: [{evidence: [{%s: 1}]}]")
	compare("score", rule.Properties["score"], "rules: [{score: {%s: 1}}]")
	compare("exempt", rule.Properties["exempt"], "rules: [{exempt: {%s: 1}}]")
	compare("where", rule.Properties["where"], "rules: [{where: {%s: 1}}]")
	compare("tests", rule.Properties["tests"], "rules: [{tests: {%s: 1}}]")
	compare("test", rule.Properties["tests"].Properties["hit"].Items.OneOf[1], "rules: [{tests: {hit: [{%s: 1}]}}]")
}
