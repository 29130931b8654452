//go:build !amd64 && !arm64

package prefetch

// Line does nothing: the memory is asked when it is needed.
func Line(uintptr) {}
