package dev.probity.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Logs what a server says is deprecated of what a call used, once for each name in a process. */
final class DeprecationNotice implements ClientInterceptor {
  /** Full names of fields and methods, joined by ", ". */
  private static final Metadata.Key<String> NOTICE =
      Metadata.Key.of("probity-deprecated", Metadata.ASCII_STRING_MARSHALLER);
  private static final System.Logger LOG = System.getLogger("dev.probity.client");
  /** No API has so many; a server that makes names up fills no memory. */
  private static final int MOST_NAMES = 1000;

  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(new SimpleForwardingClientCallListener<>(listener) {
          @Override
          public void onHeaders(Metadata answered) {
            tell(answered, method.getFullMethodName());
            super.onHeaders(answered);
          }

          /** Of a call that fails it comes last, so that gRPC may send the call again. */
          @Override
          public void onClose(Status status, Metadata trailers) {
            tell(trailers, method.getFullMethodName());
            super.onClose(status, trailers);
          }
        }, headers);
      }
    };
  }

  private static void tell(Metadata answered, String method) {
    String notice = answered.get(NOTICE);
    if (notice == null) {
      return;
    }
    for (String name : notice.split(",")) {
      if (!name.isBlank() && TOLD.size() < MOST_NAMES && TOLD.add(name.strip())) {
        LOG.log(System.Logger.Level.WARNING, "{0} is deprecated, and was used by a call of {1}; the comment in the protos"
            + " says what takes its place", name.strip(), method);
      }
    }
  }
}
