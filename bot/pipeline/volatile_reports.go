package pipeline

import (
	"context"
	"maps"
	"slices"

	"patrol/bot/report"
	"patrol/bot/review"
)

var _ report.Store = (*Volatile)(nil)

// Reporter implements report.Store.
func (v *Volatile) Reporter(_ context.Context, reporter string) (r report.Record, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, all := range v.reports {
		if !slices.ContainsFunc(all, func(one report.Report) bool { return one.Reporter == reporter }) || v.cases[id] == nil {
			continue
		}
		switch v.cases[id].State {
		case review.Upheld:
			r.Upheld++
		case review.Overturned:
			r.Overturned++
		}
	}
	return r, nil
}

// PutReport implements report.Store.
func (v *Volatile) PutReport(_ context.Context, f report.Filing) (all review.Reports, fresh bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse != nil {
		return all, false, v.refuse
	}
	fresh = !slices.ContainsFunc(v.reports[f.Case], func(r report.Report) bool { return r.Reporter == f.Reporter })
	if fresh {
		v.reports[f.Case] = append(v.reports[f.Case], f.Report)
	}
	for _, r := range v.reports[f.Case] {
		all.Count++
		all.Weight += r.Weight
		if r.At.After(all.Last) {
			all.Last = r.At
		}
	}
	if !fresh {
		return all, false, nil
	}
	if v.cases[f.Case] == nil {
		if all.Weight < f.Least {
			return all, true, nil
		}
		v.cases[f.Case] = f.Draft
		v.order = append(v.order, f.Case)
	}
	v.entries = append(v.entries, v.cases[f.Case].HearReports(all, f.Due(all))...)
	return all, true, nil
}

// Reports implements report.Store.
func (v *Volatile) Reports(_ context.Context, caseID string) ([]report.Report, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.reports[caseID]), nil
}

var _ report.Journal = (*Volatile)(nil)

// KeepReport implements report.Journal.
func (v *Volatile) KeepReport(_ context.Context, key string, data []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse == nil {
		v.kept[key] = data
	}
	return v.refuse
}

// KeptReports implements report.Journal.
func (v *Volatile) KeptReports(context.Context) (map[string][]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.kept), nil
}

// DropReport implements report.Journal.
func (v *Volatile) DropReport(_ context.Context, key string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.kept, key)
	return v.refuse
}
