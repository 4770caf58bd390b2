#include "screening/fingerprint.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/civil_day.h"
#include "base/hash.h"
#include "base/names.h"

namespace probity::screening {
namespace {

// Lines of one kind of fact begin alike; a length keeps two facts from reading as one.
void Add(absl::string_view kind, absl::string_view fact, std::set<std::string>* identity) {
  if (!fact.empty()) identity->insert(absl::StrCat(kind, fact.size(), ":", fact));
}

void Add(const v1::Identifier& id, std::set<std::string>* identity) {
  Add("identifier", absl::StrCat(id.scheme(), ":", id.value()), identity);
}

}  // namespace

std::set<std::string> IdentityOf(const v1::SupplierRecord& record) {
  std::set<std::string> identity;
  for (const v1::Name& name : record.names()) Add("name", FoldName(name.text()), &identity);
  for (const v1::Identifier& id : record.identifiers()) Add(id, &identity);
  for (const v1::Address& address : record.addresses()) {
    Add("country", address.country(), &identity);
  }
  Add("country", absl::string_view(record.jurisdiction()).substr(0, 2), &identity);
  if (record.has_founded()) Add("founded", FormatDate(record.founded()), &identity);
  if (record.kind() != v1::PARTY_KIND_UNSPECIFIED) {
    Add("kind", v1::PartyKind_Name(record.kind()), &identity);
  }
  return identity;
}

std::set<std::string> IdentityOf(const v1::Vendor& vendor) {
  std::set<std::string> identity;
  Add("name", FoldName(vendor.display_name()), &identity);
  Add("country", vendor.country(), &identity);
  if (vendor.has_identifier()) Add(vendor.identifier(), &identity);
  return identity;
}

std::string FingerprintOf(const std::set<std::string>& identity) {
  Sha256Stream hash;
  for (const std::string& line : identity) hash.Add(absl::StrCat(line, "\n"));
  return hash.Finish();
}

}  // namespace probity::screening
