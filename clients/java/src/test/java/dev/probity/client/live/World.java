package dev.probity.client.live;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.probity.client.ProbityClient;
import dev.probity.client.Requests;
import dev.probity.client.TlsFiles;
import dev.probity.v1.PurchaseContext;
import dev.probity.v1.Purpose;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.ScreenedSubject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real server, as ../testing/real_server.py starts it: with what its world holds, over mTLS or with tokens on loopback; or a
 * sandbox. Everything in it is invented. Its programs are those of PROBITY_BUILD.
 */
final class World implements AutoCloseable {
  static final long PATIENCE_SECONDS = 120; // for what takes a second on an idle machine
  static final String GOOD = "04830352"; // of GB-COH
  static final String BAD = "01234567";

  private final Process process; // of the script
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private final JsonObject told;

  private World(String kind) throws IOException {
    process = new ProcessBuilder("python3", "../testing/real_server.py", kind)
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
    told = answer().getAsJsonObject();
  }

  /** With mTLS: "erp" may do everything, "reader" reads, "poor" has a small budget, "old" has a certificate that has ended. */
  static World withCertificates() throws IOException {
    return new World("mtls");
  }

  /** Where whoever has the token in "erp.token" may do everything. */
  static World withTokens() throws IOException {
    return new World("token");
  }

  /** A fresh sandbox. */
  static World sandbox() throws IOException {
    return new World("sandbox");
  }

  private JsonElement answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IllegalStateException("real_server.py has ended; standard error says why");
    }
    return JsonParser.parseString(line);
  }

  private JsonElement command(String name, String... words) throws IOException {
    JsonArray line = new JsonArray();
    line.add(name);
    List.of(words).forEach(line::add);
    commands.write(line + "\n");
    commands.flush();
    return answer();
  }

  String address() {
    return told.get("address").getAsString();
  }

  /** A file in its folder: "tls/" has certificates, "rogue/" those of another authority. */
  Path path(String name) {
    return Path.of(told.get("folder").getAsString(), name);
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(path(name), text);
  }

  /** Ends the server as an operator does, and starts it on the same port. */
  void restart() throws IOException {
    command("restart");
  }

  void stop() throws IOException {
    command("stop");
  }

  /** As if its machine were slow, until {@link #goOn}. */
  void pause() throws IOException {
    command("pause");
  }

  void goOn() throws IOException {
    command("go_on");
  }

  /** Runs the command line, which must succeed, and gives what it prints. */
  String probity(String... words) throws IOException {
    JsonObject ran = command("probity", words).getAsJsonObject();
    if (ran.get("code").getAsInt() != 0) {
      throw new IllegalStateException("probity " + String.join(" ", words) + ": " + ran);
    }
    return ran.get("out").getAsString();
  }

  /** Runs the command line, which may fail. */
  String tryProbity(String... words) throws IOException {
    return command("probity", words).getAsJsonObject().get("out").getAsString();
  }

  TlsFiles files(String who) {
    return new TlsFiles(path("tls/ca.pem"), path("tls/" + who + ".pem"), path("tls/" + who + ".key"));
  }

  ProbityClient client(String who) {
    return ProbityClient.builder(address()).tls(files(who)).build();
  }

  static PurchaseContext purchase() {
    return PurchaseContext.newBuilder().setAuthorityCountry("GB").setPurpose(Purpose.PURPOSE_QUALIFICATION)
        .setNoOtherParties(true).build();
  }

  /** A firm by number and name. */
  static ScreenedSubject named(String number, String name) {
    return Requests.byIdentifier("GB-COH", number).toBuilder().setName(name).build();
  }

  static ScreenSupplierRequest screening(ScreenedSubject subject) {
    return ScreenSupplierRequest.newBuilder().setSubject(subject).setPurchase(purchase()).build();
  }

  static ScreenSupplierResponse screen(ProbityClient client, ScreenedSubject subject) {
    return client.screening().screenSupplier(screening(subject));
  }

  /** Ends the server and removes its folder. */
  @Override
  public void close() throws Exception {
    commands.close();
    process.waitFor();
  }
}
