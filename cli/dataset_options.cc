#include "cli/dataset_options.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace probity::cli {
namespace {

absl::StatusOr<double> ParsePercent(absl::string_view text) {
  double percent = 0;
  if (absl::SimpleAtod(text, &percent) && percent >= 0 && percent <= 100) return percent;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no percentage, 0 to 100"));
}

absl::StatusOr<int> ParseNumber(absl::string_view text) {
  int number = 0;
  if (absl::SimpleAtoi(text, &number)) return number;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no whole number"));
}

// An option whose value `set` puts into the dataset.
template <typename Value, typename Set>
CLI::Option* AddSetting(Command* command, const std::shared_ptr<DatasetChanges>& changes,
                        const std::string& name, const std::string& form,
                        absl::StatusOr<Value> (*parse)(absl::string_view), Set set,
                        const std::string& help) {
  return AddParsed(
      command, name, form, parse,
      [changes, set](Value value) {
        changes->push_back(
            [set, value = std::move(value)](v1::Dataset* dataset) { set(dataset, value); });
      },
      help);
}

void AddTexts(Command* command, const std::shared_ptr<DatasetChanges>& changes) {
  AddSetting(
      command, changes, "--title", kText, &ParseText,
      [](v1::Dataset* d, const std::string& text) { d->set_title(text); }, "Title for people");
  AddSetting(
      command, changes, "--url", kText, &ParseText,
      [](v1::Dataset* d, const std::string& text) { d->set_url(text); }, "Where it is published");
  AddSetting(
      command, changes, "--licence", kText, &ParseText,
      [](v1::Dataset* d, const std::string& text) { d->set_licence(text); },
      "Its licence, by the SPDX identifier where there is one");
}

// Given once or more: these columns and no others.
void AddColumns(Command* command, const std::shared_ptr<DatasetChanges>& changes) {
  auto columns = std::make_shared<std::vector<std::string>>();
  Repeatable(AddParsed(
      command, "--require_column", "COLUMN", &ParseText,
      [changes, columns](std::string column) {
        columns->push_back(std::move(column));
        changes->push_back([columns](v1::Dataset* dataset) {
          dataset->mutable_guard_rails()->mutable_required_columns()->Assign(columns->begin(),
                                                                             columns->end());
        });
      },
      "A column that the files must have; repeat it for each. Formats without columns: a field, "
      "such as supplier.identifiers"));
  AddFlag(
      command, "--require_no_columns",
      [changes](bool) {
        changes->push_back(
            [](v1::Dataset* d) { d->mutable_guard_rails()->clear_required_columns(); });
      },
      "No column besides those that the format needs");
}

void AddLimits(Command* command, const std::shared_ptr<DatasetChanges>& changes) {
  AddSetting(
      command, changes, "--max_refused_percent", "PERCENT", &ParsePercent,
      [](v1::Dataset* d, double percent) { d->set_max_refused_percent(percent); },
      "Share of refused rows above which a load is held")
      ->default_str("1");
  AddSetting(
      command, changes, "--max_shrink_percent", "PERCENT", &ParsePercent,
      [](v1::Dataset* d, double percent) {
        d->mutable_guard_rails()->set_max_shrink_percent(percent);
      },
      "Share of its records whose loss holds a load. Without: 20, of 100 records at least");
  AddSetting(
      command, changes, "--max_duplicate_keys", "ROWS", &ParseCount,
      [](v1::Dataset* d, int rows) {
        d->mutable_guard_rails()->set_max_duplicate_keys(static_cast<uint64_t>(rows));
      },
      "Rows with an id that another has above which a load is held")
      ->default_str("0");
  AddSetting(
      command, changes, "--max_unknown_schemes", "ROWS", &ParseCount,
      [](v1::Dataset* d, int rows) {
        d->mutable_guard_rails()->set_max_unknown_schemes(static_cast<uint64_t>(rows));
      },
      "Rows with an unknown scheme above which a load is held")
      ->default_str("0");
  AddColumns(command, changes);
  AddSetting(
      command, changes, "--second_person_for_records", "{yes,no}", &ParseYes,
      [](v1::Dataset* d, bool yes) { d->set_second_person_for_records(yes); },
      "Whether single records (put, remove) wait for a second person")
      ->default_str("no");
}

// Where "import --from_source" gets the file. An empty text takes a part away.
void AddSource(Command* command, const std::shared_ptr<DatasetChanges>& changes) {
  struct Part {
    const char* name;
    const char* form;
    std::string* (v1::DatasetSource::*part)();
    const char* help;
  };
  using Source = v1::DatasetSource;
  const Part parts[] = {
      {"--source", "URL", &Source::mutable_location,
       "Where its file is fetched from by \"import --from_source\": https, or a path there"},
      {"--source_format", kFormat, &Source::mutable_format, "Format of the file"},
      {"--source_mapping", kText, &Source::mutable_mapping,
       "Its mapping: a file, or the name of one in data/mappings"},
      {"--source_schedule", "CRON", &Source::mutable_schedule,
       "When it is fetched, as five fields of cron in UTC. Kept for whoever fetches it"},
      {"--source_sha256", "URL", &Source::mutable_sha256_location,
       "Where the publisher states the SHA-256 of the file"}};
  for (const Part& part : parts) {
    AddSetting(
        command, changes, part.name, part.form, &ParseText,
        [set = part.part](v1::Dataset* dataset, const std::string& text) {
          *(dataset->mutable_source()->*set)() = text;
        },
        part.help);
  }
  AddSetting(
      command, changes, "--source_max_bytes", "BYTES", &ParseCount,
      [](v1::Dataset* d, int bytes) {
        d->mutable_source()->set_max_bytes(static_cast<uint64_t>(bytes));
      },
      "Most bytes of the file; 0: 1 GiB");
}

}  // namespace

absl::StatusOr<bool> ParseYes(absl::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is neither yes nor no"));
}

void AddSettings(Command* command, const std::shared_ptr<DatasetChanges>& changes) {
  AddTexts(command, changes);
  AddSetting(
      command, changes, "--precedence", "NUMBER", &ParseNumber,
      [](v1::Dataset* d, int number) { d->set_precedence(number); },
      "Where sources say different things of a supplier, the one with the greater number is "
      "shown; of equal ones the more reliable one. \"lookup --explain\" shows it")
      ->default_str("0");
  AddLimits(command, changes);
  AddSource(command, changes);
}

}  // namespace probity::cli
