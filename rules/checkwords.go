package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// keywords checks the keywords and except phrases and enters them in the
// lexicons.
func (c *checker) keywords() {
	seen := make(map[string]placedWord, len(c.in.Keywords))
	c.wordsAt(c.path, c.in.Keywords, c.in.KeywordFiles, seen)
	for i := range c.in.Evidence {
		in := &c.in.Evidence[i]
		c.group = int16(i)
		c.wordsAt(c.at("evidence").Index(i), in.Keywords, in.KeywordFiles, seen)
	}
	c.group = 0
	c.out.excepts = len(c.out.entries)
	for i, phrase := range c.in.Except {
		for _, one := range c.alternatives(phrase) {
			c.phrase(c.at("except").Index(i), one, seen)
		}
	}
}

// wordsAt checks and enters the keywords of a rule or of a piece of its evidence.
func (c *checker) wordsAt(at yamlfile.Path, keywords, files []string, seen map[string]placedWord) {
	words := make([]placedWord, 0, len(keywords))
	for i, text := range keywords {
		words = append(words, placedWord{text: text, at: c.doc.Fault(at.Key("keywords").Index(i), lang.Text{}, lang.Text{})})
	}
	for i, name := range files {
		list, faults := c.l.wordList(c.l.beside(c.doc.File(), name))
		for _, f := range faults {
			f.Path = string(at.Key("keyword_files").Index(i))
			c.l.faults = append(c.l.faults, f)
		}
		words = append(words, list...)
	}
	if (c.doc.Has(at.Key("keywords")) || c.doc.Has(at.Key("keyword_files"))) && len(words) == 0 && !c.broken {
		c.warn(at.Key("keywords"), lang.T("一个关键词也没有，规则不会因此命中", "there is not one keyword, so none hits"), lang.Text{})
	}
	for _, w := range words {
		for _, w.text = range c.alternatives(w.text) {
			c.keyword(w, seen)
		}
	}
}

// alternatives are the words that a keyword or phrase names; where every letter
// counts, so does a slash.
func (c *checker) alternatives(text string) []string {
	if c.out.exact {
		return []string{text}
	}
	return alternatives(text)
}

// keyword checks and enters one keyword. seen holds those before it, as they
// are looked for.
func (c *checker) keyword(w placedWord, seen map[string]placedWord) {
	word := c.wanted(w.text)
	if word == "" {
		if c.broken && w.text == "" {
			return // the decoder has said why
		}
		c.wordFault(w, false, lang.F("关键词 %s 去掉符号和空格后什么也不剩", "nothing is left of the keyword %s without its symbols and spaces", yamlfile.Excerpt(w.text)),
			lang.T("请写上文字，或用 disguise: exact", "write letters, or use disguise: exact"))
		return
	}
	if first, again := seen[word]; again {
		c.wordFault(w, true, lang.F("关键词 %s 和 %s 处的 %s 一样", "the keyword %s is the same as %[3]s at %[2]s", yamlfile.Excerpt(w.text), first.at.Place(), yamlfile.Excerpt(first.text)),
			lang.T("请删去一个", "take one out"))
		return
	}
	seen[word] = w
	c.shortWord(w, word)
	c.enter(word, useKeyword, len(c.out.entries))
	c.l.dotted = c.l.dotted || strings.Contains(w.text, ".")
	if c.out.phonetic {
		c.l.heard.add(c.l.set.keep.Word(w.text), use{rule: c.index, group: c.group, entry: int32(len(c.out.entries)), kind: useKeyword})
	}
	c.out.entries = append(c.out.entries, w.text)
}

// shortWord warns of keywords that honest people are sure to write.
func (c *checker) shortWord(w placedWord, word string) {
	letters := utf8.RuneCountInString(word)
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case letters == 1 && unicode.Is(unicode.Han, first):
		c.wordFault(w, true, lang.F("单字关键词 %s 会误伤很多话", "the keyword %s is one character and will hit a lot of harmless talk", yamlfile.Excerpt(w.text)),
			lang.T("请写成更长的词", "make it longer"))
	case letters < minSpelled && !c.out.exact && strings.IndexFunc(word, func(r rune) bool { return !spaced(r) }) < 0:
		c.wordFault(w, true, lang.F("关键词 %s 只有 %d 个字母，会误伤", "the keyword %s has only %d letters and will hit harmless talk", yamlfile.Excerpt(w.text), letters),
			lang.T("请写长一些，或用 disguise: exact", "make it longer, or use disguise: exact"))
	}
}

