package store_test

import (
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"os"

	"modernc.org/sqlite"
)

// registerSHA teaches this process's SQLite the function sha(x), with which forgers
// work. It has to be done before any file is opened.
func registerSHA() {
	err := sqlite.RegisterDeterministicScalarFunction("sha", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		data, ok := args[0].([]byte)
		if !ok {
			return nil, fmt.Errorf("sha of %T", args[0])
		}
		sum := sha256.Sum256(data)
		return sum[:], nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
