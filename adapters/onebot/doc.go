// Package onebot is the adapter for OneBot v11, the protocol of NapCat, Lagrange,
// LLOneBot and others, which attach an ordinary QQ account.
//
//	a, err := onebot.New(onebot.Config{Mode: "ws", URL: "ws://127.0.0.1:3001", Token: "..."}, chat.Host{})
//	err = a.Run(ctx, deliver)
//
// Events and actions travel over a WebSocket that we dial (mode ws), one that the
// implementation dials to us (ws_reverse), or HTTP in both directions (http).
// Source: the OneBot 11 standard, github.com/botuniverse/onebot-11; what
// implementations do beyond it is noted where it matters.
//
// What to know of the platform: ids come as numbers or strings, a message as an
// array of segments or a CQ string; message ids are good only while the
// implementation runs; other members' messages can be recalled for about two
// minutes; mutes last 60 s to 30 days and lapse by themselves; a removal can
// refuse further requests to join (a ban), which nothing in OneBot lifts; there
// are no edits. Nothing is sent again after an outage, but for implementations that
// post an event again until it is accepted: we accept it once it is settled.
package onebot
