package dev.probity.client.live;

import static dev.probity.client.live.World.GOOD;
import static dev.probity.client.live.World.named;
import static dev.probity.client.live.World.screen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.probity.client.ProbityClient;
import dev.probity.client.receipts.ActReceipts;
import dev.probity.client.receipts.LogKeys;
import dev.probity.client.receipts.Receipts;
import dev.probity.v1.Act;
import dev.probity.v1.ActVerification;
import dev.probity.v1.GetActReceiptRequest;
import dev.probity.v1.GetReceiptRequest;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.ListActsRequest;
import dev.probity.v1.ReceiptVerification;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Receipts are verified as by the command line. */
class ReceiptTest {
  private static final Path DATA = Path.of("../../tests/testdata/evidence");
  private static final KeyHistory NO_HISTORY = KeyHistory.getDefaultInstance();

  private static World world;

  @BeforeAll
  static void start() throws Exception {
    world = World.withCertificates();
  }

  @AfterAll
  static void end() throws Exception {
    world.close();
  }

  /** Asks the command line and this client for one verification; whether it is proven. */
  private interface Both {
    boolean verify(String what, byte[] file, String key) throws Exception;
  }

  /** By "decision verify" or "log verify-act". */
  private static void commandLine(byte[] file, String key, Message.Builder verification, String... command)
      throws Exception {
    Files.write(world.path("receipt"), file);
    world.write("key.pub", key);
    String said = world.tryProbity("--json", command[0], command[1], world.path("receipt").toString(), "--key",
        world.path("key.pub").toString());
    JsonFormat.parser().ignoringUnknownFields().merge(said, verification);
  }

  private static boolean agree(String what, byte[] file, String key) throws Exception {
    ReceiptVerification ours = Receipts.verify(file, LogKeys.parse(key), NO_HISTORY);
    ReceiptVerification.Builder theirs = ReceiptVerification.newBuilder();
    commandLine(file, key, theirs, "decision", "verify");
    assertEquals(theirs.build(), ours, what);
    return Receipts.isProven(ours);
  }

  private static boolean agreeOnAct(String what, byte[] file, String key) throws Exception {
    ActVerification ours = ActReceipts.verify(file, LogKeys.parse(key), NO_HISTORY);
    ActVerification.Builder theirs = ActVerification.newBuilder();
    commandLine(file, key, theirs, "log", "verify-act");
    assertEquals(theirs.build(), ours, what);
    return ActReceipts.isProven(ours);
  }

  /** A receipt of the server is proven as issued, and with no byte changed. */
  private static void isProvenAsIssuedAlone(Message receipt, Both both) throws Exception {
    byte[] whole = receipt.toByteArray();
    String key = world.probity("log", "keys", "--pem");
    assertTrue(both.verify("as issued", whole, key));
    for (int place = 0; place < whole.length; place += Math.max(1, whole.length / 6)) {
      byte[] changed = whole.clone();
      changed[place] ^= 1;
      assertFalse(both.verify("byte " + place, changed, key));
    }
  }

  @Test
  void theCommandLineAndTheClientAgreeOnGoldenReceipts() throws Exception {
    String key = Files.readString(DATA.resolve("plain_key.pem"));
    for (String name : new String[] {"plain_receipt.json", "receipt.json", "act_receipt.json"}) {
      byte[] file = Files.readAllBytes(DATA.resolve(name));
      boolean isOfAct = name.startsWith("act");
      assertEquals(!isOfAct, agree(name, file, key));
      assertEquals(isOfAct, agreeOnAct(name, file, key));
    }
  }

  @Test
  void theCommandLineAndTheClientAgreeOnADecision() throws Exception {
    try (ProbityClient client = world.client("erp")) {
      String name = screen(client, named(GOOD, "")).getDecision().getName();
      isProvenAsIssuedAlone(client.screening().getReceipt(GetReceiptRequest.newBuilder().setName(name).build())
          .getReceipt(), ReceiptTest::agree);
    }
  }

  @Test
  void theCommandLineAndTheClientAgreeOnAnAct() throws Exception {
    try (ProbityClient client = world.client("erp")) {
      String name = client.screening().listActs(ListActsRequest.getDefaultInstance()).stream()
          .filter(act -> act.getCore().getMethod().equals("DatasetService.CommitLoad")).map(Act::getName).findFirst()
          .orElseThrow();
      isProvenAsIssuedAlone(client.screening().getActReceipt(GetActReceiptRequest.newBuilder().setName(name).build())
          .getReceipt(), ReceiptTest::agreeOnAct);
    }
  }
}
