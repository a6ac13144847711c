// Package redisbus carries events between the instances of an installation
// through Redis. It owns what lies there: one stream of bounded length and
// age, and a key that seals it. It refuses to put anything readable into it,
// and to wait for a Redis that does not answer.
//
// Invariant: a reader on any instance sees the events of a topic in order and
// without a gap, or its subscription ends and the next one says that there is
// a gap. Nothing else is kept in Redis that would be missed: what events tell
// is in the store before they are published.
//
// # How
//
// The events of all topics get consecutive numbers within a run. Each instance
// repeats the whole stream in an event.Memory, from which its readers are
// served, so that a subscription asks Redis nothing. A number that is missing
// shows that something was lost, whatever the reason: trimmed too early,
// evicted, or lost in a restart.
//
// A run ends, and another one begins, whenever it is not certain that all
// instances have heard everything: another Redis server answers (a restart, a
// failover), an instance could not publish for a while, or the run is a week
// old. A cursor of an earlier run is a gap, so every reader everywhere takes
// what is stored then.
//
// While Redis is away an instance carries its own events alone; its
// subscriptions say so (event.Subscription.Alone).
//
// # What lies in Redis
//
// An event is sealed as a whole, topic and name included, with AES-256-GCM
// under a random key of its run, bound to the run. That key lies beside the
// stream, sealed by the vault under the key of the instance, so that a copy of
// Redis without the keyring and the master key is noise. Readable are numbers,
// times and sizes. An event is gone after ten minutes at most.
package redisbus
