package dev.probity.client.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The runner of the corpus sees what differs. */
class CorpusMatchTest {
  private static int differences(String expected, String answer) {
    return CorpusMatch.differences(JsonParser.parseString(expected), JsonParser.parseString(answer), "").size();
  }

  @Test
  void membersThatAreNotNamedArePassedOver() {
    assertEquals(0, differences("{\"a\": {\"b\": \"x\"}}", "{\"a\": {\"b\": \"x\", \"c\": 1}, \"d\": 2}"));
    assertEquals(1, differences("{\"a\": {\"b\": \"x\"}}", "{\"a\": {\"b\": \"y\"}}"));
    assertEquals(1, differences("{\"a\": {\"b\": \"x\"}}", "{}"));
    assertEquals(1, differences("{\"a\": {}}", "{\"a\": 1}"));
  }

  @Test
  void listsAreWhole() {
    assertEquals(0, differences("[1, {\"a\": 2}]", "[1, {\"a\": 2, \"b\": 3}]"));
    assertEquals(1, differences("[1]", "[1, 2]"));
    assertEquals(2, differences("[1, 2]", "[2, 1]"));
    assertEquals(1, differences("[1]", "null"));
  }

  @Test
  void typesCount() {
    assertEquals(1, differences("2", "\"2\""));
    assertEquals(1, differences("\"true\"", "true"));
    assertEquals(0, differences("1", "1.0"));
    for (String byDefault : new String[] {"\"\"", "\"0\"", "0", "false", "null", "[]", "{}"}) {
      assertEquals(0, differences("{\"a\": " + byDefault + "}", "{}"), byDefault);
    }
    assertEquals(1, differences("{\"a\": true}", "{}"));
    assertEquals(1, differences("{\"reason\": null}", "{\"reason\": \"INVALID_FIELD\"}"));
  }

  @Test
  void whatWasSavedIsPutIn() {
    JsonElement answer = JsonParser.parseString("{\"results\": [{\"name\": \"a$1\"}]}");
    String saved = CorpusMatch.textAt(answer, "results.0.name");
    JsonElement step = JsonParser.parseString("{\"names\": [\"<${it}>\"]}");
    assertEquals("{\"names\":[\"<a$1>\"]}", CorpusMatch.filled(step, Map.of("it", saved)).toString());
    assertThrows(IllegalStateException.class, () -> CorpusMatch.filled(step, Map.of()));
  }
}
