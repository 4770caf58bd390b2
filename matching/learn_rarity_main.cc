// Learns the rarity of words from names.
//
//   learn_rarity [--data DIR] [FILE.csv] > word_rarity.csv
//
// Reads names one a line from standard input, or the columns "name" and "kind"
// ("company", "person", …; may be missing) of a CSV file. Put the result in the
// place of data/word_rarity.csv: matcher_version changes with it, so name
// indexes are built anew.
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

#include "base/tables.h"
#include "matching/learn_rarity.h"
#include "matching/matcher.h"

namespace probity::matching {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << "learn_rarity: " << status.ToString() << "\n";
  return 1;
}

absl::Status AddFile(const std::string& path, RarityLearner* learner) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(*text);
  if (!rows.ok()) return rows.status();
  for (TableRow& row : *rows) {
    learner->Add({row["name"]}, row["kind"] == "person" ? Kind::kPerson : Kind::kAny);
  }
  return absl::OkStatus();
}

int Run(const std::string& data, const std::string& file) {
  const absl::StatusOr<Matcher> matcher = Matcher::Load(data);
  if (!matcher.ok()) return Fail(matcher.status());
  RarityLearner learner(&*matcher);
  if (file.empty()) {
    for (std::string line; std::getline(std::cin, line);) learner.Add({line}, Kind::kAny);
  } else {
    const absl::Status read = AddFile(file, &learner);
    if (!read.ok()) return Fail(read);
  }
  const absl::StatusOr<std::string> table = learner.Table();
  if (!table.ok()) return Fail(table.status());
  std::cout << *table;
  return 0;
}

}  // namespace
}  // namespace probity::matching

int main(int argc, char** argv) {
  std::string data = "data", file;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--data") == 0 && i + 1 < argc) {
      data = argv[++i];
    } else if (file.empty() && argv[i][0] != '-') {
      file = argv[i];
    } else {
      std::cerr << "usage: learn_rarity [--data DIR] [FILE.csv] > word_rarity.csv\n";
      return 2;
    }
  }
  return probity::matching::Run(data, file);
}
