package check

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

// entries returns the files that the start commands of the deployment paths begin with.
func entries(code *repo.Program, deploy *manifest.Set) []*repo.File {
	var out []*repo.File
	for _, p := range deploy.Paths {
		if p.Purpose == manifest.Development {
			continue
		}
		server, ok := p.Start.Server()
		if !ok {
			continue
		}
		root := strings.TrimPrefix(p.Root, "./")
		for _, dir := range []string{path.Join(root, server.Dir), root} {
			if f := code.StartFile(path.Clean(dir), server.Args); f != nil {
				out = append(out, f)
				break
			}
		}
	}
	return out
}
