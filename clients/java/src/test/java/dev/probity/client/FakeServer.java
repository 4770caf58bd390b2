package dev.probity.client;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.probity.v1.StreamScreenSuppliersRequest;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A server in this process that answers as a test scripts it: what a real one gives only when it is newer, full or cut off. */
final class FakeServer implements AutoCloseable {
  /** What a call brought. */
  record Call(String method, Message request, Metadata headers, long leftMillis) {}

  private static final Context.Key<Metadata> HEADERS = Context.key("headers");

  final List<Call> calls = Collections.synchronizedList(new ArrayList<>());
  /** Answers StreamScreenSuppliers. */
  volatile Function<StreamObserver<StreamScreenSuppliersResponse>, StreamObserver<StreamScreenSuppliersRequest>> stream;
  private final Deque<Object> script; // answers of unary calls, one after the other: messages or errors
  private final Server server;

  private FakeServer(int port, ServerCredentials credentials, Object... script) throws IOException {
    this.script = new ArrayDeque<>(Arrays.asList(script));
    ServerBuilder<?> builder = Grpc.newServerBuilderForPort(port, credentials).intercept(new Around());
    RpcMethods.SERVICES.forEach(service -> builder.addService(serve(service)));
    server = builder.build().start();
  }

  static FakeServer serve(Object... script) throws IOException {
    return new FakeServer(0, InsecureServerCredentials.create(), script);
  }

  static FakeServer serveAt(int port, ServerCredentials credentials, Object... script) throws IOException {
    return new FakeServer(port, credentials, script);
  }

  int port() {
    return ((InetSocketAddress) server.getListenSockets().get(0)).getPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  ProbityClient client() {
    return ProbityClient.builder(address()).build();
  }

  @SuppressWarnings("unchecked") // Requests and answers are messages.
  private ServerServiceDefinition serve(ServiceDescriptor service) {
    ServerServiceDefinition.Builder made = ServerServiceDefinition.builder(service);
    for (MethodDescriptor<?, ?> any : service.getMethods()) {
      var method = (MethodDescriptor<Message, Message>) (MethodDescriptor<?, ?>) any;
      if (method.getType() == MethodDescriptor.MethodType.BIDI_STREAMING) {
        made.addMethod(method, ServerCalls.asyncBidiStreamingCall(answers ->
            (StreamObserver<Message>) (StreamObserver<?>) stream.apply(
                (StreamObserver<StreamScreenSuppliersResponse>) (StreamObserver<?>) answers)));
      } else {
        made.addMethod(method, ServerCalls.asyncUnaryCall((request, answer) -> answer(method, request, answer)));
      }
    }
    return made.build();
  }

  private synchronized void answer(MethodDescriptor<?, ?> method, Message request, StreamObserver<Message> answer) {
    long left = Context.current().getDeadline() == null ? -1
        : Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS);
    calls.add(new Call(method.getBareMethodName(), request, HEADERS.get(), left));
    Object step = script.isEmpty() ? refusal(Status.Code.INTERNAL, "the script is at its end") : script.removeFirst();
    if (step instanceof StatusRuntimeException failed) {
      answer.onError(failed);
      return;
    }
    answer.onNext((Message) step);
    answer.onCompleted();
  }

  /** Keeps what came as metadata, and gives calls their id. */
  private static final class Around implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
        ServerCallHandler<Q, R> next) {
      ServerCall<Q, R> named = new SimpleForwardingServerCall<>(call) {
        @Override
        public void close(Status status, Metadata trailers) {
          trailers.put(Metadata.Key.of("probity-call-id", Metadata.ASCII_STRING_MARSHALLER), "c0ffee");
          super.close(status, trailers);
        }
      };
      return io.grpc.Contexts.interceptCall(Context.current().withValue(HEADERS, headers), named, headers, next);
    }
  }

  /** An error with details, as a server sends it. */
  static StatusRuntimeException refusal(Status.Code code, String message, Message... details) {
    Metadata trailers = new Metadata();
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
      if (detail instanceof RetryInfo retry) { // As the server does.
        trailers.put(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER),
            Long.toString(Durations.toMillis(retry.getRetryDelay())));
      }
    }
    return StatusProto.toStatusRuntimeException(status.build(), trailers);
  }

  static ErrorInfo reason(String name, Map<String, String> metadata) {
    return ErrorInfo.newBuilder().setReason(name).setDomain("probity").putAllMetadata(metadata).build();
  }

  static ErrorInfo reason(String name) {
    return reason(name, Map.of());
  }

  static RetryInfo retryIn(long millis) {
    Duration delay = Duration.newBuilder().setSeconds(millis / 1000).setNanos((int) (millis % 1000) * 1_000_000).build();
    return RetryInfo.newBuilder().setRetryDelay(delay).build();
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
  }
}
