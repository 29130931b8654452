package command

import (
	"cmp"
	"fmt"
	"runtime"
)

type versionCommand struct {
	JSON bool `name:"json"`
}

// built is what `version --json` writes.
type built struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`     // of the commit, RFC 3339
	Modified bool   `json:"modified,omitempty"` // there were changes beside the commit
}

// Run says which build this is.
func (c *versionCommand) Run(s *shell) error {
	b := built{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if s.Build != nil {
		b.Version, b.Go = cmp.Or(s.Build.Main.Version, b.Version), cmp.Or(s.Build.GoVersion, b.Go)
		for _, setting := range s.Build.Settings {
			switch setting.Key {
			case "vcs.revision":
				b.Commit = setting.Value
			case "vcs.time":
				b.Time = setting.Value
			case "vcs.modified":
				b.Modified = setting.Value == "true"
			}
		}
	}
	if c.JSON {
		return writeJSON(s.Stdout, b)
	}
	line := fmt.Sprintf("patrol %s (%s, %s)", b.Version, b.Go, b.Platform)
	if b.Commit != "" {
		line += " " + b.Commit + " " + b.Time
	}
	if b.Modified {
		line += s.say("，有未提交的改动", ", with uncommitted changes")
	}
	_, err := fmt.Fprintln(s.Stdout, line)
	return err
}
