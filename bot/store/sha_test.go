package store_test

import (
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"os"

	"modernc.org/sqlite"

	"patrol/bot/store"
)

// registerSHA teaches this process's SQLite the functions with which forgers work:
// sha(x), pack(x) and unpack(x). It has to be done before any file is opened.
func registerSHA() {
	for name, work := range map[string]func([]byte) ([]byte, error){
		"sha": func(data []byte) ([]byte, error) {
			sum := sha256.Sum256(data)
			return sum[:], nil
		},
		"pack":   func(data []byte) ([]byte, error) { return store.Pack(data), nil },
		"unpack": store.Unpack,
	} {
		err := sqlite.RegisterDeterministicScalarFunction(name, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			data, ok := args[0].([]byte)
			if !ok {
				return nil, fmt.Errorf("%s of %T", name, args[0])
			}
			return work(data)
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
