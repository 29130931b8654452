// Package query answers a reviewer's SQL over a copy of just the rows that this
// reviewer may see.
//
// The SQL is read and run by github.com/eatonphil/gosql, an in-memory engine that
// knows nothing of the store: a query can reach nothing else, and write nothing.
// Everything that the engine lacks, or would answer with a crash, is refused
// before, with a *Error that says where and what to write instead:
//
//	result, err := query.Run(ctx, query.Request{
//		Cases: store,                                   // where the rows come from
//		Scope: review.Filter{Chats: []string{"qq/42"}}, // what the reviewer may see
//		SQL:   "SELECT member, rule FROM cases WHERE action = 'remove'",
//		Order: []string{"member"},
//	})
//
// The dialect is SELECT columns FROM one table WHERE condition LIMIT n OFFSET m,
// with = <> < <= > >= + || AND OR and parentheses. Order and counts are fields of
// the Request. Tables describes what can be asked.
//
// A query looks at no more than Request.MaxCases cases, the newest first, and for
// no longer than its context allows; Result.Partial says when that cut it short.
package query
