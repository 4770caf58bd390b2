package dev.probity.client.live;

import static dev.probity.client.live.LiveTest.says;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every example of README.md, compiled and run against a real server, each a program of its own. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PRINTS = Pattern.compile("// prints: (.*)");

  @Test
  void examples() throws Exception {
    List<String> examples =
        BLOCK.matcher(Files.readString(Path.of("README.md"))).results().map(found -> found.group(1)).toList();
    assertTrue(examples.size() >= 5);
    try (World world = World.withCertificates()) {
      world.write("log.pub", world.probity("log", "keys", "--pem"));
      for (String example : examples) {
        List<MatchResult> expected = PRINTS.matcher(example).results().toList();
        assertFalse(expected.isEmpty(), "an example does not say what it prints");
        String said = run(world, example);
        if (said.contains("DEADLINE_EXCEEDED")) { // A machine that is busy with more than this test; once.
          said = run(world, example);
        }
        String printed = said;
        expected.forEach(line -> says(printed, line.group(1)));
      }
    }
  }

  /** What it prints, to both streams. */
  private static String run(World world, String text) throws Exception {
    assertTrue(text.contains("probity.example.org:7443") || text.contains("FakeProbity"), "an example asks nobody");
    Path source = world.write("Example.java", text.replace("probity.example.org:7443", world.address()));
    Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), source.toString()).directory(world.path(".").toFile())
        .redirectErrorStream(true).start();
    String said = new String(java.getInputStream().readAllBytes());
    assertTrue(java.waitFor() == 0 || said.contains("DEADLINE_EXCEEDED"), said);
    return said;
  }
}
