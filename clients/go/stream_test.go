package probity_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

const every = 10 // results from one resume token to the next

// runLog decides items as a server does; it ends a stream behind the places in cuts, in order.
type runLog struct {
	cuts []int
	ends []error // how; by default as a server that is shut down

	mutex    sync.Mutex
	openings []*probityv1.StreamScreenSettings
	decided  map[int]string // by position, once each
}

func (l *runLog) open(settings *probityv1.StreamScreenSettings) (position, cut int, end error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.openings = append(l.openings, settings)
	position, _ = strconv.Atoi(settings.GetResumeToken())
	cut, end = -1, refusal(codes.Unavailable, "shut down")
	if len(l.cuts) > 0 {
		cut, l.cuts = l.cuts[0], l.cuts[1:]
		if len(l.ends) > 0 {
			end, l.ends = l.ends[0], l.ends[1:]
		}
	}
	return position, cut, end
}

func (l *runLog) decide(position int, id string) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.decided == nil {
		l.decided = map[int]string{}
	}
	if known, is := l.decided[position]; is && known != id {
		return fmt.Errorf("%s was decided at %d, now comes %s", known, position, id)
	}
	l.decided[position] = id
	return nil
}

func (l *runLog) serve(requests probityv1.ScreeningService_StreamScreenSuppliersServer) error {
	first, err := requests.Recv()
	if err != nil {
		return err
	}
	position, cut, end := l.open(first.GetSettings())
	if err := requests.Send(opened(position)); err != nil {
		return err
	}
	for ; ; position++ {
		request, err := requests.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if cut >= 0 && position >= cut {
			return end
		}
		id := request.GetItem().GetCorrelationId()
		if err := errors.Join(l.decide(position, id), requests.Send(result(position, id))); err != nil {
			return err
		}
	}
}

func opened(position int) *probityv1.StreamScreenSuppliersResponse {
	return &probityv1.StreamScreenSuppliersResponse{Position: uint64(position), ResumeToken: strconv.Itoa(position),
		Message: &probityv1.StreamScreenSuppliersResponse_Opened{Opened: &probityv1.StreamScreenOpened{StreamId: "run"}}}
}

func result(position int, id string) *probityv1.StreamScreenSuppliersResponse {
	token := ""
	if position%every == every-1 {
		token = strconv.Itoa(position + 1)
	}
	return &probityv1.StreamScreenSuppliersResponse{Position: uint64(position), ResumeToken: token,
		Message: &probityv1.StreamScreenSuppliersResponse_Result{Result: &probityv1.BatchScreenItemResult{CorrelationId: id,
			Answer: &probityv1.BatchScreenItemResult_Response{Response: decided(1)}}}}
}

// ids of items, from one number on.
func ids(first, count int) []string {
	var all []string
	for i := range count {
		all = append(all, fmt.Sprint("v", first+i))
	}
	return all
}

// screened gives the answers' ids, and the error that ended them.
func screened(ctx context.Context, stream *probity.ScreeningStream) (found []string, err error) {
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			return found, err
		}
		if !probity.MayBuy(answer) {
			return found, fmt.Errorf("%v is no CLEAR", answer)
		}
		found = append(found, answer.GetResult().GetCorrelationId())
	}
	return found, nil
}

func items(first, count int) iter.Seq2[*probityv1.BatchScreenItem, error] {
	return probity.VendorItems("S", slices.Values(ids(first, count)))
}

func streaming(t *testing.T, log *runLog) *probity.Client {
	t.Helper()
	fake, client := serve(t)
	fake.stream = log.serve
	return client
}

func TestEachItemIsAnsweredInOrder(t *testing.T) {
	client := streaming(t, &runLog{})
	for _, count := range []int{0, 1, every, 3000} {
		for _, window := range []int{1, 64, 1024} {
			stream := client.ScreenStream(nil, items(0, count))
			stream.Window = window
			found, err := screened(ctx, stream)
			if err != nil || !slices.Equal(found, ids(0, count)) {
				t.Errorf("%d answers of %d, window %d, %v", len(found), count, window, err)
			}
		}
	}
}

func TestAStreamGoesOnWhereItWasCut(t *testing.T) {
	log := &runLog{cuts: []int{3, 17, 17, 500}}
	settings := &probityv1.StreamScreenSettings{Policy: "policies/a"}
	stream := streaming(t, log).ScreenStream(settings, items(0, 1000))
	stream.Window = 64
	found, err := screened(ctx, stream)
	if err != nil || !slices.Equal(found, ids(0, 1000)) {
		t.Fatalf("%d answers, %v", len(found), err)
	}
	var tokens []string
	for _, opening := range log.openings {
		tokens = append(tokens, opening.GetResumeToken())
		if opening.GetStreamId() == "" || opening.GetStreamId() != log.openings[0].GetStreamId() || opening.GetPolicy() != "policies/a" {
			t.Errorf("%v", opening)
		}
	}
	if !slices.Equal(tokens, []string{"", "0", "10", "10", "500"}) {
		t.Errorf("%v", tokens)
	}
	if stream.Opened().GetStreamId() != "run" || !proto.Equal(settings, &probityv1.StreamScreenSettings{Policy: "policies/a"}) {
		t.Errorf("%v, %v", stream.Opened(), settings)
	}
}

