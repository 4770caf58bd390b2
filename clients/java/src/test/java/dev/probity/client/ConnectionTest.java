package dev.probity.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
  @TempDir
  static Path folder;

  @BeforeAll
  static void makeCertificates() throws Exception {
    for (String name : List.of("ca", "other")) {
      Openssl.issue(folder, name, "DNS:" + name, 2);
    }
    Openssl.run("ec", "-in", path("ca.key").toString(), "-aes256", "-passout", "pass:word", "-out",
        path("locked.key").toString());
    Openssl.run("ec", "-in", path("ca.key").toString(), "-out", path("old.key").toString());
  }

  private static Path path(String name) {
    return folder.resolve(name);
  }

  private static void cannotBeMade(String say, Supplier<ProbityClientBuilder> builder) {
    ConfigurationException wrong = assertThrows(ConfigurationException.class, () -> builder.get().build().close());
    assertTrue(wrong.getMessage().contains(say), () -> wrong.getMessage() + " lacks " + say);
  }

  private static void cannotBeUsed(String say, String ca, String cert, String key) {
    cannotBeMade(say, () -> ProbityClient.builder("host:1").tls(new TlsFiles(path(ca), path(cert), path(key))));
  }

  @Test
  void addresses() {
    for (String address : List.of("", "host", "host:", "host:0", "host:70000", "https://host:1", "a b:1", "host:1/",
        "::1:7443", "host:١", "host:1\n", "unix:/tmp/x")) {
      cannotBeMade("is not HOST:PORT", () -> ProbityClient.builder(address));
    }
    for (String address : List.of("host:1", "[::1]:7443", "127.0.0.1:65535", "dns:///host:1")) {
      ProbityClient.builder(address).build().close();
    }
  }

  @Test
  void files() {
    assertThrows(ConfigurationException.class, () -> new TlsFiles(path("ca.pem"), path("ca.pem"), null));
    assertThrows(ConfigurationException.class, () -> new TlsFiles(path("ca.pem"), null, path("ca.key")));
    cannotBeMade("ca: " + folder, () -> ProbityClient.builder("host:1").tls(TlsFiles.of(folder)));
    cannotBeMade("absent", () -> ProbityClient.builder("host:1").tls(TlsFiles.of(path("absent"))));
    cannotBeMade("ca.key holds no certificate", () -> ProbityClient.builder("host:1").tls(TlsFiles.of(path("ca.key"))));
    cannotBeUsed("ca.key holds no certificate", "ca.pem", "ca.key", "ca.key");
    cannotBeUsed("ca.pem holds no private key", "ca.pem", "ca.pem", "ca.pem");
    cannotBeUsed("absent", "ca.pem", "ca.pem", "absent");
    cannotBeUsed("other.key is not the key of", "ca.pem", "ca.pem", "other.key");
    cannotBeUsed("locked.key is encrypted", "ca.pem", "ca.pem", "locked.key");
    cannotBeUsed("openssl pkcs8 -topk8", "ca.pem", "ca.pem", "old.key");
    ProbityClient.builder("host:1").tls(new TlsFiles(path("ca.pem"), path("ca.pem"), path("ca.key"))).build().close();
    ProbityClient.builder("host:1").tls(TlsFiles.of(path("ca.pem"))).build().close();
  }

  @Test
  void credentialsOfTheCallersOwn() {
    ProbityClient.builder("host:1").tls(TlsChannelCredentials.create()).token("a.b.c").build().close();
    cannotBeMade("give tls once", () -> ProbityClient.builder("host:1").tls(TlsChannelCredentials.create())
        .tls(TlsFiles.of(path("ca.pem"))));
    cannotBeMade("encrypt nothing", () -> ProbityClient.builder("host:1").tls(InsecureChannelCredentials.create()));
  }

  @Test
  void noTokenLeavesThisMachineInTheClear() {
    for (String address : List.of("probity.example.org:7443", "192.0.2.1:1", "127.example.org:1",
        "localhost.example.org:1", "dns:///example.org:1")) {
      cannotBeMade("in the clear", () -> ProbityClient.builder(address).token("a.b.c"));
      cannotBeMade("in the clear", () -> ProbityClient.builder(address).tokenSource(() -> "a.b.c"));
    }
    for (String address : List.of("localhost:1", "127.0.0.1:1", "127.1.2.3:1", "[::1]:1")) {
      ProbityClient.builder(address).token("a.b.c").build().close();
    }
    ProbityClient.builder("probity.example.org:1").token("a.b.c").tls(TlsFiles.of(path("ca.pem"))).build().close();
  }

  @Test
  void tokens() throws Exception {
    for (String token : List.of("", "a b", "a\n", "tökén")) {
      cannotBeMade("the token is empty, or has", () -> ProbityClient.builder("localhost:1").token(token));
    }
    cannotBeMade("token's file cannot be read", () -> ProbityClient.builder("localhost:1").tokenFile(path("token")));
    cannotBeMade("give one of token", () -> ProbityClient.builder("localhost:1").token("a").tokenFile(path("token")));
    ProbityClient.builder("localhost:1").tokenFile(Files.writeString(path("good.token"), "a.b.c\n")).build().close();
  }

  @Test
  void fromTheEnvironment() {
    Map<String, String> variables = new HashMap<>();
    cannotBeMade("PROBITY_SERVER is not set", () -> ProbityClientBuilder.from(variables));
    variables.put("PROBITY_SERVER", "host:1");
    variables.put("PROBITY_TOKEN", "a.b.c");
    cannotBeMade("in the clear", () -> ProbityClientBuilder.from(variables));
    variables.put("PROBITY_CERT", path("ca.pem").toString());
    cannotBeMade("need PROBITY_CA", () -> ProbityClientBuilder.from(variables));
    variables.put("PROBITY_CA", "/absent");
    cannotBeMade("key is missing", () -> ProbityClientBuilder.from(variables));
    variables.put("PROBITY_KEY", path("ca.key").toString());
    cannotBeMade("/absent", () -> ProbityClientBuilder.from(variables));
    variables.put("PROBITY_CA", path("ca.pem").toString());
    ProbityClientBuilder.from(variables).build().close();
    assertEquals("0.1.0", ProbityClient.VERSION);
  }
}
