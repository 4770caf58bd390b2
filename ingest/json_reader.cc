#include "ingest/json_reader.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/utf8.h"
#include "ingest/text_file.h"

namespace probity::ingest {
namespace {

constexpr absl::string_view kSpaces = " \t\r\n";

// How deep a text in JSON stands, byte by byte; what stands in quotes does not count.
class Nesting {
 public:
  explicit Nesting(int depth = 0) : depth_(depth) {}

  void Take(char c) {
    if (in_quotes_) return TakeQuoted(c);
    if (c == '"') in_quotes_ = true;
    if (c == '{' || c == '[') deepest_ = std::max(deepest_, ++depth_);
    if (c == '}' || c == ']') --depth_;
  }
  int depth() const { return depth_; }
  int deepest() const { return deepest_; }
  bool in_quotes() const { return in_quotes_; }

 private:
  void TakeQuoted(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_quotes_ = false;
    }
  }

  int depth_;
  int deepest_ = 0;
  bool in_quotes_ = false;
  bool escaped_ = false;
};

absl::Status FileFault(const Row& row, v1::ErrorReason reason, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(row.file_name, ":", row.line, ": ", problem),
                   {{"file", std::string(row.file_name)}, {"line", absl::StrCat(row.line)}});
}

absl::Status Truncated(const Row& row) {
  return FileFault(row, v1::ERROR_REASON_TRUNCATED_FILE,
                   "the file ends inside a record; was it written completely?");
}

// Hands a row on, or refuses it.
absl::Status Give(const Row& row, RowSink* sink, const VisitJson& visit) {
  if (!IsUtf8(row.raw)) {
    return sink->Refuse(row, {v1::ERROR_REASON_ROW_ENCODING, "", "the row is not UTF-8"});
  }
  absl::StatusOr<Json> value = ParseJson(row.raw);
  if (value.ok()) return visit(row, *value);
  return sink->Refuse(row,
                      {v1::ERROR_REASON_ROW_SYNTAX, "", std::string(value.status().message())});
}

// Finds the rows of a file. What was consumed of the text is gone: memory holds one row.
class ObjectReader {
 public:
  ObjectReader(const InputFile& file, const JsonLists& where, RowSink* sink, TextFile* text)
      : file_(file), where_(where), sink_(sink), text_(*text) {}

  // The next row, valid until the next call. False at the end of the file.
  absl::StatusOr<bool> Next(Row* row) {
    text_.Consume(given_);
    given_ = 0;
    for (bool found = false; !found;) {
      absl::StatusOr<char> next = SkipSpaces();
      if (!next.ok()) return next.status();
      if (*next == '\0') return EndOfFile();
      absl::StatusOr<bool> step = place_ == Place::kTop    ? AtTop(*next)
                                  : place_ == Place::kList ? InList(*next)
                                                           : InMembers();
      if (!step.ok()) return step.status();
      found = *step;
    }
    *row = Here(text_.window().substr(0, given_));
    return true;
  }

 private:
  enum class Place { kTop, kMembers, kList };

  // Refused objects are given back as lines, which are read as well.
  Row Here(absl::string_view raw) const {
    return {file_.name, text_.line(), raw, false, &JsonLinesForm()};
  }

  absl::StatusOr<bool> EndOfFile() const {
    if (place_ != Place::kTop || in_top_list_) return Truncated(Here(""));
    return false;
  }

  absl::Status NoObject() const {
    return FileFault(Here(""), v1::ERROR_REASON_ROW_SYNTAX,
                     "an object in JSON, \"{\", was expected; is the file of this format?");
  }

  // The next byte that is no space, not consumed; NUL at the end of the file, and for
  // a byte that is one, which nothing in JSON begins with.
  absl::StatusOr<char> SkipSpaces() {
    for (;;) {
      const size_t begin = text_.window().find_first_not_of(kSpaces);
      if (begin != absl::string_view::npos) {
        text_.Consume(begin);
        const char next = text_.window().front();
        if (next == '\0') return NoObject();
        return next;
      }
      text_.Consume(text_.window().size());
      absl::StatusOr<bool> more = text_.Extend();
      if (!more.ok()) return more.status();
      if (!*more) return '\0';
    }
  }

