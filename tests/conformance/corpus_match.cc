#include "tests/conformance/corpus_match.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace probity::conformance {
namespace {

void Append(std::vector<std::string> more, std::vector<std::string>* to) {
  to->insert(to->end(), more.begin(), more.end());
}

// What proto3 JSON leaves away.
bool IsDefault(const Json& value) {
  return value.is_null() || value == "" || value == "0" || value == 0 || value == false ||
         ((value.is_array() || value.is_object()) && value.empty());
}

std::vector<std::string> DifferentLists(const Json& expected, const Json& answer,
                                        const std::string& path) {
  const size_t size = answer.is_array() ? answer.size() : 0;
  if (expected.size() != size) {
    return {
        absl::StrCat(path, ": ", expected.size(), " expected, not ", size, ": ", answer.dump())};
  }
  std::vector<std::string> differences;
  for (size_t i = 0; i < size; ++i) {
    Append(Differences(expected[i], answer[i], absl::StrCat(path, "[", i, "]")), &differences);
  }
  return differences;
}

}  // namespace

std::vector<std::string> Differences(const Json& expected, const Json& answer,
                                     const std::string& path) {
  if (expected.is_array()) return DifferentLists(expected, answer, path);
  if (!expected.is_object()) {
    if (expected == answer || (IsDefault(expected) && answer.is_null())) return {};
    return {absl::StrCat(path, ": ", expected.dump(), " expected, not ", answer.dump())};
  }
  if (!answer.is_object() && !answer.is_null()) {
    return {absl::StrCat(path, ": an object expected, not ", answer.dump())};
  }
  std::vector<std::string> differences;
  for (const auto& [name, value] : expected.items()) {
    const Json member = answer.is_object() && answer.contains(name) ? answer[name] : Json();
    Append(Differences(value, member, absl::StrCat(path, ".", name)), &differences);
  }
  return differences;
}

Json Filled(const Json& value, const Saved& saved) {
  if (value.is_string()) {
    std::string text = value.get<std::string>();
    size_t begin = 0;
    while ((begin = text.find("${", begin)) != std::string::npos) {
      const size_t end = text.find('}', begin);
      const std::string& put = saved.at(text.substr(begin + 2, end - begin - 2));
      text.replace(begin, end - begin + 1, put);
      begin += put.size();
    }
    return text;
  }
  Json filled = value;
  if (value.is_structured()) {
    for (const auto& [name, member] : value.items()) {
      if (value.is_array()) {
        filled[std::stoul(name)] = Filled(member, saved);
      } else {
        filled[name] = Filled(member, saved);
      }
    }
  }
  return filled;
}

std::string TextAt(const Json& answer, const std::string& path) {
  Json at = answer;
  for (const absl::string_view part : absl::StrSplit(path, '.')) {
    size_t index = 0;
    Json next = absl::SimpleAtoi(part, &index) ? at.at(index) : at.at(std::string(part));
    at = std::move(next);
  }
  return at.get<std::string>();
}

}  // namespace probity::conformance
