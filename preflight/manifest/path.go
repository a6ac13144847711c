package manifest

import "strings"

// Platform is who runs a deployment path.
type Platform string

// The platforms. Unknown stands for a repository without any description.
const (
	Unknown    Platform = "unknown"
	Railway    Platform = "railway"
	Render     Platform = "render"
	Fly        Platform = "fly"
	Heroku     Platform = "heroku" // or any other reader of a Procfile
	AppEngine  Platform = "app engine"
	CloudRun   Platform = "cloud run"
	Vercel     Platform = "vercel"
	Netlify    Platform = "netlify"
	Firebase   Platform = "firebase hosting"
	Compose    Platform = "compose"
	Docker     Platform = "docker" // an image, whoever runs it
	Kubernetes Platform = "kubernetes"
	Systemd    Platform = "systemd"
)

// Ephemeral reports whether what a process of the platform writes outside of
// mounts is certainly gone after the next deployment. Docker and Unknown are
// assumptions: a finding that depends on them says so.
func (p Platform) Ephemeral() bool {
	switch p {
	case Railway, Render, Fly, Heroku, AppEngine, CloudRun, Vercel, Netlify, Compose, Docker, Kubernetes:
		return true
	}
	return false
}

// TerminatesTLS reports whether the platform's own proxy speaks TLS and passes plain HTTP on.
func (p Platform) TerminatesTLS() bool {
	switch p {
	case Railway, Render, Fly, Heroku, AppEngine, CloudRun, Vercel, Netlify, Firebase:
		return true
	}
	return false
}

// InjectsPort reports whether the platform chooses PORT.
func (p Platform) InjectsPort() bool {
	switch p {
	case Railway, Render, Heroku, CloudRun, AppEngine:
		return true
	}
	return false
}

// Place is a line of a file. Line 0 is the whole file.
type Place struct {
	File string
	Line int
}

// Role is what a service does.
type Role string

// The roles.
const (
	Web      Role = "web"      // answers requests of users
	Worker   Role = "worker"   // runs without a port
	Cron     Role = "cron"     // runs now and then
	Static   Role = "static"   // files only, no process of ours
	Private  Role = "private"  // reachable for other services only
	Database Role = "database" // an image of a database, cache or broker
	Proxy    Role = "proxy"    // an image of a web server in front of others
	Release  Role = "release"  // runs once per deployment
)

// Purpose says whether a path is meant for users.
type Purpose uint8

// The purposes.
const (
	Production  Purpose = iota // as far as anything says
	Either                     // a compose file of no telling name beside a platform's manifest, and the like
	Development                // says so in its name or its content: its faults never fail
)

// Path is one way in which the repository gets deployed.
type Path struct {
	Name     string // for findings: "render.yaml: api"
	Platform Platform
	Service  string
	Role     Role
	Purpose  Purpose
	Place           // of the service in its manifest
	Root     string // the directory that the service is built from, "." for the repository

	Image     *Image // the effective image, nil where the platform builds without a Dockerfile
	ImageName string // image: of compose, render or kubernetes, "" if built here
	Builder   string // nixpacks, railpack, docker, native ... as the manifest says; "" if it doesn't
	Build     []Command
	PreDeploy []Command // run once before the new version starts, without volumes on Railway, Render and Fly
	Start     Command   // what runs; Start.Unknown() if nothing says
	Workdir   string    // where Start runs: absolute inside an image, else ""; see Resolve

	Vars      map[string]Variable
	BuildVars map[string]Variable // ARG with values, build args: there when the image is built only
	// VarsOpen says that variables may also come from elsewhere (a dashboard,
	// an env file that is not in the repository, secrets set by command). On
	// Railway's old files, Procfile and plain images it always is and nothing
	// else is known; DeclaresVars is then false.
	VarsOpen     bool
	DeclaresVars bool

	Mounts    []Mount
	Replicas  Count // instances of the service
	Workers   Count // processes that one instance starts for requests
	Autoscale bool
	Port      string // as declared: "8000", "$PORT"; "" if nothing is
	Published []Port // ports published on the host (compose)
	Health    string // path that the platform asks, "" if none
	HealthAt  Place
	PlainHTTP Place // what tells the platform to serve plain http as well; zero if nothing does
	Domains   []string
	Publish   string // directory that a static service serves
	Rewrites  bool   // a static service answers unknown paths with its index page
	Plan      string
	DependsOn []string
	EnvFiles  []string   // env files of the repository that it loads
	Ignored   []Variable // variables that the manifest holds where the platform does not read them
	Groups    []string   // groups of variables that are kept on the platform
	Missing   []Missing  // what the manifest refers to and the repository has not

	// SecretsApart says that secrets are set by a command or in a dashboard and never
	// stand in the manifest (Fly, Heroku, Vercel): a secret's absence then means nothing.
	SecretsApart bool

	manifest string
}

// Missing is a reference to something that is not there.
type Missing struct {
	Kind string // "Dockerfile", "stage", "env file", "service", "volume", "database"
	Name string
	Place
}

// Manifest returns the file that describes the path.
func (p *Path) Manifest() string { return p.manifest }

// Count is a number that may be unknown.
type Count struct {
	N     int // 1 if nothing says otherwise
	Known bool
	Place // what says it
}

