package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Canonical is v, which must be a struct or a pointer to one, as the JSON object
// that hashes are taken of: encoding/json's form, fields in their order, no white
// space between them.
//
// JSON can't hold text that is not UTF-8, and chat platforms deliver such text.
// encoding/json writes U+FFFD for each byte that fits nowhere; Canonical then adds
// a member "bytes" that maps the JSON pointer (RFC 6901) of each such text to its
// true bytes in Base64. Decode puts them back.
func Canonical(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(data, []byte(`\ufffd`)) {
		return data, nil
	}
	broken := map[string][]byte{}
	eachText(reflect.ValueOf(v), "", func(at string, text reflect.Value) {
		if !utf8.ValidString(text.String()) {
			broken[at] = []byte(text.String())
		}
	})
	if len(broken) == 0 {
		return data, nil
	}
	member, err := json.Marshal(broken) // keys come sorted
	if err != nil {
		return nil, err
	}
	if len(data) < 2 || data[len(data)-1] != '}' {
		return nil, fmt.Errorf("%T is no object", v)
	}
	out := append(data[:len(data)-1:len(data)-1], `,"bytes":`...)
	return append(append(out, member...), '}'), nil
}

// Decode reads what Canonical wrote into v, a pointer to a struct.
func Decode(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return err
	}
	if !bytes.Contains(data, []byte(`"bytes":`)) {
		return nil
	}
	var extra struct {
		Bytes map[string][]byte `json:"bytes"`
	}
	if err := json.Unmarshal(data, &extra); err != nil {
		return err
	}
	if len(extra.Bytes) == 0 {
		return nil
	}
	eachText(reflect.ValueOf(v), "", func(at string, text reflect.Value) {
		if raw, ok := extra.Bytes[at]; ok && text.CanSet() {
			text.SetString(string(raw))
		}
	})
	return nil
}

// Digest is the hex SHA-256 of data.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// eachText visits every string field and element under v with its JSON pointer.
// Map keys are left out: nothing that is stored has maps.
func eachText(v reflect.Value, at string, visit func(at string, text reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		visit(at, v)
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), at, visit)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachText(v.Index(i), at+"/"+strconv.Itoa(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !field.IsExported() || name == "-" {
				continue
			}
			if name == "" {
				name = field.Name
			}
			eachText(v.Field(i), at+"/"+name, visit)
		}
	}
}
