package probity

import (
	"fmt"
	"sync"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"probity.dev/client/probityv1"
)

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

	cuts cuts
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
		r.cuts.overcome() // To be opened alone is no progress.
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
