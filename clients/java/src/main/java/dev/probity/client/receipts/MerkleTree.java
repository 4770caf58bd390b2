package dev.probity.client.receipts;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/** The tree over the log's leaves (RFC 9162); the server's evidence/merkle.h. */
final class MerkleTree {
  private MerkleTree() {}

  /** RFC 9162, 2.1.3.2; false for anything that is not the one right proof. Index and size are unsigned. */
  static boolean isIncluded(long index, long size, byte[] leaf, List<ByteString> path, byte[] root) {
    if (Long.compareUnsigned(index, size) >= 0) {
      return false;
    }
    long at = index;
    long last = size - 1;
    byte[] found = leaf;
    for (ByteString sibling : path) {
      if (sibling.size() != SignedBytes.HASH_BYTES || last == 0) {
        return false;
      }
      if ((at & 1) == 1 || at == last) {
        found = SignedBytes.hash(new byte[] {1}, sibling.toByteArray(), found);
        while ((at & 1) == 0 && at != 0) {
          at >>>= 1;
          last >>>= 1;
        }
      } else {
        found = SignedBytes.hash(new byte[] {1}, found, sibling.toByteArray());
      }
      at >>>= 1;
      last >>>= 1;
    }
    return last == 0 && Arrays.equals(found, root);
  }
}
