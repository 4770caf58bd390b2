package dev.probity.client.testing;

import com.google.protobuf.Message;
import dev.probity.client.ProbityClient;
import dev.probity.client.ProbityClientBuilder;
import dev.probity.v1.BatchCheckCertificationsResponse;
import dev.probity.v1.BatchScreenSuppliersResponse;
import dev.probity.v1.CertificationCause;
import dev.probity.v1.CertificationResult;
import dev.probity.v1.CertificationServiceGrpc;
import dev.probity.v1.CheckCertificationResponse;
import dev.probity.v1.DecisionCore;
import dev.probity.v1.ScreenedSubject;
import dev.probity.v1.ScreeningServiceGrpc;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A server in this process, without a port, that answers what a test has set and keeps what it was asked. The code under test
 * is given a {@link #client}, which is a real one: deadlines, request ids, what is sent again and errors are as in production.
 * Any number of threads may use it.
 *
 * <p>A question without an answer fails with UNIMPLEMENTED and a message that says what to set; and because code that holds a
 * purchase after any error would hide that, {@link #close} then fails the test with an AssertionError.
 */
public final class FakeProbity implements AutoCloseable {
  private static final Metadata.Key<String> DEPRECATED =
      Metadata.Key.of("probity-deprecated", Metadata.ASCII_STRING_MARSHALLER);

  private final Map<String, ServerMethodDefinition<?, ?>> methods = new ConcurrentHashMap<>(); // by full name
  private final List<Message> requests = new ArrayList<>(); // guarded by this
  private final List<String> unanswered = new ArrayList<>(); // guarded by this
  private final FakeScreening screening = new FakeScreening();
  private final FakeCertifications certifications = new FakeCertifications();
  private final String name = InProcessServerBuilder.generateName();
  private final Server server;
  private volatile boolean isAvailable = true;
  private volatile String deprecated = "";

  private FakeProbity() {
    answer(ScreeningServiceGrpc.getScreenSupplierMethod(), screening::decide);
    answer(ScreeningServiceGrpc.getBatchScreenSuppliersMethod(), batch -> BatchScreenSuppliersResponse.newBuilder()
        .addAllResults(batch.getItemsList().stream().map(screening::decideItem).toList()).build());
    methods.put(ScreeningServiceGrpc.getStreamScreenSuppliersMethod().getFullMethodName(),
        ServerMethodDefinition.create(ScreeningServiceGrpc.getStreamScreenSuppliersMethod(),
            ServerCalls.asyncBidiStreamingCall(answers -> new FakeStream(screening, this::record, this::failed, answers))));
    answer(CertificationServiceGrpc.getCheckCertificationMethod(), certifications::check);
    answer(CertificationServiceGrpc.getBatchCheckCertificationsMethod(), batch -> BatchCheckCertificationsResponse.newBuilder()
        .addAllResults(batch.getItemsList().stream().map(certifications::checkItem).toList()).build());
    server = InProcessServerBuilder.forName(name).intercept(new Around()).fallbackHandlerRegistry(new Methods()).build();
  }

  /** Begins to serve. */
  public static FakeProbity start() {
    FakeProbity made = new FakeProbity();
    try {
      made.server.start();
    } catch (IOException impossible) { // There is no port that could be taken.
      throw new UncheckedIOException(impossible);
    }
    return made;
  }

  /** Makes a client of this server, which the caller closes. */
  public ProbityClient client() {
    return clientBuilder().build();
  }

  /** {@link #client}, with what else is to be set. */
  public ProbityClientBuilder clientBuilder() {
    return ProbityClient.builder(InProcessChannelBuilder.forName(name));
  }

  /**
   * Sets what is decided of a supplier, whatever the purchase is: of one asked alone, in a batch or in a stream. Subjects are
   * the same whose identifier, vendor number, record or supplier is, letter for letter, or of those without any the name.
   * {@link FakeDecisions} makes decisions; the day is that of the request, or today, where none is set.
   *
   * <p>As by a server, a request id that comes again gets the decision that it had, and with another request
   * REQUEST_ID_REUSED.
   */
  public FakeProbity screening(ScreenedSubject subject, DecisionCore decision) {
    screening.answers().set(subject, decision);
    return this;
  }

  /** Sets that screening this supplier fails; of an item of a batch or stream, that item. */
  public FakeProbity screening(ScreenedSubject subject, FakeError error) {
    screening.answers().set(subject, error);
    return this;
  }

  /** Sets what a check of this holder's certificates comes to: VALID, or what is wrong, as a cause too. */
  public FakeProbity certification(ScreenedSubject holder, CertificationResult result) {
    CheckCertificationResponse.Builder answer = CheckCertificationResponse.newBuilder().setResult(result);
    if (result != CertificationResult.CERTIFICATION_RESULT_VALID) {
      answer.addCauses(CertificationCause.newBuilder().setResult(result).setDetail("Set by the test"));
    }
    return certification(holder, answer.build());
  }

  /** Sets the whole answer to a check of this holder's certificates. */
  public FakeProbity certification(ScreenedSubject holder, CheckCertificationResponse answer) {
    certifications.answers().set(holder, answer);
    return this;
  }

  /** Sets that the check of this holder's certificates fails. */
  public FakeProbity certification(ScreenedSubject holder, FakeError error) {
    certifications.answers().set(holder, error);
    return this;
  }

  /**
   * Answers any other RPC, or one of the above in another way: {@code answer(ServerServiceGrpc.getGetServerInfoMethod(),
   * request -> ...)}. What the function throws, as {@link FakeError#exception}, is the error of the call.
   */
  public <Q extends Message, R extends Message> FakeProbity answer(MethodDescriptor<Q, R> method, Function<Q, R> answer) {
    return answerAll(method, request -> List.of(answer.apply(request)));
  }

  /** {@link #answer} of an RPC that streams its answers. */
  public <Q extends Message, R extends Message> FakeProbity answerAll(MethodDescriptor<Q, R> method,
      Function<Q, List<R>> answers) {
    methods.put(method.getFullMethodName(), ServerMethodDefinition.create(method,
        ServerCalls.asyncServerStreamingCall((request, observer) -> {
          try {
            record(request);
            answers.apply(request).forEach(observer::onNext);
          } catch (RuntimeException failed) {
            observer.onError(failed(failed));
            return;
          }
          observer.onCompleted();
        })));
    return this;
  }

  /** False: every call is UNAVAILABLE, as from a server that is shut down, until this is called with true. */
  public FakeProbity available(boolean isThere) {
    isAvailable = isThere;
    return this;
  }

  /** Sends with every answer the notice that the request used what is deprecated: full names of fields or methods. */
  public FakeProbity deprecated(String... names) {
    deprecated = String.join(", ", names);
    return this;
  }

  /** The requests of a type that came, in order; of a stream, each of its messages. Calls while unavailable are not there. */
  public synchronized <Q extends Message> List<Q> requests(Class<Q> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /**
   * Ends the server.
   *
   * @throws AssertionError if something was asked that the test had not set
   */
  @Override
  public void close() {
    server.shutdownNow();
    synchronized (this) {
      if (!unanswered.isEmpty()) {
        throw new AssertionError(String.join("\n", unanswered));
      }
    }
  }

  private synchronized void record(Message request) {
    requests.add(request);
  }

  /** The status of a call whose answer threw. */
  private synchronized RuntimeException failed(RuntimeException failed) {
    if (failed instanceof NotSetException) {
      unanswered.add(failed.getMessage());
      return Status.UNIMPLEMENTED.withDescription(failed.getMessage()).asRuntimeException();
    }
    boolean isStatus = Status.fromThrowable(failed).getCode() != Status.Code.UNKNOWN;
    return isStatus ? failed : Status.INTERNAL.withDescription("FakeProbity: the answer of the test threw " + failed)
        .withCause(failed).asRuntimeException();
  }

  /** The methods that have an answer now; others say what to set. */
  private final class Methods extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String method, String authority) {
      ServerMethodDefinition<?, ?> found = methods.get(method);
      return found != null ? found : UnsetMethod.of(method, FakeProbity.this::failed);
    }
  }

  /** Is away, or sends the notice of what is deprecated. */
  private final class Around implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
        ServerCallHandler<Q, R> next) {
      if (!isAvailable) {
        call.close(Status.UNAVAILABLE.withDescription("FakeProbity is away"), new Metadata());
        return new ServerCall.Listener<>() { };
      }
      return next.startCall(new SimpleForwardingServerCall<>(call) {
        private boolean isAnswered;

        @Override
        public void sendHeaders(Metadata answered) {
          isAnswered = true;
          note(answered);
          super.sendHeaders(answered);
        }

        @Override
        public void close(Status status, Metadata trailers) {
          if (!isAnswered) {
            note(trailers);
          }
          super.close(status, trailers);
        }

        private void note(Metadata metadata) {
          if (!deprecated.isEmpty()) {
            metadata.put(DEPRECATED, deprecated);
          }
        }
      }, headers);
    }
  }
}
