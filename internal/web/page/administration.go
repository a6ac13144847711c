package page

// AdminShell is what the pages for administrators have in common.
type AdminShell struct {
	Shell
	Tab     string // users, budgets, audit, backups, providers, deployment
	Problem string
}

// Tabs are the pages for administrators.
func (s AdminShell) Tabs() []Link {
	all := []Link{{Href: "/admin/users", Name: "Users"}, {Href: "/admin/budgets", Name: "Budgets"}, {Href: "/admin/providers", Name: "Providers"}, {Href: "/admin/audit", Name: "Audit log"},
		{Href: "/admin/backups", Name: "Backups"}, {Href: "/admin/deployment", Name: "Deployment"}}
	for i := range all {
		all[i].Current = all[i].Href == "/admin/"+s.Tab
	}
	return all
}

// AdminUsers is the list of users with the open invitations.
type AdminUsers struct {
	AdminShell
	Query       string
	Users       []AdminUser
	Next        string // path of what follows
	Invitations []AdminInvitation
	Invited     *NewInvitation // shown once
}

// AdminUser is a user as administrators see them.
type AdminUser struct {
	Person
	Disabled bool
	Self     bool
	Seen     Moment
	Joined   Moment
}

// AdminInvitation is an invitation to the instance that nobody has used yet.
type AdminInvitation struct {
	ID      string
	Email   string
	Admin   bool
	Expires Moment
}

// NewInvitation is an invitation with its secret link.
type NewInvitation struct{ Email, URL string }

// AdminPerson is one user with what an administrator may decide.
type AdminPerson struct {
	AdminShell
	Who     AdminUser
	Used    string // "$1.20" this month
	Limit   string // in force
	Own     bool   // the limit is this user's own
	Dollars string // for the form
	Acts    []AuditLine
}

// AdminBudgets is what all together spent and may spend.
type AdminBudgets struct {
	AdminShell
	Month    string
	Used     string
	Reserved string
	Percent  int
	Instance AdminLimit
	Each     AdminLimit
	Models   []ModelCost
	Users    []UserCost
}

// AdminLimit is a limit with where it comes from.
type AdminLimit struct {
	Limit      string
	Configured string
	Decided    bool
	Dollars    string // for the form
}

// ModelCost is what a model cost.
type ModelCost struct{ Provider, Model, Calls, Used string }

// UserCost is what a user spent.
type UserCost struct{ Href, Name, Used string }

// AdminAudit is a part of the audit log.
type AdminAudit struct {
	AdminShell
	Lines   []AuditLine
	Actions []Option
	Action  string
	Who     string
	WhoName string
	Object  string
	From    string
	Next    string
	Checked *AuditCheck
}

// Filtered reports whether not everything is shown.
func (p AdminAudit) Filtered() bool { return p.Action+p.Who+p.Object+p.From != "" }

// AuditLine is one entry of the audit log.
type AuditLine struct {
	Seq     int64
	When    Moment
	What    string // "downloaded a document"
	Action  string
	Who     string
	WhoID   string
	Object  string
	Detail  string
	Network string
	Via     string
}

// AuditCheck is what a check of the whole log found.
type AuditCheck struct {
	Entries int64
	Faults  []string
	Anchor  string
}

// AdminBackups is the recent backups.
type AdminBackups struct {
	AdminShell
	On      bool // it is said where backups go
	Backups []BackupLine
}

// BackupLine is one backup.
type BackupLine struct {
	State   string
	Tone    string
	Origin  string
	Size    string
	Place   string
	Failure string
	Began   Moment
	Took    string
}
