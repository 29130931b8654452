package store

// For tests that look into the file.
var (
	Pack   = pack
	Unpack = unpack
)
