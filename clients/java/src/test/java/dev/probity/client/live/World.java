package dev.probity.client.live;

import dev.probity.client.ProbityClient;
import dev.probity.client.Requests;
import dev.probity.client.TlsFiles;
import dev.probity.v1.PurchaseContext;
import dev.probity.v1.Purpose;
import dev.probity.v1.ScreenSupplierRequest;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.ScreenedSubject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real server with what it knows: a register, a firm that is barred and a policy, over mTLS or with tokens on loopback;
 * or a sandbox. Everything in it is invented.
 *
 * <p>PROBITY_BUILD is the build folder that holds services/probityd and cli/probity (default ../../build/release). PROBITYD
 * and PROBITY_CLI replace the two commands, several words of them too, and PROBITYD_ROOT names the folder that they take for
 * "/", where they run in another root.
 */
final class World implements AutoCloseable {
  static final long PATIENCE_SECONDS = 120; // for what takes a second on an idle machine
  static final String TOKEN = "token-of-the-purchasing-system";
  static final String GOOD = "04830352"; // of GB-COH
  static final String BAD = "01234567";

  private static final Path SHARED = Path.of("../testing/world"); // what the tests of all clients hold

  private final Path here; // its folder, for this process
  private final String there; // and for the server
  private List<String> options; // of the server
  private List<String> caller; // options of the command line that say who calls
  private String address;
  private Process process;
  private Path log;

  private World() throws IOException {
    String root = System.getenv().getOrDefault("PROBITYD_ROOT", "");
    here = Files.createTempDirectory(Path.of(root + "/tmp"), "probity-client-java-");
    there = here.toString().substring(root.length());
  }

  /** With mTLS: "erp" may do everything, "reader" reads, "poor" has a small budget. */
  static World withCertificates() throws Exception {
    World world = new World();
    world.certificates(".", "server DNS:localhost,IP:127.0.0.1 serverAuth", "erp URI:spiffe://example.org/erp clientAuth",
        "reader URI:spiffe://example.org/reader clientAuth", "poor URI:spiffe://example.org/poor clientAuth");
    world.copy("access.textproto");
    world.write("probityd.textproto", shared("mtls.textproto").replace("FOLDER", world.there));
    world.options = List.of("--config", world.there + "/probityd.textproto");
    world.caller = List.of("--ca", world.there + "/ca.pem", "--cert", world.there + "/erp.pem", "--key",
        world.there + "/erp.key");
    return world.filled();
  }

  /** Where whoever has the token may do everything. */
  static World withTokens() throws Exception {
    World world = new World();
    world.write("tokens", TOKEN + " erp authorities/ministry\n");
    world.write("erp.token", TOKEN + "\n");
    world.options = List.of("--token_file", world.there + "/tokens");
    world.caller = List.of("--token_file", world.there + "/erp.token");
    return world.filled();
  }

  /** A fresh sandbox. */
  static World sandbox() throws Exception {
    World world = new World();
    world.options = List.of("--sandbox");
    world.begin("127.0.0.1:0");
    return world;
  }

  private World filled() throws Exception {
    begin("127.0.0.1:0");
    for (String name : List.of("register.csv", "flags.csv", "ministry.txtpb")) {
      copy(name);
    }
    probity("dataset", "create", "reg", "--title", "Register", "--absence", "retracted", "--invented");
    probity("import", "--dataset", "reg", "--format", "probity-csv", there + "/register.csv",
        there + "/flags.csv");
    probity("policy", "create", there + "/ministry.txtpb");
    probity("policy", "activate", "ministry");
    return this;
  }

  String address() {
    return address;
  }

  Path path(String name) {
    return here.resolve(name);
  }

  /** The same file as the server's programs name it. */
  String pathThere(String name) {
    return there + "/" + name;
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(path(name), text);
  }

  private static String shared(String name) throws IOException {
    return Files.readString(SHARED.resolve(name));
  }

  private void copy(String name) throws IOException {
    write(name, shared(name));
  }

