package probity_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"probity.dev/client"
	"probity.dev/client/probitytest"
	"probity.dev/client/probityv1"
)

// watched gives each call of a watch its messages; an error among them ends it.
type watched struct {
	calls   [][]any
	cursors []string // that the calls began with
}

func (w *watched) answer(_ context.Context, request *probityv1.WatchVerdictsRequest, send func(*probityv1.WatchVerdictsResponse) error) error {
	w.cursors = append(w.cursors, request.GetCursor())
	if len(w.calls) == 0 {
		return refusal(codes.Internal, "the script is at its end")
	}
	steps := w.calls[0]
	w.calls = w.calls[1:]
	for _, step := range steps {
		if err, failed := step.(error); failed {
			return err
		}
		if err := send(step.(*probityv1.WatchVerdictsResponse)); err != nil {
			return err
		}
	}
	return nil
}

func serveWatch(t *testing.T, calls ...[]any) (*watched, *probity.Client) {
	t.Helper()
	server, w := probitytest.Start(t), &watched{calls: calls}
	probitytest.HandleStream(server, w.answer)
	return w, server.Client(probity.WithoutRetries())
}

func checkpoint(cursor string) *probityv1.WatchVerdictsResponse {
	return &probityv1.WatchVerdictsResponse{Cursor: cursor,
		Message: &probityv1.WatchVerdictsResponse_Checkpoint{Checkpoint: &probityv1.WatchCheckpoint{Revision: 1}}}
}

func change(cursor string) *probityv1.WatchVerdictsResponse {
	return &probityv1.WatchVerdictsResponse{Cursor: cursor,
		Message: &probityv1.WatchVerdictsResponse_Change{Change: &probityv1.VerdictChange{Id: 1}}}
}

// seen are the cursors of messages up to the change at `last`, and the error, if there was one.
func seen(ctx context.Context, watch *probity.VerdictWatch, last string) (cursors []string, err error) {
	for message, err := range watch.Messages(ctx) {
		if err != nil {
			return cursors, err
		}
		cursors = append(cursors, message.GetCursor())
		if message.GetChange() != nil && message.GetCursor() == last {
			break
		}
	}
	return cursors, nil
}

func TestAWatchGoesOnBehindTheLastMessage(t *testing.T) {
	away := refusal(codes.Unavailable, "the server shuts down")
	server, client := serveWatch(t, []any{checkpoint("a"), change("1"), change("2"), away}, []any{away},
		[]any{checkpoint("2"), change("3")}, []any{checkpoint("3"), change("4"), change("5")})
	watch := client.WatchVerdicts("portfolios/p", "0")
	cursors, err := seen(ctx, watch, "4")
	if want := []string{"a", "1", "2", "2", "3", "3", "4"}; err != nil || !slices.Equal(cursors, want) {
		t.Errorf("%v, %v", cursors, err)
	}
	if want := []string{"0", "2", "2", "3"}; !slices.Equal(server.cursors, want) || watch.Cursor() != "4" {
		t.Errorf("%v, %s", server.cursors, watch.Cursor())
	}
}

func TestAWatchEndsWithWhatCannotBeWaitedOut(t *testing.T) {
	expired := refusal(codes.FailedPrecondition, "gone", reason("CURSOR_EXPIRED"))
	server, client := serveWatch(t, []any{expired}, []any{checkpoint("a"), change("1")})
	watch := client.WatchVerdicts("", "old")
	_, err := seen(ctx, watch, "1")
	if failed := refused(t, err); failed.Reason != "CURSOR_EXPIRED" || watch.Cursor() != "old" || len(server.cursors) != 1 {
		t.Errorf("%v, %v", failed, server.cursors)
	}
	if cursors, err := seen(ctx, watch, "1"); err != nil || len(cursors) != 2 { // Iterated again.
		t.Errorf("%v, %v", cursors, err)
	}
}

func TestAWatchIsGivenUpWithItsPatience(t *testing.T) {
	away := refusal(codes.Unavailable, "the server shuts down")
	server, client := serveWatch(t, slices.Repeat([][]any{{checkpoint("a"), away}}, 50)...)
	watch := client.WatchVerdicts("", "")
	watch.Patience = 200 * time.Millisecond
	begun := time.Now()
	_, err := seen(ctx, watch, "1")
	if failed := refused(t, err); failed.Code != codes.Unavailable || time.Since(begun) < watch.Patience || len(server.cursors) > 10 {
		t.Errorf("%v after %d calls", failed, len(server.cursors))
	}
}

func TestAWatchWaitsAsLongAsTheServerSays(t *testing.T) {
	many := refusal(codes.ResourceExhausted, "many", reason("TOO_MANY_STREAMS"), retryIn(300*time.Millisecond))
	_, client := serveWatch(t, []any{many}, []any{checkpoint("a"), change("1")})
	begun := time.Now()
	if _, err := seen(ctx, client.WatchVerdicts("", ""), "1"); err != nil || time.Since(begun) < 300*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}

func TestWhoEndsAWatchIsToldSo(t *testing.T) {
	away := refusal(codes.Unavailable, "the server shuts down")
	_, client := serveWatch(t, slices.Repeat([][]any{{away}}, 50)...)
	ending, cancel := context.WithCancel(ctx)
	defer time.AfterFunc(300*time.Millisecond, cancel).Stop()
	if _, err := seen(ending, client.WatchVerdicts("", ""), "1"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
