// Texts of printed decisions by key and language, and to whom possible victims
// are referred. Read once at start from data/texts and referral_contacts.csv.
#ifndef PROBITY_SCREENING_PRINT_CATALOGUE_H_
#define PROBITY_SCREENING_PRINT_CATALOGUE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace probity::screening {

// A hotline or body of a country.
struct ReferralContact {
  std::string name;
  std::string contact;  // telephone, address on the web, or both
};

// Immutable once made; thread-safe.
class TextCatalogue {
 public:
  // `texts`: CSV (key, text) by language; "en" is required. `contacts`: text of
  // referral_contacts.csv. INVALID_ARGUMENT names language and key when one
  // language has a key that another lacks, or other placeholders.
  static absl::StatusOr<TextCatalogue> FromCsv(const std::map<std::string, std::string>& texts,
                                               absl::string_view contacts);
  // Reads {tables_dir}/texts/{en,fr,de,it,ru,es}.csv and
  // {tables_dir}/referral_contacts.csv. NOT_FOUND names the file.
  static absl::StatusOr<TextCatalogue> Load(const std::string& tables_dir);

  bool Has(absl::string_view language) const { return texts_.find(language) != texts_.end(); }
  // "en, fr, ...", for messages.
  std::string Languages() const;

  // nullptr when there is none, for example of a rule that an authority wrote.
  const std::string* Find(absl::string_view language, absl::string_view key) const;
  // Contacts of a country, in the file's order; empty when none is known.
  const std::vector<ReferralContact>& Contacts(absl::string_view country) const;

 private:
  using Texts = std::map<std::string, std::string, std::less<>>;

  std::map<std::string, Texts, std::less<>> texts_;
  std::map<std::string, std::vector<ReferralContact>, std::less<>> contacts_;
};

// Values by placeholder name.
using Values = std::vector<std::pair<absl::string_view, std::string>>;
// Puts values into "{name}"; what has no value stays.
std::string Fill(absl::string_view text, const Values& values);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PRINT_CATALOGUE_H_