  /** Makes an authority in a folder, and what it issues: "name names use", at most valid for a day. */
  void certificates(String folder, String... issued) throws Exception {
    StringBuilder script = new StringBuilder(
        "source ../../scripts/certificates.sh\nmkdir -p \"$certificates\"\n[ -e \"$certificates/ca.pem\" ] || authority ca\n");
    for (String one : issued) {
      script.append("issue ca ").append(one).append('\n');
    }
    ProcessBuilder bash = new ProcessBuilder("bash", "-ec", script.toString());
    bash.environment().put("certificates", path(folder).toString());
    outputOf(bash, true);
  }

  /** Makes a certificate "old" of erp's key that has ended. */
  void certificateThatHasEnded() throws Exception {
    ProcessBuilder bash = new ProcessBuilder("bash", "-ec", "cp erp.key old.key\n"
        + "openssl x509 -req -in erp.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days -1 -out old.pem -extfile"
        + " <(printf 'subjectAltName=URI:spiffe://example.org/erp\\nextendedKeyUsage=clientAuth\\n')");
    outputOf(bash.directory(here.toFile()), true);
  }

  /** One of the programs. */
  private static List<String> command(String variable, String program) {
    String words = System.getenv().getOrDefault(variable, "").strip();
    return words.isEmpty()
        ? List.of(System.getenv().getOrDefault("PROBITY_BUILD", "../../build/release") + "/" + program)
        : Arrays.asList(words.split("\\s+"));
  }

  private void begin(String listen) throws Exception {
    List<String> words = new ArrayList<>(command("PROBITYD", "services/probityd"));
    if (!options.contains("--sandbox")) {
      words.addAll(List.of("--data_dir", there + "/data"));
    }
    words.addAll(List.of("--listen", listen, "--log_level", "warning"));
    words.addAll(options);
    log = path("log");
    process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread reader = new Thread(() -> readAddress(process.inputReader(), said), "probityd-output");
    reader.setDaemon(true);
    reader.start();
    try {
      address = said.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception silent) {
      process.destroyForcibly();
      throw new IllegalStateException("probityd does not listen; build it, or set PROBITY_BUILD\n" + Files.readString(log),
          silent);
    }
  }

  private static void readAddress(BufferedReader output, CompletableFuture<String> said) {
    output.lines().forEach(line -> {
      int at = line.indexOf(" listens on ");
      if (at >= 0) {
        said.complete(line.substring(at + " listens on ".length()).strip());
      }
    });
    said.completeExceptionally(new IllegalStateException("probityd ended"));
  }

  /** Ends the server as an operator does, and starts it on the same port. */
  void restart() throws Exception {
    stop();
    begin(address);
  }

  void stop() throws Exception {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("probityd does not end");
    }
  }

  /** Sends the server a signal: "STOP", "CONT". */
  void signal(String name) throws Exception {
    outputOf(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())), true);
  }

  /** Runs the command line, which must succeed, and gives what it prints. */
  String probity(String... words) throws Exception {
    return outputOf(commandLine(words), true);
  }

  /** Runs the command line, which may fail. */
  String tryProbity(String... words) throws Exception {
    return outputOf(commandLine(words), false);
  }

  private ProcessBuilder commandLine(String... words) {
    List<String> line = new ArrayList<>(command("PROBITY_CLI", "cli/probity"));
    line.addAll(List.of("--server", address));
    line.addAll(caller);
    line.addAll(Arrays.asList(words));
    return new ProcessBuilder(line);
  }

  private String outputOf(ProcessBuilder builder, boolean mustSucceed) throws Exception {
    Path faults = Files.createTempFile(here, "stderr", "");
    Process running = builder.redirectError(faults.toFile()).start();
    String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (running.waitFor() != 0 && mustSucceed) {
      throw new IllegalStateException(builder.command() + " failed: " + output + Files.readString(faults));
    }
    return output;
  }

  TlsFiles files(String who) {
    return new TlsFiles(path("ca.pem"), path(who + ".pem"), path(who + ".key"));
  }

  ProbityClient client(String who) {
    return ProbityClient.builder(address).tls(files(who)).build();
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

  @Override
  public void close() throws Exception {
    process.destroyForcibly().waitFor();
    try (Stream<Path> all = Files.walk(here)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
