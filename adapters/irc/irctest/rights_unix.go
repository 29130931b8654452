//go:build unix

package irctest

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
	"testing"
)

// unprivileged is whom a server runs as; zeros where that is ourselves. InspIRCd
// refuses to run as root.
func unprivileged(tb testing.TB) (uid, gid int) {
	tb.Helper()
	if os.Getuid() != 0 {
		return 0, 0
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		tb.Fatal(err)
	}
	uid, err = strconv.Atoi(nobody.Uid)
	if err != nil {
		tb.Fatal(err)
	}
	gid, err = strconv.Atoi(nobody.Gid)
	if err != nil {
		tb.Fatal(err)
	}
	return uid, gid
}

func as(uid, gid int) *syscall.SysProcAttr {
	if uid == 0 {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} // ids of a real user.
}
