// Package prefetch asks for memory before it is needed. Tables with a place for each
// of a million members are in no cache: whoever knows which places come next and asks
// for all of them first waits for them together instead of one by one.
//
//	for _, member := range next {
//		prefetch.Value(&table[member])
//	}
//	for _, member := range next {
//		table[member].count++ // is there by now
//	}
package prefetch

import "unsafe"

const line = 64 // bytes that memory comes in

// Value asks for all lines that *p lies in.
func Value[T any](p *T) {
	from := uintptr(unsafe.Pointer(p))
	for at := from &^ (line - 1); at < from+unsafe.Sizeof(*p); at += line {
		Line(at)
	}
}
