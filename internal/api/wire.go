package api

import (
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
)

// List is a part of a list as clients get it. (Types that others embed have
// exported names: the framework does not look into the others.)
type List[T any] struct {
	Items []T     `json:"items" doc:"This part of the list"`
	Next  *string `json:"next" doc:"Pass it as ?after= for what follows; null where nothing does"`
}

// out is a response with a JSON body.
type out[T any] struct{ Body T }

func answer[T any](v T) *out[T] { return &out[T]{Body: v} }

// listOf converts a list of nouns to its wire form.
func listOf[N, W any](items []N, next string, convert func(N) W) List[W] {
	l := List[W]{Items: make([]W, 0, len(items))}
	for _, item := range items {
		l.Items = append(l.Items, convert(item))
	}
	if next != "" {
		l.Next = &next
	}
	return l
}

func listed[N, W any](items []N, next string, convert func(N) W) *out[List[W]] {
	return answer(listOf(items, next, convert))
}

// Paged are the parameters of a list.
type Paged struct {
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Largest number of items"`
	After string `query:"after" maxLength:"500" doc:"The next of the part before"`
}

func (p Paged) page() ba.Page { return ba.Page{Limit: p.Limit, After: p.After} }

// ByID is the id in the path of an object's route.
type ByID struct {
	ID string `path:"id" maxLength:"100" doc:"UUID of the object"`
}

// idOf reads an id of a path. What is no UUID names nothing: NotFound.
func idOf[T ~string](s string) (T, error) {
	id, err := ba.ParseID[T](s)
	if err != nil {
		return "", ba.Wrap(ba.NotFound, "There is nothing with this id. Check the address.", err)
	}
	return id, nil
}

// clientID reads an id that the client made, from a body.
func clientID[T ~string](location, s string) (T, error) {
	id, err := ba.ParseID[T](s)
	if err != nil {
		return "", &ba.Error{Kind: ba.Invalid, Msg: "Some fields are not valid. Correct them and send the request again.",
			Fields: []ba.Field{{Location: location, Message: "must be a UUID that the client makes"}}, Err: err}
	}
	return id, nil
}

// optional returns nil for the empty string, so that an absent id is null.
func optional[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	v := string(s)
	return &v
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}

type wireUser struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      string    `json:"role" enum:"member,admin"`
	CreatedAt time.Time `json:"created_at"`
}

func userOf(u ba.User) wireUser {
	return wireUser{ID: string(u.ID), Email: u.Email, Name: u.Name, Role: string(u.Role), CreatedAt: u.CreatedAt.UTC()}
}

type wireLocator = chat.LocatorJSON

func locatorOf(l ba.Locator) wireLocator { return wireLocator(l) }
