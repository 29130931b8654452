package store

import (
	"runtime"
	"syscall"
)

// lowerPriority gives way to the threads that decide: a member waits for those, and for the
// disk anyway. Otherwise a transaction keeps a core for as long as a time slice lasts,
// which on two cores is most of the slowest hundredth of decisions. The thread
// ends with the goroutine. That Linux has a nice value for each thread is in
// setpriority(2), under "C library/kernel differences".
func lowerPriority() {
	const nice = 5
	runtime.LockOSThread()
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, nice) // a courtesy: all works without
}
