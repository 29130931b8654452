package mend

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrChanged says that the file is not what it was when the change was made.
var ErrChanged = errors.New("the file has changed meanwhile: look at the change again / 文件已被修改，请重新查看")

// Write puts after in place of before in the file, all or nothing: whoever reads the
// file, and whatever happens meanwhile, finds the one or the other. A link is
// followed; mode is kept.
func Write(path string, before, after []byte) (err error) {
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".patrol-*")
	if err != nil {
		return fmt.Errorf("write beside %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(after)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	is, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(is, before) {
		return ErrChanged
	}
	return os.Rename(temp.Name(), path)
}