func TestARunIsTakenUpByAnotherProcess(t *testing.T) {
	client := streaming(t, &runLog{})
	stream := client.ScreenStream(nil, items(0, 100))
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if answer.GetPosition() == 57 {
			break
		}
	}
	if stream.ResumePosition() != 50 || stream.ResumeToken() != "50" {
		t.Fatalf("%d, %s", stream.ResumePosition(), stream.ResumeToken())
	}
	rest := client.ScreenStream(&probityv1.StreamScreenSettings{ResumeToken: stream.ResumeToken()}, items(50, 50))
	found, err := screened(ctx, rest)
	if err != nil || !slices.Equal(found, ids(50, 50)) || rest.ResumePosition() != 100 {
		t.Errorf("%v, %v", found, err)
	}
	if _, err := screened(ctx, rest); err == nil || !strings.Contains(err.Error(), "once") {
		t.Error(err)
	}
}

func TestAStreamWaitsOutABudgetIdlenessAndALostConnection(t *testing.T) {
	budget := refusal(codes.ResourceExhausted, "budget", quota, retryIn(200*time.Millisecond))
	idle := refusal(codes.DeadlineExceeded, "idle", reason("STREAM_IDLE"))
	torn := refusal(codes.Internal, "unexpected EOF") // As gRPC says of a connection that ends within a message.
	client := streaming(t, &runLog{cuts: []int{5, 15, 25}, ends: []error{budget, idle, torn}})
	begun := time.Now()
	found, err := screened(ctx, client.ScreenStream(nil, items(0, 30)))
	if err != nil || !slices.Equal(found, ids(0, 30)) || time.Since(begun) < 200*time.Millisecond {
		t.Errorf("%v, %v", found, err)
	}
}

func TestAnErrorThatStaysIsGivenAndTheTokenKept(t *testing.T) {
	gone := refusal(codes.FailedPrecondition, "gone", reason("REVISION_EXPIRED"))
	stream := streaming(t, &runLog{cuts: []int{25}, ends: []error{gone}}).ScreenStream(nil, items(0, 100))
	found, err := screened(ctx, stream)
	if failed := refused(t, err); failed.Reason != "REVISION_EXPIRED" || failed.Method != "ScreeningService/StreamScreenSuppliers" {
		t.Errorf("%+v", failed)
	}
	if len(found) != 25 || stream.ResumeToken() != "20" || stream.ResumePosition() != 20 {
		t.Errorf("%d, %s", len(found), stream.ResumeToken())
	}
}

func TestAStreamGivesUpOnAServerThatAnswersNothing(t *testing.T) {
	log := &runLog{cuts: make([]int, 1000)}
	for what, client := range map[string]*probity.Client{"opens": streaming(t, log), "is away": connect(t, "127.0.0.1:9")} {
		stream := client.ScreenStream(nil, items(0, 10))
		stream.Patience = 500 * time.Millisecond
		if _, err := screened(ctx, stream); refused(t, err).Code != codes.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(log.openings) < 2 {
		t.Error("tried once")
	}
}

func TestACallerWhoTakesHisTimeIsNotGivenUp(t *testing.T) {
	stream := streaming(t, &runLog{cuts: []int{5}}).ScreenStream(nil, items(0, 20))
	stream.Window, stream.Patience = 2, 100*time.Millisecond
	last := uint64(0)
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if last = answer.GetPosition(); last == 4 {
			time.Sleep(300 * time.Millisecond)
		}
	}
	if last != 19 {
		t.Error(last)
	}
}

func TestItemsAreTakenAsFarAheadAsTheWindow(t *testing.T) {
	var taken, answered, most atomic.Int64
	source := func(yield func(*probityv1.BatchScreenItem, error) bool) {
		for item := range items(0, 500) {
			most.Store(max(most.Load(), taken.Add(1)-answered.Load()))
			if !yield(item, nil) {
				return
			}
		}
	}
	stream := streaming(t, &runLog{cuts: []int{100}}).ScreenStream(nil, source)
	stream.Window = 32
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		answered.Store(int64(answer.GetPosition()) + 1)
	}
	// The answer that is being handed out has made room already.
	if taken.Load() != 500 || most.Load() > 33 || most.Load() < 2 {
		t.Errorf("%d taken, %d ahead", taken.Load(), most.Load())
	}
}

