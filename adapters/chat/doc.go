// Package chat is the contract between Patrol and a chat platform: what an
// adapter delivers (Event), what it is asked to do (Action), what it can do
// (Capabilities), and how it says that something failed (Error).
//
// An adapter is one type with three methods:
//
//	type Adapter interface {
//		Capabilities(chat string) Capabilities
//		Run(ctx context.Context, deliver func(context.Context, Event) error) error
//		Do(ctx context.Context, a Action) (Receipt, error)
//	}
//
// The order of calls is: New (the adapter's own constructor, which does no
// I/O but for reading secret files), then Run once, and, while Run runs, Do and Capabilities from any number
// of goroutines. After Run has returned Do may fail with a Transient error but
// must not block or panic.
//
// What the configs and connections of adapters have in common is here as well:
// Secret, Duration, Host and Backoff.
//
// Everything else is plain data. The package knows no platform, no rule and no
// store, so that each of those can be replaced without touching the others.
package chat
