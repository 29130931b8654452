// Package console is the reviewers' web pages: the queue of cases, one case with
// all that is needed to judge it, and the accounts of those who do.
//
// A Console is an http.Handler that renders everything on the server, in Chinese
// and English, with its style sheet and script embedded. It serves its own pages
// and nothing else:
//
//	desk, err := console.New(console.Config{Store: store, Queue: queue, Timeline: timeline})
//	if err != nil {
//		return err
//	}
//	server := &http.Server{Addr: "127.0.0.1:8080", Handler: desk}
//	server.RegisterOnShutdown(desk.Close) // ends the live streams, so that Shutdown returns
//
// # What it costs
//
// A page asks the store for what it shows and no more: some milliseconds, however
// many cases there are (BenchmarkPages). What may cost more is bounded: a query looks
// at so many cases for so long, a few run at once, and the numbers beside saved views
// are left out where they take too long.
//
// # What protects it
//
// Everything that members of a chat wrote (text, names, file names, notes that
// quote them) is hostile. It reaches a page only through html/template, cut into
// pieces in which hidden characters are replaced by their names (see mark), and
// stands isolated from the text around it. The Content-Security-Policy allows the
// console's own files and nothing inline.
//
// A login is a random token in a cookie that scripts can't read and that other
// sites can't send; the store holds its hash only. Requests that change something
// are POST, must not come from another site (http.CrossOriginProtection), and
// carry the token of their session. Logins are slowed down by account and by
// address. Every request looks the account up anew, so that disabling one ends it
// at once.
package console
