package probitytest

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
)

// One item is worked on at a time, and every result has a resume token.
const maxInFlight, resumeEvery = 1, 1

func (s *Server) answerStreams() {
	rpc := rpcOf[*v1.StreamScreenSuppliersRequest, *v1.StreamScreenSuppliersResponse]()
	s.handle(rpc, func(stream grpc.ServerStream) error {
		first, err := receive[*v1.StreamScreenSuppliersRequest](s, rpc, stream)
		if err != nil {
			return err
		}
		if first.GetSettings() == nil {
			return refusal(stream, missing("settings", "the first message of a stream holds them"))
		}
		opened, err := s.openRun(first.GetSettings(), stream)
		if err != nil {
			return refusal(stream, err)
		}
		for {
			message, err := receive[*v1.StreamScreenSuppliersRequest](s, rpc, stream)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				err = opened.answer(message.GetItem())
			}
			if err != nil {
				return refusal(stream, err)
			}
		}
	})
}

// screenRun is a stream of purchases as it stands.
type screenRun struct {
	server   *Server
	stream   grpc.ServerStream
	settings *v1.StreamScreenSettings
	id       string
	position uint64
}

func (s *Server) openRun(settings *v1.StreamScreenSettings, stream grpc.ServerStream) (*screenRun, error) {
	run := &screenRun{server: s, stream: stream, settings: settings, id: settings.GetStreamId()}
	if token := settings.GetResumeToken(); token != "" {
		cut := strings.LastIndex(token, "@")
		position, err := strconv.ParseUint(token[cut+1:], 10, 64)
		if cut < 0 || err != nil {
			return nil, &probity.Error{Reason: "INVALID_RESUME_TOKEN", Message: "settings.resume_token: is none of this server",
				Metadata: map[string]string{"field": "settings.resume_token"}}
		}
		run.id, run.position = token[:cut], position
	}
	return run, stream.SendMsg(&v1.StreamScreenSuppliersResponse{Position: run.position, ResumeToken: run.token(),
		Message: &v1.StreamScreenSuppliersResponse_Opened{Opened: &v1.StreamScreenOpened{Stamp: stamp(), StreamId: run.id}}})
}

func (r *screenRun) token() string { return fmt.Sprintf("%s@%d", r.id, r.position) }

func (r *screenRun) answer(item *v1.BatchScreenItem) error {
	result, err := r.server.screenItem(r.stream.Context(), item.GetCorrelationId(), r.filled(item.GetRequest()))
	if err != nil {
		return err
	}
	at := r.position
	r.position++
	return r.stream.SendMsg(&v1.StreamScreenSuppliersResponse{Position: at, ResumeToken: r.token(),
		Message: &v1.StreamScreenSuppliersResponse_Result{Result: result}})
}

// filled is the item with what the settings say for those that say nothing.
func (r *screenRun) filled(item *v1.ScreenSupplierRequest) *v1.ScreenSupplierRequest {
	request := &v1.ScreenSupplierRequest{}
	proto.Merge(request, item)
	if request.Purchase == nil {
		request.Purchase = r.settings.GetPurchase()
	}
	if request.AsOf == nil {
		request.AsOf = r.settings.GetAsOf()
	}
	if request.Policy == "" {
		request.Policy = r.settings.GetPolicy()
	}
	if request.RequestId == "" && r.id != "" {
		request.RequestId = fmt.Sprintf("%s/%d", r.id, r.position)
	}
	return request
}
