package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"unicode"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// textsKey is where it is kept up to which case texts are searchable.
const textsKey = "texts"

// How many cases are made searchable at a time, how many times before a search, and
// how many cases that have the words are looked at for one page.
const (
	textsBatch  = 256
	textsFirst  = 8
	textsLooked = 500
	textsTimes  = 12
)

// IndexTexts makes the texts of some more cases searchable, the oldest first; more
// says that there are others. It is called from time to time where people search:
// the newest cases are not found before.
func (s *Store) IndexTexts(ctx context.Context) (more bool, err error) {
	var (
		from int64
		next []caseWords
	)
	err = s.reading(ctx, func(q querying) error {
		if from, err = textsUpTo(q); err != nil {
			return err
		}
		next, err = unsearchable(q, from)
		return err
	})
	if err != nil || len(next) == 0 {
		return false, err
	}
	err = s.writer.wait(ctx, func(t *transaction) error {
		now, err := textsUpTo(t.rows)
		if err != nil || now != from {
			return err // another process was faster
		}
		for _, one := range next {
			if _, err := t.exec("INSERT INTO case_texts (rowid, words) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM evidence WHERE seq = ? AND said IS NOT NULL)", one.seq, one.words, one.seq); err != nil {
				return err
			}
		}
		_, err = t.exec("INSERT INTO states (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
			textsKey, []byte(strconv.FormatInt(next[len(next)-1].seq, 10)))
		return err
	})
	return len(next) == textsBatch, err
}

func textsUpTo(q querying) (seq int64, err error) {
	rows, err := q("SELECT value FROM states WHERE key = ?", textsKey)
	err = each(rows, err, func(rows *sql.Rows) error {
		var value []byte
		if err := rows.Scan(&value); err != nil {
			return err
		}
		seq, err = strconv.ParseInt(string(value), 10, 64)
		return err
	})
	return seq, err
}

// caseWords is what a case is found by.
type caseWords struct {
	seq   int64
	words string
}

func unsearchable(q querying, from int64) (next []caseWords, err error) {
	rows, err := q("SELECT seq, said FROM evidence WHERE seq > ? ORDER BY seq LIMIT ?", from, textsBatch)
	err = each(rows, err, func(rows *sql.Rows) error {
		var (
			seq  int64
			data sql.RawBytes
			said review.Said
		)
		if err := rows.Scan(&seq, &data); err != nil {
			return err
		}
		if len(data) > 0 {
			text, err := unpack(data)
			if err != nil {
				return err
			}
			if err := ledger.Decode(text, &said); err != nil {
				return err
			}
		}
		next = append(next, caseWords{seq, searchable(&said)})
		return nil
	})
	return next, err
}

// longestSearchable is how much of a text is searched, in bytes.
const longestSearchable = 4096

func searchable(said *review.Said) string {
	var words []string
	for _, text := range []string{said.Text, said.Folded, said.Name} {
		if len(text) > longestSearchable {
			text = strings.ToValidUTF8(text[:longestSearchable], "")
		}
		for run := range runs(text) {
			words = append(words, run.tokens()...)
		}
		words = append(words, "0x0") // nothing that is searched for goes over from one text to the next
	}
	return strings.Join(words, " ")
}

// run is a stretch of text that is searched as a whole: a word of letters and
// digits, or a stretch of a writing that sets no spaces between words.
type run struct {
	text  []rune
	dense bool
}

// runs cuts text into its runs.
func runs(text string) func(yield func(run) bool) {
	return func(yield func(run) bool) {
		var grows run
		flush := func() bool {
			done := grows
			grows = run{}
			return len(done.text) == 0 || yield(done)
		}
		for _, r := range text {
			dense := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
			switch {
			case !unicode.IsLetter(r) && !unicode.IsDigit(r):
				if !flush() {
					return
				}
				continue
			case dense != grows.dense && len(grows.text) > 0:
				if !flush() {
					return
				}
			}
			grows.text, grows.dense = append(grows.text, unicode.ToLower(r)), dense
		}
		flush()
	}
}

