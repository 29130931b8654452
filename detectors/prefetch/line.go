//go:build amd64 || arm64

package prefetch

// Line asks the processor for the cache line at address and does not wait for it. It
// is a hint: an address where nothing is, or nothing any more, does no harm.
//
//go:noescape
func Line(address uintptr)
