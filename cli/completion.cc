#include "cli/completion.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/command.h"
#include "cli/portfolio_text.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/portfolio_service.grpc.pb.h"
#include "probity/v1/server_service.grpc.pb.h"

namespace probity::cli {
namespace {

constexpr char kBash[] = R"(# bash completion of probity. For every shell: put into ~/.bashrc
#   source <(probity completion bash)
_probity() {
  local current=${COMP_WORDS[COMP_CWORD]} line word
  case $current in : | =) current= ;; esac
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = :files ]; then
      compopt -o filenames
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
    else
      word=${line%%$'\t'*}
      # After "--option=" bash replaces only what stands behind the sign.
      [ "${COMP_WORDS[COMP_CWORD]}" = = ] || [ "${COMP_WORDS[COMP_CWORD - 1]}" = = ] &&
        word=${word#*=}
      COMPREPLY+=("$word")
    fi
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _probity probity
)";

constexpr char kZsh[] = R"(#compdef probity
# zsh completion of probity. For every shell: put into ~/.zshrc, behind compinit,
#   source <(probity completion zsh)
_probity() {
  local line
  local -a words_and_meanings
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      _files
    elif [[ -n $line ]]; then
      words_and_meanings+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    fi
  done
  (( $#words_and_meanings )) && _describe probity words_and_meanings
}
if [[ $funcstack[1] == _probity ]]; then _probity "$@"; else compdef _probity probity; fi
)";

constexpr char kFish[] =
    R"(# fish completion of probity. For every shell: put into ~/.config/fish/config.fish
#   probity completion fish | source
function __probity_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  for line in ($before[1] __complete $before[2..-1] "$current" 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c probity -f -a '(__probity_complete)'
)";

// How long a server may take to name datasets and formats.
constexpr std::chrono::milliseconds kServerPatience{300};

// Puts words together that bash took apart: "--hs" "=" "52", "HS" ":" "52".
std::vector<std::string> Joined(const std::vector<std::string>& words) {
  std::vector<std::string> joined;
  bool glue = false;
  for (const std::string& word : words) {
    const bool sign = word == ":" || word == "=";
    if ((glue || sign) && !joined.empty()) {
      joined.back() += word;
    } else {
      joined.push_back(word);
    }
    glue = sign;
  }
  return joined;
}

// The option of a word such as "--hs" or "--hs=52", of the command or of one
// above it.
const CLI::Option* FindOption(const CLI::App* app, absl::string_view word) {
  const std::string name(word.substr(0, word.find('=')));
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->nonpositional() && option->check_name(name)) return option;
    }
  }
  return nullptr;
}

bool TakesValue(const CLI::Option* option) {
  return option != nullptr && option->get_items_expected_max() > 0;
}

// The argument at a position; the last one may take all that follow.
const CLI::Option* FindArgument(const CLI::App* app, size_t position) {
  const auto arguments =
      app->get_options([](const CLI::Option* option) { return option->get_positional(); });
  if (arguments.empty()) return nullptr;
  const CLI::Option* last = arguments.back();
  if (position < arguments.size()) return arguments[position];
  return last->get_items_expected_max() > 1 ? last : nullptr;
}

// Where the words before the last one lead.
struct Place {
  const CLI::App* command;
  const CLI::App* named;  // the command that arguments name, for `help`
  const CLI::Option* awaits_value = nullptr;
  size_t arguments = 0;
  bool options_ended = false;
};

Place PlaceOf(const CLI::App& root, const std::vector<std::string>& words) {
  Place place{&root, &root};
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (place.awaits_value != nullptr) {
      place.awaits_value = nullptr;
    } else if (word == "--") {
      place.options_ended = true;
    } else if (absl::StartsWith(word, "-") && !place.options_ended) {
      const CLI::Option* option = FindOption(place.command, word);
      const bool has_value = word.find('=') != std::string::npos;
      if (TakesValue(option) && !has_value) place.awaits_value = option;
    } else if (const CLI::App* below = FindCommand(*place.command, word)) {
      place = Place{below, &root};
    } else {
      ++place.arguments;
      const CLI::App* named = FindCommand(*place.named, word);
      if (named != nullptr) place.named = named;
    }
  }
  return place;
}

void Add(absl::string_view begun, const std::string& word, const std::string& meaning,
         Candidates& out) {
  if (absl::StartsWith(word, begun)) out.words.push_back({word, meaning});
}

void AddCommands(const CLI::App& app, absl::string_view begun, Candidates& out) {
  for (const CLI::App* command : CommandsOf(app)) {
    Add(begun, command->get_name(), command->get_description(), out);
  }
}

void AddOptions(const CLI::App* app, absl::string_view begun, Candidates& out) {
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      const bool is_help_again = option == app->get_help_ptr() && !out.words.empty();
      if (is_help_again) continue;
      for (const std::string& name : option->get_lnames()) {
        Add(begun, "--" + name, option->get_description(), out);
      }
    }
  }
}

