//go:build !linux

package store

// lowerPriority does nothing: here a thread has no priority of its own.
func lowerPriority() {}
