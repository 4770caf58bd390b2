package probity

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"probity.dev/client/probityv1"
)

// VerdictWatch tells changes of verdicts as they come, by a WatchVerdicts that goes on by itself
// where it was cut.
type VerdictWatch struct {
	// Patience is how long after a cut, without a message, the watch is given up. By default a
	// minute. To be set before Messages.
	Patience time.Duration

	client  *Client
	request *probityv1.WatchVerdictsRequest
	cuts    cuts
}

// WatchVerdicts makes a watch of the verdicts of a portfolio's members, "" of all portfolios of the
// caller's authority, from a cursor on, "" from now on.
func (c *Client) WatchVerdicts(portfolio, cursor string) *VerdictWatch {
	return &VerdictWatch{Patience: time.Minute, client: c,
		request: &probityv1.WatchVerdictsRequest{Portfolio: portfolio, Cursor: cursor}}
}

// Cursor is that of the last message; at first, the one that was given.
func (w *VerdictWatch) Cursor() string { return w.request.GetCursor() }

// Messages are as the server sends them, without end: a change, or a checkpoint that says how far
// all was weighed; it comes first, and at least every 30 seconds. Each has a cursor. Keep it when
// its message is dealt with, and give it to the next watch: it goes on behind it, in another process
// too, and no change is missed. The last one may come twice, where it was dealt with and its cursor
// was not kept.
//
// A cut watch is opened again at the cursor of the last message. An error is the last thing that is
// given: one that cannot be waited out, as CURSOR_EXPIRED (compare with ListMembers, docs/WATCH.md),
// and one that lasts longer than Patience. Iterated again, the watch goes on where it stood. It is
// not for several goroutines.
func (w *VerdictWatch) Messages(ctx context.Context) iter.Seq2[*probityv1.WatchVerdictsResponse, error] {
	return func(yield func(*probityv1.WatchVerdictsResponse, error) bool) {
		for {
			err := w.call(ctx, yield)
			if errors.Is(err, errLeft) {
				return
			}
			wait, again := w.cuts.waitAfter(err, w.Patience)
			if again {
				if ended := sleep(ctx, wait); ended != nil {
					err, again = w.failed(status.FromContextError(ended).Err()), false
				}
			}
			if !again {
				w.cuts.overcome()
				yield(nil, err)
				return
			}
		}
	}
}

// call opens the watch and hands out messages until it ends, which is never without an error.
func (w *VerdictWatch) call(ctx context.Context, yield func(*probityv1.WatchVerdictsResponse, error) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := w.client.Portfolios.WatchVerdicts(ctx, copyOf(w.request))
	if err != nil {
		return err
	}
	for isFirst := true; ; isFirst = false {
		message, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return w.failed(status.Error(codes.Unavailable, "the server ended the watch"))
		}
		if err != nil {
			return err
		}
		w.request.Cursor = message.GetCursor()
		if !isFirst { // To be opened alone is no progress.
			w.cuts.overcome()
		}
		if !yield(message, nil) {
			return errLeft
		}
	}
}

func (w *VerdictWatch) failed(err error) error {
	return (&caller{target: w.client.connection.Target()}).failed(err, probityv1.PortfolioService_WatchVerdicts_FullMethodName, nil, nil)
}
