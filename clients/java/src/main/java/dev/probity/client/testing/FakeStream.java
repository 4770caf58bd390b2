package dev.probity.client.testing;

import com.google.protobuf.Message;
import dev.probity.v1.BatchScreenItem;
import dev.probity.v1.ErrorReason;
import dev.probity.v1.StreamScreenOpened;
import dev.probity.v1.StreamScreenSettings;
import dev.probity.v1.StreamScreenSuppliersRequest;
import dev.probity.v1.StreamScreenSuppliersResponse;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One StreamScreenSuppliers: each item as {@link FakeScreening} decides it, with a resume token behind each. */
final class FakeStream implements StreamObserver<StreamScreenSuppliersRequest> {
  private final FakeScreening screening;
  private final Consumer<Message> record;
  private final UnaryOperator<RuntimeException> failed;
  private final StreamObserver<StreamScreenSuppliersResponse> answers;
  private StreamScreenSettings settings; // null before the first message
  private String streamId;
  private long position;
  private boolean ended;

  FakeStream(FakeScreening screening, Consumer<Message> record, UnaryOperator<RuntimeException> failed,
      StreamObserver<StreamScreenSuppliersResponse> answers) {
    this.screening = screening;
    this.record = record;
    this.failed = failed;
    this.answers = answers;
  }

  @Override
  public void onNext(StreamScreenSuppliersRequest request) {
    if (ended) {
      return;
    }
    record.accept(request);
    try {
      answers.onNext(settings == null ? open(request) : decide(request.getItem()));
    } catch (RuntimeException wrong) {
      ended = true;
      answers.onError(failed.apply(wrong));
    }
  }

  private StreamScreenSuppliersResponse open(StreamScreenSuppliersRequest request) {
    if (!request.hasSettings()) {
      throw FakeError.of(ErrorReason.ERROR_REASON_INVALID_FIELD)
          .message("settings: the first message must hold them").field("settings").exception();
    }
    settings = request.getSettings();
    String[] token = settings.getResumeToken().split("@", 2); // as this class gives them: ID@POSITION
    if (token.length == 2) {
      streamId = token[0];
      position = Long.parseLong(token[1]);
    } else {
      streamId = settings.getStreamId().isEmpty() ? UUID.randomUUID().toString() : settings.getStreamId();
    }
    return StreamScreenSuppliersResponse.newBuilder().setPosition(position).setResumeToken(token())
        .setOpened(StreamScreenOpened.newBuilder().setStreamId(streamId)).build();
  }

  private StreamScreenSuppliersResponse decide(BatchScreenItem given) {
    BatchScreenItem.Builder item = given.toBuilder();
    if (!item.getRequest().hasPurchase()) {
      item.getRequestBuilder().setPurchase(settings.getPurchase());
    }
    if (!item.getRequest().hasAsOf() && settings.hasAsOf()) {
      item.getRequestBuilder().setAsOf(settings.getAsOf());
    }
    if (item.getRequest().getRequestId().isEmpty()) {
      item.getRequestBuilder().setRequestId(streamId + "/" + position);
    }
    StreamScreenSuppliersResponse.Builder answer =
        StreamScreenSuppliersResponse.newBuilder().setResult(screening.decideItem(item.build())).setPosition(position++);
    return answer.setResumeToken(token()).build();
  }

  private String token() {
    return streamId + "@" + position;
  }

  @Override
  public void onError(Throwable cut) {
    ended = true;
  }

  @Override
  public void onCompleted() {
    if (!ended) {
      answers.onCompleted();
    }
  }
}
