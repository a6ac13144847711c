package streaming

import (
	"context"
	"fmt"
	"os"

	"github.com/ba-assistant/ba-assistant/bench/workspace"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
)

// people is how many members watch the thread, each on several streams.
const people = 50

// ours is the API as it is served: the whole stack of middleware, the rights
// of each stream checked again and again, cursors, heartbeats and deadlines.
type ours struct {
	*workspace.Workspace
	topic event.Topic
}

func (o *ours) publish(data []byte, _ bool) error {
	_, err := o.Bus.Publish(context.Background(), event.Event{Topic: o.topic, Name: "delta", Data: data})
	return err
}

// serveOurs makes a workspace with one thread that its members watch.
func serveOurs() error {
	dir, err := os.MkdirTemp("", "ba-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	silent := replay.Answering("analyst", llm.NoWait, func(llm.Request) (replay.Script, bool) { return replay.Script{}, false })
	w, err := workspace.New(context.Background(), workspace.Options{Dir: dir, People: people, Threads: 1, Provider: silent, Model: "rules"})
	if err != nil {
		return err
	}
	fmt.Println(w.Threads[0])
	return serve(&ours{w, event.ThreadTopic(w.Threads[0])})
}
