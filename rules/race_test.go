//go:build race

package rules_test

// racing says that the race detector is on, under which pools forget at random what
// they are given, and so allocate.
const racing = true
