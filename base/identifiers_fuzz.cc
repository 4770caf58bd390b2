// First byte: the scheme; the rest: its value. Normalising must be stable: a
// normalised identifier normalises to itself, with the same check.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/identifiers.h"

namespace {

constexpr const char* kSchemes[] = {"XI-LEI",    "GB-COH",    "BR-CNPJ",   "IMO",
                                    "EU-VAT-DE", "EU-VAT-EL", "EU-VAT-NL", "DE-CR"};

const probity::IdentifierCatalogue& Catalogue() {
  static const auto* catalogue = new probity::IdentifierCatalogue(
      probity::IdentifierCatalogue::FromCsv("code,title,identifying\nXI-LEI,LEI,true\n"
                                            "IMO,IMO,true\n")
          .value());
  return *catalogue;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  probity::v1::Identifier identifier;
  identifier.set_scheme(kSchemes[data[0] % 8]);
  identifier.set_value(std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  auto once = Catalogue().Normalize(identifier);
  if (!once.ok()) return 0;
  auto twice = Catalogue().Normalize(*once);
  if (!twice.ok() || twice->value() != once->value() || twice->check() != once->check()) {
    std::abort();
  }
  return 0;
}
