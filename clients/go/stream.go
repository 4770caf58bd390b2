package probity

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/status"

	"probity.dev/client/probityv1"
)

// ScreeningStream screens a whole vendor master by one StreamScreenSuppliers that goes on by
// itself where it was cut.
type ScreeningStream struct {
	// Window is how many items are taken from their source and not answered yet, at most. By
	// default some times what a server works on at a time, so that the next ones are there when
	// it has room, however long it takes to get them. To be set before Answers.
	Window int
	// Patience is how long after a cut, without an answer, the stream is given up. By default a
	// minute. To be set before Answers.
	Patience time.Duration

	client *Client
	source iter.Seq2[*probityv1.BatchScreenItem, error]
	run    *run
	begun  atomic.Bool
	room   chan struct{} // one for each item that is taken and not answered
	more   chan struct{} // there is more to send, or it is known that there is not
}

// ScreenStream makes a stream of purchases; [VendorItems] are such items. The settings say what
// all of them share. Give a stream_id to send the same run again from its first item, a
// resume_token to go on with one that was left.
func (c *Client) ScreenStream(settings *probityv1.StreamScreenSettings,
	items iter.Seq2[*probityv1.BatchScreenItem, error]) *ScreeningStream {
	return &ScreeningStream{Window: 1024, Patience: time.Minute, client: c, source: items, run: newRun(settings),
		more: make(chan struct{}, 1)}
}

// ResumeToken is the newest; "" before the stream was opened. With equal settings, this token,
// and the items from ResumePosition on, another stream goes on, also in another process.
func (s *ScreeningStream) ResumeToken() string {
	s.run.mutex.Lock()
	defer s.run.mutex.Unlock()
	return s.run.settings.GetResumeToken()
}

// ResumePosition is the position of the item that the token goes on with.
func (s *ScreeningStream) ResumePosition() uint64 {
	s.run.mutex.Lock()
	defer s.run.mutex.Unlock()
	return s.run.offset + uint64(s.run.resumeAt)
}

// Opened has revision, policy and day of all answers, and the run's name; nil before.
func (s *ScreeningStream) Opened() *probityv1.StreamScreenOpened {
	s.run.mutex.Lock()
	defer s.run.mutex.Unlock()
	return s.run.opened
}

// Answers are in the order of the items, each once; [MayBuy] and [Explain] take them as they
// are, [ItemFailure] takes their results. They can be iterated once.
//
// Items are taken ahead, by a goroutine that has ended when the iteration has: leaving it waits
// for the item that the source is about to give. A cut stream is opened again, with what the
// server may not have decided; what it had decided comes back as it was and is not handed out
// twice. An error is the last thing that is given: one that cannot be waited out, one that lasts
// longer than Patience, and the source's own, behind the answers to all items before it.
func (s *ScreeningStream) Answers(ctx context.Context) iter.Seq2[*probityv1.StreamScreenSuppliersResponse, error] {
	return func(yield func(*probityv1.StreamScreenSuppliersResponse, error) bool) {
		if err := s.begin(); err != nil {
			yield(nil, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var taking sync.WaitGroup
		taking.Go(func() { s.take(ctx) })
		defer taking.Wait()
		defer cancel()
		for {
			err := s.call(ctx, yield)
			wait, again := s.run.cuts.waitAfter(err, s.Patience)
			if again {
				err = s.pause(ctx, wait)
			}
			if err == nil && again {
				continue
			}
			if err != nil && !errors.Is(err, errLeft) {
				yield(nil, err)
			}
			return
		}
	}
}

// errLeft says that the caller takes no more answers.
var errLeft = errors.New("left")

func (s *ScreeningStream) begin() error {
	if s.Window < 1 {
		return errors.New("probity: Window: at least 1")
	}
	if s.begun.Swap(true) {
		return errors.New("probity: the answers of a stream can be iterated once")
	}
	s.room = make(chan struct{}, s.Window)
	return nil
}

// pause waits before the stream is opened again, and for an item where there is nothing to ask.
func (s *ScreeningStream) pause(ctx context.Context, wait time.Duration) error {
	err := sleep(ctx, wait)
	for err == nil {
		if answered, exhausted := s.run.isAnswered(); !answered || exhausted {
			return nil
		}
		err = s.awaitMore(ctx)
	}
	return (&caller{}).failed(status.FromContextError(err).Err(),
		probityv1.ScreeningService_StreamScreenSuppliers_FullMethodName, nil, nil)
}

// take takes items as there is room, before the source is asked for one.
func (s *ScreeningStream) take(ctx context.Context) {
	if !s.reserve(ctx) {
		return
	}
	for item, err := range s.source {
		if err != nil {
			s.run.exhaust(err)
			s.sayMore()
			return
		}
		s.run.keep(item)
		s.sayMore()
		if !s.reserve(ctx) {
			return
		}
	}
	s.run.exhaust(nil)
	s.sayMore()
}

func (s *ScreeningStream) reserve(ctx context.Context) bool {
	select {
	case s.room <- struct{}{}:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

func (s *ScreeningStream) sayMore() {
	select {
	case s.more <- struct{}{}:
	default: // It was said already.
	}
}

func (s *ScreeningStream) awaitMore(ctx context.Context) error {
	select {
	case <-s.more:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// call opens the stream and hands out answers until it ends: with nil when all are, with
// errLeft when no more are wanted.
func (s *ScreeningStream) call(ctx context.Context, yield func(*probityv1.StreamScreenSuppliersResponse, error) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var sending sync.WaitGroup
	defer sending.Wait()
	defer cancel()
	call, err := s.client.Screening.StreamScreenSuppliers(ctx)
	if err != nil {
		return err
	}
	first := s.run.begin()
	sending.Go(func() { s.send(ctx, call, first) })
	for {
		message, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return s.end()
		}
		if err != nil {
			return err
		}
		isNew, err := s.run.receive(message)
		if err != nil {
			return err
		}
		if !isNew {
			continue
		}
		<-s.room
		if !yield(message, nil) {
			return errLeft
		}
	}
}

// send ends when all is sent or the call has ended; why, Recv says.
func (s *ScreeningStream) send(ctx context.Context, call probityv1.ScreeningService_StreamScreenSuppliersClient,
	first *probityv1.StreamScreenSuppliersRequest) {
	err := call.Send(first)
	for err == nil {
		requests, last := s.run.toSend()
		for i := 0; i < len(requests) && err == nil; i++ {
			err = call.Send(requests[i])
		}
		if err == nil && last {
			_ = call.CloseSend()
			return
		}
		if err == nil && len(requests) == 0 {
			err = s.awaitMore(ctx)
		}
	}
}

// end is what it means that the server has said all; it does so when all items are answered.
func (s *ScreeningStream) end() error {
	answered, exhausted := s.run.isAnswered()
	if !answered || !exhausted {
		return errors.New("probity: the server ended the stream before all items were answered")
	}
	s.run.mutex.Lock()
	defer s.run.mutex.Unlock()
	return s.run.fault
}
