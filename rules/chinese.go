package rules

import (
	"strings"
	"sync"

	"patrol/detectors/boundary"
	"patrol/rules/lang"
)

// Words keeps the words of Chinese, by which boundary: auto tells a keyword from
// the end of one word and the start of the next: some five megabytes, read when
// the first hit needs them. The zero value is ready; any number of Sets and
// goroutines may share one.
type Words struct {
	once    sync.Once
	lexicon *boundary.Lexicon
	err     error
}

// Load reads the words now, in about a tenth of a second, for whoever would
// rather wait at the start than at the first hit. With an error, which only a
// build with broken words gives, every hit counts as a word.
func (w *Words) Load() error {
	w.once.Do(func() { w.lexicon, w.err = boundary.New(boundary.Options{}) })
	return w.err
}

// common reports whether a text is one word of everyday Chinese.
func (w *Words) common(text string) bool {
	return w.Load() == nil && w.lexicon.Common(text)
}

// usual reports whether a text is ordinary talk: a word, or a row of words.
func (w *Words) usual(text string) bool {
	return w.Load() == nil && w.lexicon.Usual(text)
}

// cut says which words of the text a hit cuts through, if it does.
func (w *Words) cut(text string, hit Span) (why lang.Text, cut bool) {
	return w.crossing(text, hit, (*boundary.Lexicon).Cuts)
}

// crossed says the same of a hit that only sounds like a word.
func (w *Words) crossed(text string, hit Span) (why lang.Text, crossed bool) {
	return w.crossing(text, hit, (*boundary.Lexicon).Crosses)
}

func (w *Words) crossing(text string, hit Span, look func(*boundary.Lexicon, string, int, int) (bool, []string)) (why lang.Text, crossed bool) {
	if !boundary.Touches(text, hit.Start, hit.End) || w.Load() != nil {
		return lang.Text{}, false
	}
	crossed, words := look(w.lexicon, text, hit.Start, hit.End)
	if !crossed {
		return lang.Text{}, false
	}
	if len(words) == 1 {
		return lang.F("属于一个更长的词：%s", "it belongs to a longer word: %s", words[0]), true
	}
	row := strings.Join(words, " | ")
	return lang.F("切断了词语：%s", "cuts through words: %s", row), true
}
