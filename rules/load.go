package rules

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"patrol/detectors/fold"
	"patrol/detectors/keyword"
	"patrol/detectors/newcomer"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// Options says how to load. The zero value is ready.
type Options struct {
	// Rates keeps the counts of flood rules across loads; nil starts from nothing.
	Rates *Rates
	// Words keeps the words of Chinese across loads; nil reads them again when
	// the new Set first needs them.
	Words *Words
	// FS is where files are read from; nil is the operating system's files.
	FS fs.FS
	// Engine finds the keywords; zero is the fast one.
	Engine keyword.Engine
}

// defaultTrustedAfter is how long a member has been there who is trusted.
const defaultTrustedAfter = 30 * 24 * time.Hour

// trustedList is the list of members who are always trusted.
const trustedList = "trusted"

// Load reads rule files and makes one Set of them. It returns every fault of
// all files, sorted, warnings included; the Set is nil if and only if one of
// them is more than a warning, and then nothing has changed. With o.Rates, the
// counts of limits that the new Set does not have are dropped.
func Load(files []string, o Options) (*Set, yamlfile.Faults) {
	l := newLoader(o)
	for _, name := range files {
		data, err := l.readFile(name)
		if err != nil {
			l.faults = append(l.faults, unreadable(name, err))
			continue
		}
		l.decode(name, data)
	}
	return l.finish()
}

// Parse is Load for one file whose content is at hand. Its keyword files are
// looked for beside name.
func Parse(name string, data []byte, o Options) (*Set, yamlfile.Faults) {
	l := newLoader(o)
	l.decode(name, data)
	return l.finish()
}

// loader makes a Set out of files.
type loader struct {
	o      Options
	faults yamlfile.Faults
	hash   hash.Hash
	parts  []part
	set    *Set
	ids    map[string]yamlfile.Fault // where each rule id is, as a fault that says nothing yet
	lists  map[string]map[string]struct{}
	listed map[string]yamlfile.Fault // where each list is
	trust  *trust
	words  *lexicon
	raw    *lexicon
	heard  *lexicon // keywords that are also looked for by sound

	aliases map[string][]string
	dotted  bool // a keyword has a dot

	plainFinder int // one more than the number of the finder without imitated hosts; 0 for none yet
}

// part is a decoded file.
type part struct {
	doc    *yamlfile.Doc
	in     document
	broken map[int]bool // rules with a fault of their own
}

func newLoader(o Options) *loader {
	if o.Rates == nil {
		o.Rates = NewRates()
	}
	if o.Words == nil {
		o.Words = new(Words)
	}
	return &loader{
		o:      o,
		hash:   sha256.New(),
		set:    &Set{rates: o.Rates, words: o.Words, drop: fold.New(fold.Options{}), keep: fold.New(fold.Options{Separators: fold.Keep})},
		ids:    make(map[string]yamlfile.Fault),
		lists:  make(map[string]map[string]struct{}),
		listed: make(map[string]yamlfile.Fault),
		trust:  &trust{after: defaultTrustedAfter},
		words:  newLexicon(),
		raw:    newLexicon(),
		heard:  newLexicon(),

		aliases: make(map[string][]string),
	}
}

func (l *loader) readFile(name string) ([]byte, error) {
	l.set.files = append(l.set.files, name)
	if l.o.FS != nil {
		return fs.ReadFile(l.o.FS, name)
	}
	return os.ReadFile(name)
}

// beside is the name of a file that is named in another.
func (l *loader) beside(of, name string) string {
	switch {
	case l.o.FS != nil:
		return path.Join(path.Dir(of), name)
	case filepath.IsAbs(name):
		return name
	}
	return filepath.Join(filepath.Dir(of), filepath.FromSlash(name))
}

func unreadable(name string, err error) yamlfile.Fault {
	return yamlfile.Fault{File: name, Problem: lang.F("读不了文件：%v", "the file can't be read: %v", err)}
}

// decode decodes a file and notes what holds for all files.
func (l *loader) decode(name string, data []byte) {
	l.input(data)
	p := part{broken: make(map[int]bool)}
	doc, faults := yamlfile.Decode(name, data, &p.in)
	p.doc = doc
	l.faults = append(l.faults, faults...)
	for _, f := range faults {
		for i := range p.in.Rules {
			prefix := string(yamlfile.Path("rules").Index(i))
			p.broken[i] = p.broken[i] || !f.Warning && strings.HasPrefix(f.Path, prefix)
		}
	}
	l.header(&p, faults)
	l.parts = append(l.parts, p)
}

// input makes data part of the version.
func (l *loader) input(data []byte) {
	fmt.Fprintf(l.hash, "%d\n", len(data))
	l.hash.Write(data)
}

