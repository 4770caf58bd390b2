package probity

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"probity.dev/client/probityv1"
)

// caller is what this package does to every call; gRPC itself sends calls again for what the
// service config says of UNAVAILABLE.
type caller struct {
	target  string
	once    bool // no call is sent again
	notices notices
}

func (c *caller) unary(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn,
	invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	known := policies[method]
	ctx, cancel := known.withDeadline(ctx)
	defer cancel()
	request = withIDs(request)
	for attempt := 1; ; attempt++ {
		var header, trailer metadata.MD
		err := invoke(ctx, method, request, reply, connection,
			append(slices.Clip(options), grpc.Header(&header), grpc.Trailer(&trailer))...)
		c.notices.read(metadata.Join(header, trailer), method)
		if err == nil {
			return nil
		}
		failed := c.failed(err, method, request, trailer)
		wait, again := known.waitBefore(ctx, failed, attempt)
		if !again || c.once {
			return failed
		}
		if err := sleep(ctx, wait); err != nil {
			return c.failed(status.FromContextError(err).Err(), method, request, nil)
		}
	}
}

// withDeadline gives a call the RPC's own deadline where its caller has none.
func (p policy) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has || p.timeout == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, p.timeout)
}

// waitBefore says how long until the next attempt. There is one only of a call that does nothing
// twice, only when the server said when, and only within the call's own deadline.
func (p policy) waitBefore(ctx context.Context, failed *Error, attempt int) (time.Duration, bool) {
	if failed.Code != codes.ResourceExhausted || !failed.saysWhen || attempt >= p.attempts {
		return 0, false
	}
	wait := spread(failed.RetryAfter)
	deadline, has := ctx.Deadline()
	return wait, !has || wait < time.Until(deadline)
}

// spread adds a random part, so that callers who were refused together do not come back together.
func spread(wait time.Duration) time.Duration {
	return wait + time.Duration(rand.Float64()*0.25*float64(wait))
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *caller) stream(ctx context.Context, description *grpc.StreamDesc, connection *grpc.ClientConn, method string,
	open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
	opened, err := open(ctx, description, connection, method, options...)
	if err != nil {
		return nil, c.failed(err, method, nil, nil)
	}
	return &stream{ClientStream: opened, caller: c, method: method}, nil
}

// stream gives its errors as Error, and tells what is deprecated.
type stream struct {
	grpc.ClientStream
	caller *caller
	method string
	read   sync.Once // the header
}

// SendMsg gives io.EOF where the stream has ended; RecvMsg says why.
func (s *stream) SendMsg(message any) error {
	return s.converted(s.ClientStream.SendMsg(withIDs(message)))
}

func (s *stream) RecvMsg(message any) error {
	err := s.ClientStream.RecvMsg(message)
	s.read.Do(func() {
		if header, none := s.Header(); none == nil { // Here by now, and so not waited for.
			s.caller.notices.read(header, s.method)
		}
	})
	return s.converted(err)
}

func (s *stream) converted(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	s.caller.notices.read(s.Trailer(), s.method)
	return s.caller.failed(err, s.method, nil, s.Trailer())
}

// shortOf is "ScreeningService/ScreenSupplier".
func shortOf(method string) string {
	return strings.TrimPrefix(strings.TrimPrefix(method, "/"), "probity.v1.")
}

const requestID protoreflect.Name = "request_id"

// withIDs is the request with an id wherever it lacks one, so that it can be sent again and is
// done once. A copy, where something was added: the same message sent twice by the caller is two
// requests, and never answered with what the first one found.
func withIDs(request any) any {
	message, ok := request.(proto.Message)
	if !ok {
		return request
	}
	if batch, ok := message.(*probityv1.BatchScreenSuppliersRequest); ok {
		return withIDsOfItems(batch)
	}
	field := message.ProtoReflect().Descriptor().Fields().ByName(requestID)
	if field == nil || message.ProtoReflect().Get(field).String() != "" {
		return request
	}
	named := copyOf(message)
	named.ProtoReflect().Set(field, protoreflect.ValueOfString(uuid.NewString()))
	return named
}

func withIDsOfItems(batch *probityv1.BatchScreenSuppliersRequest) *probityv1.BatchScreenSuppliersRequest {
	named := copyOf(batch)
	for _, item := range named.GetItems() {
		if item.GetRequest().GetRequestId() != "" {
			continue
		}
		if item.Request == nil {
			item.Request = &probityv1.ScreenSupplierRequest{}
		}
		item.Request.RequestId = uuid.NewString()
	}
	return named
}

// copyOf is one that may be changed, also of a nil message.
func copyOf[M proto.Message](message M) M {
	if !message.ProtoReflect().IsValid() {
		return message.ProtoReflect().New().Interface().(M)
	}
	return proto.CloneOf(message)
}
