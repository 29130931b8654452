package app

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// cleanup stops what was started, the last first, once.
type cleanup struct {
	mu    sync.Mutex
	steps []namedStop
}

type namedStop struct {
	name string
	stop func() error
}

func (c *cleanup) add(name string, stop func() error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.steps = append(c.steps, namedStop{name, stop})
}

func (c *cleanup) run() error {
	c.mu.Lock()
	steps := c.steps
	c.steps = nil
	c.mu.Unlock()
	var faults []error
	for _, step := range slices.Backward(steps) {
		if err := step.stop(); err != nil {
			faults = append(faults, fmt.Errorf("stop the %s: %w", step.name, err))
		}
	}
	return errors.Join(faults...)
}

// inBackground runs each of the functions in a goroutine of its own.
func inBackground(funcs ...func()) *sync.WaitGroup {
	var wg sync.WaitGroup
	for _, f := range funcs {
		wg.Go(f)
	}
	return &wg
}