// Processes returns replicas x workers with unknown counted as 1, and whether
// both are known.
func (p *Path) Processes() (n int, known bool) {
	return max(1, p.Replicas.N) * max(1, p.Workers.N), p.Replicas.Known && p.Workers.Known
}

// Kind says how a variable gets its value.
type Kind uint8

// The kinds of variables.
const (
	Unset        Kind = iota // not mentioned: see Path.VarsOpen
	Literal                  // the value is in the manifest
	Generated                // the platform makes a random one
	Prompted                 // somebody is asked for it, or it is in the platform's secret store
	FromDatabase             // the connection string of a managed database or another service's property
	Referenced               // from the shell, a group or an env file that is not here
	Injected                 // set by the platform itself: PORT, RENDER ...
)

var kindNames = [...]string{"not set", "literal", "generated", "asked for", "from a database", "referenced", "set by the platform"}

func (k Kind) String() string { return kindNames[min(int(k), len(kindNames)-1)] }

// Variable is one variable of a path.
type Variable struct {
	Name  string
	Kind  Kind
	Value string // Literal only; or the fallback of ${NAME:-fallback} with Kind Referenced
	Ref   string // Referenced and FromDatabase: what it refers to
	Place
}

// Known reports whether Value is what the process will see.
func (v Variable) Known() bool { return v.Kind == Literal }

// Var returns the variable of that name. Kind Unset with an open path means
// that nobody can tell from the repository.
func (p *Path) Var(name string) Variable {
	if v, ok := p.Vars[name]; ok {
		return v
	}
	if injected[p.Platform][name] {
		return Variable{Name: name, Kind: Injected}
	}
	return Variable{Name: name}
}

// Sets reports whether the path gives the variable any value at all.
func (p *Path) Sets(name string) bool { return p.Var(name).Kind != Unset }

// Mount is storage that outlives the process, or hides what the image had.
type Mount struct {
	Path     string // where the process sees it
	Kind     MountKind
	Name     string // of the volume, or the directory on the host
	ReadOnly bool
	Place
}

// MountKind says what a mount is.
type MountKind uint8

// The kinds of mounts.
const (
	Disk      MountKind = iota // a volume or disk of the platform
	Volume                     // a named volume
	Bind                       // a directory of the host
	Anonymous                  // a volume without a name: a new container does not find it
	Memory                     // tmpfs
)

// Lasts reports whether the content is there after a redeployment.
func (m Mount) Lasts() bool { return m.Kind == Disk || m.Kind == Volume || m.Kind == Bind }

// Holding returns the lasting mount that holds an absolute path, and whether there is one.
func (p *Path) Holding(abs string) (Mount, bool) {
	best := Mount{}
	found := false
	for _, m := range p.Mounts {
		if within(abs, m.Path) && (!found || len(m.Path) > len(best.Path)) {
			best, found = m, true
		}
	}
	return best, found && best.Lasts()
}

// within reports whether path is dir or below it, comparing whole elements.
func within(path, dir string) bool {
	dir = strings.TrimRight(dir, "/")
	return path == dir || strings.HasPrefix(path, dir+"/")
}

// Port is a published port.
type Port struct {
	Host      string // address, "" for all
	Published string
	Target    string
	Place
}

var injected = map[Platform]map[string]bool{
	Railway:   names("PORT RAILWAY_PUBLIC_DOMAIN RAILWAY_PRIVATE_DOMAIN RAILWAY_PROJECT_NAME RAILWAY_PROJECT_ID RAILWAY_ENVIRONMENT_NAME RAILWAY_ENVIRONMENT_ID RAILWAY_ENVIRONMENT RAILWAY_SERVICE_NAME RAILWAY_SERVICE_ID RAILWAY_REPLICA_ID RAILWAY_REPLICA_REGION RAILWAY_DEPLOYMENT_ID RAILWAY_SNAPSHOT_ID RAILWAY_GIT_COMMIT_SHA RAILWAY_STATIC_URL"),
	Render:    names("PORT RENDER RENDER_SERVICE_TYPE RENDER_SERVICE_ID RENDER_SERVICE_NAME RENDER_INSTANCE_ID RENDER_EXTERNAL_URL RENDER_EXTERNAL_HOSTNAME RENDER_DISCOVERY_SERVICE RENDER_GIT_COMMIT RENDER_GIT_BRANCH IS_PULL_REQUEST RENDER_CPU_COUNT"),
	Fly:       names("FLY_APP_NAME FLY_MACHINE_ID FLY_ALLOC_ID FLY_REGION FLY_PUBLIC_IP FLY_PRIVATE_IP FLY_IMAGE_REF FLY_MACHINE_VERSION FLY_PROCESS_GROUP FLY_VM_MEMORY_MB PRIMARY_REGION"),
	Heroku:    names("PORT DYNO"),
	CloudRun:  names("PORT K_SERVICE K_REVISION K_CONFIGURATION"),
	AppEngine: names("PORT GAE_ENV GAE_SERVICE GAE_VERSION GOOGLE_CLOUD_PROJECT"),
	Vercel:    names("VERCEL VERCEL_ENV VERCEL_URL NODE_ENV"),
	Netlify:   names("NETLIFY URL DEPLOY_URL DEPLOY_PRIME_URL CONTEXT"),
}

func names(s string) map[string]bool {
	set := map[string]bool{}
	for _, n := range strings.Fields(s) {
		set[n] = true
	}
	return set
}
