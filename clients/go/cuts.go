package probity

import (
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// What gRPC itself says, as INTERNAL, where the connection was lost within a message. Opened again,
// the stream either goes on or gets the server's own status.
const cutWithinMessage = "unexpected EOF"

// How long until a cut stream is opened again; doubled each time.
const firstWait, longestWait = 100 * time.Millisecond, 5 * time.Second

// cuts of one stream say when it is opened again.
type cuts struct {
	mutex        sync.Mutex
	failures     int // since the last progress
	failingSince time.Time
}

// overcome says that the stream went on.
func (c *cuts) overcome() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.failures = 0
}

// waitAfter says how long until the stream is opened again; false: the error stands.
func (c *cuts) waitAfter(err error, patience time.Duration) (time.Duration, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var failed *Error
	if !errors.As(err, &failed) {
		return 0, false
	}
	cut := failed.Code == codes.Unavailable || failed.Reason == "STREAM_IDLE" ||
		failed.Code == codes.Internal && failed.Message == cutWithinMessage
	asked := failed.Code == codes.ResourceExhausted && failed.saysWhen
	if c.failures == 0 {
		c.failingSince = time.Now()
	}
	if !cut && !asked || time.Since(c.failingSince) > patience {
		return 0, false
	}
	wait := min(longestWait, firstWait<<min(c.failures, 10))
	c.failures++
	if failed.saysWhen {
		return spread(failed.RetryAfter), true
	}
	return wait, true
}
