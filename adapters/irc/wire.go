package irc

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/lrstanley/girc"
	"golang.org/x/text/encoding"
)

const (
	maxReadLine  = 16 << 10 // 8191 bytes of tags and 512 of message, with room for servers that allow more
	maxLine      = 512      // RFC 1459 section 2.3, CR LF included
	writeTimeout = 20 * time.Second
)

// link is one connection: lines in, lines out. Any goroutine may send and close;
// one reads.
type link struct {
	conn    net.Conn
	in      *bufio.Reader
	charset encoding.Encoding

	mu  sync.Mutex // held while writing
	end sync.Once
	why error // set by end, readable once reading has failed
}

// connect opens a connection to the server, with TLS where the config says so.
func (a *Adapter) connect(ctx context.Context) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	conn, err := a.dial(ctx, "tcp", a.config.Server)
	if err != nil {
		return nil, err
	}
	if a.secure != nil {
		t := tls.Client(conn, a.secure)
		if err := t.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, fmt.Errorf("tls: %w", err)
		}
		conn = t
	}
	return &link{conn: conn, in: bufio.NewReaderSize(conn, maxReadLine), charset: a.charset}, nil
}

// read is the next line that is a message. Lines that are none are skipped, as
// RFC 1459 asks for empty ones.
func (l *link) read() (*girc.Event, error) {
	for {
		raw, err := l.in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = fmt.Errorf("a line of the server is longer than %d bytes", maxReadLine)
		}
		if err != nil {
			l.close(err)
			return nil, l.why
		}
		if e := parse(raw, l.charset); e != nil {
			return e, nil
		}
	}
}

// parse is nil for what is no message.
func parse(raw []byte, charset encoding.Encoding) *girc.Event {
	line := strings.TrimRight(decode(raw, charset), "\r\n")
	// The parser of girc takes a lone prefix for a command.
	if line == "" || line[0] == ' ' {
		return nil
	}
	e := girc.ParseEvent(line)
	if e == nil || e.Command == "" || strings.HasPrefix(e.Command, ":") || strings.HasPrefix(e.Command, "@") {
		return nil
	}
	return e
}

// decode makes valid UTF-8 of raw.
func decode(raw []byte, charset encoding.Encoding) string {
	if !utf8.Valid(raw) && charset != nil {
		if text, err := charset.NewDecoder().Bytes(raw); err == nil {
			raw = text
		}
	}
	return string(bytes.ToValidUTF8(raw, []byte("\uFFFD")))
}

// encode is line as it is sent, without CR LF.
func encode(line string, charset encoding.Encoding) []byte {
	if charset == nil {
		return []byte(line)
	}
	out, err := encoding.ReplaceUnsupported(charset.NewEncoder()).String(line)
	if err != nil {
		return []byte(line)
	}
	return []byte(out)
}

// send writes one message. A parameter can't smuggle in another message.
func (l *link) send(command string, params ...string) error {
	e := girc.Event{Command: command}
	for _, p := range params {
		e.Params = append(e.Params, oneLine(p))
	}
	line := append(encode(e.String(), l.charset), '\r', '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err == nil {
		_, err = l.conn.Write(line)
	}
	if err != nil {
		l.close(err)
	}
	return err
}

// oneLine is s without what ends a line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\r' || r == '\n' || r == 0 {
			return ' '
		}
		return r
	}, s)
}

// close ends the connection. The first reason given is kept.
func (l *link) close(why error) {
	l.end.Do(func() {
		l.why = why
		l.conn.Close()
	})
}

// farewell says QUIT and gives the server a moment to hang up, so that others see
// the reason and not a lost connection.
func (l *link) farewell(reason string) {
	_ = l.conn.SetReadDeadline(time.Now().Add(time.Second))
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = l.conn.Write(append(encode("QUIT :"+oneLine(reason), l.charset), '\r', '\n'))
}
