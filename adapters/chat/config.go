package chat

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Secret is a password, token or key. It prints as <secret> wherever it is
// formatted or encoded; only string(s) reveals it.
type Secret string

const hidden = "<secret>"

// Format writes <secret>, or nothing for an empty secret, for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.masked())) }

// String is <secret>, or "" for an empty secret.
func (s Secret) String() string { return s.masked() }

// MarshalText encodes <secret>, or "" for an empty secret, into JSON, YAML and logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.masked()), nil }

func (s Secret) masked() string {
	if s == "" {
		return ""
	}
	return hidden
}

// maxSecretFile is the longest secret file that anybody means.
const maxSecretFile = 64 << 10

// SecretFrom is the secret of a config that may hold it as value or name a file
// that does: key and key_file. White space around a file's content is cut off.
// Giving both is an error, and so is a file that is unreadable or empty; neither
// is the empty secret. Errors name the key and hold no part of the secret.
func SecretFrom(key string, value Secret, file string) (Secret, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("only one of %[1]s and %[1]s_file may be given / %[1]s 和 %[1]s_file 只能写一个", key)
	}
	info, err := os.Stat(file)
	if err != nil {
		return "", fmt.Errorf("%s_file can't be read / 读不了 %s_file: %w", key, key, err)
	}
	if info.Size() > maxSecretFile {
		return "", fmt.Errorf("%s_file is larger than %d bytes / %s_file 过大", key, maxSecretFile, key)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_file can't be read / 读不了 %s_file: %w", key, key, err)
	}
	found := strings.TrimSpace(string(data))
	if found == "" {
		return "", fmt.Errorf("%s_file is empty / %s_file 是空的", key, key)
	}
	return Secret(found), nil
}

// Duration is a length of time as config files write it: 90s, 10m, 24h, 30d.
type Duration time.Duration

// UnmarshalText reads a length of time that is not negative.
func (d *Duration) UnmarshalText(text []byte) error {
	s := string(text)
	var parsed time.Duration
	var err error
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n int
		if n, err = strconv.Atoi(days); err == nil && n > int(maxDuration/(24*time.Hour)) {
			err = errors.New("too long")
		}
		parsed = time.Duration(n) * 24 * time.Hour
	} else {
		parsed, err = time.ParseDuration(s)
	}
	if err != nil || parsed < 0 {
		return fmt.Errorf("%.40q is not a length of time such as 90s, 10m, 24h or 30d / 不是时长（例：90s、10m、24h、30d）", s)
	}
	*d = Duration(parsed)
	return nil
}

const maxDuration = 1<<63 - 1

// String is the duration as time.Duration writes it.
func (d Duration) String() string { return time.Duration(d).String() }
