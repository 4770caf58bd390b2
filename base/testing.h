// What several tests need: the real lists beside the checkout, and the
// project's own tables.
#ifndef PROBITY_BASE_TESTING_H_
#define PROBITY_BASE_TESTING_H_

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
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

// All files below a directory, by path, with their bytes. A server that runs may remove some
// meanwhile: these are not there any more, and not here.
inline std::map<std::string, std::string> FilesBelow(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    std::error_code gone;
    if (!entry.is_regular_file(gone)) continue;
    auto bytes = ReadFile(entry.path().string());
    if (bytes.ok()) {
      files[entry.path().string()] = *std::move(bytes);
    } else {
      EXPECT_FALSE(std::filesystem::exists(entry.path(), gone)) << bytes.status();
    }
  }
  return files;
}

// The same in one text, each file behind its path.
inline std::string TextOfFilesBelow(const std::string& directory) {
  std::string all;
  for (const auto& [path, bytes] : FilesBelow(directory)) all += path + "\n" + bytes;
  return all;
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
