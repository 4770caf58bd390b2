package probity

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"probity.dev/client/probityv1"
)

// What gRPC itself says, as INTERNAL, where the connection was lost within a message. Opened again,
// the stream either goes on or gets the server's own status.
const cutWithinMessage = "unexpected EOF"

// How long until a cut stream is opened again; doubled each time.
const firstWait, longestWait = 100 * time.Millisecond, 5 * time.Second

// run is where a stream of purchases stands: what was taken from its source, what was answered,
// and what has to be sent again when it is cut. No calls are made here. Places count from the
// first item of this process; the server's are that and offset.
type run struct {
	mutex     sync.Mutex
	settings  *probityv1.StreamScreenSettings
	opened    *probityv1.StreamScreenOpened
	offset    uint64
	hasOffset bool
	next      int                                       // place of the next answer to hand out
	resumeAt  int                                       // place that the resume token goes on with
	kept      []*probityv1.StreamScreenSuppliersRequest // items from resumeAt on
	sent      int                                       // place behind the last item that this call was given
	exhausted bool                                      // the source has no more
	fault     error                                     // what it ended with

	failures     int // since the last answer
	failingSince time.Time
}

func newRun(settings *probityv1.StreamScreenSettings) *run {
	r := &run{settings: copyOf(settings)}
	if r.settings.GetStreamId() == "" && r.settings.GetResumeToken() == "" {
		// So that what was sent before the first resume token came is not decided twice.
		r.settings.StreamId = uuid.NewString()
	}
	r.hasOffset = r.settings.GetResumeToken() == ""
	return r
}

func (r *run) keep(item *probityv1.BatchScreenItem) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.kept = append(r.kept, &probityv1.StreamScreenSuppliersRequest{
		Message: &probityv1.StreamScreenSuppliersRequest_Item{Item: item}})
}

func (r *run) exhaust(fault error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.exhausted, r.fault = true, fault
}

// begin is what a new call begins with.
func (r *run) begin() *probityv1.StreamScreenSuppliersRequest {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.sent = r.resumeAt
	return &probityv1.StreamScreenSuppliersRequest{
		Message: &probityv1.StreamScreenSuppliersRequest_Settings{Settings: proto.CloneOf(r.settings)}}
}

// toSend are items that this call was not given yet, and whether there will be no more.
func (r *run) toSend() (requests []*probityv1.StreamScreenSuppliersRequest, last bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	requests = r.kept[r.sent-r.resumeAt:]
	r.sent += len(requests)
	return requests, r.exhausted
}

// isAnswered says whether every item that was taken is, and whether there will be no more.
func (r *run) isAnswered() (answered, exhausted bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.next >= r.resumeAt+len(r.kept), r.exhausted
}

// receive says whether the message is an answer that was not handed out before. It fails where
// the server counts otherwise: no answer may be taken for that of another item.
func (r *run) receive(message *probityv1.StreamScreenSuppliersResponse) (bool, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if message.GetOpened() != nil {
		return false, r.beginAt(message)
	}
	at := int(message.GetPosition() - r.offset)
	if !r.hasOffset || at < r.resumeAt || at > r.next || at >= r.sent {
		return false, fmt.Errorf("probity: the server answered item %d of the stream; %d is next", message.GetPosition(),
			r.offset+uint64(r.next))
	}
	isNew := at == r.next
	if isNew {
		r.next++
		r.failures = 0 // To be opened alone is no progress.
	}
	if message.GetResumeToken() != "" {
		r.kept = r.kept[at+1-r.resumeAt:]
		r.resumeAt, r.settings.ResumeToken = at+1, message.GetResumeToken()
	}
	return isNew, nil
}

func (r *run) beginAt(message *probityv1.StreamScreenSuppliersResponse) error {
	r.opened = message.GetOpened()
	if !r.hasOffset { // The caller's token says where; its items begin there.
		r.offset, r.hasOffset = message.GetPosition(), true
	}
	if want := r.offset + uint64(r.resumeAt); message.GetPosition() != want {
		return fmt.Errorf("probity: the server goes on at item %d of the stream instead of %d", message.GetPosition(), want)
	}
	if message.GetResumeToken() != "" {
		r.settings.ResumeToken = message.GetResumeToken()
	}
	return nil
}

// waitAfter says how long until the stream is opened again; false: the error stands.
func (r *run) waitAfter(err error, patience time.Duration) (time.Duration, bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var failed *Error
	if !errors.As(err, &failed) {
		return 0, false
	}
	cut := failed.Code == codes.Unavailable || failed.Reason == "STREAM_IDLE" ||
		failed.Code == codes.Internal && failed.Message == cutWithinMessage
	asked := failed.Code == codes.ResourceExhausted && failed.saysWhen
	if r.failures == 0 {
		r.failingSince = time.Now()
	}
	if !cut && !asked || time.Since(r.failingSince) > patience {
		return 0, false
	}
	wait := min(longestWait, firstWait<<min(r.failures, 10))
	r.failures++
	if failed.saysWhen {
		return spread(failed.RetryAfter), true
	}
	return wait, true
}
