#include "cli/help.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/command.h"
#include "cli/table.h"

namespace probity::cli {
namespace {

constexpr int kIndent = 2;
constexpr int kItemIndent = 18;

struct Form {
  const char* placeholder;
  const char* meaning;
};

// What stands for a placeholder; shown where a command uses it.
constexpr Form kForms[] = {
    {kSubject,
     "A supplier or site: an identifier SCHEME:VALUE, for example GB-COH:04830352; a supplier "
     "suppliers/ID as answers print it; a record datasets/DATASET/records/KEY; or a vendor number "
     "of "
     "your own, vendor:SYSTEM/COMPANY/NUMBER."},
    {kVendor,
     "A vendor number of your own (\"probity vendor\"): SAP-PRD/1000/0004711, or "
     "SAP-PRD//0004711 where there is no company code. Leading zeros count."},
    {kIdentifier,
     "An identifier with its scheme as org-id.guide names it: GB-COH:04830352, "
     "XI-LEI:529900T8BM49AURSDO55, BR-CNPJ:33000167000101. Blanks and missing leading zeros are "
     "put right; wrong check digits are refused, unless a record holds that very value."},
    {kAccepted,
     "A certification or audit scheme, as \"probity info --json\" lists them: SA8000. Behind it "
     "the least grade, AMFORI_BSCI:C, and the weakest chain-of-custody model, "
     "RSPO_SCC::SEGREGATED."},
    {kDay, "A day that exists, for example 2026-11-24."},
    {kDate, "A date as exactly as it is known: 1970-05-31, 1970-05 or 1970."},
    {kScore, "How alike two names are, 0 to 1. From 0.70 on they are called a match."},
    {kSupplier,
     "A supplier suppliers/ID as answers print it, or a record datasets/DATASET/records/KEY of "
     "it."},
    {kCountry, "An ISO 3166-1 alpha-2 code such as IN, or a subdivision such as IN-TN."},
    {kCommodity,
     "HS:5205 (2, 4 or 6 digits), CPV:90910000 (with or without its check digit), or a "
     "publisher's own words: \"Cotton\"."},
    {kPortfolio,
     "The name of a portfolio of your authority, as \"probity portfolio list\" shows it: "
     "textiles."},
    {kDataset, "The id of a dataset, as \"probity dataset list\" shows it."},
    {kFormat, "A format, as \"probity formats\" lists them."},
    {kLoad, "A load, datasets/DATASET/loads/ID, as \"probity dataset loads\" shows it."},
    {kRecord, "A record, datasets/DATASET/records/KEY."},
};

const Manual& ManualOf(const CLI::App& app) { return static_cast<const Command&>(app).manual(); }

std::string PathOf(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : absl::StrCat(PathOf(*parent), " ", app.get_name());
}

bool IsRepeated(const CLI::Option& option) {
  return option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
}

bool IsFlag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

// Without --help of a command, which stands among those of every command.
std::vector<const CLI::Option*> OptionsOf(const CLI::App& app) {
  const CLI::Option* help = app.get_parent() == nullptr ? nullptr : app.get_help_ptr();
  return app.get_options(
      [help](const CLI::Option* option) { return option->nonpositional() && option != help; });
}

std::vector<const CLI::Option*> ArgumentsOf(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

// "--scheme ID[:GRADE[:COC]]", "FILE...".
std::string Term(const CLI::Option& option) {
  const std::string dots = IsRepeated(option) ? "..." : "";
  if (option.get_positional()) return option.get_name() + dots;
  std::string names = absl::StrReplaceAll(option.get_name(false, true), {{",", ", "}});
  if (IsFlag(option)) return names;
  const std::string form = absl::StrReplaceAll(option.get_type_name(), {{",", ", "}});
  return absl::StrCat(names, " ", form, dots);
}

std::string Synopsis(const CLI::App& app) {
  std::string line = absl::StrCat(PathOf(app), " [OPTIONS]");
  for (const CLI::Option* option : OptionsOf(app)) {
    if (option->get_required()) absl::StrAppend(&line, " ", Term(*option));
  }
  for (const CLI::Option* argument : ArgumentsOf(app)) {
    absl::StrAppend(&line, " ", argument->get_required() ? "" : "[", Term(*argument),
                    argument->get_required() ? "" : "]");
  }
  if (!CommandsOf(app).empty()) absl::StrAppend(&line, " COMMAND ...");
  return line;
}

void AddItems(const char* heading, const std::vector<const CLI::Option*>& options, Page& page) {
  if (!options.empty()) page.push_back({Block::kHeading, heading, ""});
  for (const CLI::Option* option : options) {
    std::string text = option->get_description();
    if (!option->get_default_str().empty()) {
      absl::StrAppend(&text, ". Default: ", option->get_default_str());
    }
    if (!option->get_envname().empty()) absl::StrAppend(&text, ". Or ", option->get_envname());
    page.push_back({Block::kItem, text + ".", Term(*option)});
  }
}

void AddForms(const CLI::App& app, Page& page) {
  std::set<std::string> used;
  for (const CLI::Option* option : app.get_options()) {
    used.insert(option->get_type_name());
    used.insert(option->get_name());
  }
  bool first = true;
  for (const Form& form : kForms) {
    if (used.count(form.placeholder) == 0) continue;
    if (std::exchange(first, false)) page.push_back({Block::kHeading, "Values", ""});
    page.push_back({Block::kItem, form.meaning, form.placeholder});
  }
}

void AddExamples(const Manual& manual, Page& page) {
  if (manual.examples.empty()) return;
  page.push_back({Block::kHeading, "Examples", ""});
  for (const Example& example : manual.examples) {
    if (!example.purpose.empty()) page.push_back({Block::kParagraph, example.purpose, ""});
    page.push_back({Block::kVerbatim, example.line, ""});
  }
}

void AddExitCodes(const Manual& manual, Page& page) {
  if (manual.exit_codes.empty()) return;
  std::vector<ExitCode> codes = manual.exit_codes;
  codes.push_back({2, "the command line is wrong, or a file cannot be read; nothing was changed"});
  codes.push_back({3, "the server refused, or cannot be reached"});
  std::sort(codes.begin(), codes.end(),
            [](const ExitCode& a, const ExitCode& b) { return a.code < b.code; });
  page.push_back({Block::kHeading, "Exit status", ""});
  for (const ExitCode& code : codes) {
    page.push_back({Block::kItem, code.meaning, absl::StrCat(code.code)});
  }
}

void AddCommandList(const CLI::App& app, Page& page) {
  if (CommandsOf(app).empty()) return;
  page.push_back({Block::kHeading, "Commands", ""});
  for (const CLI::App* command : CommandsOf(app)) {
    page.push_back({Block::kItem, command->get_description(), command->get_name()});
  }
}

void AddEnvironment(Page& page) {
  page.push_back({Block::kHeading, "Environment", ""});
  page.push_back({Block::kItem, "Server where --server is not given.", "PROBITY_SERVER"});
  page.push_back(
      {Block::kItem, "Token file where --token_file is not given.", "PROBITY_TOKEN_FILE"});
  page.push_back({Block::kItem, "Token where --token is not given.", "PROBITY_TOKEN"});
  page.push_back({Block::kItem, "File for TLS where --ca is not given.", "PROBITY_CA"});
  page.push_back({Block::kItem, "File for TLS where --cert is not given.", "PROBITY_CERT"});
  page.push_back({Block::kItem, "File for TLS where --key is not given.", "PROBITY_KEY"});
  page.push_back({Block::kItem, "When set, nothing is coloured.", "NO_COLOR"});
  page.push_back(
      {Block::kItem, "Width of tables where output is no terminal; 80 without.", "COLUMNS"});
}

void AddSeeAlso(const Manual& manual, Page& page) {
  if (manual.see_also.empty()) return;
  page.push_back({Block::kHeading, "See also", ""});
  page.push_back({Block::kParagraph,
                  absl::StrJoin(manual.see_also, ", ",
                                [](std::string* out, const std::string& command) {
                                  absl::StrAppend(out, "probity ", command);
                                }),
                  ""});
}

// All of a command but its name and what holds for every command.
void AddBody(const CLI::App& app, Page& page) {
  const Manual& manual = ManualOf(app);
  const std::string text = manual.description.empty() ? manual.purpose + "." : manual.description;
  for (absl::string_view paragraph : absl::StrSplit(text, "\n\n")) {
    page.push_back({Block::kParagraph, std::string(paragraph), ""});
  }
  AddCommandList(app, page);
  AddItems("Arguments", ArgumentsOf(app), page);
  AddItems("Options", OptionsOf(app), page);
  AddForms(app, page);
  AddExamples(manual, page);
  AddExitCodes(manual, page);
}

std::string RoffText(const std::string& text) {
  const std::string escaped = absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}});
  const bool control = absl::StartsWith(escaped, ".") || absl::StartsWith(escaped, "'");
  return (control ? "\\&" : "") + escaped;
}

