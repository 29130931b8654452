package console

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"patrol/bot/monthly"
)

// How many chats the page of monthly reports offers, and how long the ledger is
// audited for a report that is taken away.
const (
	chatsOffered = 500
	auditedFor   = 20 * time.Second
)

type monthlyPage struct {
	frame
	Chat, Month, Newest string // as typed; the newest month that can be
	Chats               []string
	Problem             string
	Report              *monthly.Report // nil: none was asked for
	Tiles               []tile
	Times               []timesRow
	Files               []fileLink
}

type timesRow struct {
	What                            string
	N                               int
	Median, P90, Most, Share, Count string
}

type fileLink struct{ Name, Href string }

// monthly shows the report of a chat over a month. The ledger is not audited for it:
// that takes long.
func (c *Console) monthly(w http.ResponseWriter, r *http.Request, v *visit) error {
	here := v.now.In(v.zone)
	p := &monthlyPage{frame: c.frame(r, v, "monthly.title"), Chat: strings.TrimSpace(r.FormValue("chat")), Month: r.FormValue("month"), Newest: here.Format("2006-01")}
	if p.Month == "" {
		p.Month = time.Date(here.Year(), here.Month()-1, 1, 0, 0, 0, 0, v.zone).Format("2006-01")
	}
	var err error
	if p.Chats, err = c.config.Store.Chats(r.Context(), chatsOffered); err != nil {
		return err
	}
	if p.Chat == "" {
		if len(p.Chats) > 0 {
			p.Chat = p.Chats[0]
		}
		return c.write(w, v, http.StatusOK, "monthly", p)
	}
	o, problem := v.monthlyOrder(p.Chat, p.Month)
	if problem != "" {
		p.Problem = problem
		return c.write(w, v, http.StatusUnprocessableEntity, "monthly", p)
	}
	o.Retention = c.config.Kept
	if p.Report, err = monthly.Of(r.Context(), c.config.Store, o); err != nil {
		return err
	}
	v.fillMonthly(p)
	return c.write(w, v, http.StatusOK, "monthly", p)
}

// monthlyOrder reads what was typed; the problem is "" where it can be read.
func (v *visit) monthlyOrder(chat, month string) (o monthly.Order, problem string) {
	o = monthly.Order{Chat: chat, Made: v.now.In(v.zone)}
	adapter, room, ok := strings.Cut(chat, "/")
	if !ok || adapter == "" || room == "" || len(chat) > 500 {
		return o, v.say("monthly.no.chat")
	}
	var err error
	if o.Month, err = time.ParseInLocation("2006-01", month, v.zone); err != nil || o.Month.After(v.now) {
		return o, v.say("monthly.no.month")
	}
	return o, ""
}

func (v *visit) fillMonthly(p *monthlyPage) {
	r := p.Report
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	said := "–"
	if r.Messages > 0 {
		said = number(r.Messages)
	}
	for _, x := range []struct{ key, value string }{
		{"messages", said}, {"cases", number(int64(r.Cases.All))}, {"acted", number(int64(r.Cases.Acted))}, {"open", number(int64(r.Cases.Open))},
		{"upheld", number(int64(r.Cases.Upheld))}, {"overturned", number(int64(r.Cases.Overturned))}, {"late", number(int64(r.Late))},
		{"reports", number(int64(r.Reports.Reports))}, {"appeals", number(int64(r.Appeals.Made))}, {"accepted", number(int64(r.Appeals.Accepted))},
		{"undone", number(int64(r.Wrong.Undone))}, {"brakes", number(int64(len(r.Brakes)))}, {"erased", number(int64(r.Retention.Erased))},
	} {
		p.Tiles = append(p.Tiles, tile{Name: v.say("monthly." + x.key), Value: x.value})
	}
	for _, x := range []struct {
		key string
		monthly.Times
	}{{"monthly.to.act", r.ToAct}, {"monthly.to.decide", r.ToDecide}} {
		row := timesRow{What: v.say(x.key), N: x.N, Median: "–", P90: "–", Most: "–", Share: "–"}
		if x.N > 0 {
			row.Median, row.P90, row.Most = monthly.Took(x.Median), monthly.Took(x.P90), monthly.Took(x.Most)
		}
		if x.Due > 0 {
			row.Share = strconv.FormatFloat(x.Share(), 'f', 1, 64) + " % (" + strconv.Itoa(x.InTime) + "/" + strconv.Itoa(x.Due) + ")"
		}
		p.Times = append(p.Times, row)
	}
	query := url.Values{"chat": {r.Chat}, "month": {r.Month}}.Encode()
	for _, form := range []string{"html", "csv", "json"} {
		p.Files = append(p.Files, fileLink{v.say("monthly.as." + form), "/monthly/" + form + "?" + query})
	}
}

// takeMonthly is the report as a file, with the ledger audited as far as that is done
// in time. One is made at a time.
func (c *Console) takeMonthly(w http.ResponseWriter, r *http.Request, v *visit) error {
	o, problem := v.monthlyOrder(strings.TrimSpace(r.FormValue("chat")), r.FormValue("month"))
	if problem != "" {
		return badForm
	}
	form := r.PathValue("form")
	kind := map[string]string{"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8; header=present", "json": "application/json"}[form]
	if kind == "" {
		return notFound
	}
	select {
	case c.making <- struct{}{}:
		defer func() { <-c.making }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	o.Check, o.Retention = auditedFor, c.config.Kept
	report, err := monthly.Of(r.Context(), c.config.Store, o)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	write := map[string]func(io.Writer) error{"html": report.HTML, "csv": report.CSV, "json": report.JSON}[form]
	if form == "csv" {
		out.WriteString("\ufeff") // without it the usual spreadsheet reads Chinese as something else
	}
	if err := write(&out); err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+monthly.FileName(report.Chat, report.Month)+"."+form+`"`)
	_, err = w.Write(out.Bytes())
	return err
}
