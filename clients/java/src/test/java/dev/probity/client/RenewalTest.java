package dev.probity.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.v1.GetServerInfoRequest;
import dev.probity.v1.GetServerInfoResponse;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers whose certificates do not fit, are renewed, or have ended. */
class RenewalTest {
  private static final GetServerInfoResponse INFO = GetServerInfoResponse.getDefaultInstance();

  @TempDir
  Path folder;

  private long lookMillis;

  @BeforeEach
  void begin() throws Exception {
    lookMillis = Connection.lookMillis;
    Connection.lookMillis = 50;
    Openssl.issue(folder, "old", "IP:127.0.0.1", 2);
    Openssl.issue(folder, "new", "IP:127.0.0.1", 2);
  }

  @AfterEach
  void end() {
    Connection.lookMillis = lookMillis;
  }

  private Path path(String name) {
    return folder.resolve(name);
  }

  /** Replaces a file at once, as who renews certificates does. */
  private void install(String from) throws Exception {
    Files.copy(path(from), path("next"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(path("next"), path("ca.pem"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private FakeServer server(int port, String name) throws Exception {
    return FakeServer.serveAt(port, TlsServerCredentials.create(path(name + ".pem").toFile(), path(name + ".key").toFile()),
        INFO, INFO, INFO);
  }

  private static void ask(ProbityClient client) {
    client.server().getServerInfo(GetServerInfoRequest.getDefaultInstance());
  }

  private static void refused(ProbityClient client, String say) {
    ProbityException failed = assertThrows(ProbityException.class, () -> ask(client));
    assertEquals(Status.Code.UNAVAILABLE, failed.getCode());
    assertTrue(failed.getUserMessage().contains(say), failed::getMessage);
  }

  @Test
  void renewedFilesAreUsedForTheNextConnection() throws Exception {
    install("old.pem");
    FakeServer old = server(0, "old");
    int port = old.port();
    try (ProbityClient client = ProbityClient.builder("127.0.0.1:" + port).tls(TlsFiles.of(path("ca.pem"))).build()) {
      ask(client);
      Files.writeString(path("damaged"), "-----BEGIN CERT");
      install("damaged");
      Thread.sleep(300);
      old.close();
      try (FakeServer again = server(port, "old")) { // The last good one counts.
        ask(client);
        assertEquals(1, again.calls.size());
      }
      try (FakeServer other = server(port, "new")) {
        refused(client, "does not lead to the authority in ca");
        install("new.pem");
        awaitAnswer(client);
        assertEquals(1, other.calls.size());
      }
    }
  }

  private static void awaitAnswer(ProbityClient client) throws Exception {
    for (int time = 0;; time++) {
      try {
        ask(client);
        return;
      } catch (ProbityException notYet) {
        if (time == 30) {
          throw notYet;
        }
        Thread.sleep(100);
      }
    }
  }

  @Test
  void aCertificateThatHasEndedOrIsOfAnotherNameIsSaidToBeSo() throws Exception {
    Openssl.issue(folder, "old", "ended", "IP:127.0.0.1", -1);
    Openssl.issue(folder, "old", "elsewhere", "DNS:other.example.org", 2);
    for (String[] one : new String[][] {{"ended", "has ended, or this machine's clock is wrong"},
        {"elsewhere", "has another name than this address"}}) {
      try (FakeServer server = server(0, one[0]);
          ProbityClient client =
              ProbityClient.builder(server.address()).tls(TlsFiles.of(path("old.pem"))).build()) {
        refused(client, one[1]);
      }
    }
  }
}
