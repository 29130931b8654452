// Package report takes what members say about each other's messages: who may be
// believed how far, how many reports are taken at a time, and what words report.
//
//	in := report.New(report.Config{})
//	if call, ok := in.Call(&event); ok && in.Takes(&event) {
//		// call.Message, call.Member or call.Name says which message is meant
//	}
//
// Reports of one message make one case. What a report weighs is the share of its
// author's reports that people upheld, smoothed (Record.Weight), so that somebody
// who reports for fun soon reports into the void, and nobody's word alone hurts.
//
// The reporter is nowhere in the case, in the ledger, in logs or in chats: only the
// store's own table of reports has the name.
package report
