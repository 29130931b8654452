package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"

	"patrol/bot/console"
	"patrol/bot/ledger"
	"patrol/bot/monthly"
	"patrol/bot/store"
)

// servers are the HTTP servers of one bot, by name.
type servers map[string]*server

type server struct {
	http     *http.Server
	listener net.Listener
	started  bool
	done     chan struct{} // closed once it serves no more
}

// serve opens the console and the metrics where the file asks for them: a port
// that is taken is known before anything else starts.
func (a *App) serve(ctx context.Context) error {
	a.servers = servers{}
	if err := a.serveConsole(ctx); err != nil {
		return err
	}
	if a.config.Metrics.Listen == "" {
		return nil
	}
	return a.listen(ctx, "metrics", a.config.Metrics.Listen, a.operations(), nil)
}

func (a *App) serveConsole(ctx context.Context) error {
	c, public := a.config.Console, a.config.Members.Appeal.Listen
	if c.Listen == "" && public == "" {
		return nil
	}
	entrance, err := a.entrance()
	if err != nil {
		return err
	}
	pages, err := console.New(console.Config{
		Store: a.store, Queue: a.queue, Timeline: a.timeline, Appeals: a.appeals, Ledger: a.records, Rules: a.pipeline.Rules, Log: a.log,
		Kept:     monthly.Retention{Text: time.Duration(a.config.Retention.Text), Ledger: time.Duration(a.config.Retention.Ledger)},
		Entrance: entrance, Target: PrecisionTarget(a.config), Doubted: a.doubts.list, Sampling: a.config.Sampling(),
	})
	if err != nil {
		return err
	}
	if public != "" {
		if err := a.listen(ctx, "appeals", public, pages.AppealsOnly(), nil); err != nil {
			return err
		}
	}
	if c.Listen == "" {
		return nil
	}
	a.console = pages
	var certificate *tls.Config
	if c.TLS.Cert != "" {
		pair, err := tls.LoadX509KeyPair(a.config.Resolve(c.TLS.Cert), a.config.Resolve(c.TLS.Key))
		if err != nil {
			return fmt.Errorf("%s: console.tls: %w", a.config.File, err)
		}
		certificate = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	if err := a.listen(ctx, "console", c.Listen, a.console, certificate); err != nil {
		return err
	}
	a.servers["console"].http.RegisterOnShutdown(a.console.Close)
	return nil
}

func (a *App) timeline(ctx context.Context, caseID string) ([]ledger.Entry, error) {
	var entries []ledger.Entry
	for record, err := range a.store.Entries(ctx, store.EntryFilter{Case: caseID}) {
		if err != nil {
			return nil, err
		}
		entry, err := record.Entry()
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func (a *App) records(ctx context.Context, from int64, limit int) (records []ledger.Record, err error) {
	for record, err := range a.store.Entries(ctx, store.EntryFilter{From: from, Pruned: true, Limit: limit}) {
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

func (a *App) listen(ctx context.Context, name, address string, h http.Handler, c *tls.Config) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("%s: %s.listen: %w", a.config.File, name, err)
	}
	if c != nil {
		l = tls.NewListener(l, c)
	}
	s := &server{
		http:     &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10},
		listener: l, done: make(chan struct{}),
	}
	a.servers[name] = s
	a.cleanup.add(name, s.stop)
	return nil
}

func (s servers) start(log zerolog.Logger) {
	for name, server := range s {
		log.Info().Str("server", name).Str("address", server.listener.Addr().String()).Msg("listening")
		server.started = true
		go func() {
			defer close(server.done)
			if err := server.http.Serve(server.listener); !errors.Is(err, http.ErrServerClosed) {
				log.Error().Err(err).Str("server", name).Msg("stopped serving")
			}
		}()
	}
}

func (s servers) address(name string) string {
	if server := s[name]; server != nil {
		return server.listener.Addr().String()
	}
	return ""
}

// stop lets running requests end, for a while. It may be called on a server that
// was never started.
func (s *server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if s.started {
		<-s.done
	}
	if closed := s.listener.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) {
		err = errors.Join(err, closed)
	}
	return err
}

// operations is what a machine asks: /metrics, /healthz (the process lives) and
// /readyz (it can take events and keep what it decides).
func (a *App) operations() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{Registry: a.metrics.registry}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := a.ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return mux
}

func (a *App) ready(ctx context.Context) error {
	if a.pipeline.Stats().StoreFailing {
		return errors.New("the store refuses cases")
	}
	if _, _, err := a.store.Waiting(ctx, time.Now()); err != nil {
		return fmt.Errorf("the store can't be read: %w", err)
	}
	return nil
}

// expireSessions forgets logins that have ended, now and then.
func (a *App) expireSessions(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := a.store.ExpireSessions(ctx, time.Now()); err != nil && ctx.Err() == nil {
			a.log.Warn().Err(err).Msg("logins that have ended could not be forgotten")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
