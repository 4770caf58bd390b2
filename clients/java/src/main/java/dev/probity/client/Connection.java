package dev.probity.client;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The channel to one server, and a thread that looks after it. */
final class Connection implements AutoCloseable {
  /** As the command line takes; a server sends at most some MiB. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  /** A machine that is gone without a word is noticed by pings; the server allows one every 10 seconds. */
  private static final long PING_SECONDS = 30;
  private static final long PING_PATIENCE_SECONDS = 20;
  /** gRPC would wait for up to two minutes before it connects again. */
  private static final long RECONNECT_MILLIS = 1000;

  /** How often it is looked whether files were renewed; the server's own default. */
  static volatile long lookMillis = 10_000;

  private final ManagedChannel channel;
  private final ScheduledExecutorService caretaker = Executors.newSingleThreadScheduledExecutor(task -> {
    Thread thread = new Thread(task, "probity-connection");
    thread.setDaemon(true);
    return thread;
  });

  private Connection(ManagedChannel channel) {
    this.channel = channel;
  }

  /** @param renewed what looks for renewed files; null: there are none */
  static Connection open(ManagedChannelBuilder<?> builder, RenewedCertificates renewed,
      Consumer<ManagedChannelBuilder<?>> more) {
    builder.defaultServiceConfig(ServiceConfig.FOR_GRPC)
        .disableServiceConfigLookUp()
        .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(PING_PATIENCE_SECONDS, TimeUnit.SECONDS)
        .maxInboundMessageSize(MAX_ANSWER_BYTES)
        .userAgent("probity-client-java/" + ProbityClient.VERSION)
        .intercept(new DeprecationNotice());
    more.accept(builder);
    Connection connection = new Connection(builder.build());
    connection.watch();
    if (renewed != null) {
      connection.caretaker.scheduleWithFixedDelay(renewed::look, lookMillis, lookMillis, TimeUnit.MILLISECONDS);
    }
    return connection;
  }

  /** Finds a server that comes back within about a second. */
  private void watch() {
    ConnectivityState state = channel.getState(false);
    if (state == ConnectivityState.SHUTDOWN) {
      return;
    }
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      try {
        caretaker.schedule(this::connectAgain, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        return;
      }
    } else {
      channel.notifyWhenStateChanged(state, this::watch);
    }
  }

  private void connectAgain() {
    channel.resetConnectBackoff();
    watch();
  }

  /** Of the server, as the transport names it. */
  String authority() {
    return channel.authority();
  }

  /** The channel as this caller; token: null where the certificate alone says who calls. */
  Channel channel(CallCredentials token) {
    if (token == null) {
      return channel;
    }
    return ClientInterceptors.intercept(channel, new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return next.newCall(method, options.withCallCredentials(token));
      }
    });
  }

  @Override
  public void close() {
    channel.shutdownNow();
    caretaker.shutdownNow();
  }
}
