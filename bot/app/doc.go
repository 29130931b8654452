// Package app builds a bot from its file and runs it: store, rules, adapters,
// pipeline, console and metrics, started in that order and stopped in reverse.
// Signals and exit codes are main's; app can be run inside a test.
//
//	a, err := app.New(ctx, app.Options{Config: c, Log: log})
//	if err != nil {
//		return err
//	}
//	return a.Run(ctx) // until ctx ends; then everything taken is finished
package app
