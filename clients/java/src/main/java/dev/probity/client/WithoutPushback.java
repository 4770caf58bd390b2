package dev.probity.client;

import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Takes the server's word of when to ask again out of what gRPC sees. grpc-java would wait for it whatever the code is and
 * however little is left of the deadline, and then say DEADLINE_EXCEEDED in the place of QUOTA_EXCEEDED. Calls goes by
 * RetryInfo, which says the same.
 */
final class WithoutPushback extends ClientStreamTracer.Factory {
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo about, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void inboundTrailers(Metadata trailers) {
        trailers.discardAll(PUSHBACK);
      }
    };
  }
}
