package onebot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"patrol/adapters/chat"
)

// api posts actions to an implementation's HTTP server.
type api struct {
	client  *http.Client
	url     string
	token   chat.Secret
	timeout time.Duration
}

func (h *api) call(ctx context.Context, action string, params any) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	body, err := json.Marshal(params)
	if err != nil {
		return nil, &chat.Error{Op: action, Kind: chat.Other, Err: err}
	}
	target, err := url.JoinPath(h.url, action)
	if err != nil {
		return nil, &chat.Error{Op: action, Kind: chat.Other, Err: errors.New("the url can't be read")}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, &chat.Error{Op: action, Kind: chat.Other, Err: errors.New("the url can't be read")}
	}
	r.Header.Set("Content-Type", "application/json")
	if h.token != "" {
		r.Header.Set("Authorization", "Bearer "+string(h.token))
	}
	response, err := h.client.Do(r)
	if err != nil {
		return nil, transient(action, withoutURL(err))
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, httpRefusal(action, response.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, maxFrame))
	if err != nil {
		return nil, transient(action, err)
	}
	p, err := decode(data)
	if err != nil {
		return nil, &chat.Error{Op: action, Kind: chat.Other, Err: err}
	}
	return outcome(action, p)
}

// runHTTP takes posted events until ctx ends. Nothing says that an
// implementation went away, so that it came back is found by asking.
func (a *Adapter) runHTTP(ctx context.Context) error {
	h := &api{client: a.client, url: a.config.URL, token: a.config.Token, timeout: time.Duration(a.config.Timeout)}
	a.attach(h)
	defer a.detach(h)
	if err := a.serve(ctx, a.post); ctx.Err() == nil {
		return fmt.Errorf("listen on %s: %w", a.config.Listen, err)
	}
	return nil
}