  absl::StatusOr<bool> AtTop(char next) {
    if (next == '{') return TakeObject(/*look_for_members=*/true);
    const bool opens = next == '[' && !in_top_list_ && !seen_top_;
    const bool closes = next == ']' && in_top_list_;
    if (!opens && !closes && !(next == ',' && in_top_list_)) return NoObject();
    in_top_list_ = opens || next == ',';
    seen_top_ = true;
    text_.Consume(1);
    return false;
  }

  absl::StatusOr<bool> InList(char next) {
    if (next == '{') return TakeObject(/*look_for_members=*/false);
    if (next != ',' && next != ']') return NoObject();
    if (next == ']') place_ = Place::kMembers;
    text_.Consume(1);
    return false;
  }

  // Goes on through the members of an object at the top, keeping nothing of them.
  absl::StatusOr<bool> InMembers() {
    Nesting nesting(1);
    member_.clear();
    size_t at = 0;
    for (;;) {
      const absl::string_view window = text_.window();
      for (; at < window.size(); ++at) {
        const char c = window[at];
        if (IsMember(nesting, c)) return EnterMember(at, c);
        Take(c, &nesting);
        if (nesting.depth() > 0) continue;
        place_ = Place::kTop;
        text_.Consume(at + 1);
        return false;
      }
      text_.Consume(at);
      at = 0;
      absl::StatusOr<bool> more = text_.Extend();
      if (!more.ok()) return more.status();
      if (!*more) return Truncated(Here(""));
    }
  }

  // The object that begins here becomes the row, unless it is refused or has members
  // that are rows.
  absl::StatusOr<bool> TakeObject(bool look_for_members) {
    seen_top_ = true;
    Nesting nesting;
    member_.clear();
    size_t at = 0;
    for (;;) {
      const absl::string_view window = text_.window();
      for (; at < window.size(); ++at) {
        const char c = window[at];
        if (look_for_members && IsMember(nesting, c)) return EnterMember(at, c);
        Take(c, &nesting);
        if (nesting.depth() == 0) return EndObject(at + 1, nesting);
      }
      if (at > kMaxObjectBytes) return SkipObject(nesting);
      absl::StatusOr<bool> more = text_.Extend();
      if (!more.ok()) return more.status();
      if (!*more) return Truncated(Here(""));
    }
  }

  absl::StatusOr<bool> EndObject(size_t bytes, const Nesting& nesting) {
    given_ = bytes;
    if (bytes <= kMaxObjectBytes && nesting.deepest() <= kMaxJsonDepth) return true;
    absl::Status refused = bytes > kMaxObjectBytes ? RefuseLong() : RefuseDeep();
    text_.Consume(std::exchange(given_, 0));
    if (!refused.ok()) return refused;
    return false;
  }

  absl::Status RefuseLong() {
    return sink_->Refuse(Here(CutUtf8(text_.window(), kMaxRawBytes)),
                         {v1::ERROR_REASON_ROW_TOO_LONG, "",
                          absl::StrCat("the object is longer than ", kMaxObjectBytes, " bytes")});
  }

  absl::Status RefuseDeep() {
    return sink_->Refuse(
        Here(CutUtf8(text_.window(), kMaxRawBytes)),
        {v1::ERROR_REASON_ROW_SYNTAX, "",
         absl::StrCat("objects and lists are nested more than ", kMaxJsonDepth, " deep")});
  }

  // Refuses an object whose end is not in sight, and goes there.
  absl::StatusOr<bool> SkipObject(Nesting nesting) {
    if (absl::Status refused = RefuseLong(); !refused.ok()) return refused;
    text_.Consume(text_.window().size());
    for (;;) {
      absl::StatusOr<bool> more = text_.Extend();
      if (!more.ok()) return more.status();
      if (!*more) return Truncated(Here(""));
      const absl::string_view window = text_.window();
      for (size_t at = 0; at < window.size(); ++at) {
        nesting.Take(window[at]);
        if (nesting.depth() > 0) continue;
        text_.Consume(at + 1);
        return false;
      }
      text_.Consume(window.size());
    }
  }

  // Notes the text in quotes that was read last at depth 1: before a list or an
  // object it can only be the name of the member.
  void Take(char c, Nesting* nesting) {
    const bool was_in_quotes = nesting->in_quotes();
    nesting->Take(c);
    if (nesting->depth() != 1) return;
    if (nesting->in_quotes() && !was_in_quotes) {
      member_.clear();
    } else if (nesting->in_quotes() && member_.size() < kMaxMemberBytes) {
      member_.push_back(c);
    }
  }

