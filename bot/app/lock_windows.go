package app

import "os"

// lock takes the file for this process alone: Windows refuses to remove a file
// that another process holds open.
func lock(path string) (unlock func() error, err error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return f.Close, nil
}
