package dev.probity.client.live;

import static dev.probity.client.live.World.GOOD;
import static dev.probity.client.live.World.named;
import static dev.probity.client.live.World.screen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.util.JsonFormat;
import dev.probity.client.ProbityClient;
import dev.probity.client.receipts.LogKeys;
import dev.probity.client.receipts.Receipts;
import dev.probity.v1.GetReceiptRequest;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.ReceiptVerification;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Receipts are verified as by the command line. */
class ReceiptTest {
  private static final Path DATA = Path.of("../../tests/testdata/evidence");

  /** Asks the command line and this client for one verification; whether it is proven. */
  private static boolean agree(World world, String what, byte[] file, String key) throws Exception {
    Files.write(world.path("receipt"), file);
    world.write("key.pub", key);
    ReceiptVerification ours = Receipts.verify(file, LogKeys.parse(key), KeyHistory.getDefaultInstance());
    String said = world.tryProbity("--json", "decision", "verify", world.path("receipt").toString(), "--key",
        world.path("key.pub").toString());
    ReceiptVerification.Builder theirs = ReceiptVerification.newBuilder();
    JsonFormat.parser().ignoringUnknownFields().merge(said, theirs);
    assertEquals(theirs.getFault(), ours.getFault(), what);
    assertEquals(theirs.getDecision(), ours.getDecision(), what);
    assertEquals(theirs.getAlteredPartsList(), ours.getAlteredPartsList(), what);
    return Receipts.isProven(ours);
  }

  @Test
  void theCommandLineAndTheClientAgree() throws Exception {
    try (World world = World.withCertificates(); ProbityClient client = world.client("erp")) {
      String golden = Files.readString(DATA.resolve("plain_key.pem"));
      assertTrue(agree(world, "plain", Files.readAllBytes(DATA.resolve("plain_receipt.json")), golden));
      assertTrue(agree(world, "rotated", Files.readAllBytes(DATA.resolve("receipt.json")), golden));
      assertFalse(agree(world, "of an act", Files.readAllBytes(DATA.resolve("act_receipt.json")), golden));
      String name = screen(client, named(GOOD, "")).getDecision().getName();
      byte[] whole = client.screening().getReceipt(GetReceiptRequest.newBuilder().setName(name).build()).getReceipt()
          .toByteArray();
      String key = world.probity("log", "keys", "--pem");
      assertTrue(agree(world, "as issued", whole, key));
      for (int place = 0; place < whole.length; place += Math.max(1, whole.length / 6)) {
        byte[] changed = whole.clone();
        changed[place] ^= 1;
        assertFalse(agree(world, "byte " + place, changed, key));
      }
    }
  }
}
