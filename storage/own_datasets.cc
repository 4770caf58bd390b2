#include "storage/own_datasets.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/hash.h"

namespace probity::storage {
namespace {

using probity::v1::DatasetKind;

constexpr absl::string_view kPrefix = "probity-";
// An authority's name may hold signs that an id may not, and be longer.
constexpr size_t kAuthorityDigits = 16;

// "vendors" for DATASET_KIND_VENDORS.
std::string WordOf(DatasetKind kind) {
  const std::string& name = probity::v1::DatasetKind_Name(kind);
  return absl::AsciiStrToLower(name.substr(sizeof("DATASET_KIND")));
}

std::string Escaped(const std::string& part) {
  return absl::StrReplaceAll(part, {{"%", "%25"}, {"|", "%7C"}});
}

}  // namespace

std::string OwnDatasetId(DatasetKind kind, absl::string_view authority) {
  const std::string id = absl::StrCat(kPrefix, WordOf(kind));
  if (authority.empty()) return id;
  return absl::StrCat(id, "-", ToHex(Sha256(authority)).substr(0, kAuthorityDigits));
}

probity::v1::Dataset OwnDataset(DatasetKind kind, absl::string_view authority) {
  probity::v1::Dataset dataset;
  dataset.set_name(absl::StrCat("datasets/", OwnDatasetId(kind, authority)));
  dataset.set_title(
      absl::StrCat(WordOf(kind), " of ", authority.empty() ? "this server" : authority));
  dataset.set_publisher(std::string(authority));
  dataset.set_owner(std::string(authority));
  dataset.set_absence(probity::v1::ABSENCE_MODE_RETRACTED);
  dataset.set_personal_data(true);
  dataset.set_kind(kind);
  return dataset;
}

std::string VendorKey(const probity::v1::VendorNumber& number) {
  return absl::StrCat(Escaped(number.system()), "|", Escaped(number.company_code()), "|",
                      Escaped(number.number()));
}

std::string PortfolioKey(absl::string_view portfolio) { return std::string(portfolio); }

std::string MemberKey(absl::string_view portfolio, absl::string_view member) {
  return absl::StrCat(portfolio, "|", member);
}

bool IsReservedDatasetId(absl::string_view id) { return absl::StartsWith(id, kPrefix); }

}  // namespace probity::storage
