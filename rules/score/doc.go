// Package score says how well rules tell spam from harmless lines: precision,
// recall, F1 and false alarms, each with the interval in which it lies with a
// confidence of 95 %.
//
//	sheet := score.New(set.Rules())
//	for _, line := range lines {
//		verdict := set.Eval(line.event, &scratch)
//		sheet.Add(score.Line{Spam: line.spam, Hits: verdict.Hits})
//	}
//	report := sheet.Report()
//	fmt.Println(report.Acted.FalseAlarms) // 0.8 (0.1–4.2) per 10,000 harmless lines
//
// Three sums go together, for rules differ in what they ask for: lines that the
// bot would act on, those and the ones queued for a person, and those and the
// ones that are only written down.
package score