// header takes in what a file says beside its rules.
func (l *loader) header(p *part, faults yamlfile.Faults) {
	misread := slices.ContainsFunc(faults, func(f yamlfile.Fault) bool { return f.Path == "version" })
	if p.doc.Has("version") && p.in.Version != 1 && !misread {
		l.faults = append(l.faults, p.doc.Fault("version", lang.F("不认识版本 %d", "unknown version %d", p.in.Version), lang.T("请写 1", "write 1")))
	}
	if p.doc.Has("trusted_after") {
		l.once("trusted_after", p.doc.Fault("trusted_after", lang.Text{}, lang.Text{}))
		l.trust.after = time.Duration(p.in.TrustedAfter)
	}
	for name, ids := range p.in.Lists {
		at := yamlfile.Path("lists").Key(name)
		l.once("list "+name, p.doc.KeyFault(at, lang.Text{}, lang.Text{}))
		members := make(map[string]struct{}, len(ids))
		for _, id := range ids {
			members[id] = struct{}{}
		}
		l.lists[name] = members
	}
	l.trust.members = l.lists[trustedList]
	l.alias(p)
}

// once finds what is set in two places.
func (l *loader) once(what string, at yamlfile.Fault) {
	first, again := l.listed[what]
	if !again {
		l.listed[what] = at
		return
	}
	at.Problem = lang.F("%s 设了两次，第一次在 %s", "%s is set twice, first at %s", what, first.Place())
	at.Mend = lang.T("它对所有规则文件有效，请只留一处", "it holds for all rule files: keep one of them")
	l.faults = append(l.faults, at)
}

// finish makes the Set, if nothing is wrong.
func (l *loader) finish() (*Set, yamlfile.Faults) {
	for i := range l.parts {
		p := &l.parts[i]
		for k := range p.in.Rules {
			c := checker{l: l, doc: p.doc, path: yamlfile.Path("rules").Index(k), in: &p.in.Rules[k], broken: p.broken[k]}
			l.set.rules = append(l.set.rules, c.rule(int32(len(l.set.rules))))
		}
	}
	l.faults.Sort()
	if l.faults.Fatal() {
		return nil, l.faults
	}
	if err := l.ready(); err != nil {
		l.faults = append(l.faults, yamlfile.Fault{File: l.parts[0].doc.File(), Problem: lang.F("建不成规则集：%v", "the set can't be built: %v", err)})
		return nil, l.faults
	}
	return l.set, l.faults
}

// ready builds what a Set scans and counts with.
func (l *loader) ready() (err error) {
	s := l.set
	s.version = hex.EncodeToString(l.hash.Sum(nil))[:12]
	s.faulty = make([]atomic.Uint64, len(s.rules))
	s.reread = l.words.readAgain(s.drop.Word)
	s.reread.dotted = l.dotted
	if s.folded, err = l.words.build(l.o); err != nil {
		return err
	}
	if s.exact, err = l.raw.build(l.o); err != nil {
		return err
	}
	if s.heard, err = l.heard.buildHeard(l.aliases); err != nil {
		return err
	}
	for i := range s.rules {
		r := &s.rules[i]
		switch {
		case len(r.limits) > 0:
			s.floods = append(s.floods, int32(i))
		case r.copies != nil:
			if len(s.memory.repeats) == 0 || r.copies.size < s.memory.shortest {
				s.memory.shortest = r.copies.size
			}
			s.memory.latest = max(s.memory.latest, cmp.Or(r.copies.first, newcomer.Most))
			s.memory.repeats = append(s.memory.repeats, int32(i))
		case r.alone:
			s.alone = append(s.alone, int32(i))
		}
		for k := range r.limits {
			s.pastes = s.pastes || r.limits[k].merge
		}
	}
	return s.attach()
}

// wordList reads a file of words, one a line.
func (l *loader) wordList(name string) (words []placedWord, faults yamlfile.Faults) {
	data, err := l.readFile(name)
	if err != nil {
		return nil, yamlfile.Faults{unreadable(name, err)}
	}
	if f := yamlfile.CheckText(name, data); f != nil {
		return nil, yamlfile.Faults{*f}
	}
	l.input(data)
	for i, line := range bytes.Split(yamlfile.TrimBOM(data), []byte("\n")) {
		word := strings.TrimSpace(string(line))
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		col := len([]rune(string(line[:bytes.Index(line, []byte(word))]))) + 1
		words = append(words, placedWord{text: word, at: yamlfile.Fault{File: name, Line: i + 1, Col: col}})
	}
	return words, nil
}

// placedWord is a keyword and where it is written, as a fault that says nothing
// yet.
type placedWord struct {
	text string
	at   yamlfile.Fault
}
