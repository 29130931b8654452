package ledger

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Form writes values of one struct type as Canonical does, in a fifth of the time: it
// finds out once how each field is written, and puts everything into one buffer. A
// Form never changes; any number of goroutines may use it.
type Form[T any] struct{ write writer }

// NewForm is the form of T. What it has no way of its own for (maps, interfaces,
// embedded fields, types that write themselves) encoding/json writes for it.
func NewForm[T any]() *Form[T] { return &Form[T]{writerOf(reflect.TypeFor[T]())} }

// Canonical appends Canonical(v) to dst.
func (f *Form[T]) Canonical(dst []byte, v *T) ([]byte, error) {
	start := len(dst)
	out, broken, err := f.write(dst, reflect.ValueOf(v).Elem())
	if err != nil || !broken {
		return out, err
	}
	data, err := Canonical(v)
	return append(out[:start], data...), err
}

// writer appends a value, which can be addressed, as JSON. broken says that it holds
// text which is not UTF-8.
type writer func(dst []byte, v reflect.Value) (out []byte, broken bool, err error)

func writerOf(t reflect.Type) writer {
	switch pointer := reflect.PointerTo(t); {
	case t == reflect.TypeFor[time.Time]():
		return writeTime
	case pointer.Implements(reflect.TypeFor[json.Marshaler]()), pointer.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return writeOther
	}
	switch t.Kind() {
	case reflect.String:
		return writeText
	case reflect.Bool:
		return func(dst []byte, v reflect.Value) ([]byte, bool, error) {
			return strconv.AppendBool(dst, v.Bool()), false, nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(dst []byte, v reflect.Value) ([]byte, bool, error) {
			return strconv.AppendInt(dst, v.Int(), 10), false, nil
		}
	case reflect.Struct:
		return structWriter(t)
	case reflect.Pointer:
		return pointerWriter(t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return writeBytes
		}
		return sliceWriter(t)
	default:
		return writeOther
	}
}

// writeOther leaves a value to encoding/json.
func writeOther(dst []byte, v reflect.Value) ([]byte, bool, error) {
	data, err := json.Marshal(v.Addr().Interface())
	return append(dst, data...), strings.Contains(string(data), `\ufffd`), err
}

func writeTime(dst []byte, v reflect.Value) ([]byte, bool, error) {
	dst, err := v.Addr().Interface().(*time.Time).AppendText(append(dst, '"'))
	return append(dst, '"'), false, err
}

func writeBytes(dst []byte, v reflect.Value) ([]byte, bool, error) {
	if v.IsNil() {
		return append(dst, "null"...), false, nil
	}
	dst = base64.StdEncoding.AppendEncode(append(dst, '"'), v.Bytes())
	return append(dst, '"'), false, nil
}

// elementWriter finds out how what is pointed to, or listed, is written only when
// there is any: a type may lead back to itself.
func elementWriter(t reflect.Type) func() writer {
	return sync.OnceValue(func() writer { return writerOf(t.Elem()) })
}

func pointerWriter(t reflect.Type) writer {
	element := elementWriter(t)
	return func(dst []byte, v reflect.Value) ([]byte, bool, error) {
		if v.IsNil() {
			return append(dst, "null"...), false, nil
		}
		return element()(dst, v.Elem())
	}
}

func sliceWriter(t reflect.Type) writer {
	element := elementWriter(t)
	return func(dst []byte, v reflect.Value) ([]byte, bool, error) {
		if v.IsNil() {
			return append(dst, "null"...), false, nil
		}
		dst = append(dst, '[')
		write, broken := element(), false
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, ',')
			}
			var bad bool
			var err error
			if dst, bad, err = write(dst, v.Index(i)); err != nil {
				return dst, broken, err
			}
			broken = broken || bad
		}
		return append(dst, ']'), broken, nil
	}
}

// field is how a field of a struct is written.
type field struct {
	index int
	key   string                   // "name":
	omit  func(reflect.Value) bool // nil where it is always written
	write writer
}

func structWriter(t reflect.Type) writer {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous || strings.Contains(options, "string"):
			return writeOther
		case !f.IsExported() || tag == "-":
			continue
		case name == "":
			name = f.Name
		}
		key, _ := appendText(nil, name)
		fields = append(fields, field{i, string(key) + ":", omitted(f.Type, options), writerOf(f.Type)})
	}
	return func(dst []byte, v reflect.Value) ([]byte, bool, error) {
		broken, between := false, byte('{')
		for i := range fields {
			f := &fields[i]
			value := v.Field(f.index)
			if f.omit != nil && f.omit(value) {
				continue
			}
			dst = append(append(dst, between), f.key...)
			between = ','
			var bad bool
			var err error
			if dst, bad, err = f.write(dst, value); err != nil {
				return dst, broken, err
			}
			broken = broken || bad
		}
		if between == '{' {
			dst = append(dst, '{')
		}
		return append(dst, '}'), broken, nil
	}
}

// omitted is when a field of type t is left out, nil for never.
func omitted(t reflect.Type, options string) func(reflect.Value) bool {
	empty := strings.Contains(options, "omitempty")
	if strings.Contains(options, "omitzero") {
		type isZeroer interface{ IsZero() bool }
		zero := reflect.Value.IsZero
		if t == reflect.TypeFor[time.Time]() {
			zero = func(v reflect.Value) bool { return v.Addr().Interface().(*time.Time).IsZero() }
		} else if reflect.PointerTo(t).Implements(reflect.TypeFor[isZeroer]()) && t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface {
			zero = func(v reflect.Value) bool { return v.Addr().Interface().(isZeroer).IsZero() }
		}
		if !empty {
			return zero
		}
		return func(v reflect.Value) bool { return zero(v) || isEmpty(v) }
	}
	if empty {
		return isEmpty
	}
	return nil
}

// isEmpty is encoding/json's notion of it.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Array, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

func writeText(dst []byte, v reflect.Value) ([]byte, bool, error) {
	dst, broken := appendText(dst, v.String())
	return dst, broken, nil
}

// appendText appends s as encoding/json writes it: with what HTML or JavaScript would
// take for their own escaped, and U+FFFD for each byte that fits nowhere.
func appendText(dst []byte, s string) (out []byte, broken bool) {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plain(c) {
			i++
			continue
		}
		if c >= 0xE3 && c <= 0xEC && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 {
			i += 3 // Chinese, mostly
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			if r, size = utf8.DecodeRuneInString(s[i:]); r != '\u2028' && r != '\u2029' && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
		}
		dst = append(dst, s[from:i]...)
		switch {
		case r == utf8.RuneError:
			dst, broken = append(dst, `\ufffd`...), true
		case c >= utf8.RuneSelf:
			dst = append(append(dst, `\u202`...), hex[r&0xF])
		case c == '\\' || c == '"':
			dst = append(dst, '\\', c)
		default:
			if at := strings.IndexByte("\bb\ff\nn\rr\tt", c); at >= 0 {
				dst = append(dst, '\\', "\bb\ff\nn\rr\tt"[at+1])
			} else {
				dst = append(append(dst, `\u00`...), hex[c>>4], hex[c&0xF])
			}
		}
		i += size
		from = i
	}
	return append(append(dst, s[from:]...), '"'), broken
}

// plain reports whether a byte is an ASCII character that is written as it is.
func plain(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
}
