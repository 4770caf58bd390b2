#include "cli/portfolio_text.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/text.h"

namespace probity::cli {
namespace {

constexpr absl::string_view kCollection = "portfolios/";

// "identity asserted -> confirmed" where the two differ.
template <typename Enum>
void AddDifference(const char* what, Enum before, Enum after, std::vector<std::string>* parts) {
  if (before == after) return;
  parts->push_back(absl::StrCat(what, " ", EnumWords(before), " -> ", EnumWords(after)));
}

std::string CauseWords(const v1::VerdictChange& change) {
  std::string words;
  switch (change.cause()) {
    case v1::CHANGE_CAUSE_DATA:
      words = "new data";
      break;
    case v1::CHANGE_CAUSE_POLICY:
      words = absl::StrCat("policy ", change.after().policy());
      break;
    case v1::CHANGE_CAUSE_DATE:
      words = "a day came";
      break;
    case v1::CHANGE_CAUSE_PORTFOLIO:
      words = "the portfolio was changed";
      break;
    case v1::CHANGE_CAUSE_ENGINE:
      words = "another release of the server";
      break;
    default:
      words = EnumWords(change.cause());
  }
  if (!change.changed_dataset().empty()) absl::StrAppend(&words, " in ", change.changed_dataset());
  return words;
}

std::string Reasons(const v1::WatchedVerdict& verdict) {
  std::vector<std::string> parts;
  if (verdict.has_error()) {
    parts.push_back(absl::StrCat(verdict.error().reason(), ": ", verdict.error().message()));
  }
  if (verdict.reasons_size() > 0) {
    parts.push_back(EnumList<v1::ReviewReason>(verdict.reasons()));
  }
  if (verdict.rule_ids_size() > 0) {
    parts.push_back(absl::StrCat("rules ", absl::StrJoin(verdict.rule_ids(), ", ")));
  }
  return absl::StrJoin(parts, "; ");
}

std::string DescribeSource(const v1::VerdictChange& change) {
  if (change.kind() == v1::CHANGE_KIND_SOURCE_FRESH) {
    return absl::StrCat(change.dataset(), " is fresh again");
  }
  return absl::StrCat(change.dataset(),
                      " is too old or missing: every CLEAR counts as REVIEW until it is loaded");
}

std::string DescribeDifference(const v1::VerdictChange& change) {
  const v1::WatchedVerdict& before = change.before();
  const v1::WatchedVerdict& after = change.after();
  std::vector<std::string> parts;
  AddDifference("identity", before.identity(), after.identity(), &parts);
  AddDifference("evidence", before.evidence(), after.evidence(), &parts);
  AddDifference("risk", before.risk(), after.risk(), &parts);
  if (std::string reasons = Reasons(after); !reasons.empty()) parts.push_back(std::move(reasons));
  return absl::StrCat(EnumName(before.verdict()), " -> ", EnumName(after.verdict()),
                      parts.empty() ? "" : "  ", absl::StrJoin(parts, "; "));
}

}  // namespace

absl::StatusOr<std::string> ParsePortfolio(absl::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("the portfolio's name is empty");
  return absl::StrContains(text, "/") ? std::string(text) : absl::StrCat(kCollection, text);
}

std::string ShortName(absl::string_view name) {
  const size_t at = name.rfind(kCollection);
  if (at != absl::string_view::npos) name.remove_prefix(at + kCollection.size());
  return absl::StrReplaceAll(name, {{"/members/", "/"}});
}

std::string MemberId(absl::string_view number) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string id;
  for (const char c : number) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '_' || c == '.') {
      id.push_back(c);
    } else {
      id.append({'~', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return id;
}

std::string DescribeVerdict(const v1::WatchedVerdict& verdict) {
  const std::string reasons = Reasons(verdict);
  return absl::StrCat(EnumName(verdict.verdict()), reasons.empty() ? "" : ": ", reasons);
}

namespace {

std::string Described(const v1::VerdictChange& change) {
  if (change.kind() == v1::CHANGE_KIND_VERDICT) {
    return absl::StrCat(ShortName(change.member()), "  ", DescribeDifference(change));
  }
  if (change.kind() == v1::CHANGE_KIND_DECISIONS_CITED) {
    return absl::StrCat(
        "recorded decisions cite what changed: probity dataset affected --revision ",
        change.revision());
  }
  return absl::StrCat(ShortName(change.portfolio()), "  ", DescribeSource(change));
}

}  // namespace

std::string DescribeChange(const v1::VerdictChange& change) {
  return Printable(absl::StrReplaceAll(
      absl::StrCat(FormatDate(change.day()), "  ", Described(change), "  (", CauseWords(change),
                   ", revision ", change.revision(), ", event ", change.id(), ")"),
      {{"\n", " "}}));
}

}  // namespace probity::cli
