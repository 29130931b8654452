package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"patrol/bot/review"
)

// secondsShown is how many cases the list of second opinions has at most.
const secondsShown = 100

type samplesPage struct {
	frame
	Second []row
	Flash  string
}

// seconds lists what waits for a second opinion of the visitor.
func (c *Console) seconds(w http.ResponseWriter, r *http.Request, v *visit) error {
	p := &samplesPage{frame: c.frame(r, v, "sample.second"), Flash: v.opined(r)}
	second, err := c.config.Store.SecondOpinions(r.Context(), v.login.reviewer.Name, secondsShown)
	if err != nil {
		return err
	}
	for i := range second {
		p.Second = append(p.Second, v.blind(&second[i]))
	}
	return c.write(w, v, http.StatusOK, "samples", p)
}

// opined is what a page says after an opinion.
func (v *visit) opined(r *http.Request) string {
	if r.URL.Query().Get("done") != "opined" {
		return ""
	}
	return v.say("sample.opined")
}

// blind is a row that tells nothing of what became of the case.
func (v *visit) blind(c *review.Case) row {
	one := v.row(c, want{Tab: "open"})
	return row{
		ID: one.ID, Href: "/samples/" + url.PathEscape(one.ID), Severity: one.Severity, Kind: one.Kind, Text: one.Text,
		Name: one.Name, Member: one.Member, Platform: one.Platform, Chat: one.Chat, Rules: one.Rules, Created: one.Created, Sample: one.Sample,
	}
}

// mayGiveSecond reports whether a second opinion of the visitor is wanted. Until it is
// given the case itself is shown only to who asks for it, for it tells the verdict.
func (v *visit) mayGiveSecond(c *review.Case) bool {
	return v.login.reviewer.May(review.Decide) && c.WantsSecond(v.login.reviewer.Name)
}

type samplePage struct {
	casePage
	Question, Yes, No string
	Flash             string // in place of that of a case
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
	p.Flash = v.opined(r)
	p.Question, p.Yes, p.No = v.question(&one), v.upholdName(&one), v.overturnName(&one)
	return c.write(w, v, http.StatusOK, "sample", p)
}

// opine takes a second opinion, and asks for the next.
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
	next, err := c.config.Store.SecondOpinions(r.Context(), v.login.reviewer.Name, 1)
	if err != nil {
		return err
	}
	to := "/samples"
	if len(next) > 0 {
		to += "/" + url.PathEscape(next[0].ID)
	}
	http.Redirect(w, r, to+"?done=opined", http.StatusSeeOther)
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
