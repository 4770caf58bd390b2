// Why two names are alike, for people; and the options that say what else is
// known of a party.
#ifndef PROBITY_CLI_MATCH_REPORT_H_
#define PROBITY_CLI_MATCH_REPORT_H_

#include <functional>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/session.h"
#include "google/protobuf/repeated_field.h"
#include "probity/v1/supplier_service.pb.h"

namespace probity::cli {

// One row a reason, points first.
void PrintExplanations(
    Session& session, const google::protobuf::RepeatedPtrField<v1::MatchExplanation>& explanations);

// "0.93  match", "0.41  similar only".
std::string ScoreWords(double score, bool match);

// What a basis means for the reader; empty for the name alone.
std::string BasisWords(v1::MatchBasis basis);

// Adds --date, --address and --identifier, with `prefix` behind the dashes: what is
// known of a party besides its name. `facts` gives the message to fill.
void AddFactOptions(CLI::App* command, const std::string& prefix, const std::string& whose,
                    const std::function<v1::PartyFacts*()>& facts);

// How many hits: 1 to 100.
absl::StatusOr<int> ParseLimit(absl::string_view text);

// Adds the options of a search but for the name and what is printed.
void AddSearchOptions(CLI::App* command,
                      const std::shared_ptr<v1::SearchSuppliersRequest>& request);

// Adds --explain; `set` is called with the level.
template <typename Set>
void AddExplainOption(CLI::App* command, Set set) {
  AddEnum<v1::ExplanationLevel>(command, "--explain", set, "How much to explain")
      ->default_str("reasons");
}

}  // namespace probity::cli

#endif  // PROBITY_CLI_MATCH_REPORT_H_