// tokens are what the run is found by: a word by itself, dense writing by every two
// characters that follow each other, and by the last.
func (r run) tokens() (all []string) {
	if !r.dense {
		return []string{string(r.text)}
	}
	for i := range r.text {
		all = append(all, string(r.text[i:min(i+2, len(r.text))]))
	}
	return all
}

// wanted is the expression that finds what a person typed: every word by its
// beginning, dense writing anywhere. It is "" where nothing can be searched for.
func wanted(typed string) string {
	var parts []string
	for r := range runs(typed) {
		switch {
		case !r.dense, len(r.text) == 1:
			parts = append(parts, `"`+string(r.text)+`"*`)
		default:
			tokens := r.tokens()
			parts = append(parts, `"`+strings.Join(tokens[:len(tokens)-1], " ")+`"`)
		}
	}
	return strings.Join(parts, " AND ")
}

// searched is a page of the cases that say f.Text. Where the other fields let few
// of very many through, it may be short, or empty, and still have a next one.
func (s *Store) searched(ctx context.Context, f *review.Filter, after cursor) (page review.Page, err error) {
	expression := wanted(f.Text)
	if expression == "" {
		return page, nil
	}
	for more, times := true, 0; more && times < textsFirst; times++ {
		if more, err = s.IndexTexts(ctx); err != nil {
			return page, err
		}
	}
	err = s.reading(ctx, func(q querying) error {
		places, last, err := saying(q, f, expression, after)
		if err != nil {
			return err
		}
		if len(places) > f.Limit {
			places = places[:f.Limit]
			last = places[f.Limit-1]
		}
		if last.seq > 0 {
			page.Next = last.String()
		}
		page.Cases, err = casesAt(q, places)
		return err
	})
	return page, err
}

// saying are the places of one case more than a page has; last is the last that was
// looked at, zero where there are no others.
func saying(q querying, f *review.Filter, expression string, after cursor) (places []cursor, last cursor, err error) {
	last = after
	for times := 0; times < textsTimes && len(places) <= f.Limit; times++ {
		seqs, err := textsBefore(q, expression, last.seq)
		if err != nil {
			return nil, last, err
		}
		w := walk{by: "k", where: "k.seq IN (NULL" + strings.Repeat(", ?", len(seqs)) + ")", args: seqs}
		w.narrow(f)
		w.waits(f)
		rows, err := q("SELECT k.seq FROM cases k WHERE "+w.where+" ORDER BY k.seq DESC", w.args...)
		err = each(rows, err, func(rows *sql.Rows) error {
			var c cursor
			err := rows.Scan(&c.seq)
			c.at = c.seq
			places = append(places, c)
			return err
		})
		if err != nil {
			return nil, last, err
		}
		if len(seqs) < textsLooked {
			return places, cursor{}, nil
		}
		at := seqs[len(seqs)-1].(int64)
		last = cursor{at, at}
	}
	return places, last, nil
}

// textsBefore are cases that say what the expression wants, the newest first.
func textsBefore(q querying, expression string, before int64) (seqs []any, err error) {
	query, args := "SELECT rowid FROM case_texts WHERE case_texts MATCH ?", []any{expression}
	if before > 0 {
		query, args = query+" AND rowid < ?", append(args, before)
	}
	rows, err := q(query+" ORDER BY rowid DESC LIMIT ?", append(args, textsLooked)...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var seq int64
		err := rows.Scan(&seq)
		seqs = append(seqs, seq)
		return err
	})
	return seqs, err
}

// waits adds what the queue knows of a case.
func (w *walk) waits(f *review.Filter) {
	queued := func(condition string, args ...any) {
		if w.by == "q" {
			w.and("q."+condition, args...)
			return
		}
		w.and("EXISTS (SELECT 1 FROM waiting q WHERE q.seq = k.seq AND q."+condition+")", args...)
	}
	if !f.Overdue.IsZero() && w.by != "q" {
		w.and("k.state = 'open'")
	}
	if f.Escalated {
		queued("escalated = 1")
	}
	if f.Unescalated {
		queued("escalated = 0")
	}
	if f.Alike != "" {
		queued("alike = ?", f.Alike)
	}
	if f.Sampled {
		queued("seq IN (SELECT s.seq FROM samples s WHERE s.upheld IS NULL)")
	}
}