// phrase checks and enters one except phrase.
func (c *checker) phrase(at yamlfile.Path, text string, keywords map[string]placedWord) {
	word := c.wanted(text)
	if word == "" {
		if c.broken && text == "" {
			return
		}
		c.fault(at, lang.F("例外短语 %s 去掉符号和空格后什么也不剩", "nothing is left of the except phrase %s without its symbols and spaces", yamlfile.Excerpt(text)), lang.Text{})
		return
	}
	if covered, same := keywords[word]; same {
		c.fault(at, lang.F("例外短语 %s 就是 %s 处的关键词，所以那个词永远不算命中", "the except phrase %s is the keyword at %s, which so can never hit", yamlfile.Excerpt(text), covered.at.Place()),
			lang.T("请删去一个，或把例外写长一些", "take one out, or make the phrase longer"))
		return
	}
	if !c.out.phonetic && len(c.out.entries) > 0 && len(c.in.Regexp) == 0 && len(c.in.Evidence) == 0 && !holdsAny(word, keywords) {
		c.warn(at, lang.F("例外短语 %s 里没有关键词，不起作用", "the except phrase %s holds no keyword, so it excuses nothing", yamlfile.Excerpt(text)), lang.Text{})
	}
	c.enter(word, useExcept, len(c.out.entries))
	c.out.entries = append(c.out.entries, text)
}

// holdsAny reports whether a phrase contains one of some words.
func holdsAny(phrase string, words map[string]placedWord) bool {
	for start := range phrase {
		for end := range phrase[start:] {
			if _, ok := words[phrase[start:start+end]]; ok {
				return true
			}
		}
		if _, ok := words[phrase[start:]]; ok {
			return true
		}
	}
	return false
}

// wanted is what is looked for in order to find a word.
func (c *checker) wanted(text string) string {
	if c.out.exact {
		return text
	}
	return c.l.set.drop.Word(text)
}

func (c *checker) enter(word string, kind useKind, entry int) {
	lexicon := c.l.words
	if c.out.exact && kind != usePattern {
		lexicon = c.l.raw
	}
	lexicon.add(word, use{rule: c.index, entry: int32(entry), kind: kind, group: c.group})
}

func (c *checker) wordFault(w placedWord, warning bool, problem, mend lang.Text) {
	f := w.at
	f.Warning, f.Problem, f.Mend = warning, problem, mend
	c.l.faults = append(c.l.faults, f)
}

// patterns checks and enters the regular expressions.
func (c *checker) patterns() {
	c.patternsAt(c.path, c.in.Regexp)
	for i := range c.in.Evidence {
		c.group = int16(i)
		c.patternsAt(c.at("evidence").Index(i), c.in.Evidence[i].Regexp)
	}
	c.group = 0
}

// patternsAt checks and enters the regular expressions of a rule or of a piece
// of its evidence.
func (c *checker) patternsAt(in yamlfile.Path, texts []string) {
	for i, text := range texts {
		at := in.Key("regexp").Index(i)
		p, literals, err := compilePattern(text, c.out.exact)
		if err != nil {
			c.fault(at, lang.F("正则表达式不对：%v", "the pattern is wrong: %v", err), lang.T("请用 RE2 语法（没有环视和反向引用）", "use RE2 syntax, which has no look-around and no back-references"))
			continue
		}
		if p.re.MatchString("") {
			c.fault(at, emptyMatch, lang.T("请让它至少匹配一个字", "make it match at least one character"))
			continue
		}
		if odd, folded := neverClean(text, c.l.set.keep.Word); odd != 0 && !c.out.exact {
			c.warn(at, lang.F("还原伪装后的文本里不会有 %q", "text with its disguise undone never holds %q", odd), lang.F("请写 %q，或用 disguise: exact", "write %q, or use disguise: exact", folded))
		}
		use := use{rule: c.index, entry: int32(len(c.out.patterns)), kind: usePattern}
		if literals == nil {
			c.warn(at, lang.T("这个正则没有必含的文字，每条消息都要运行一遍，较慢", "no text is in all that this pattern matches, so it runs on every message, which is slow"),
				lang.T("请让它包含至少两个字母或一个汉字", "have it contain at least two letters or one Chinese character"))
			c.l.set.always = append(c.l.set.always, use)
		}
		for _, literal := range literals {
			c.enter(c.l.set.drop.Word(literal), usePattern, len(c.out.patterns))
		}
		p.group = c.group
		c.out.patterns = append(c.out.patterns, p)
	}
}
