package console

import (
	"net"
	"net/http"
	"strings"
	"time"
)

// Entrance says how people get in, and for how long.
type Entrance struct {
	Secure   bool          // the pages are reached over HTTPS: cookies are sent over nothing else
	Idle     time.Duration // an unused login ends after this; 2 h where 0
	Absolute time.Duration // any login ends after this; 12 h where 0
	Factor   bool          // everybody with a password must set up a second factor
	SignOn   *SignOn       // single sign-on; nil where there is none

	// Address is what logins are limited by and listed with: RemoteHost where nil.
	// Behind a proxy it is ForwardedFor.
	Address func(r *http.Request) string
}

func (e *Entrance) fill() {
	if e.Address == nil {
		e.Address = RemoteHost
	}
	e.Idle = usual(e.Idle, 2*time.Hour)
	e.Absolute = usual(e.Absolute, 12*time.Hour)
}

// RemoteHost is the host that the connection comes from.
func RemoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// ForwardedFor is the host that the proxy before the console was asked by: the
// last one of X-Forwarded-For, for only that one was written by the proxy itself.
// It is RemoteHost where the proxy wrote none.
func ForwardedFor(r *http.Request) string {
	var last string
	for _, line := range r.Header.Values("X-Forwarded-For") {
		if i := strings.LastIndexByte(line, ','); i >= 0 {
			line = line[i+1:]
		}
		last = strings.TrimSpace(line)
	}
	if ip := net.ParseIP(last); ip != nil {
		return ip.String()
	}
	return RemoteHost(r)
}

// doors is what the console knows of those who are coming in.
type doors struct {
	accounts   *limiter // failed logins, by name
	addresses  *limiter // failed logins, by address
	codes      *limiter // wrong codes of second factors, by name
	hashing    chan struct{}
	decoy      string // verified for names that do not exist
	links      links
	halves     halves
	attempts   attempts
	enrolments enrolments
}

func newDoors() doors {
	return doors{
		accounts: newLimiter(perAccount), addresses: newLimiter(perAddress), codes: newLimiter(perAccount),
		hashing: make(chan struct{}, hashesAtOnce), decoy: decoy,
	}
}