// Values of an option or argument; `prefix` is "--option=" or empty.
void AddValues(const Place& place, const CLI::Option& option, absl::string_view begun,
               absl::string_view prefix, Candidates& out) {
  std::string form = option.get_type_name();
  if (form == kFile) {
    out.files = true;
  } else if (form == kCommand) {
    AddCommands(*place.named, begun, out);
  } else if (absl::StartsWith(form, "{")) {
    for (absl::string_view value : absl::StrSplit(form.substr(1, form.size() - 2), ',')) {
      Add(begun, absl::StrCat(prefix, value), "", out);
    }
  } else {
    out.form = form;
    out.begun = std::string(begun);
    out.prefix = std::string(prefix);
  }
}

// Whom to ask, as the command line that is being written says.
void TakeGlobalOptions(const std::vector<std::string>& words, Session& session) {
  GlobalOptions& options = session.options();
  const auto take = [&words](const char* variable, const char* name, std::string& value) {
    if (const char* set = std::getenv(variable); set != nullptr) value = set;
    const auto found = std::find(words.begin(), words.end(), name);
    if (found != words.end() && found + 1 != words.end()) value = *(found + 1);
  };
  take("PROBITY_SERVER", "--server", options.server);
  take("PROBITY_TOKEN_FILE", "--token_file", options.token_file);
  take("PROBITY_TOKEN", "--token", options.token);
  take("PROBITY_CA", "--ca", options.tls.ca);
  take("PROBITY_CERT", "--cert", options.tls.cert);
  take("PROBITY_KEY", "--key", options.tls.key);
  session.set_call_timeout(kServerPatience);
}

std::vector<std::string> Datasets(Session& session) {
  std::vector<std::string> names;
  v1::ListDatasetsRequest request;
  request.set_page_size(1000);
  v1::ListDatasetsResponse response;
  if (!session.Call(&v1::DatasetService::Stub::ListDatasets, request, &response).ok()) return {};
  for (const v1::Dataset& dataset : response.datasets()) {
    names.emplace_back(absl::StripPrefix(dataset.name(), "datasets/"));
  }
  return names;
}

std::vector<std::string> Portfolios(Session& session) {
  std::vector<std::string> names;
  v1::ListPortfoliosRequest request;
  request.set_page_size(1000);
  v1::ListPortfoliosResponse response;
  if (!session.Call(&v1::PortfolioService::Stub::ListPortfolios, request, &response).ok())
    return {};
  for (const v1::Portfolio& one : response.portfolios()) names.push_back(ShortName(one.name()));
  return names;
}

// The values of a placeholder that the server knows.
std::vector<std::string> KnownValues(Session& session, const std::string& form) {
  if (form == kDataset) return Datasets(session);
  if (form == kPortfolio) return Portfolios(session);
  if (form != kFormat && form != kAccepted) return {};
  std::vector<std::string> names;
  v1::GetServerInfoResponse info;
  const auto asked =
      session.Call(&v1::ServerService::Stub::GetServerInfo, v1::GetServerInfoRequest(), &info);
  if (!asked.ok()) return names;
  if (form == kFormat) {
    for (const v1::ImportFormat& format : info.formats()) names.push_back(format.name());
  } else {
    for (const v1::SchemeInfo& scheme : info.schemes()) names.push_back(scheme.scheme_id());
  }
  return names;
}

}  // namespace

Candidates Complete(const CLI::App& root, std::vector<std::string> words) {
  words = Joined(words);
  if (words.empty()) words.emplace_back();
  const std::string& begun = words.back();
  const Place place = PlaceOf(root, words);
  Candidates out;
  if (place.awaits_value != nullptr) {
    AddValues(place, *place.awaits_value, begun, "", out);
    return out;
  }
  if (absl::StartsWith(begun, "-") && !place.options_ended) {
    const size_t sign = begun.find('=');
    const CLI::Option* option = FindOption(place.command, begun);
    if (sign == std::string::npos) {
      AddOptions(place.command, begun, out);
    } else if (TakesValue(option)) {
      AddValues(place, *option, begun, begun.substr(0, sign + 1), out);
    }
    return out;
  }
  if (place.arguments == 0) AddCommands(*place.command, begun, out);
  const CLI::Option* argument = FindArgument(place.command, place.arguments);
  if (argument != nullptr) AddValues(place, *argument, begun, "", out);
  return out;
}

void PrintCandidates(const CLI::App& root, Session& session, std::vector<std::string> words) {
  TakeGlobalOptions(words, session);
  Candidates candidates = Complete(root, std::move(words));
  for (const std::string& value : KnownValues(session, candidates.form)) {
    Add(candidates.begun, candidates.prefix + value, "", candidates);
  }
  for (const Candidate& candidate : candidates.words) {
    session.out() << candidate.word;
    if (!candidate.meaning.empty()) session.out() << '\t' << candidate.meaning;
    session.out() << '\n';
  }
  if (candidates.files) session.out() << ":files\n";
}

std::string CompletionScript(const std::string& shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return "";
}

}  // namespace probity::cli
