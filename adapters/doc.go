// Package adapters is the list of the chat platforms in this build.
//
//	decode := func(into any) error { return node.Decode(into).Err() }
//	adapter, err := adapters.Open("onebot", decode, adapters.Options{Name: "qq-main"})
//
// A new platform is one folder with a Config and a New, and one line in kinds.
package adapters
