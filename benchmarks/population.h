// An invented population of suppliers with a certificate each: the same for the
// same number, on any machine. Names, places and numbers are made up; the mix of
// countries, lengths and legal forms is like that of a company register.
#ifndef PROBITY_BENCHMARKS_POPULATION_H_
#define PROBITY_BENCHMARKS_POPULATION_H_

#include <cstdint>
#include <string>

namespace probity::benchmarks {

// Everything is a function of the supplier's number, 0 to 99,999,999.

// "SCHEME:VALUE" with the right check digits. Unique.
std::string LeiOf(uint32_t number);
std::string RegisterNumberOf(uint32_t number);

// A certificate's scheme and its number within it.
std::string SchemeOf(uint32_t number);
std::string CertificateNoOf(uint32_t number);
std::string NameOf(uint32_t number);

// Rows of probity-csv under these headers, with a newline. `edition` 0 is the
// first; in edition 1 one supplier in a hundred has moved, and another one's
// certificate was audited again.
std::string SupplierHeader();
std::string SupplierRow(uint32_t number, int edition);
std::string CertificationHeader();
std::string CertificationRow(uint32_t number, int edition);

// A second certificate and three flags a supplier, for what is screened: none of
// the flags bars anybody today.
std::string SecondCertificationRow(uint32_t number);
std::string FlagHeader();
std::string FlagRows(uint32_t number);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_POPULATION_H_
