// Package configs holds the files that ship with Patrol, so that the binary can
// write and use them without anything installed: the example of a bot file, the
// rules and word lists, and the script of the demo.
//
//	data, err := configs.FS.ReadFile("rules/ads.yaml")
package configs

import "embed"

// FS is this folder.
//
//go:embed patrol.example.yaml rules lists demo
var FS embed.FS
