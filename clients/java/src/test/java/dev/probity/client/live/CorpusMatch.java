package dev.probity.client.live;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How answers are compared with the corpus; tests/corpus/README.md has the rules. */
final class CorpusMatch {
  private static final Pattern SAVED = Pattern.compile("\\$\\{([^}]*)\\}");

  private CorpusMatch() {}

  /** Where an answer is not what is expected; empty: nowhere. */
  static List<String> differences(JsonElement expected, JsonElement answer, String path) {
    if (expected.isJsonArray()) {
      return inList(expected.getAsJsonArray(), answer, path);
    }
    if (expected.isJsonObject()) {
      return inObject(expected.getAsJsonObject(), answer, path);
    }
    boolean same = isSame(expected, answer) || answer.isJsonNull() && isDefault(expected);
    return same ? List.of() : List.of(path + ": " + expected + " expected, not " + answer);
  }

  private static List<String> inList(JsonArray expected, JsonElement answer, String path) {
    JsonArray list = answer.isJsonArray() ? answer.getAsJsonArray() : new JsonArray();
    if (expected.size() != list.size()) {
      return List.of(path + ": " + expected.size() + " expected, not " + list.size() + ": " + answer);
    }
    List<String> found = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      found.addAll(differences(expected.get(i), list.get(i), path + "[" + i + "]"));
    }
    return found;
  }

  private static List<String> inObject(JsonObject expected, JsonElement answer, String path) {
    if (!answer.isJsonObject() && !answer.isJsonNull()) {
      return List.of(path + ": an object expected, not " + answer);
    }
    JsonObject object = answer.isJsonObject() ? answer.getAsJsonObject() : new JsonObject();
    List<String> found = new ArrayList<>();
    expected.entrySet().forEach(entry -> found.addAll(differences(entry.getValue(),
        object.has(entry.getKey()) ? object.get(entry.getKey()) : JsonNull.INSTANCE, path + "." + entry.getKey())));
    return found;
  }

  /** "2" is not 2, but 1 is 1.0. */
  private static boolean isSame(JsonElement one, JsonElement other) {
    if (isNumber(one) && isNumber(other)) {
      return one.getAsBigDecimal().compareTo(other.getAsBigDecimal()) == 0;
    }
    return isNumber(one) == isNumber(other) && one.equals(other);
  }

  private static boolean isNumber(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber();
  }

  /** What proto3 JSON leaves away. */
  private static boolean isDefault(JsonElement value) {
    if (value.isJsonNull()) {
      return true;
    }
    JsonPrimitive primitive = value.getAsJsonPrimitive();
    if (primitive.isBoolean()) {
      return !primitive.getAsBoolean();
    }
    return primitive.isNumber() ? primitive.getAsDouble() == 0
        : primitive.getAsString().isEmpty() || primitive.getAsString().equals("0");
  }

  /** With ${name} replaced by what was saved. */
  static JsonElement filled(JsonElement value, Map<String, String> saved) {
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
      return new JsonPrimitive(SAVED.matcher(value.getAsString()).replaceAll(found -> {
        String text = saved.get(found.group(1));
        if (text == null) {
          throw new IllegalStateException("nothing was saved as " + found.group(1));
        }
        return Matcher.quoteReplacement(text);
      }));
    }
    if (value.isJsonArray()) {
      JsonArray list = new JsonArray();
      value.getAsJsonArray().forEach(one -> list.add(filled(one, saved)));
      return list;
    }
    if (value.isJsonObject()) {
      JsonObject object = new JsonObject();
      value.getAsJsonObject().entrySet().forEach(entry -> object.add(entry.getKey(), filled(entry.getValue(), saved)));
      return object;
    }
    return value;
  }

  /** The text at a path such as results.0.suppliers.0.name. */
  static String textAt(JsonElement answer, String path) {
    JsonElement at = answer;
    for (String part : path.split("\\.")) {
      at = at.isJsonArray() ? at.getAsJsonArray().get(Integer.parseInt(part)) : at.getAsJsonObject().get(part);
    }
    return at.getAsString();
  }
}
