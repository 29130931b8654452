// Package onebottest is a OneBot v11 implementation without QQ behind it: groups,
// members and roles, mutes that lapse, a recall window, refusals of further
// requests to join, and the error codes that real implementations give. It is
// for tests, of the adapter and of whole bots.
//
//	s := onebottest.New(onebottest.Config{Self: 10001})
//	s.AddGroup(100, "admin")
//	s.AddMember(100, onebottest.Member{ID: 7, Nickname: "Mallory"})
//	running, err := s.Start()        // on two ports of loopback
//	defer running.Close()
//	s.Say(100, 7, "spam")            // an event for whoever is connected to running.URL
//	fmt.Println(s.Sent(100))         // what the bot posted
//
// A Server speaks forward WebSocket (/, /api and /event) and HTTP on one address;
// it dials Config.Reverse and posts to Config.Post where those are given. A
// second address, for other processes, controls and inspects it: see Control.
// State is in memory and lives as long as the Server, whatever becomes of the
// bots that connect to it.
package onebottest
