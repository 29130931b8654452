// Package brake stops a bot that does too much at once, before it wrongs a whole
// group: by chat (removals), by rule (members that it acts on, in all chats), and
// by share (how much of a chat's members are muted or put out).
//
//	brakes := brake.New(brake.Limits{Chat: brake.Limit{Most: 5, In: time.Minute}})
//	if b := brakes.Weigh(ctx, demand); b != nil {
//		// hold what is heavier than a warning: nothing of it is lost
//	}
//
// A brake trips with the demand that would exceed its limit: that demand and what
// follows is held, until nothing was demanded for as long as Limits.Hold. People
// then release or cancel what it holds, all at once, with a Desk.
package brake
