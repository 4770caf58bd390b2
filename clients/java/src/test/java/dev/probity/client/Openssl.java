package dev.probity.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes certificates for tests. */
final class Openssl {
  private Openssl() {}

  /** A key and a certificate that signs itself, valid for some days, which may be negative. */
  static void issue(Path folder, String name, String alternativeNames, int days) throws Exception {
    String at = folder.resolve(name).toString();
    Files.writeString(Path.of(at + ".ext"), "subjectAltName=" + alternativeNames + "\n");
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name, "-keyout",
        at + ".key", "-out", at + ".csr");
    run("x509", "-req", "-in", at + ".csr", "-signkey", at + ".key", "-days", Integer.toString(days), "-extfile",
        at + ".ext", "-out", at + ".pem");
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
