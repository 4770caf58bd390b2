// Shell completion. The shells' scripts are short: they call the program
// itself, which walks the tree of commands, so that what is completed is what
// the program at hand understands.
#ifndef PROBITY_CLI_COMPLETION_H_
#define PROBITY_CLI_COMPLETION_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "cli/session.h"

namespace probity::cli {

// First argument of the call that the scripts make, followed by the words
// behind the program's name up to the cursor.
inline constexpr char kCompletionCall[] = "__complete";

struct Candidate {
  std::string word;
  std::string meaning;  // may be empty
};

struct Candidates {
  std::vector<Candidate> words;
  bool files = false;  // names of files fit too
  // For a value that only the server knows: its placeholder, what is begun of
  // the word, and "--option=" where that stands in front of the value.
  std::string form;
  std::string begun;
  std::string prefix;
};

// What can stand for the last of `words`, which may be empty or begun. Words
// that bash split at ":" and "=" may come in pieces. Never asks a server.
Candidates Complete(const CLI::App& root, std::vector<std::string> words);

// Prints them, one "WORD<tab>MEANING" a line, and ":files" when names of files
// fit. Datasets, formats and schemes are asked from the server, if it answers at
// once.
void PrintCandidates(const CLI::App& root, Session& session, std::vector<std::string> words);

// The script for bash, zsh or fish; empty for any other shell.
std::string CompletionScript(const std::string& shell);

}  // namespace probity::cli

#endif  // PROBITY_CLI_COMPLETION_H_
