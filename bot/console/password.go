package console

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// The limits of a password.
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
)

// The errors of HashPassword and VerifyPassword.
var (
	ErrWeakPassword  = fmt.Errorf("a password needs %d characters or more / 密码至少 %[1]d 个字符", MinPassword)
	ErrLongPassword  = fmt.Errorf("a password has %d bytes at most / 密码最长 %[1]d 字节", MaxPassword)
	ErrWrongPassword = errors.New("the password is wrong / 密码错误")
	ErrForeignHash   = errors.New("not an argon2id hash in PHC form / 不是 argon2id 的 PHC 散列")
)

// cost is how hard a hash is to compute.
type cost struct {
	time    uint32 // passes
	memory  uint32 // KiB
	threads uint8
}

// The second recommended choice of RFC 9106, section 4, and how much of it a
// stored hash may ask for: no row in a table may exhaust the machine.
var (
	recommended = cost{time: 3, memory: 64 << 10, threads: 4}
	bearable    = cost{time: 16, memory: 1 << 20, threads: 16}
)

const (
	saltBytes = 16
	keyBytes  = 32
)

// HashPassword is the argon2id hash of a password in PHC string form
// ("$argon2id$v=19$m=65536,t=3,p=4$salt$key"), salted with 16 random bytes. The
// error is ErrWeakPassword or ErrLongPassword. It takes 64 MiB while it runs.
func HashPassword(password string) (string, error) {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return "", ErrWeakPassword
	case len(password) > MaxPassword:
		return "", ErrLongPassword
	}
	return hashAt(recommended, password), nil
}

func hashAt(c cost, password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: see crypto/rand
	key := argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, keyBytes)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.memory, c.time, c.threads, encode(salt), encode(key))
}

// VerifyPassword is nil where the password has that hash, ErrWrongPassword where
// it has another, and ErrForeignHash where the hash is not one of HashPassword's
// form or asks for more than 1 GiB or 16 passes.
func VerifyPassword(hash, password string) error {
	c, salt, want, err := parseHash(hash)
	if err != nil {
		return err
	}
	if len(password) > MaxPassword {
		return ErrWrongPassword
	}
	got := argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, uint32(len(want)))
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return ErrWrongPassword
	}
	return nil
}

// parseHash reads the PHC string form,
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md.
func parseHash(hash string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, ErrForeignHash
	}
	const costs = "m=%d,t=%d,p=%d"
	if _, err := fmt.Sscanf(parts[3], costs, &c.memory, &c.time, &c.threads); err != nil || fmt.Sprintf(costs, c.memory, c.time, c.threads) != parts[3] {
		return c, nil, nil, ErrForeignHash
	}
	if c.time < 1 || c.time > bearable.time || c.threads < 1 || c.threads > bearable.threads || c.memory < 8 || c.memory > bearable.memory {
		return c, nil, nil, ErrForeignHash
	}
	decode := base64.RawStdEncoding.Strict().DecodeString
	salt, saltErr := decode(parts[4])
	key, keyErr := decode(parts[5])
	if saltErr != nil || keyErr != nil || len(salt) < 8 || len(salt) > 64 || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, ErrForeignHash
	}
	return c, salt, key, nil
}

// decoy is a hash that no password has, as costly as any: logging in under a name
// that does not exist takes as long as under one that does.
const decoy = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
