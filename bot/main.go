// Command patrol is a bot that patrols group chats: it scans every message, warns,
// mutes and removes by rules, and leaves what is doubtful to people.
//
//	patrol demo
//	patrol init && patrol run
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"patrol/bot/command"
)

func main() { os.Exit(run()) }

func run() int {
	env := command.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
		StdinTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		StdoutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		StderrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Interrupt:      interrupt,
		Reloads:        reloads,
	}
	if env.StdinTerminal {
		env.ReadPassword = readPassword
	}
	return command.Run(context.Background(), os.Args[1:], env)
}

// interrupt ends the context at the first SIGINT or SIGTERM; from then on they are
// as deadly as ever, so that a second one stops a stop that hangs.
func interrupt(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// reloads are the hangup signals, which ask for the rules to be read again.
func reloads() (<-chan os.Signal, func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	return hangups, func() { signal.Stop(hangups) }
}

// readPassword gives the terminal its echo back where it is interrupted.
func readPassword() (string, error) {
	fd := int(os.Stdin.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-interrupts:
			_ = term.Restore(fd, state)
			os.Exit(130)
		case <-done:
		}
	}()
	password, err := term.ReadPassword(fd)
	return string(password), err
}
