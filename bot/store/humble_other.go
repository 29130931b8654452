//go:build !linux

package store

// humble does nothing: here a thread has no priority of its own.
func humble() {}
