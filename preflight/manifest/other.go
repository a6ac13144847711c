package manifest

// ProxyConfig is a web server's configuration that is in the repository.
type ProxyConfig struct {
	File    string
	Server  string // "nginx" or "caddy"
	Servers []ProxyServer
	// Upstreams are the named groups of servers.
	Upstreams map[string][]string
}

// ProxyServer is one virtual host.
type ProxyServer struct {
	Place
	Listen    []string
	Names     []string
	Locations []ProxyLocation
	TLS       bool
	Redirects bool // answers with a redirect only
}

// ProxyLocation is one location, with inherited directives resolved.
type ProxyLocation struct {
	Place
	Path       string
	Modifier   string // "=", "~", "^~" or ""
	Returns    string
	Headers    []string // add_header and proxy_set_header of the location itself
	ProxyPass  string   // upstream URL or name; "" if files are served
	PassAt     Place
	Root       string
	TryFiles   string
	Directives map[string]string // effective, e.g. "proxy_buffering": "off"
	Lines      map[string]int
}

// Workflow is a GitHub Actions workflow.
type Workflow struct {
	File string
	Name string
	Jobs []Job
}

// Job is one job of a workflow.
type Job struct {
	Name    string
	Env     map[string]Variable
	Runs    []Command // every run: step
	Uses    []string  // every action
	Deploys bool      // publishes something: a deploy action, a push of an image, a deploy command
	Place
}
