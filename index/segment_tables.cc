#define XXH_INLINE_ALL
#include "index/segment_tables.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matching/text.h"

namespace probity::index {
namespace {

constexpr absl::string_view kNamesOfSections[kSections] = {
    "records",       "record_bytes", "names",      "name_weights", "name_bytes",
    "shapes",        "words",        "word_bytes", "word_names",   "concepts",
    "concept_words", "word_keys",    "name_keys",  "common_words"};

constexpr size_t kAlign = 8;
constexpr size_t kSectionsAt = 24;  // magic, number of sections, zero, size
constexpr size_t kRow = 24;         // begin, end, checksum
constexpr size_t kHeader = kSectionsAt + kSections * kRow + 8;

size_t Aligned(size_t size) { return (size + kAlign - 1) / kAlign * kAlign; }

uint64_t U64(absl::string_view bytes, size_t at) {
  uint64_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

absl::Status CheckHeader(absl::string_view bytes) {
  if (bytes.size() < kHeader || bytes.substr(0, kSegmentMagic.size()) != kSegmentMagic) {
    return absl::DataLossError(absl::StrCat("no name segment of this format: ", bytes.size(),
                                            " bytes, or another beginning than ", kSegmentMagic));
  }
  if (ChecksumOf(bytes.substr(0, kHeader - 8)) != U64(bytes, kHeader - 8)) {
    return absl::DataLossError("the header's checksum is wrong");
  }
  if (U64(bytes, 8) != kSections || U64(bytes, 16) != bytes.size()) {
    return absl::DataLossError(absl::StrCat("the header says ", U64(bytes, 16), " bytes and ",
                                            U64(bytes, 8), " sections; there are ", bytes.size(),
                                            " bytes and ", kSections, " sections are known"));
  }
  return absl::OkStatus();
}

// What lies between sections is zero, so that every byte is covered.
bool IsZero(absl::string_view bytes) {
  return bytes.find_first_not_of('\0') == absl::string_view::npos;
}

absl::StatusOr<absl::string_view> SectionOf(absl::string_view bytes, uint32_t i, bool verify) {
  const size_t row = kSectionsAt + i * kRow;
  const uint64_t begin = U64(bytes, row), end = U64(bytes, row + 8);
  const auto fault = [i](absl::string_view what) {
    return absl::DataLossError(absl::StrCat("section ", kNamesOfSections[i], ": ", what));
  };
  if (begin < kHeader || end < begin || end > bytes.size() || begin % kAlign != 0) {
    return fault("it is not within the segment");
  }
  const absl::string_view section = bytes.substr(begin, end - begin);
  if (!verify) return section;
  if (ChecksumOf(section) != U64(bytes, row + 16)) return fault("its checksum is wrong");
  if (!IsZero(Part(bytes, end, std::min(bytes.size(), Aligned(end))))) {
    return fault("it is not followed by zeros");
  }
  return section;
}

// Splits "n:u32 first:u32[n+1] bytes" into the array and the bytes.
void SplitStarts(absl::string_view section, Array<uint32_t>* starts, absl::string_view* bytes) {
  const size_t count = Array<uint32_t>(section)[0];
  const size_t end = std::min((count + 2) * sizeof(uint32_t), section.size());
  *starts = Array<uint32_t>(Part(section, std::min<size_t>(4, end), end));
  *bytes = Part(section, end, section.size());
}

uint64_t LettersOf(absl::string_view sounds) {
  uint64_t letters = 0;
  for (char c : sounds) letters |= uint64_t{1} << (c & 63);
  return letters;
}

void Assign(absl::string_view text, std::string* out) { out->assign(text.data(), text.size()); }

template <typename E>
E Limited(uint8_t value, E most) {
  return static_cast<E>(std::min<uint8_t>(value, static_cast<uint8_t>(most)));
}

}  // namespace

uint64_t ChecksumOf(absl::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string JoinSections(const std::string (&sections)[kSections]) {
  size_t size = kHeader;
  for (const std::string& section : sections) size = Aligned(size) + section.size();
  std::string out(kSegmentMagic);
  out.reserve(size);
  AppendFixed(uint64_t{kSections}, &out);
  AppendFixed(uint64_t{size}, &out);
  size_t at = kHeader;
  for (const std::string& section : sections) {
    at = Aligned(at);
    AppendFixed(uint64_t{at}, &out);
    AppendFixed(uint64_t{at + section.size()}, &out);
    AppendFixed(ChecksumOf(section), &out);
    at += section.size();
  }
  AppendFixed(ChecksumOf(out), &out);
  for (const std::string& section : sections) {
    out.resize(Aligned(out.size()));
    out += section;
  }
  return out;
}

void MendHeader(std::string* bytes) {
  if (bytes->size() < kHeader) return;
  std::string start(kSegmentMagic);
  AppendFixed(uint64_t{kSections}, &start);
  AppendFixed(uint64_t{bytes->size()}, &start);
  bytes->replace(0, start.size(), start);
  std::string checksum;
  AppendFixed(ChecksumOf(absl::string_view(*bytes).substr(0, kHeader - 8)), &checksum);
  bytes->replace(kHeader - 8, 8, checksum);
}

absl::Status OpenTables(absl::string_view bytes, bool verify, SegmentTables* tables) {
  absl::Status status = CheckHeader(bytes);
  if (!status.ok()) return status;
  absl::string_view sections[kSections];
  for (uint32_t i = 0; i < kSections; ++i) {
    absl::StatusOr<absl::string_view> section = SectionOf(bytes, i, verify);
    if (!section.ok()) return section.status();
    sections[i] = *section;
  }
  const auto of = [&](Section section) { return sections[static_cast<uint32_t>(section)]; };
  tables->records = Array<RecordRow>(of(Section::kRecords));
  tables->record_bytes = of(Section::kRecordBytes);
  tables->names = Array<NameRow>(of(Section::kNames));
  tables->name_weights = Array<uint16_t>(of(Section::kNameWeights));
  tables->name_bytes = of(Section::kNameBytes);
  SplitStarts(of(Section::kShapes), &tables->shape_starts, &tables->shape_bytes);
  tables->words = Array<WordRow>(of(Section::kWords));
  tables->word_bytes = of(Section::kWordBytes);
  tables->word_names = of(Section::kWordNames);
  SplitStarts(of(Section::kConcepts), &tables->concept_starts, &tables->concept_names);
  SplitStarts(of(Section::kConceptWords), &tables->concept_word_starts, &tables->concept_words);
  tables->word_keys = KeyTable(of(Section::kWordKeys));
  tables->name_keys = KeyTable(of(Section::kNameKeys));
  tables->common_words = Array<uint32_t>(of(Section::kCommonWords));
  return absl::OkStatus();
}

void SegmentTables::PrefetchNames(absl::Span<const uint32_t> wanted) const {
  for (uint32_t name : wanted) names.Prefetch(name);
  for (uint32_t name : wanted) PrefetchStoredName(name);
  const auto for_each_word = [&](auto visit) {
    for (uint32_t name : wanted) {
      const StoredName stored = ReadStoredName(name);
      ByteReader reader = stored.word_reader;
      for (size_t i = 0; i < stored.words; ++i) visit(reader.Varint() >> 2);
    }
  };
  for_each_word([this](uint32_t word) { words.Prefetch(word); });
  for_each_word([this](uint32_t word) { PrefetchWord(word); });
}

StoredName SegmentTables::ReadStoredName(uint32_t name) const {
  StoredName stored;
  ByteReader reader(Part(name_bytes, names[name].bytes, name_bytes.size()));
  stored.shape = reader.Varint();
  stored.ordinal = reader.Byte();
  stored.weak = reader.Byte() != 0;
  stored.words = std::min<uint8_t>(reader.Byte(), matching::kMaxWords);
  stored.word_reader = reader;
  return stored;
}

void SegmentTables::DecodeName(const StoredName& stored, matching::NormalizedName* out) const {
  ByteReader shape(Part(shape_bytes, shape_starts[stored.shape], shape_starts[stored.shape + 1]));
  out->kind = Limited(shape.Byte(), matching::Kind::kAddress);
  const uint8_t flags = shape.Byte();
  out->lookalikes = (flags & 1) != 0;
  out->truncated = (flags & 2) != 0;
  out->only_legal_form = (flags & 4) != 0;
  out->legal_forms.clear();
  for (int forms = shape.Byte(); forms > 0; --forms) {
    const uint16_t low = shape.Byte();
    out->legal_forms.push_back(static_cast<uint16_t>(low | (shape.Byte() << 8)));
  }
  Assign(shape.Bytes(shape.left()), &out->form_initials);
  out->tokens.resize(stored.words);
  ByteReader words = stored.word_reader;
  size_t decoded = 0;
  for (size_t i = 0; i < stored.words; ++i) {
    const uint32_t word = words.Varint();
    matching::Token& token = out->tokens[decoded];
    if (!DecodeWord(word >> 2, &token)) continue;
    token.joined = (word & 1) != 0;
    token.acronym = (word & 2) != 0;
    ++decoded;
  }
  out->tokens.resize(decoded);
}

bool SegmentTables::DecodeWord(uint32_t word, matching::Token* out) const {
  if (word >= word_count()) return false;
  ByteReader reader(Part(word_bytes, words[word].bytes, word_bytes.size()));
  out->cls = Limited(reader.Byte(), matching::TokenClass::kStop);
  out->reading = Limited(reader.Byte(), matching::Reading::kAbjad);
  out->weight = reader.Byte();
  const uint16_t low = reader.Byte();
  out->concept_id = static_cast<uint16_t>(low | (reader.Byte() << 8));
  const size_t text = reader.Byte(), native = reader.Byte(), sounds = reader.Byte();
  Assign(reader.Bytes(text), &out->text);
  Assign(reader.Bytes(native), &out->native);
  if (sounds == 0) {
    out->sounds = out->text;
  } else {
    Assign(reader.Bytes(sounds), &out->sounds);
  }
  out->letters = LettersOf(out->sounds);
  return !out->text.empty() && !out->sounds.empty();
}

WordHead SegmentTables::HeadOf(uint32_t word) const {
  ByteReader reader(Part(word_bytes, words[word].bytes, word_bytes.size()));
  WordHead head;
  reader.Byte();
  head.reading = Limited(reader.Byte(), matching::Reading::kAbjad);
  reader.Byte();
  const uint16_t low = reader.Byte();
  head.concept_id = static_cast<uint16_t>(low | (reader.Byte() << 8));
  const size_t text = reader.Byte(), native = reader.Byte(), sounds = reader.Byte();
  head.text = reader.Bytes(text);
  head.native = !reader.Bytes(native).empty();
  head.sounds = sounds == 0 ? head.text : reader.Bytes(sounds);
  return head;
}

absl::string_view SegmentTables::TextOf(uint32_t word) const {
  ByteReader reader(Part(word_bytes, words[word].bytes, word_bytes.size()));
  reader.Bytes(kTextLengthAt);
  const size_t text = reader.Byte();
  reader.Bytes(kTextAt - kTextLengthAt - 1);
  return reader.Bytes(text);
}

uint8_t SegmentTables::WeightOf(uint32_t word) const {
  ByteReader reader(Part(word_bytes, words[word].bytes, word_bytes.size()));
  reader.Bytes(2);
  return reader.Byte();
}

absl::string_view SegmentTables::NamesOfWord(uint32_t word) const {
  return Part(word_names, words[word].names, word_names.size());
}

absl::string_view SegmentTables::NamesOfConcept(uint16_t concept_id) const {
  if (concept_id + 1u >= concept_starts.size()) return {};
  return Part(concept_names, concept_starts[concept_id], concept_starts[concept_id + 1u]);
}

Array<uint32_t> SegmentTables::WordsOfConcept(uint16_t concept_id) const {
  if (concept_id + 1u >= concept_word_starts.size()) return {};
  return Array<uint32_t>(
      Part(concept_words, concept_word_starts[concept_id], concept_word_starts[concept_id + 1u]));
}

}  // namespace probity::index