  bool IsMember(const Nesting& nesting, char c) const {
    if (nesting.depth() != 1 || nesting.in_quotes() || (c != '[' && c != '{')) return false;
    const auto& names = c == '[' ? where_.lists : where_.objects;
    return std::find(names.begin(), names.end(), member_) != names.end();
  }

  // Leaves what stood before the member behind; a row that is an object begins here.
  absl::StatusOr<bool> EnterMember(size_t at, char c) {
    text_.Consume(c == '[' ? at + 1 : at);
    place_ = c == '[' ? Place::kList : Place::kMembers;
    if (c == '[') return false;
    return TakeObject(/*look_for_members=*/false);
  }

  static constexpr size_t kMaxMemberBytes = 64;

  const InputFile& file_;
  const JsonLists& where_;
  RowSink* sink_;
  TextFile& text_;
  Place place_ = Place::kTop;
  bool in_top_list_ = false;
  bool seen_top_ = false;
  std::string member_;
  size_t given_ = 0;  // bytes of the row that was given
};

}  // namespace

absl::StatusOr<Json> ParseJson(absl::string_view text) {
  Nesting nesting;
  for (const char c : text) nesting.Take(c);
  if (nesting.deepest() > kMaxJsonDepth) {
    return absl::InvalidArgumentError(
        absl::StrCat("objects and lists are nested more than ", kMaxJsonDepth, " deep"));
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception& fault) {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: …"
    const absl::string_view why = fault.what();
    return absl::InvalidArgumentError(
        absl::StrCat("this is no JSON: ", why.substr(why.find("] ") + 2).substr(0, 300)));
  }
}

absl::Status ForEachLine(const InputFile& file, RowSink* sink,
                         const std::function<absl::Status(const Row& row)>& visit) {
  absl::StatusOr<std::unique_ptr<TextFile>> text = TextFile::Open(file, "utf-8", sink);
  if (!text.ok()) return text.status();
  Line line;
  for (;;) {
    absl::StatusOr<bool> more = NextLine(**text, file, sink, &line);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    const Row row{file.name, (*text)->line(), line.text, false, &JsonLinesForm()};
    const absl::string_view content = absl::StripAsciiWhitespace(row.raw);
    // A cut line at the very end is the mark of a file that was not written whole.
    const bool has_end = line.bytes > line.text.size();
    if (!has_end && !absl::EndsWith(content, "}")) return Truncated(row);
    absl::Status taken;
    if (!IsUtf8(row.raw)) {
      taken = sink->Refuse(row, {v1::ERROR_REASON_ROW_ENCODING, "", "the line is not UTF-8"});
    } else if (!content.empty()) {
      taken = visit(row);
    }
    if (!taken.ok()) return taken;
    (*text)->Consume(line.bytes);
  }
}

absl::Status ForEachJsonLine(const InputFile& file, RowSink* sink, const VisitJson& visit) {
  return ForEachLine(file, sink, [&](const Row& row) { return Give(row, sink, visit); });
}

absl::Status ForEachObject(const InputFile& file, const JsonLists& where, RowSink* sink,
                           const VisitJson& visit) {
  absl::StatusOr<std::unique_ptr<TextFile>> text = TextFile::Open(file, "utf-8", sink);
  if (!text.ok()) return text.status();
  ObjectReader reader(file, where, sink, text->get());
  for (;;) {
    Row row;
    absl::StatusOr<bool> more = reader.Next(&row);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
    if (absl::Status taken = Give(row, sink, visit); !taken.ok()) return taken;
  }
}

const Json& Member(const Json& object, const char* name) {
  static const auto* const kNull = new Json;
  if (!object.is_object()) return *kNull;
  const auto found = object.find(name);
  return found == object.end() ? *kNull : *found;
}

std::string TextOf(const Json& value) {
  if (value.is_string()) {
    return std::string(absl::StripAsciiWhitespace(value.get_ref<const std::string&>()));
  }
  return value.is_number_integer() ? value.dump() : std::string();
}

std::string CutText(std::string text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  text.resize(bytes);
  return text;
}

std::vector<const Json*> ValuesOf(const Json& value) {
  std::vector<const Json*> values;
  if (value.is_null()) return values;
  if (!value.is_array()) return {&value};
  for (const Json& one : value) values.push_back(&one);
  return values;
}

}  // namespace probity::ingest
