// Searches of the invented names: what they cost and what they find.
#include <functional>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "benchmarks/names/commands.h"

namespace probity::benchmarks {

int PrintNames(const Options& options) {
  const Corpus corpus = CorpusOf(options);
  for (uint32_t party = 0; party < PartiesOf(options); ++party) {
    for (const PartyName& name : corpus.NamesOf(party)) {
      std::cout << KeyOf(party) << '\t' << name.Text() << '\n';
    }
  }
  return 0;
}

int PrintQuestions(const Options& options) {
  const Corpus corpus = CorpusOf(options);
  const QueryMaker maker(&corpus, PartiesOf(options), options.language);
  for (const NameQuery& query : maker.MakeMixed(5u << 20, options.queries)) {
    std::cout << NameOf(query.error) << '\t' << KeyOf(query.party) << '\t' << query.text << '\n';
  }
  return 0;
}

int Answer(const Options& options) {
  const Searcher searcher({MapOrDie(options.file)}, options.min_score);
  for (std::string question; std::getline(std::cin, question);) {
    const Asked asked = searcher.Ask(question);
    const auto key = [](std::string* out, const index::Hit& hit) { *out += hit.key; };
    std::cout << absl::ToDoubleMicroseconds(asked.cpu) << '\t'
              << absl::StrJoin(asked.result.hits, " ", key) << std::endl;
  }
  return 0;
}

namespace {

struct Command {
  const char* name;
  const char* help;
  int (*run)(const Options& options);
};
constexpr Command kCommands[] = {
    {"build", "Write the names as one segment", &Build},
    {"speed", "CPU of a search", &MeasureSpeed},
    {"recall", "Hits against those of the exhaustive search", &MeasureRecall},
    {"pairs", "CPU of a comparison", &MeasurePairs},
    {"names", "Print the names", &PrintNames},
    {"questions", "Print questions", &PrintQuestions},
    {"answer", "Answer the questions on standard input", &Answer}};

void AddOptions(CLI::App* app, Options* options) {
  app->add_option("--names", options->names)->capture_default_str();
  app->add_flag("--latin", options->latin, "Names in Latin letters alone");
  app->add_option("--file", options->file, "The segment");
  app->add_option("--language", options->language, "Questions in this one's script alone");
  app->add_option("--suffix", options->suffix, "Of the figures' keys");
  app->add_option("--queries", options->queries, "Of a slice, or in all")->capture_default_str();
  app->add_option("--min_score", options->min_score)->capture_default_str();
  app->add_option("--aim_p50", options->aim_p50);
  app->add_option("--aim_p99", options->aim_p99);
  app->add_option("--aim_bytes", options->aim_bytes);
  app->add_flag("--show", options->show, "Print what was missed");
}

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Measures searches of invented names.");
  Options options;
  std::function<int()> run;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    AddOptions(sub, &options);
    sub->callback([&run, &options, &command] { run = [&] { return command.run(options); }; });
  }
  app.require_subcommand(1);
  CLI11_PARSE(app, argc, argv);
  return run();
}
