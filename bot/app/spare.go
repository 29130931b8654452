package app

import (
	"os"
	"runtime"
)

// spareProcessors gives Go's scheduler more processors than there are cores, until
// the returned function is called. It takes the processor from a thread that waits
// for the disk only once it has noticed, up to 10 ms later, and from one that waits
// for a page of the file never; with two cores that is half of all, and decisions
// wait with it. Whoever sets GOMAXPROCS has the last word.
func spareProcessors() (restore func()) {
	const spare = 2
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + spare)
	return runtime.SetDefaultGOMAXPROCS
}
