package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"patrol/bot/review"
)

// samplesShown is how many cases each list of the samples has at most.
const samplesShown = 100

type samplesPage struct {
	frame
	Open, Second []row // to be judged, and for a second opinion
	May          bool
	Flash        string
}

// samples lists what was drawn by chance and waits for somebody.
func (c *Console) samples(w http.ResponseWriter, r *http.Request, v *visit) error {
	p := &samplesPage{frame: c.frame(r, v, "sample.title"), May: v.login.reviewer.May(review.Decide)}
	me := v.login.reviewer.Name
	open, err := c.config.Store.Samples(r.Context(), me, false, samplesShown)
	if err != nil {
		return err
	}
	for i := range open {
		p.Open = append(p.Open, v.row(&open[i], want{Tab: "open"}))
	}
	if p.May {
		second, err := c.config.Store.Samples(r.Context(), me, true, samplesShown)
		if err != nil {
			return err
		}
		for i := range second {
			p.Second = append(p.Second, v.blind(&second[i]))
		}
	}
	if r.URL.Query().Get("done") == "opined" {
		p.Flash = v.say("sample.opined")
	}
	return c.write(w, v, http.StatusOK, "samples", p)
}

// blind is a row that tells nothing of what became of the case.
func (v *visit) blind(c *review.Case) row {
	one := v.row(c, want{Tab: "open"})
	return row{
		ID: one.ID, Href: "/samples/" + url.PathEscape(one.ID), Severity: one.Severity, Kind: one.Kind, Text: one.Text,
		Name: one.Name, Member: one.Member, Platform: one.Platform, Chat: one.Chat, Rules: one.Rules, Created: one.Created, Sample: one.Sample,
	}
}

type samplePage struct {
	casePage
	Question, Yes, No string
}

// showSample asks for a second opinion: it shows what the first person was shown and
// nothing of what they said.
func (c *Console) showSample(w http.ResponseWriter, r *http.Request, v *visit) error {
	one, err := c.config.Store.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !one.WantsSecond(v.login.reviewer.Name) {
		http.Redirect(w, r, caseHref(one.ID, want{Tab: "open"}), http.StatusSeeOther)
		return nil
	}
	as := one
	as.Remarks, as.Reported, as.Appeal = nil, review.Reports{}, review.Appeal{}
	p := &samplePage{casePage: casePage{frame: c.frame(r, v, "sample.second"), row: v.blind(&as)}}
	p.fillEvidence(v, &as)
	p.Trouble, p.Why = nil, nil
	p.Question, p.Yes, p.No = v.question(&one), v.upholdName(&one), v.overturnName(&one)
	return c.write(w, v, http.StatusOK, "sample", p)
}

// opine takes a second opinion.
func (c *Console) opine(w http.ResponseWriter, r *http.Request, v *visit) error {
	said := r.PostFormValue("opinion")
	if said != "uphold" && said != "overturn" {
		if _, err := c.config.Store.Case(r.Context(), r.PathValue("id")); err != nil {
			return err
		}
		return badForm
	}
	_, err := c.config.Queue.Opine(r.Context(), r.PathValue("id"), v.login.reviewer.Name, said == "uphold")
	if errors.Is(err, review.ErrNoSecond) {
		return c.refuse(w, r, v, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/samples?done=opined", http.StatusSeeOther)
	return nil
}

// The pseudo-states of a message that was let pass, for what people said of it.
const (
	rightlyPassed review.State = "letpass"
	missed        review.State = "missed"
)

// stateOf is the state of the case as a row shows it.
func stateOf(c *review.Case) review.State {
	switch {
	case c.Sample.Of == review.OfPassed && c.State == review.Upheld:
		return rightlyPassed
	case c.Sample.Of == review.OfPassed && c.State == review.Overturned:
		return missed
	}
	return c.State
}

// sampleNote says of a case that it was drawn, and how seldom that is; "" where it
// was not.
func (v *visit) sampleNote(s review.Sample) string {
	if !s.Drawn() {
		return ""
	}
	return v.say("sample.note."+string(s.Of), strconv.FormatFloat(max(1, 1/s.Probability), 'f', 0, 64))
}

func (v *visit) question(c *review.Case) string { return v.say("sample.ask." + string(c.Sample.Of)) }

func (v *visit) upholdName(c *review.Case) string {
	if c.Sample.Of == review.OfPassed {
		return v.say("sample.pass.right")
	}
	return v.say("decide.uphold")
}

func (v *visit) overturnName(c *review.Case) string {
	if c.Sample.Of == review.OfPassed {
		return v.say("sample.pass.wrong")
	}
	return v.say("decide.overturn")
}
