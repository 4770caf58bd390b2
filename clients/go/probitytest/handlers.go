package probitytest

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// handler answers one RPC, from its first message to its status.
type handler func(stream grpc.ServerStream) error

// Handle sets who answers the RPC that takes this request, in the place of any answer before:
//
//	probitytest.Handle(server, func(ctx context.Context, request *probityv1.ListVendorsRequest) (
//		*probityv1.ListVendorsResponse, error) { ... })
//
// An error may be a [*probity.Error], as [Fail] takes it. Handle panics where the RPC gives another
// response, or a stream.
func Handle[Request, Response proto.Message](s *Server, answer func(context.Context, Request) (Response, error)) {
	rpc := rpcOf[Request, Response]()
	if rpc.IsStreamingServer() || rpc.IsStreamingClient() {
		panic(fmt.Sprintf("probitytest: %s is a stream; set it with HandleStream", rpc.Name()))
	}
	s.handle(rpc, func(stream grpc.ServerStream) error {
		request, err := receive[Request](s, rpc, stream)
		if err != nil {
			return err
		}
		response, err := answer(stream.Context(), request)
		if err != nil {
			return refusal(stream, err)
		}
		return stream.SendMsg(response)
	})
}

// HandleStream is Handle of an RPC that answers with a stream, as WatchVerdicts. The stream ends
// when the function returns.
func HandleStream[Request, Response proto.Message](s *Server,
	answer func(ctx context.Context, request Request, send func(Response) error) error) {
	rpc := rpcOf[Request, Response]()
	if !rpc.IsStreamingServer() || rpc.IsStreamingClient() {
		panic(fmt.Sprintf("probitytest: %s is no stream of answers alone; set it with Handle or Screen", rpc.Name()))
	}
	s.handle(rpc, func(stream grpc.ServerStream) error {
		request, err := receive[Request](s, rpc, stream)
		if err != nil {
			return err
		}
		send := func(response Response) error { return stream.SendMsg(response) }
		return refusal(stream, answer(stream.Context(), request, send))
	})
}

func (s *Server) handle(rpc protoreflect.MethodDescriptor, answer handler) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.handlers[pathOf(rpc)] = answer
}

// noticing tells what is deprecated with the first message, as a server does.
type noticing struct {
	grpc.ServerStream
	notice metadata.MD
	told   bool
}

func (n *noticing) SendMsg(message any) error {
	if !n.told {
		n.told = true
		if err := n.SetHeader(n.notice); err != nil {
			return err
		}
	}
	return n.ServerStream.SendMsg(message)
}

// serve is every call.
func (s *Server) serve(_ any, stream grpc.ServerStream) error {
	path, _ := grpc.MethodFromServerStream(stream)
	s.mutex.Lock()
	answer, deprecated := s.handlers[path], strings.Join(s.deprecated, ", ")
	s.mutex.Unlock()
	stream.SetTrailer(metadata.Pairs("probity-call-id", "probitytest"))
	if answer == nil {
		return s.lacksHandler(path, stream)
	}
	if deprecated == "" {
		return answer(stream)
	}
	noticing := &noticing{ServerStream: stream, notice: metadata.Pairs("probity-deprecated", deprecated)}
	err := answer(noticing)
	if err != nil && !noticing.told {
		stream.SetTrailer(noticing.notice)
	}
	return err
}

func (s *Server) lacksHandler(path string, stream grpc.ServerStream) error {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(
		protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".")))
	rpc, known := found.(protoreflect.MethodDescriptor)
	if err != nil || !known {
		return status.Errorf(codes.Unimplemented, "probitytest: no server of this release has %s", path)
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(rpc.Input().FullName())
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	request := kind.New().Interface()
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	s.record(path, request, headers(stream))
	way, signature := "Handle", "func(context.Context, *probityv1.%s) (*probityv1.%s, error)"
	if rpc.IsStreamingServer() {
		way, signature = "HandleStream", "func(context.Context, *probityv1.%s, func(*probityv1.%s) error) error"
	}
	return s.lacks("%s was asked and has no answer; set one: probitytest.%s(server, "+signature+" {...})",
		rpc.Name(), way, rpc.Input().Name(), rpc.Output().Name())
}

// receive takes the next message of a call.
func receive[Request proto.Message](s *Server, rpc protoreflect.MethodDescriptor, stream grpc.ServerStream) (Request, error) {
	var none Request
	request := none.ProtoReflect().New().Interface().(Request)
	if err := stream.RecvMsg(request); err != nil {
		return none, err
	}
	s.record(pathOf(rpc), request, headers(stream))
	return request, nil
}

func headers(stream grpc.ServerStream) metadata.MD {
	found, _ := metadata.FromIncomingContext(stream.Context())
	return found
}

func pathOf(rpc protoreflect.MethodDescriptor) string {
	return fmt.Sprintf("/%s/%s", rpc.Parent().FullName(), rpc.Name())
}

// rpcOf is the RPC that takes the request; each has one of its own.
func rpcOf[Request, Response proto.Message]() protoreflect.MethodDescriptor {
	var request Request
	var response Response
	input, output := request.ProtoReflect().Descriptor().FullName(), response.ProtoReflect().Descriptor().FullName()
	var found protoreflect.MethodDescriptor
	protoregistry.GlobalFiles.RangeFilesByPackage("probity.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for k := range methods.Len() {
				if methods.Get(k).Input().FullName() == input {
					found = methods.Get(k)
				}
			}
		}
		return found == nil
	})
	if found == nil {
		panic(fmt.Sprintf("probitytest: no RPC takes %s", input))
	}
	if found.Output().FullName() != output {
		panic(fmt.Sprintf("probitytest: %s answers with %s, not with %s", found.Name(), found.Output().FullName(), output))
	}
	return found
}
