// Two names out of any bytes: normalising is bounded, comparing stays within
// 0..10,000, the same both ways, and the explanation sums to the score.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "matching/matcher.h"
#include "matching/params.h"
#include "matching/text.h"

namespace {

const probity::matching::Matcher& TheMatcher() {
  static const auto* matcher =
      new probity::matching::Matcher(probity::matching::Matcher::Load("data").value());
  return *matcher;
}

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using probity::matching::Kind;
  if (size < 2) return 0;
  const auto& matcher = TheMatcher();
  const Kind kind = static_cast<Kind>(data[0] % 6);
  const absl::string_view all(reinterpret_cast<const char*>(data + 1), size - 1);
  const size_t cut = std::min(all.find('\n'), all.size());
  const auto a = matcher.Normalize(all.substr(0, cut), kind);
  const auto b = matcher.Normalize(all.substr(cut), kind);
  Check(a.tokens.size() <= probity::matching::kMaxWords);
  const int score = matcher.Score(a, b);
  Check(score >= 0 && score <= probity::matching::kFullScore);
  std::vector<probity::matching::Row> rows;
  Check(matcher.Explain(a, b, &rows) == score);
  int sum = 0;
  for (const auto& row : rows) sum += row.contribution;
  Check(rows.empty() || sum == score);
  if (!a.tokens.empty()) Check(matcher.Score(a, a) > 0);
  return 0;
}
