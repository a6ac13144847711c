package manifest

// Image is a Dockerfile, resolved to the stage that a path builds.
type Image struct {
	File    string
	Context string // directory of the build context
	Target  string // the stage asked for; "" is the last
	Stages  []Stage
	Final   int // index of the effective stage
}

// Stage is one FROM with what follows it. Inherited values of stages of the
// same file are already in it.
type Stage struct {
	Name string
	Base string // as written, ARGs with defaults expanded
	From int    // index of the stage that it is built on; -1 for another image
	Place
	User       string
	UserAt     Place
	Workdir    string
	Env        map[string]Variable
	Args       map[string]Variable
	Entrypoint Command
	Cmd        Command
	Runs       []Command
	Copies     []Copy
	Expose     []string
	Volumes    []Mount
	Health     Command // HEALTHCHECK; Text "NONE" if switched off
}

// Copy is a COPY or ADD.
type Copy struct {
	From    string // stage or image, "" for the context
	Sources []string
	Dest    string // absolute
	Chown   string
	Place
}

// Effective returns the stage that is built.
func (im *Image) Effective() *Stage { return &im.Stages[im.Final] }
