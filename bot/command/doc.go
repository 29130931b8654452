// Package command is the command line of Patrol: it reads arguments, calls the
// packages that do the work, and says what came of it in Chinese or English.
//
//	code := command.Run(ctx, []string{"rules", "check", "rules/"}, command.Env{
//		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
//	})
//	os.Exit(code)
//
// Run touches nothing of the process but what Env gives it and the files that
// the arguments name, so that every command can be run inside a test.
//
// What others wrote (message text, names, file contents) reaches a terminal only
// through Plain, and a program only as JSON.
package command
