package onebot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"
)

// steady is how long a connection must have lasted to be called good.
const steady = 30 * time.Second

// runForward keeps a connection that we dial, until ctx ends or the token is
// refused.
func (a *Adapter) runForward(ctx context.Context) error {
	backoff := a.backoff
	for ctx.Err() == nil {
		began := time.Now()
		err := a.forwardOnce(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errRefused) {
			return err
		}
		a.host.Warn(fmt.Errorf("connection lost, dialling again / 连接断开，正在重连: %w", err))
		if time.Since(began) > steady {
			backoff.Reset()
		}
		if backoff.Wait(ctx) != nil {
			return nil
		}
	}
	return nil
}

// forwardOnce connects once and reads until the connection ends.
func (a *Adapter) forwardOnce(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !a.config.Split {
		s, err := a.dial(ctx, "")
		if err != nil {
			return err
		}
		a.attach(s)
		defer a.detach(s)
		return s.read(ctx, a.host.Warn, a.taker(ctx))
	}
	api, err := a.dial(ctx, "/api")
	if err != nil {
		return err
	}
	defer api.close()
	events, err := a.dial(ctx, "/event")
	if err != nil {
		return err
	}
	a.attach(api)
	defer a.detach(api)
	ended := make(chan error, 1)
	go func() {
		defer cancel() // one without the other is no use
		ended <- api.read(ctx, a.host.Warn, func(*payload) {})
	}()
	err = events.read(ctx, a.host.Warn, a.taker(ctx))
	cancel()
	return errors.Join(err, <-ended)
}

func (a *Adapter) dial(ctx context.Context, path string) (*session, error) {
	target, err := url.Parse(a.config.URL)
	if err != nil {
		return nil, errors.New("the url can't be read") // its own words would quote a token
	}
	target = target.JoinPath(path)
	if target.Path == "" {
		target.Path = "/"
	}
	dialling, cancel := context.WithTimeout(ctx, time.Duration(a.config.Timeout))
	defer cancel()
	header := http.Header{}
	if a.config.Token != "" {
		header.Set("Authorization", "Bearer "+string(a.config.Token))
	}
	//nolint:bodyclose // Dial closes the body itself, as it documents.
	conn, response, err := websocket.Dial(dialling, target.String(), &websocket.DialOptions{HTTPHeader: header, HTTPClient: a.client})
	if err != nil {
		if response != nil && (response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden) {
			return nil, fmt.Errorf("%w (HTTP %d)", errRefused, response.StatusCode)
		}
		return nil, withoutURL(err)
	}
	return newSession(conn, time.Duration(a.config.Timeout)), nil
}

// withoutURL drops the address that net/http puts into its errors, since it may
// hold an access token.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
