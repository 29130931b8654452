package command

import (
	"fmt"
	"strings"
	"unicode"

	"patrol/rules"
)

// wordFlags try a word without a rule file.
type wordFlags struct {
	Keyword  string `placeholder:"WORD"`
	Disguise string `enum:"folded,phonetic,exact" default:"folded" placeholder:"exact|folded|phonetic"`
	Boundary string `enum:"auto,none,word" default:"auto" placeholder:"auto|none|word"`
}

// wordRule is the rule that looks for a word without a rule file.
const wordRule = "keyword"

// oneWord is a set with one rule, called keyword, that looks for word. words may
// be nil.
func (w *wordFlags) oneWord(word string, words *rules.Words) (*judge, error) {
	if strings.ContainsFunc(word, unicode.IsControl) {
		return nil, fmt.Errorf("the keyword %q holds a control character / 关键词含控制字符", word)
	}
	quoted := "'" + strings.ReplaceAll(word, "'", "''") + "'"
	file := fmt.Sprintf("rules:\n- id: %s\n  keywords: [%s]\n  disguise: %s\n  boundary: %s\n", wordRule, quoted, w.Disguise, w.Boundary)
	set, faults := rules.Parse("--keyword", []byte(file), rules.Options{Words: words})
	if set == nil {
		return nil, faults.Err()
	}
	return newJudge(set), nil
}

// keptSets is how many keywords of a table are kept ready at once.
const keptSets = 256

// wordJudges has a judge for each keyword of a table.
type wordJudges struct {
	flags *wordFlags
	words rules.Words
	ready map[string]*judge
}

// of is the judge for a word. The error of one that can't be used is told the
// first time; its judge is nil then and later.
func (w *wordJudges) of(word string) (*judge, error) {
	set, known := w.ready[word]
	if known {
		return set, nil
	}
	set, err := w.flags.oneWord(word, &w.words)
	if w.ready == nil || len(w.ready) == keptSets {
		w.ready = map[string]*judge{}
	}
	w.ready[word] = set
	return set, err
}
