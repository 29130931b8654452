package command

import (
	"context"
	"io"
	"os"
	"os/user"
	"runtime/debug"
	"time"

	"patrol/rules/lang"
)

// Env is what a command needs of its process. Nil streams are empty; every other
// zero field means what its comment says.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	StdinTerminal  bool // a person types
	StdoutTerminal bool // a person reads: colour, marks
	StderrTerminal bool // a person reads: colour, progress, logs for people

	Getenv       func(string) string                                         // no variables where nil
	ReadPassword func() (string, error)                                      // from the terminal, without echo; nil: there is none
	Interrupt    func(context.Context) (context.Context, context.CancelFunc) // ends the context when a person or the system asks to stop; nil: never
	Reloads      func() (<-chan os.Signal, func())                           // each asks for the rules to be read again; nil: never
	User         string                                                      // who decides cases; the operating system's user where empty
	Build        *debug.BuildInfo                                            // of the program; its own where nil
	Now          func() time.Time                                            // time.Now where nil
}

func (e Env) withDefaults() Env {
	if e.Stdin == nil {
		e.Stdin = empty{}
	}
	if e.Stdout == nil {
		e.Stdout = io.Discard
	}
	if e.Stderr == nil {
		e.Stderr = io.Discard
	}
	if e.Getenv == nil {
		e.Getenv = func(string) string { return "" }
	}
	if e.Interrupt == nil {
		e.Interrupt = context.WithCancel
	}
	if e.Reloads == nil {
		e.Reloads = func() (<-chan os.Signal, func()) { return nil, func() {} }
	}
	if e.User == "" {
		if u, err := user.Current(); err == nil {
			e.User = u.Username
		}
	}
	if e.Build == nil {
		e.Build, _ = debug.ReadBuildInfo()
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	return e
}

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.EOF }

// shell is what every command works in: the process, and the person's language.
type shell struct {
	Env
	lang lang.Lang
	out  palette // colours of Stdout
	err  palette // of Stderr
}

func newShell(env Env, l lang.Lang) *shell {
	plain := env.Getenv("NO_COLOR") != "" || env.Getenv("TERM") == "dumb"
	return &shell{
		Env: env, lang: l,
		out: palette{on: env.StdoutTerminal && !plain},
		err: palette{on: env.StderrTerminal && !plain},
	}
}

// say picks the language.
func (s *shell) say(zh, en string) string { return lang.T(zh, en).In(s.lang) }
