package chat

import (
	"io"
	"os"
)

// Host is what the program around an adapter lends it. The zero Host is usable.
type Host struct {
	Name    string              // of the connection, for messages
	Stdin   io.Reader           // default os.Stdin
	Stdout  io.Writer           // default os.Stdout
	Resolve func(string) string // makes a path in a config file relative to that file; default: as it is
	Warn    func(error)         // told of what was survived: a bad line, a lost connection; must not block; default: nobody
}

// WithDefaults is h with its zero fields filled in.
func (h Host) WithDefaults() Host {
	if h.Stdin == nil {
		h.Stdin = os.Stdin
	}
	if h.Stdout == nil {
		h.Stdout = os.Stdout
	}
	if h.Resolve == nil {
		h.Resolve = func(path string) string { return path }
	}
	if h.Warn == nil {
		h.Warn = func(error) {}
	}
	return h
}
