// The format of a segment, and views of its parts.
//
//   segment  = header section… ; each section begins at a multiple of 8
//   header   = magic:"PBNAMES2" sections:u64 size:u64 {begin:u64 end:u64 xxh3:u64}×sections
//              xxh3:u64 of the header before it
//
// Numbers are little-endian. Order of the sections as in enum Section:
//
//   records       RecordRow…, by dataset, key, from_version
//   record_bytes  per record: key:varint+bytes kind:u8 year:varint month:u8 day:u8 countries:u8
//                 {two bytes}…
//   names         NameRow…, those of one record together, in order of the records
//   name_weights  u16…: sum of the weights of a name's words; the top bit: a person's name
//   name_bytes    per name: shape:varint ordinal:u8 weak:u8 words:u8 {word*4 + joined +
//   2*acronym}:varint… shapes        n:u32 first:u32[n+1], then per shape, what names share beside
//   their words:
//                 kind:u8 flags:u8 forms:u8 {form:u16}… initials
//   words         WordRow… in order of text, native, bytes; one more at the end
//   word_bytes    per word: class:u8 reading:u8 weight:u8 concept:u16 text:u8 native:u8 sounds:u8
//                 (0: the text), then the three
//   word_names    posting lists (postings.h) of names by word
//   concepts      n:u32 first:u32[n+1] by concept id, then the posting lists of names by concept
//   concept_words n:u32 first:u32[n+1] by concept id, in bytes, then the words of each: u32…
//   word_keys     key table (key_table.h) to words: text, sounds less some, skeleton (keys.h)
//   name_keys     key table to names: acronyms, neighbours joined, the whole name joined
//   common_words  u32…: words that are no rare ones, rising: what abbreviations stand for
//
// Ids of concepts and legal forms are those of one matcher version.
#ifndef PROBITY_INDEX_SEGMENT_TABLES_H_
#define PROBITY_INDEX_SEGMENT_TABLES_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "index/bytes.h"
#include "index/key_table.h"
#include "matching/facts.h"
#include "matching/name.h"

namespace probity::index {

inline constexpr absl::string_view kSegmentMagic = "PBNAMES2";

enum class Section : uint32_t {
  kRecords,
  kRecordBytes,
  kNames,
  kNameWeights,
  kNameBytes,
  kShapes,
  kWords,
  kWordBytes,
  kWordNames,
  kConcepts,
  kConceptWords,
  kWordKeys,
  kNameKeys,
  kCommonWords,
};
inline constexpr uint32_t kSections = 14;

struct RecordRow {
  uint32_t dataset;
  uint32_t from_version;
  uint32_t to_version;
  uint32_t bytes;       // where in record_bytes
  uint32_t first_name;  // its names end where those of the next begin
};

struct NameRow {
  uint32_t bytes;  // where in name_bytes
  uint32_t record;
};

struct WordRow {
  uint32_t bytes;  // where in word_bytes
  uint32_t names;  // where in word_names
};

// In the bytes of a word: where the length of its text stands, and the text.
inline constexpr size_t kTextLengthAt = 5, kTextAt = 8;

inline constexpr uint16_t kPersonBit = 0x8000;

struct WordHead {
  matching::Reading reading = matching::Reading::kLetters;
  uint16_t concept_id = 0;
  bool native = false;  // it has characters of its own
  absl::string_view text, sounds;
};

// What is stored beside a name's words.
struct StoredName {
  uint32_t shape = 0;
  uint8_t ordinal = 0;
  bool weak = false;
  uint8_t words = 0;
  ByteReader word_reader;  // at the first word
};

// Views into one segment's bytes; every access is bounded.
struct SegmentTables {
  Array<RecordRow> records;
  Array<NameRow> names;
  Array<uint16_t> name_weights;
  Array<uint32_t> shape_starts;
  Array<WordRow> words;
  Array<uint32_t> concept_starts, concept_word_starts;
  Array<uint32_t> common_words;
  KeyTable word_keys, name_keys;
  absl::string_view record_bytes, name_bytes, shape_bytes, word_bytes, word_names, concept_names,
      concept_words;

  uint32_t word_count() const { return words.size() == 0 ? 0 : words.size() - 1; }
  uint32_t name_end(uint32_t record) const {
    if (record + 1 >= records.size()) return names.size();
    return std::min(records[record + 1].first_name, names.size());
  }

  StoredName ReadStoredName(uint32_t name) const;
  // Names with their words, step by step: each says where the next is.
  void PrefetchNames(absl::Span<const uint32_t> wanted) const;
  void PrefetchStoredName(uint32_t name) const {
    const NameRow row = names[name];
    records.Prefetch(row.record);
    if (row.bytes < name_bytes.size()) __builtin_prefetch(name_bytes.data() + row.bytes);
  }
  // Decodes a name into `*out`, whose memory is used again.
  void DecodeName(const StoredName& stored, matching::NormalizedName* out) const;
  // What is known of a record beside its names.
  void ReadFacts(uint32_t record, matching::Facts* out) const;
  // Decodes a word; false if there is none such. joined and acronym are left as they are.
  bool DecodeWord(uint32_t word, matching::Token* out) const;

  // A part of a word, read in place.
  WordHead HeadOf(uint32_t word) const;
  void PrefetchWord(uint32_t word) const {
    const WordRow row = words[word];
    if (row.bytes < word_bytes.size()) __builtin_prefetch(word_bytes.data() + row.bytes);
  }
  void PrefetchNamesOfWord(uint32_t word) const {
    const WordRow row = words[word];
    if (row.names < word_names.size()) __builtin_prefetch(word_names.data() + row.names);
  }
  // The text or the weight alone.
  absl::string_view TextOf(uint32_t word) const;
  uint8_t WeightOf(uint32_t word) const;

  // Bytes of the posting list of a word or concept.
  absl::string_view NamesOfWord(uint32_t word) const;
  absl::string_view NamesOfConcept(uint16_t concept_id) const;
  Array<uint32_t> WordsOfConcept(uint16_t concept_id) const;
};

// The hash by which sections and headers are checked.
uint64_t ChecksumOf(absl::string_view bytes);

// Puts sections, in order, behind a header.
std::string JoinSections(const std::string (&sections)[kSections]);

// Makes the header say that `bytes` are a whole segment, wherever its sections
// may be; for tests of torn ones. Too few bytes are left alone.
void MendHeader(std::string* bytes);

// Finds the sections of `bytes`. DATA_LOSS says what is wrong; contents are
// checked only if `verify`.
absl::Status OpenTables(absl::string_view bytes, bool verify, SegmentTables* tables);

}  // namespace probity::index

#endif  // PROBITY_INDEX_SEGMENT_TABLES_H_
