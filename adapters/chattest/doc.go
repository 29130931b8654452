// Package chattest holds what every adapter must pass, and a platform in memory
// to test everything else on.
//
// An adapter's test describes its platform once, and Run does the rest:
//
//	func TestConformance(t *testing.T) {
//		chattest.Run(t, chattest.Harness{
//			Open: func(t *testing.T) chattest.Rig {
//				server := startServer(t) // real, or an honest fake
//				return chattest.Rig{
//					Adapter: New(Config{URL: server.URL}), Chat: "100",
//					Member: "mallory", Other: "bob", Admin: "alice",
//					Ready: server.HasBot, Say: server.Say, // ...
//				}
//			},
//			Lacks: map[string]string{"edit": "the platform has no edits"},
//		})
//	}
//
// A check that can't apply must be named in Harness.Lacks with the reason, which
// is reported; anything that is neither there nor declared fails. Verbs need no
// declaration: what chat.Capabilities claims is tried for real, and what it does
// not claim must be refused as chat.Unsupported.
//
// Platform is a scripted chat platform in memory: members, roles, mutes that
// lapse, a recall window, rate limits, outages and failures on demand, with an
// event log that is delivered again until it is acknowledged.
//
//	p := chattest.NewPlatform(chattest.Config{})
//	p.Add("room", chat.Member{ID: "mallory"})
//	go p.Adapter().Run(ctx, deliver)
//	p.Say("room", "mallory", "buy followers now")
package chattest
