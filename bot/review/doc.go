// Package review is the queue of cases that people look at, and what they do
// with them: claim, uphold, overturn, note. Overturning undoes what was done.
//
//	desk := review.NewQueue(review.Config{Store: store})
//	c, err := desk.Claim(ctx, id, "li")
//	if errors.Is(err, review.ErrClaimed) { ... } // somebody else is at it
//	c, err = desk.Overturn(ctx, id, "li", "a customer's question, not an ad")
//
// What a verb does to a case is a method of Case that knows no store and no clock
// (verbs.go); what the outcome of an action does is another (settle.go). Queue and
// the store only see to it that such a change is written as a whole.
//
// Two people never decide one case unknowingly. A case that somebody holds is
// closed to others until the lease ends. A case that somebody has decided is
// decided otherwise only by the same person, or by one who has claimed it since
// and so has seen the decision.
package review
