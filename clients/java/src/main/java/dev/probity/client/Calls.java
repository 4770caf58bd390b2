package dev.probity.client;

import dev.probity.client.ProbityException.Where;
import dev.probity.client.ServiceConfig.Policy;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What this layer does to every call; gRPC itself sends calls again for what the service config says of UNAVAILABLE.
 *
 * @param target address of the server
 * @param timeout of every call; null: that of the service config
 * @param sendsAgain whether a refused budget is waited for
 */
record Calls(Channel channel, String target, Duration timeout, boolean sendsAgain) {
  /** As gRPC begins with, but refused budgets are waited for here. */
  private static final CallOptions OPTIONS = CallOptions.DEFAULT.withStreamTracerFactory(new WithoutPushback());

  <Q, R> R unary(MethodDescriptor<Q, R> method, Q request) {
    Policy policy = ServiceConfig.of(method.getFullMethodName());
    CallOptions options = withDeadline(policy);
    Q sent = RequestIds.added(request);
    for (int attempt = 1;; attempt++) {
      try {
        return ClientCalls.blockingUnaryCall(channel, method, options, sent);
      } catch (StatusRuntimeException refused) {
        ProbityException failed = ProbityException.of(refused, where(method, sent));
        Duration wait = waitBefore(policy, options.getDeadline(), failed, attempt).orElseThrow(() -> failed);
        sleep(wait, method);
      }
    }
  }

  <Q, R> ResponseStream<R> serverStream(MethodDescriptor<Q, R> method, Q request) {
    CallOptions options = withDeadline(ServiceConfig.of(method.getFullMethodName()));
    return new ResponseStream<>(channel.newCall(method, options), request, where(method, request));
  }

  Where where(MethodDescriptor<?, ?> method, Object request) {
    return new Where(method.getFullMethodName().replace("probity.v1.", ""), RequestIds.of(request), target);
  }

  /** The client's own timeout, or else the context's deadline, or else what the service config says. */
  private CallOptions withDeadline(Policy policy) {
    if (timeout != null) {
      return OPTIONS.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
    Deadline given = Context.current().getDeadline();
    if (given != null) {
      return OPTIONS.withDeadline(given);
    }
    return policy.timeout() == null ? OPTIONS
        : OPTIONS.withDeadlineAfter(policy.timeout().toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * How long until the next attempt. There is one only of a call that does nothing twice, only when the server said when,
   * and only within the call's own deadline.
   */
  private Optional<Duration> waitBefore(Policy policy, Deadline deadline, ProbityException failed, int attempt) {
    if (!sendsAgain || failed.getCode() != Status.Code.RESOURCE_EXHAUSTED || attempt >= policy.attempts()) {
      return Optional.empty();
    }
    return failed.getRetryAfter().map(Calls::spread)
        .filter(wait -> deadline == null || wait.toNanos() < deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  /** Adds a random part, so that callers who were refused together do not come back together. */
  static Duration spread(Duration wait) {
    return wait.plusNanos((long) (ThreadLocalRandom.current().nextDouble() * 0.25 * wait.toNanos()));
  }

  /** Ends with CANCELLED where the thread is interrupted. */
  void sleep(Duration wait, MethodDescriptor<?, ?> method) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    } catch (InterruptedException interrupted) {
      throw interrupted(method, interrupted);
    }
  }

  ProbityException interrupted(MethodDescriptor<?, ?> method, InterruptedException cause) {
    Thread.currentThread().interrupt();
    Status status = Status.CANCELLED.withDescription("the thread was interrupted").withCause(cause);
    return ProbityException.of(status.asRuntimeException(), where(method, null));
  }
}
