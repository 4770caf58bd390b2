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

  private static final String REGISTER = """
      record_type,key,name,kind,identifiers
      supplier,good,Tidewater Stationery Ltd,company,GB-COH:04830352
      supplier,bad,Brackish Kilns Ltd,company,GB-COH:01234567
      """;
  private static final String FLAGS = """
      record_type,key,subject,flag_type,stage,severity,decided_on,jurisdiction,listed_from,listed_to
      risk_flag,bar,records/bad,debarment,final-admin-decision,critical,2025-01-01,GB,2025-01-01,2099-01-01
      """;
  private static final String POLICY = """
      id: "ministry" version: "1" title: "Ministry"
      includes: "always-on"
      rules {
        id: "M-BAR" title: "Barred" legal_basis: "Invented Act s. 1"
        discretion: DISCRETION_MANDATORY scope: RULE_SCOPE_FACT
        when { all {
          conditions { in_force: true }
          conditions { flag_type { types: FLAG_TYPE_DEBARMENT } }
        } }
        effect: RULE_EFFECT_BLOCK
        reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
        next_steps { action: NEXT_ACTION_HOLD }
      }
      required_sources { dataset: "datasets/reg" max_age_days: 30 }
      """;
  private static final String ACCESS = """
      bindings { principals: "spiffe://example.org/erp" datasets: "*" roles: ROLE_SCREENER roles: ROLE_STEWARD
        roles: ROLE_POLICY_EDITOR roles: ROLE_AUDITOR roles: ROLE_OPERATOR }
      bindings { principals: "spiffe://example.org/reader" roles: ROLE_READER }
      bindings { principals: "spiffe://example.org/poor" roles: ROLE_SCREENER }
      """;
  private static final String SETTINGS = """
      tls { cert_file: "%1$s/server.pem" key_file: "%1$s/server.key" client_ca_file: "%1$s/ca.pem" allow_missing_crl: true }
      access_file: "%1$s/access.textproto"
      caller_burst_seconds: 1
      caller_quotas { principal: "spiffe://example.org/poor" units_per_second: 10 }
      """;

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
    world.write("access.textproto", ACCESS);
    world.write("probityd.textproto", SETTINGS.formatted(world.there));
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
    write("r.csv", REGISTER);
    write("f.csv", FLAGS);
    write("ministry.txtpb", POLICY);
    probity("dataset", "create", "reg", "--title", "Register", "--absence", "retracted", "--invented");
    probity("import", "--dataset", "reg", "--format", "probity-csv", there + "/r.csv", there + "/f.csv");
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
