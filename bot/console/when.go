package console

import (
	"fmt"
	"time"

	"patrol/rules/lang"
)

// moment is a time for a page: for machines, in full, and from now.
type moment struct {
	ISO, Full, Short string
}

// IsZero reports whether there is no such time.
func (m moment) IsZero() bool { return m.ISO == "" }

// moment writes t for a reader of that language; the zero time gives nothing.
func (v *visit) moment(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.In(v.zone)
	return moment{ISO: t.Format(time.RFC3339), Full: full(t, v.lang), Short: relative(t, v.now, v.lang)}
}

func full(t time.Time, l lang.Lang) string {
	if l == lang.Zh {
		return fmt.Sprintf("%d年%d月%d日 %s", t.Year(), t.Month(), t.Day(), t.Format("15:04:05 (UTC-07:00)"))
	}
	return t.Format("2 Jan 2006, 15:04:05 (UTC-07:00)")
}

func date(t time.Time, l lang.Lang) string {
	if l == lang.Zh {
		return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
	}
	return t.Format("2 Jan 2006")
}

// relative is "3 min ago", "in 2 h"; what is farther than a week away is a date.
func relative(t, now time.Time, l lang.Lang) string {
	d := t.Sub(now)
	past := d < 0
	if past {
		d = -d
	}
	switch {
	case d >= 7*24*time.Hour:
		return date(t, l)
	case d < time.Minute && past, d < time.Second:
		return lang.T("刚刚", "just now").In(l)
	case past:
		return lang.F("%[1]s前", "%[2]s ago", rough(d, lang.Zh), rough(d, lang.En)).In(l)
	}
	return lang.F("%[1]s后", "in %[2]s", rough(d, lang.Zh), rough(d, lang.En)).In(l)
}

// rough is d in its greatest unit: "90 min" is "1 h".
func rough(d time.Duration, l lang.Lang) string {
	switch {
	case d >= 48*time.Hour:
		return lang.F("%d 天", "%d days", int(d/(24*time.Hour))).In(l)
	case d >= time.Hour:
		return lang.F("%d 小时", "%d h", int(d/time.Hour)).In(l)
	case d >= time.Minute:
		return lang.F("%d 分钟", "%d min", int(d/time.Minute)).In(l)
	}
	return lang.F("%d 秒", "%d s", int(d/time.Second)).In(l)
}

// length is d with every unit that it has: "1 d 12 h", "10 min".
func length(d time.Duration, l lang.Lang) string {
	var out string
	for _, unit := range []struct {
		size time.Duration
		name lang.Text
	}{
		{24 * time.Hour, lang.T("天", "d")}, {time.Hour, lang.T("小时", "h")},
		{time.Minute, lang.T("分钟", "min")}, {time.Second, lang.T("秒", "s")},
	} {
		n := d / unit.size
		if n == 0 {
			continue
		}
		d %= unit.size
		if out != "" {
			out += " "
		}
		out += fmt.Sprintf("%d %s", n, unit.name.In(l))
	}
	if out == "" {
		return lang.T("不到 1 秒", "less than 1 s").In(l)
	}
	return out
}
