package dev.probity.client.receipts;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Receipts that the tests of the server and of all clients verify, and changes of them. */
final class Golden {
  private static final Path DATA = Path.of("../../tests/testdata/evidence");

  private Golden() {}

  static byte[] file(String name) throws IOException {
    return Files.readAllBytes(DATA.resolve(name));
  }

  static <B extends Message.Builder> B read(String name, B into) throws IOException {
    JsonFormat.parser().merge(new String(file(name), StandardCharsets.UTF_8), into);
    return into;
  }

  /** Of the log of all of them. */
  static LogKeys keys() throws IOException {
    return LogKeys.parse(new String(file("plain_key.pem"), StandardCharsets.UTF_8));
  }

  /** The same with another first byte. */
  static ByteString flip(ByteString data) {
    byte[] bytes = data.toByteArray();
    bytes[0] ^= 1;
    return ByteString.copyFrom(bytes);
  }
}
