package event

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Topic is what one subscribes to: everything that happens in a thread.
type Topic string

// ThreadTopic returns the topic of a thread.
func ThreadTopic(id ba.ThreadID) Topic { return Topic("thread:" + string(id)) }

// StopTopic returns the topic on which is told that somebody wants a turn, or
// the writing of an artifact, to stop. Nobody but its writer listens.
func StopTopic[ID ~string](id ID) Topic { return Topic("stop:" + string(id)) }

// Cursor is a point of the stream of all topics of one bus. It is opaque
// outside the bus; the empty Cursor means "from now on".
type Cursor string

// Event is one thing that happened. Data is the JSON that clients receive.
type Event struct {
	Cursor Cursor // set by the bus
	Topic  Topic
	Name   string // message, snapshot, delta, tool, citation, artifact, done, failure
	Data   []byte // shared by all readers: nobody changes it
}

// Bus carries events from the runners of turns to the streams that show them.
// Implementations pass the conformance suite in eventtest.
type Bus interface {
	// Publish appends the event to its topic and hands it to all subscribers.
	// It never waits for a slow one. It returns the event's cursor.
	Publish(ctx context.Context, e Event) (Cursor, error)
	// Subscribe delivers the events of the topics that come after the cursor,
	// in order and without gap, until Close; ctx is for the call alone. Where the bus cannot tell what came after it (it is
	// too old, or from another run of the server), Subscription.Gap reports
	// true and delivery begins with now; the caller then sends a snapshot.
	Subscribe(ctx context.Context, after Cursor, topics ...Topic) (*Subscription, error)
	// Now returns the cursor of this moment.
	Now(ctx context.Context) (Cursor, error)
}

// Subscription is one reader of a bus.
type Subscription struct {
	// Events delivers in order; it is closed when the subscription ends.
	Events <-chan Event
	// Gap reports that events between the cursor and now may be missing.
	Gap bool
	// Start is the point at which delivery begins.
	Start Cursor
	// Alone reports that only events of this instance come, though there may be
	// others: what they publish is to be looked for in the store.
	Alone bool
	// Lagged reports, after Events was closed, that the reader was cut off,
	// because it was too slow or the bus lost its connection: it must subscribe
	// again, and learns then whether it has missed anything.
	Lagged func() bool
	// Close ends the subscription. It may be called twice.
	Close func()
}
