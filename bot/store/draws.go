package store

import "patrol/bot/review"

const (
	insertSample = `INSERT INTO samples (seq, of, chat, drawn, chance, twice, decided_by, second) VALUES (?, ?, ?, ?, ?, ?, '', '') ON CONFLICT DO NOTHING`
	updateSample = `UPDATE samples SET upheld = ?, decided_by = ?, second = ?, first_upheld = ?, second_upheld = ? WHERE seq = ?`

	putDecision = `INSERT INTO decisions (seq, chat, rule, upheld, asked, due, decided, chance, sampled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (seq) DO UPDATE SET upheld = excluded.upheld`
	deleteDecision = `DELETE FROM decisions WHERE seq = ?`
)

// recordSample writes that a new case was drawn.
func (t *transaction) recordSample(seq int64, c *review.Case) error {
	if !c.Sample.Drawn() {
		return nil
	}
	_, err := t.exec(insertSample, seq, string(c.Sample.Of), review.ChatKey(c.Event.Adapter, c.Event.Chat), nanos(c.Created), c.Sample.Probability, c.Sample.Twice)
	return err
}

// saveSample writes what people say of a case that was drawn.
func (l *loaded) saveSample(t *transaction) error {
	if !l.Sample.Drawn() {
		return nil
	}
	var upheld, first, second any
	if decided(l.State) {
		upheld = l.State == review.Upheld
	}
	if l.Second.By != "" {
		first, second = l.Second.FirstUpheld, l.Second.Upheld
	}
	_, err := t.exec(updateSample, upheld, l.DecidedBy, l.Second.By, first, second, l.seq)
	return err
}

// saveDecision writes how long the case took, and how it is judged now.
func (l *loaded) saveDecision(t *transaction) error {
	if !decided(l.State) {
		_, err := t.exec(deleteDecision, l.seq)
		return err
	}
	rule, due := "", int64(0)
	if len(l.Verdict.Hits) > 0 {
		rule = l.Verdict.Hits[0].Rule
	}
	asked := l.AskedAt()
	if !asked.IsZero() {
		due = nanos(l.Before.Due)
	}
	_, err := t.exec(putDecision, l.seq, review.ChatKey(l.Event.Adapter, l.Event.Chat), rule, l.State == review.Upheld, nanos(asked), due, nanos(l.DecidedAt), l.Chance(), l.Sample.Drawn())
	return err
}
