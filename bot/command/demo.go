package command

import (
	"context"

	"patrol/bot/app"
	"patrol/rules/lang"
)

type demoCommand struct {
	Once   bool
	Speed  float64 `default:"1" placeholder:"N"`
	Listen string  `default:"127.0.0.1:0" placeholder:"ADDRESS"`
}

// Run plays the demo.
func (c *demoCommand) Run(ctx context.Context, s *shell) error {
	if c.Speed <= 0 {
		return &misuse{lang.T("--speed 必须大于零", "--speed must be greater than zero")}
	}
	ctx, stop := s.Interrupt(ctx)
	defer stop()
	return app.Demo(ctx, app.DemoOptions{
		Out: s.Stdout, Lang: s.lang, Color: s.out.on, Once: c.Once, Speed: c.Speed, Listen: c.Listen,
	})
}
