package flood_test

import (
	"bytes"
	"fmt"
	"time"

	"patrol/detectors/flood"
)

func Example() {
	limiter, err := flood.New(flood.Config{Limit: flood.Limit{Events: 3, In: 6 * time.Second}})
	if err != nil {
		fmt.Println(err)
		return
	}
	member := flood.Key{Scope: 1, Subject: 42}
	sent := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for range 5 {
		fmt.Println(sent.Format("15:04:05.0"), limiter.Allow(member, 1, sent))
		sent = sent.Add(500 * time.Millisecond)
	}
	// Output:
	// 12:00:00.0 true
	// 12:00:00.5 true
	// 12:00:01.0 true
	// 12:00:01.5 false
	// 12:00:02.0 true
}

func ExampleLimiter_Snapshot() {
	config := flood.Config{Limit: flood.Limit{Events: 3, In: 6 * time.Second}}
	member := flood.Key{Scope: 1, Subject: 42}
	stopped := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

	before, _ := flood.New(config)
	before.Allow(member, 3, stopped)
	var saved bytes.Buffer
	if err := before.Snapshot(&saved); err != nil {
		fmt.Println(err)
	}

	after, _ := flood.New(config)
	if err := after.Restore(&saved, stopped.Add(time.Second)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(after.Allow(member, 1, stopped.Add(time.Second)))
	fmt.Println(after.Allow(member, 1, stopped.Add(2*time.Second)))
	// Output:
	// false
	// true
}

func ExamplePastes() {
	pastes := flood.NewPastes(flood.PastesConfig{})
	member := flood.Key{Scope: 1, Subject: 42}
	sent := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	messages := 0
	for _, line := range []string{"func main() {", "\tif ok {", "\t\treturn", "\t}", "}"} {
		if !pastes.Merge(member, line, sent) {
			messages++
		}
		sent = sent.Add(100 * time.Millisecond)
	}
	fmt.Println(messages)
	// Output: 1
}
