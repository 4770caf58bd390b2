package dev.probity.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes certificates for tests. */
final class Openssl {
  private Openssl() {}

  /** A key and a certificate that signs itself, valid for some days. */
  static void issue(Path folder, String name, String alternativeNames, int days) throws Exception {
    issue(folder, name, name, alternativeNames, days);
  }

  /** A key and a certificate that an authority signs, perhaps itself, valid for some days, which may be negative. */
  static void issue(Path folder, String authority, String name, String alternativeNames, int days) throws Exception {
    String at = folder.resolve(name).toString();
    String by = folder.resolve(authority).toString();
    boolean itself = authority.equals(name);
    Files.writeString(Path.of(at + ".ext"),
        "subjectAltName=" + alternativeNames + "\nbasicConstraints=critical,CA:" + (itself ? "TRUE" : "FALSE") + "\n");
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name, "-keyout",
        at + ".key", "-out", at + ".csr");
    List<String> sign = new ArrayList<>(List.of("x509", "-req", "-in", at + ".csr", "-days", Integer.toString(days),
        "-extfile", at + ".ext", "-out", at + ".pem"));
    sign.addAll(itself ? List.of("-signkey", at + ".key")
        : List.of("-CA", by + ".pem", "-CAkey", by + ".key", "-CAcreateserial"));
    run(sign.toArray(String[]::new));
  }

  static void run(String... words) throws Exception {
    List<String> line = new ArrayList<>(List.of("openssl"));
    line.addAll(List.of(words));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException(line + ": " + said);
    }
  }
}
