//go:build !unix

package irctest

import (
	"syscall"
	"testing"
)

func unprivileged(testing.TB) (uid, gid int) { return 0, 0 }

func as(int, int) *syscall.SysProcAttr { return nil }
