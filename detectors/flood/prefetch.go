//go:build amd64 || arm64

package flood

// prefetch asks the processor for the cache line at address and does not wait for
// it. It is a hint: an address where nothing is does no harm.
func prefetch(address uintptr)
