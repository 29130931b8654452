// Package jsonl lets any program in any language be an adapter: it reads events
// as JSON lines and writes actions as JSON lines.
//
//	mybridge < actions.pipe | patrol run -c patrol.yaml > actions.pipe
//
// An event is one object a line, in UTF-8, at most 16 MiB:
//
//	{"id":"e1","kind":"message","platform":"qq","chat":"100200",
//	 "author":{"id":"12345","name":"小明","role":"member","joined":"2026-11-01T00:00:00Z"},
//	 "message":{"id":"m1","text":"加微信领红包","reply_to":"m0"},"time":"2026-11-24T02:31:42.5Z"}
//
// kind, chat, author.id and time must be there. Without an id the event gets one
// made of its line, so that reading a file again gives the same ids. Keys that
// are not known are ignored; ids are strings. A bad line is reported with its
// number and skipped.
//
// An action is one object a line; seconds is how long a mute lasts:
//
//	{"key":"c1/mute","verb":"mute","chat":"100200","member":"12345","seconds":600,"reason":"flood"}
//
// With confirm: true the program answers each action among its events, and the
// action counts as done, or failed, only then:
//
//	{"done":"c1/mute","until":"2026-11-24T02:41:42Z","note":"..."}
//	{"error":"c1/mute","kind":"rate_limited","after":2.5,"message":"too fast"}
//
// The kinds are those of chat.ErrorKind. With acks: true each event that is
// settled is acknowledged as {"ack":"e1"}; one that was not, before the bot
// stopped, should be sent again.
package jsonl
