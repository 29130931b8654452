package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"strings"

	"patrol/rules/lang"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed assets/*
var assetFiles embed.FS

// looks is the templates of each page, for each language.
type looks map[lang.Lang]map[string]*template.Template

// pageNames are the pages; every one fills "main" of pages/layout.html.
var pageNames = []string{"queue", "case", "login", "link", "code", "arrived", "factor", "tokens", "account", "accounts", "error", "brakes", "undo", "appeal", "query", "samples", "sample", "stats", "monthly"}

func loadLooks(files assets) (looks, error) {
	all := looks{}
	for _, l := range []lang.Lang{lang.Zh, lang.En} {
		all[l] = map[string]*template.Template{}
		for _, name := range pageNames {
			t, err := template.New("layout.html").Funcs(funcs(l, files)).
				ParseFS(pageFiles, "pages/layout.html", "pages/parts.html", "pages/"+name+".html")
			if err != nil {
				return nil, fmt.Errorf("console: %w", err)
			}
			all[l][name] = t
		}
	}
	return all, nil
}

// funcs is what templates may call.
func funcs(l lang.Lang, files assets) template.FuncMap {
	return template.FuncMap{
		"t": func(key string, args ...any) string {
			if text := say(key).In(l); len(args) > 0 {
				return fmt.Sprintf(text, args...)
			} else {
				return text
			}
		},
		"in":    func(text lang.Text) string { return text.In(l) },
		"asset": files.url,
		"join":  strings.Join,
		"langs": func() map[string]string { return map[string]string{"zh": "中文", "en": "English"} },
	}
}

// write renders a page into w, or fails before anything was sent.
func (c *Console) write(w http.ResponseWriter, v *visit, status int, name string, data page) error {
	var out bytes.Buffer
	if err := c.looks[v.lang][name].Execute(&out, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(out.Bytes())
	if err != nil {
		c.config.Log.Debug().Err(err).Msg("console: the reader of a page went away")
	}
	return nil
}

// assets is the embedded files by name.
type assets map[string]asset

type asset struct {
	content []byte
	version string // of the content; part of its address, so that it may be cached for good
	kind    string
}

func loadAssets() (assets, error) {
	entries, err := assetFiles.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	all := assets{}
	for _, e := range entries {
		content, err := assetFiles.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("console: %w", err)
		}
		sum := sha256.Sum256(content)
		all[e.Name()] = asset{content, hex.EncodeToString(sum[:6]), kindOf(e.Name())}
	}
	return all, nil
}

// kindOf is fixed here, for mime.TypeByExtension asks the machine.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

func (a assets) url(name string) (string, error) {
	file, ok := a[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return "/assets/" + name + "?v=" + file.version, nil
}

func (c *Console) asset(w http.ResponseWriter, r *http.Request, _ *visit) error {
	file, ok := c.assets[r.PathValue("file")]
	if !ok {
		return notFound
	}
	w.Header().Set("Content-Type", file.kind)
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == file.version {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	_, err := w.Write(file.content)
	return err
}
