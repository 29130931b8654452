// Package seal keeps small secrets unreadable where they are stored: the second
// factors of reviewers, in the database. Whoever gets hold of the database, or of a
// copy of it, can't make their codes; for that it takes the key file as well, which
// stands outside of it.
//
//	keys := seal.Keys{Path: "patrol.db.key"}
//	sealed, err := keys.Seal("JBSWY3DP...", "second factor of li") // makes the file where there is none
//	secret, err := keys.Open(sealed, "second factor of li")
//
// A secret is sealed with AES-256-GCM under a random nonce, together with what it is
// about: it opens for nothing else, so that one account's can't be put in the place
// of another's. What is sealed names its key by the first half of the key's SHA-256.
//
// The key file is text: the present key on the first line, and below it, while the
// keys are being renewed, those before. Only its owner may read it.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// The errors of keys and of what is sealed; ErrKey is in all of them.
var (
	ErrKey   = errors.New("a second factor can't be opened / 两步验证的密钥打不开")
	ErrNoKey = fmt.Errorf("%w: the key file is not there: put it back, or take second factors away with patrol users reset-factor / 密钥文件不在：放回来，或用 patrol users reset-factor 取消两步验证", ErrKey)
	ErrOther = fmt.Errorf("%w: it was sealed with another key than those in the key file: put the right file back, or take second factors away with patrol users reset-factor / 密钥文件不是当时那一个：放回原来的，或用 patrol users reset-factor 取消两步验证", ErrKey)
	ErrFile  = fmt.Errorf("%w: the key file is damaged / 密钥文件已损坏", ErrKey)
	ErrOpen  = fmt.Errorf("%w: the key file can be read by others: chmod 600 / 密钥文件能被他人读取，请 chmod 600", ErrKey)
	ErrSeal  = fmt.Errorf("%w: it was changed, or belongs to another account / 它被改动过，或属于另一账号", ErrKey)
)

// Keys are those in a file. It may be used from many goroutines and processes, as
// long as what is sealed is written under a lock that Renew's caller takes as well.
type Keys struct {
	Path string
}

type key [32]byte

func (k key) id() string {
	sum := sha256.Sum256(k[:])
	return hex.EncodeToString(sum[:16])
}

func (k key) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// sealedForm is how what is sealed begins; the id of the key and a colon follow, and
// the nonce with the ciphertext in Base64.
const sealedForm = "sealed1:"

// Seal seals the secret with the present key. Where there is no key file, it is made.
func (k Keys) Seal(secret, about string) (string, error) {
	keys, err := k.read()
	if errors.Is(err, ErrNoKey) {
		keys = []key{fresh()}
		err = k.write(keys)
	}
	if err != nil {
		return "", err
	}
	aead, err := keys[0].aead()
	if err != nil {
		return "", err
	}
	return sealedForm + keys[0].id() + ":" + base64.StdEncoding.EncodeToString(aead.Seal(nil, nil, []byte(secret), []byte(about))), nil
}

// Open is what Seal was given. The error is one of those above.
func (k Keys) Open(sealed, about string) (string, error) {
	rest, ok := strings.CutPrefix(sealed, sealedForm)
	id, text, whole := strings.Cut(rest, ":")
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if !ok || !whole || err != nil {
		return "", ErrSeal
	}
	keys, err := k.read()
	if err != nil {
		return "", err
	}
	for _, one := range keys {
		if one.id() != id {
			continue
		}
		aead, err := one.aead()
		if err != nil {
			return "", err
		}
		secret, err := aead.Open(nil, nil, data, []byte(about))
		if err != nil {
			return "", ErrSeal
		}
		return string(secret), nil
	}
	return "", fmt.Errorf("%w (%s)", ErrOther, k.Path)
}

// Renew puts a new key before those that there are: Seal uses it from now on, and
// Open knows them all. Once everything was sealed anew, finish drops the others.
func (k Keys) Renew() (finish func() error, err error) {
	keys, err := k.read()
	if err != nil && !errors.Is(err, ErrNoKey) {
		return nil, err
	}
	keys = append([]key{fresh()}, keys...)
	if err := k.write(keys); err != nil {
		return nil, err
	}
	return func() error { return k.write(keys[:1]) }, nil
}

func fresh() (k key) {
	_, _ = rand.Read(k[:]) // never fails
	return k
}

// heading tells people what the file is.
const heading = "# The key of Patrol's second factors: without it nobody with one can log in. Keep a copy apart from the database.\n" +
	"# Patrol 两步验证的密钥：丢了它，设了两步验证的人都登录不了。请与数据文件分开备份。\n"

func (k Keys) read() ([]key, error) {
	info, err := os.Stat(k.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (%s)", ErrNoKey, k.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w (%s)", ErrOpen, k.Path)
	}
	data, err := os.ReadFile(k.Path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	keys, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w (%s)", err, k.Path)
	}
	return keys, nil
}

func parse(data []byte) (keys []key, err error) {
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != len(key{}) {
			return nil, ErrFile
		}
		keys = append(keys, key(raw))
	}
	if len(keys) == 0 {
		return nil, ErrFile
	}
	return keys, nil
}

// write puts a whole file in the place of the one that is there, or none.
func (k Keys) write(keys []key) (err error) {
	text := bytes.NewBufferString(heading)
	for _, one := range keys {
		text.WriteString(base64.StdEncoding.EncodeToString(one[:]) + "\n")
	}
	f, err := os.CreateTemp(filepath.Dir(k.Path), filepath.Base(k.Path)+".*") // for its owner only
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%w: %w", ErrKey, err), os.Remove(f.Name()))
		}
	}()
	if _, err := f.Write(text.Bytes()); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), k.Path)
}
