package dev.probity.client.receipts;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.probity.v1.EvidenceFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The two forms of a receipt's file, proto3 JSON and binary, and what this release understands of it. */
final class Forms {
  private static final int FORMAT = 1; // of receipts of decisions and of acts

  private Forms() {}

  /** Reads either form into an empty message. */
  static void read(byte[] file, Message.Builder into) throws Fault {
    boolean isJson = isJson(file);
    boolean isRead;
    try {
      if (isJson) {
        JsonFormat.parser().merge(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString(), into);
      } else {
        into.mergeFrom(file);
      }
      isRead = into.build().getSerializedSize() > 0;
    } catch (InvalidProtocolBufferException | CharacterCodingException | RuntimeException unreadable) {
      isRead = false;
    }
    if (!isRead) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_UNREADABLE, "the file is no receipt, or it is cut: "
          + (isJson ? "its JSON cannot be read" : "it is neither the binary form nor JSON"));
    }
  }

  private static boolean isJson(byte[] file) {
    int at = 0;
    while (at < file.length && " \t\n\u000b\f\r".indexOf(file[at]) >= 0) {
      at++;
    }
    return at < file.length && file[at] == '{';
  }

  /** Fails for a receipt of another format; {@code what} begins the explanation. */
  static void checkFormat(Message receipt, int format, String what) throws Fault {
    if (format != FORMAT || hasUnknownFields(receipt)) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_UNKNOWN_FORMAT, what + " has format "
          + Integer.toUnsignedString(format) + " or fields that this release does not know; use a newer one");
    }
  }

  static boolean hasUnknownFields(Message message) {
    try {
      return DiscardUnknownFieldsParser.wrap(message.getParserForType()).parseFrom(message.toByteString())
          .getSerializedSize() != message.getSerializedSize();
    } catch (InvalidProtocolBufferException unreadable) {
      return true;
    }
  }
}
