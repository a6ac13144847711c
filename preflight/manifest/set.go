package manifest

// Set is everything that the manifests of a repository say.
type Set struct {
	Paths     []*Path
	EnvFiles  []*EnvFile
	Images    []*Image // every Dockerfile, used by a path or not
	Files     []File   // every manifest that was recognised
	Problems  []Problem
	Proxies   []*ProxyConfig // nginx and Caddy configurations
	Flows     []*Workflow    // CI workflows
	Databases []ManagedDatabase
}

// ManagedDatabase is a database that a manifest orders from its platform.
type ManagedDatabase struct {
	Name     string
	Platform Platform
	Plan     string
	Place
}

// File is a recognised manifest.
type File struct {
	Path string
	Kind string // "render.yaml", "Dockerfile", "compose" ...
}

// Problem is a manifest, or a part of one, that could not be understood.
type Problem struct {
	Place
	Msg string // one line
}

// EnvFile is a file of NAME=value lines.
type EnvFile struct {
	Path string
	Use  EnvUse
	Vars []EnvVar
}

// EnvUse says what an env file is for, by its name.
type EnvUse uint8

// The uses.
const (
	EnvPlain       EnvUse = iota // .env: development, unless a path loads it
	EnvExample                   // a template: .env.example, .env.sample, env.dist ...
	EnvDevelopment               // .env.local, .env.dev ...
	EnvTest                      // .env.test, .env.ci
	EnvProduction                // .env.production, .env.prod, .env.staging
)

// EnvVar is one line of an env file.
type EnvVar struct {
	Name, Value string
	Line        int
	Raw         string // the line as written, without its end
	Exported    bool   // export NAME=value
	Comment     bool   // a commented-out assignment: "# NAME=value"
}

// Var returns the last assignment of a name, as loaders see it.
func (e *EnvFile) Var(name string) (EnvVar, bool) {
	for i := len(e.Vars) - 1; i >= 0; i-- {
		if v := e.Vars[i]; v.Name == name && !v.Comment {
			return v, true
		}
	}
	return EnvVar{}, false
}
