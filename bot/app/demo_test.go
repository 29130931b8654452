package app_test

import (
	"bytes"
	"strings"
	"testing"

	"patrol/bot/app"
	"patrol/rules/lang"
)

func TestDemoShowsTheWholeStory(t *testing.T) {
	for _, l := range []lang.Lang{lang.Zh, lang.En} {
		t.Run(string(l), func(t *testing.T) {
			var out bytes.Buffer
			if err := app.Demo(t.Context(), app.DemoOptions{Out: &out, Lang: l, Once: true, Speed: 2000}); err != nil {
				t.Fatal(err)
			}
			t.Log(out.String())
			if strings.ContainsRune(out.String(), '\x1b') {
				t.Error("colour where there is no terminal")
			}
		})
	}
}
