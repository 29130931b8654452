package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"patrol/adapters/chat"
)

// MaxLine is the longest line that is read, in bytes.
const MaxLine = 16 << 20

// LineError says what is wrong with one line of input.
type LineError struct {
	Line int // from 1
	Err  error
}

// Error is "line N: what is wrong".
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// Reader reads events from JSON lines. It belongs to one goroutine.
type Reader struct {
	lines  *bufio.Reader
	long   []byte // a line that did not fit into the buffer of lines
	number int
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader { return &Reader{lines: bufio.NewReaderSize(r, 64<<10)} }

// Next is the next event. The error is a *LineError for a bad line, after which
// Next may be called again; io.EOF at the end; or that of the underlying reader.
// Empty lines are skipped.
func (r *Reader) Next() (chat.Event, error) {
	line, err := r.line()
	if err != nil {
		return chat.Event{}, err
	}
	return r.event(line)
}

// Line is the number of the line that was read last, from 1.
func (r *Reader) Line() int { return r.number }

func (r *Reader) event(line []byte) (chat.Event, error) {
	e, err := decodeEvent(line, r.number)
	if err != nil {
		return chat.Event{}, &LineError{r.number, err}
	}
	return e, nil
}

// line is the next line that is not empty, valid until the next call.
func (r *Reader) line() ([]byte, error) {
	for {
		line, err := r.any()
		if len(bytes.TrimSpace(line)) > 0 && (err == nil || errors.Is(err, io.EOF)) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// any is the next line, empty or not, and nothing of one that is too long.
func (r *Reader) any() ([]byte, error) {
	r.number++
	line, err := r.lines.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	r.long = append(r.long[:0], line...)
	size := len(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.lines.ReadSlice('\n')
		if size += len(line); size <= MaxLine+1 {
			r.long = append(r.long, line...)
		}
	}
	if size > MaxLine+1 {
		r.long = nil
		return nil, &LineError{r.number, fmt.Errorf("longer than %d bytes", MaxLine)}
	}
	return r.long, err
}
