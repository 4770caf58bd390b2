// What several tests need: the real lists beside the checkout, and the
// project's own tables.
#ifndef PROBITY_BASE_TESTING_H_
#define PROBITY_BASE_TESTING_H_

#include <fstream>
#include <iostream>
#include <string>

#include "base/identifiers.h"
#include "base/tables.h"
#include "gtest/gtest.h"

namespace probity {

// Path of a file in data/, given that tests run in the source directory.
inline std::string TablePath(const std::string& name) { return "data/" + name; }

inline IdentifierCatalogue TestIdentifiers() {
  return IdentifierCatalogue::FromCsv(ReadFile(TablePath("identifier_schemes.csv")).value())
      .value();
}

inline Countries TestCountries() {
  return Countries::FromCsv(ReadFile(TablePath("countries.csv")).value()).value();
}

// Path of a real list, or empty where the lists are absent.
inline std::string SharedPath(const std::string& name) {
  std::string path = "../shared/data/" + name;
  return std::ifstream(path).good() ? path : std::string();
}

// Skips the test, loudly, when a real list is absent.
// NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared takes none.
#define PROBITY_NEEDS_SHARED(variable, name)                             \
  const std::string variable = ::probity::SharedPath(name);              \
  if (variable.empty()) {                                                \
    std::cerr << "SKIPPED: ../shared/data/" << (name) << " is absent\n"; \
    GTEST_SKIP() << "../shared/data/" << (name) << " is absent";         \
  }
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace probity

#endif  // PROBITY_BASE_TESTING_H_
