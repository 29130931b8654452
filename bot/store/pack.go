package store

import (
	_ "embed"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"

	"patrol/bot/ledger"
)

// The two parts of a case's evidence lie packed in the file: as JSON they fill a page
// of it for each case, of which most is the same in all. A packed part is 1 and then
// the JSON as an S2 block with pack1.txt for its dictionary. What is too short to gain,
// and what was written before there was packing, is JSON as it is, which begins with a
// brace.
//
// Digests are those of the JSON. pack1.txt never changes: there is evidence that can't
// be read without it. A better dictionary gets a number of its own.
const packed1 = 1

// mostPacked is the longest JSON that is packed: what a damaged length claims must not
// take more memory than that.
const mostPacked = 64 << 20

//go:embed pack1.txt
var dictionary string

var dictionary1 = s2.MakeDictManual([]byte(dictionary), 0)

// errPacked is wrapped by the errors for evidence that can't be unpacked.
var errPacked = errors.New("the evidence is damaged")

// pack is data as it lies in the file.
func pack(data []byte) []byte {
	if len(data) == 0 || len(data) > mostPacked {
		return data
	}
	room := make([]byte, 1+s2.MaxEncodedLen(len(data)))
	room[0] = packed1
	n := 1 + len(dictionary1.Encode(room[1:], data))
	if n >= len(data) {
		return data
	}
	return append(make([]byte, 0, n), room[:n]...)
}

// unpack is what pack was given. Where that is data itself, so is the answer.
func unpack(data []byte) ([]byte, error) {
	if len(data) == 0 || data[0] == '{' {
		return data, nil
	}
	if data[0] != packed1 {
		return nil, fmt.Errorf("%w: it begins with %d", errPacked, data[0])
	}
	if n, err := s2.DecodedLen(data[1:]); err != nil || n > mostPacked {
		return nil, fmt.Errorf("%w: it says that it unpacks to %d bytes", errPacked, n)
	}
	out, err := dictionary1.Decode(nil, data[1:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPacked, err)
	}
	return out, nil
}

// sumOf is the digest of packed data.
func sumOf(data []byte) (ledger.Hash, error) {
	data, err := unpack(data)
	return ledger.Sum(data), err
}