std::string Indented(const std::string& text, int indent, int width) {
  std::string out;
  for (const std::string& line : WrapText(text, width - indent)) {
    absl::StrAppend(&out, std::string(indent, ' '), line, "\n");
  }
  return out;
}

// A command line, broken in front of an option where it is too long.
std::string WrapCommand(const std::string& line, int indent, int width) {
  std::string out(indent, ' ');
  int used = indent;
  for (absl::string_view part :
       absl::StrSplit(absl::StrReplaceAll(line, {{" --", "\n--"}}), '\n')) {
    const int size = DisplayWidth(part) + 1;
    if (used > indent && used + size + 2 > width) {
      absl::StrAppend(&out, " \\\n", std::string(indent + 4, ' '));
      used = indent + 4;
    } else if (used > indent) {
      out += ' ';
    }
    absl::StrAppend(&out, part);
    used += size;
  }
  return out + "\n";
}

// The term with its text beside it, or below it where the term is long.
std::string ItemText(const Block& block, int width) {
  const std::string text = Indented(block.text, kItemIndent, width);
  const int space = kItemIndent - kIndent - DisplayWidth(block.term);
  if (space < 2) return Indented(block.term, kIndent, width) + text;
  return std::string(kIndent, ' ') + block.term + text.substr(kIndent + block.term.size());
}

