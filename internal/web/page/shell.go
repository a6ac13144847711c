package page

import "github.com/ba-assistant/ba-assistant/ba"

// Shell is what every page has around its content.
type Shell struct {
	Title   string
	Section string // entry of the navigation that is current: home, projects, search, settings
	Theme   Theme
	User    Person // zero where nobody is signed in
	Recent  []Link // projects, the last used first
	Undo    *Undo  // what was just deleted and can come back
	Done    string // what a form just did, as a sentence
	ThisURL string // path and query, for forms that come back here
}

// Frame returns the shell itself: every page embeds it.
func (s *Shell) Frame() *Shell { return s }

// Framed is any page.
type Framed interface{ Frame() *Shell }

// Theme is what a person chose for the looks. Empty fields follow the system.
type Theme struct {
	Mode     string // light, dark or empty
	Contrast string // more, standard or empty
}

// Link is a name that leads somewhere.
type Link struct {
	Href    string
	Name    string
	Current bool
}

// Person is somebody as pages show them.
type Person struct {
	ID    ba.UserID
	Name  string // the name, or the address where there is none
	Email string
	Admin bool
}

// NewPerson returns the person that u is.
func NewPerson(u ba.User) Person {
	name := u.Name
	if name == "" {
		name = u.Email
	}
	return Person{ID: u.ID, Name: name, Email: u.Email, Admin: u.Role == ba.RoleAdmin}
}

// Initials returns one or two letters for the avatar.
func (p Person) Initials() string { return Initials(p.Name) }

// Undo offers to take a deletion back for some seconds.
type Undo struct {
	Text    string
	Action  string // where the form posts
	Seconds int
}

// Offline is the page that is shown without a network.
type Offline struct{ Shell }