func TestAFaultOfTheSourceComesBehindTheAnswersBeforeIt(t *testing.T) {
	torn := errors.New("no more rows")
	source := func(yield func(*probityv1.BatchScreenItem, error) bool) {
		for item := range items(0, 3) {
			if !yield(item, nil) {
				return
			}
		}
		yield(nil, torn)
	}
	found, err := screened(ctx, streaming(t, &runLog{cuts: []int{2}}).ScreenStream(nil, source))
	if !errors.Is(err, torn) || !slices.Equal(found, ids(0, 3)) {
		t.Errorf("%v, %v", found, err)
	}
}

func TestASlowSourceHoldsUpNoAnswersAndNoLongIdleStreamIsGivenUp(t *testing.T) {
	answered := make(chan string, 1)
	source := func(yield func(*probityv1.BatchScreenItem, error) bool) {
		for item := range items(0, 5) {
			if !yield(item, nil) {
				return
			}
			select { // The next one comes only when this one was answered.
			case <-answered:
			case <-time.After(30 * time.Second):
				t.Error("an answer waits for the next item")
				return
			}
		}
	}
	fake, client := serve(t)
	fake.stream = func(requests probityv1.ScreeningService_StreamScreenSuppliersServer) error {
		first, _ := requests.Recv() // Each stream takes one item and is idle then.
		position, _ := strconv.Atoi(first.GetSettings().GetResumeToken())
		_ = requests.Send(opened(position))
		request, err := requests.Recv()
		if err != nil {
			return nil
		}
		answer := result(position, request.GetItem().GetCorrelationId())
		answer.ResumeToken = strconv.Itoa(position + 1)
		_ = requests.Send(answer)
		return refusal(codes.DeadlineExceeded, "idle", reason("STREAM_IDLE"))
	}
	stream := client.ScreenStream(nil, source)
	stream.Patience = time.Millisecond
	var found []string
	for answer, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, answer.GetResult().GetCorrelationId())
		answered <- ""
	}
	if !slices.Equal(found, ids(0, 5)) {
		t.Errorf("%v", found)
	}
}

func TestAnswersThatAreCountedOtherwiseAreNotHandedOut(t *testing.T) {
	for what, c := range map[string]struct {
		answers []*probityv1.StreamScreenSuppliersResponse
		say     string
	}{
		"ends too early":   {[]*probityv1.StreamScreenSuppliersResponse{opened(0)}, "before all items were answered"},
		"leaves one out":   {[]*probityv1.StreamScreenSuppliersResponse{opened(0), result(1, "")}, "of the stream"},
		"begins elsewhere": {[]*probityv1.StreamScreenSuppliersResponse{opened(3)}, "of the stream"},
		"is not opened":    {[]*probityv1.StreamScreenSuppliersResponse{result(1<<62, "")}, "of the stream"},
		"one too many":     {[]*probityv1.StreamScreenSuppliersResponse{opened(0), result(0, ""), result(1, "")}, "of the stream"},
	} {
		fake, client := serve(t)
		fake.stream = func(requests probityv1.ScreeningService_StreamScreenSuppliersServer) error {
			for range 2 { // The settings and the item were there.
				_, _ = requests.Recv()
			}
			for _, answer := range c.answers {
				_ = requests.Send(answer)
			}
			return nil
		}
		if _, err := screened(ctx, client.ScreenStream(nil, items(0, 1))); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	client := streaming(t, &runLog{})
	before := 0
	for round := range 6 {
		for _, err := range client.ScreenStream(nil, items(0, 100)).Answers(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		if round == 0 { // The connection keeps some of its own.
			before = settled(1 << 20)
		}
	}
	if after := settled(before); after > before {
		t.Errorf("%d goroutines instead of %d", after, before)
	}
}

// settled waits until so few goroutines are left, or in vain.
func settled(few int) int {
	time.Sleep(100 * time.Millisecond)
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > few && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	return runtime.NumGoroutine()
}

func TestAStreamEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream := streaming(t, &runLog{}).ScreenStream(nil, items(0, 5000))
	var last error
	for _, err := range stream.Answers(ctx) {
		last = err
		cancel()
	}
	if failed := refused(t, last); failed.Code != codes.Canceled || !errors.Is(last, context.Canceled) {
		t.Error(last)
	}
	wrong := streaming(t, &runLog{}).ScreenStream(nil, items(0, 1))
	wrong.Window = 0
	if _, err := screened(ctx, wrong); err == nil || !strings.Contains(err.Error(), "Window") {
		t.Error(err)
	}
}