std::string BlockText(const Block& block, int width, bool colour) {
  switch (block.kind) {
    case Block::kHeading:
    case Block::kSubheading:
      return "\n" + Paint(block.text, Style::kHeading, colour) + "\n";
    case Block::kParagraph:
      return Indented(block.text, kIndent, width);
    case Block::kItem:
      return ItemText(block, width);
    case Block::kVerbatim:
      return WrapCommand(block.text, 2 * kIndent, width);
  }
  return "";
}

std::string BlockRoff(const Block& block) {
  const std::string text = RoffText(block.text);
  switch (block.kind) {
    case Block::kHeading:
      return absl::StrCat(".SH ", absl::AsciiStrToUpper(text), "\n");
    case Block::kSubheading:
      return absl::StrCat(".SS ", text, "\n");
    case Block::kParagraph:
      return absl::StrCat(".PP\n", text, "\n");
    case Block::kItem:
      return absl::StrCat(".TP\n.B ", RoffText(block.term), "\n", text, "\n");
    case Block::kVerbatim:
      return absl::StrCat(".PP\n.RS\n.nf\n", text, "\n.fi\n.RE\n");
  }
  return "";
}

}  // namespace

Page PageOf(const CLI::App& command) {
  Page page = {{Block::kHeading, "Name", ""},
               {Block::kParagraph, PathOf(command) + " - " + command.get_description(), ""},
               {Block::kHeading, "Synopsis", ""},
               {Block::kVerbatim, Synopsis(command), ""},
               {Block::kHeading, "Description", ""}};
  AddBody(command, page);
  const CLI::App* root = &command;
  while (root->get_parent() != nullptr) root = root->get_parent();
  if (root != &command) AddItems("Options of every command", OptionsOf(*root), page);
  AddEnvironment(page);
  AddSeeAlso(ManualOf(command), page);
  return page;
}

Page WholePage(const CLI::App& root) {
  Page page = PageOf(root);
  std::vector<const CLI::App*> commands = CommandsOf(root);
  for (size_t i = 0; i < commands.size(); ++i) {
    Page body = {{Block::kHeading, PathOf(*commands[i]), ""},
                 {Block::kVerbatim, Synopsis(*commands[i]), ""}};
    AddBody(*commands[i], body);
    for (size_t at = 1; at < body.size(); ++at) {
      if (body[at].kind == Block::kHeading) body[at].kind = Block::kSubheading;
    }
    page.insert(page.end(), body.begin(), body.end());
    const auto below = CommandsOf(*commands[i]);
    commands.insert(commands.begin() + static_cast<std::ptrdiff_t>(i) + 1, below.begin(),
                    below.end());
  }
  return page;
}

std::string AsText(const Page& page, int width, bool colour) {
  std::string text;
  Block::Kind before = Block::kHeading;
  for (const Block& block : page) {
    if (block.kind == Block::kParagraph && before == Block::kParagraph) text += '\n';
    text += BlockText(block, width, colour);
    before = block.kind;
  }
  return text.substr(1);  // no empty line in front of the first heading
}

std::string AsRoff(const Page& page, const std::string& title, const std::string& version) {
  std::string roff =
      absl::StrCat(".TH ", absl::AsciiStrToUpper(title), " 1 \"\" \"", title, " ", version, "\"\n");
  for (const Block& block : page) roff += BlockRoff(block);
  return roff;
}

}  // namespace probity::cli
