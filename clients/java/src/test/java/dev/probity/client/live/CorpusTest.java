package dev.probity.client.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import dev.probity.client.ProbityClient;
import dev.probity.client.ProbityClientBuilder;
import dev.probity.client.ProbityException;
import dev.probity.client.RpcMethods;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** Every case of tests/corpus against a fresh sandbox; its README says what a case is and how answers are compared. */
class CorpusTest {
  private static final Path CORPUS = Path.of("../../tests/corpus");

  private static World sandbox;
  private static final Map<String, ProbityClient> CLIENTS = new HashMap<>(); // by token

  @BeforeAll
  static void begin() throws Exception {
    sandbox = World.sandbox();
  }

  @AfterAll
  static void end() throws Exception {
    CLIENTS.values().forEach(ProbityClient::close);
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @TestFactory
  Stream<DynamicNode> corpus() throws Exception {
    List<DynamicNode> files = new ArrayList<>();
    int count = 0;
    try (Stream<Path> all = Files.list(CORPUS)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
        JsonArray cases = JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonArray("cases");
        count += cases.size();
        files.add(DynamicContainer.dynamicContainer(file.getFileName().toString(), cases.asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(one -> DynamicTest.dynamicTest(one.get("name").getAsString(), () -> run(one)))));
      }
    }
    assertTrue(count > 150, "only " + count + " cases");
    return files.stream();
  }

  private static void run(JsonObject one) throws Exception {
    Map<String, String> saved = new HashMap<>();
    JsonArray steps = new JsonArray();
    if (one.has("steps")) {
      steps = one.getAsJsonArray("steps");
    } else {
      steps.add(one);
    }
    for (JsonElement step : steps) {
      JsonObject call = CorpusMatch.filled(step, saved).getAsJsonObject();
      Answer answer = ask(call);
      List<String> differences = differences(call, answer);
      assertEquals(List.of(), differences, () -> one.get("why").getAsString() + "\n" + answer);
      if (call.has("save")) {
        call.getAsJsonObject("save").entrySet().forEach(entry ->
            saved.put(entry.getKey(), CorpusMatch.textAt(answer.responses.get(0), entry.getValue().getAsString())));
      }
    }
  }

  /** What was answered, in the form of the corpus; the error is JSON's null where the call succeeded. */
  private record Answer(List<JsonElement> responses, JsonElement error) {}

  private static List<String> differences(JsonObject call, Answer answer) {
    JsonElement error = call.has("error") ? call.get("error") : JsonNull.INSTANCE;
    List<String> found = new ArrayList<>(CorpusMatch.differences(error, answer.error, "error"));
    if (error.isJsonNull() && !answer.error.isJsonNull()) {
      found.add("error: none expected");
    }
    if (call.has("expect")) {
      JsonElement first = answer.responses.isEmpty() ? JsonNull.INSTANCE : answer.responses.get(0);
      found.addAll(CorpusMatch.differences(call.get("expect"), first, "expect"));
    }
    if (call.has("responses")) {
      JsonArray all = new JsonArray();
      answer.responses.forEach(all::add);
      found.addAll(CorpusMatch.differences(call.get("responses"), all, "responses"));
    }
    return found;
  }

  private static ProbityClient client(String token) {
    return CLIENTS.computeIfAbsent(token, given -> {
      ProbityClientBuilder builder = ProbityClient.builder(sandbox.address()).withoutRetries();
      return (given.isEmpty() ? builder : builder.token(given)).build();
    });
  }

  private static Answer ask(JsonObject call) throws Exception {
    ProbityClient client = client(call.has("token") ? call.get("token").getAsString() : "");
    MethodDescriptor<Message, Message> method = RpcMethods.named(call.get("method").getAsString());
    List<Message> requests = new ArrayList<>();
    if (call.has("requests")) {
      for (JsonElement request : call.getAsJsonArray("requests")) {
        requests.add(read(method, request));
      }
    } else {
      requests.add(read(method, call.get("request")));
    }
    if (method.getType() == MethodDescriptor.MethodType.UNARY) {
      return unary(client, method, requests.get(0));
    }
    return stream(client, method, requests);
  }

  private static Message read(MethodDescriptor<Message, Message> method, JsonElement json) throws Exception {
    Message.Builder request = RpcMethods.requestOf(method).newBuilderForType();
    JsonFormat.parser().merge(json.toString(), request);
    return request.build();
  }

  /** Through this client's own layer. */
  private static Answer unary(ProbityClient client, MethodDescriptor<Message, Message> method, Message request)
      throws Exception {
    try {
      return new Answer(List.of(json(RpcMethods.call(client, method, request))), JsonNull.INSTANCE);
    } catch (ProbityException failed) {
      return new Answer(List.of(), json(failed));
    }
  }

  /** Message for message as the case has them, so through gRPC alone; the error is read by this client. */
  private static Answer stream(ProbityClient client, MethodDescriptor<Message, Message> method, List<Message> requests)
      throws Exception {
    List<JsonElement> responses = new ArrayList<>();
    CompletableFuture<JsonElement> end = new CompletableFuture<>();
    StreamObserver<Message> answers = new StreamObserver<>() {
      @Override
      public void onNext(Message response) {
        responses.add(json(response));
      }

      @Override
      public void onError(Throwable failed) {
        end.complete(json(ProbityException.of(failed)));
      }

      @Override
      public void onCompleted() {
        end.complete(JsonNull.INSTANCE);
      }
    };
    var call = client.channel().newCall(method,
        CallOptions.DEFAULT.withDeadlineAfter(World.PATIENCE_SECONDS, TimeUnit.SECONDS));
    if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
      ClientCalls.asyncServerStreamingCall(call, requests.get(0), answers);
    } else {
      StreamObserver<Message> sender = ClientCalls.asyncBidiStreamingCall(call, answers);
      requests.forEach(sender::onNext);
      sender.onCompleted();
    }
    return new Answer(responses, end.get());
  }

  private static JsonElement json(Message message) {
    try {
      return JsonParser.parseString(JsonFormat.printer().print(message));
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) { // No Any is in the API.
      throw new IllegalStateException(impossible);
    }
  }

  private static JsonElement json(ProbityException failed) {
    JsonObject error = new JsonObject();
    error.addProperty("code", failed.getCode().name());
    error.add("reason", failed.getReason().isEmpty() ? JsonNull.INSTANCE : new JsonPrimitive(failed.getReason()));
    error.addProperty("domain", failed.getDomain());
    JsonObject metadata = new JsonObject();
    failed.getMetadata().forEach(metadata::addProperty);
    error.add("metadata", metadata);
    JsonArray fields = new JsonArray();
    failed.getFieldViolations().forEach(field -> fields.add(field.field()));
    error.add("fieldViolations", fields);
    failed.getRetryAfter().ifPresent(wait -> error.addProperty("retryDelay",
        Durations.toString(Durations.fromNanos(wait.toNanos()))));
    return error;
  }
}
