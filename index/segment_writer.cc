#include "index/segment_writer.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "index/keys.h"
#include "index/postings.h"
#include "index/segment_tables.h"

namespace probity::index {
namespace {

absl::string_view TextOf(absl::string_view word) {
  return word.substr(kTextAt, static_cast<uint8_t>(word[kTextLengthAt]));
}

// The first eight bytes as a number that orders as the text does.
uint64_t PrefixOf(absl::string_view text) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 8; ++i) {
    prefix = prefix << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0u);
  }
  return prefix;
}

// Order of words: by text, and where it is equal by the rest.
std::vector<uint32_t> OrderWords(const Interner& words) {
  std::vector<std::pair<uint64_t, uint32_t>> order(words.size());
  for (uint32_t i = 0; i < words.size(); ++i) order[i] = {PrefixOf(TextOf(words[i])), i};
  std::sort(order.begin(), order.end(), [&words](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const absl::string_view x = words[a.second], y = words[b.second];
    const int texts = TextOf(x).compare(TextOf(y));
    if (texts != 0) return texts < 0;
    const int rest = x.substr(kTextAt).compare(y.substr(kTextAt));
    return rest != 0 ? rest < 0 : x < y;
  });
  std::vector<uint32_t> out(order.size());
  for (size_t i = 0; i < order.size(); ++i) out[i] = order[i].second;
  return out;
}

std::vector<uint32_t> OrderBytes(const Interner& strings) {
  std::vector<uint32_t> order(strings.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return strings[a] < strings[b]; });
  return order;
}

// From the number of arrival to the place in `order`.
std::vector<uint32_t> PlacesIn(const std::vector<uint32_t>& order) {
  std::vector<uint32_t> places(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) places[order[i]] = i;
  return places;
}

class Writer {
 public:
  explicit Writer(SegmentParts* parts) : parts_(*parts) {}

  std::string Write() {
    SortRecords();
    WriteWords();
    WriteShapes();
    WriteRecords();
    WriteNameKeys();
    WriteWordKeys();
    WriteLists();
    return JoinSections(sections_);
  }

 private:
  std::string& At(Section section) { return sections_[static_cast<uint32_t>(section)]; }

  absl::string_view KeyOf(const PartRecord& record) const {
    ByteReader reader(Part(parts_.record_bytes, record.bytes, record.bytes_end));
    const uint32_t size = reader.Varint();
    return reader.Bytes(size);
  }

  void SortRecords() {
    const auto before = [this](const PartRecord& a, const PartRecord& b) {
      if (a.dataset != b.dataset) return a.dataset < b.dataset;
      const int keys = KeyOf(a).compare(KeyOf(b));
      if (keys != 0) return keys < 0;
      return std::tie(a.from_version, a.to_version) < std::tie(b.from_version, b.to_version);
    };
    if (std::is_sorted(parts_.records.begin(), parts_.records.end(), before)) return;
    std::stable_sort(parts_.records.begin(), parts_.records.end(), before);
  }

  void WriteWords() {
    const std::vector<uint32_t> order = OrderWords(parts_.words);
    word_places_ = PlacesIn(order);
    word_weights_.reserve(order.size());
    word_concepts_.reserve(order.size());
    for (uint32_t from : order) {
      const absl::string_view word = parts_.words[from];
      word_starts_.push_back(static_cast<uint32_t>(At(Section::kWordBytes).size()));
      At(Section::kWordBytes).append(word.data(), word.size());
      const uint8_t weight = static_cast<uint8_t>(word[2]);
      word_weights_.push_back(weight);
      word_concepts_.push_back(Array<uint16_t>(word.substr(3))[0]);
      if (IsCommon(TextOf(word), weight)) {
        AppendFixed(static_cast<uint32_t>(word_starts_.size() - 1), &At(Section::kCommonWords));
      }
    }
    word_starts_.push_back(static_cast<uint32_t>(At(Section::kWordBytes).size()));
  }

  void WriteShapes() {
    const std::vector<uint32_t> order = OrderBytes(parts_.shapes);
    shape_places_ = PlacesIn(order);
    std::vector<uint32_t> starts = {0};
    std::string shapes;
    for (uint32_t from : order) {
      shapes.append(parts_.shapes[from].data(), parts_.shapes[from].size());
      starts.push_back(static_cast<uint32_t>(shapes.size()));
      shape_kinds_.push_back(static_cast<matching::Kind>(parts_.shapes[from][0]));
    }
    AppendStarts(starts, shapes, &At(Section::kShapes));
  }

  void WriteRecords() {
    name_places_.resize(parts_.names);
    for (const PartRecord& record : parts_.records) {
      const RecordRow row{record.dataset, record.from_version, record.to_version,
                          static_cast<uint32_t>(At(Section::kRecordBytes).size()), names_};
      const absl::string_view bytes = Part(parts_.record_bytes, record.bytes, record.bytes_end);
      At(Section::kRecordBytes).append(bytes.data(), bytes.size());
      ByteReader names(Part(parts_.name_bytes, record.name_bytes, parts_.name_bytes.size()));
      for (uint32_t i = 0; i < record.names; ++i) {
        name_places_[record.first_name + i] = names_;
        WriteName(&names);
      }
      AppendFixed(row, &At(Section::kRecords));
      ++records_;
    }
  }

  void WriteName(ByteReader* in) {
    std::string& out = At(Section::kNameBytes);
    AppendFixed(NameRow{static_cast<uint32_t>(out.size()), records_}, &At(Section::kNames));
    const uint32_t shape = shape_places_[in->Varint()];
    AppendVarint(shape, &out);
    const absl::string_view head = in->Bytes(3);
    out.append(head.data(), head.size());
    uint32_t weight = 0;
    for (uint8_t words = static_cast<uint8_t>(head[2]); words > 0; --words) {
      const uint32_t value = in->Varint();
      const uint32_t word = word_places_[value >> 2];
      AppendVarint(word << 2 | (value & 3), &out);
      weight += word_weights_[word];
    }
    const bool person = shape_kinds_[shape] == matching::Kind::kPerson;
    AppendFixed(static_cast<uint16_t>(weight | (person ? kPersonBit : 0u)),
                &At(Section::kNameWeights));
    ++names_;
  }

  void WriteNameKeys() {
    KeyTableBuilder table;
    table.Reserve(parts_.name_keys.size());
    for (const NameKey& key : parts_.name_keys) table.Add(key.key, name_places_[key.name]);
    std::vector<NameKey>().swap(parts_.name_keys);
    At(Section::kNameKeys) = table.Finish(names_);
  }

  void WriteWordKeys() {
    KeyTableBuilder table;
    std::vector<KeyHash> keys;
    SegmentTables tables = WordTables();
    matching::Token token;
    for (uint32_t word = 0; word < tables.word_count(); ++word) {
      if (!tables.DecodeWord(word, &token)) continue;
      keys.clear();
      AppendWordKeys(token, &keys);
      for (KeyHash key : keys) table.Add(key, word);
    }
    At(Section::kWordKeys) = table.Finish(tables.word_count());
  }

  // Enough of the tables to decode words.
  SegmentTables WordTables() {
    rows_.clear();
    for (uint32_t start : word_starts_) AppendFixed(WordRow{start, 0}, &rows_);
    SegmentTables tables;
    tables.words = Array<WordRow>(rows_);
    tables.word_bytes = At(Section::kWordBytes);
    return tables;
  }

  // Posting lists by `list_of` word; a list number below `lists`, 0 for none if
  // `skip_zero`. Returns where each list begins, and the end.
  template <typename ListOf>
  std::vector<uint32_t> AppendLists(uint32_t lists, bool skip_zero, ListOf list_of,
                                    std::string* out) {
    std::vector<uint32_t> next(size_t{lists} + 1);
    ForEachPosting(skip_zero, list_of, [&](uint32_t list, uint32_t) { ++next[list + 1]; });
    for (uint32_t i = 1; i <= lists; ++i) next[i] += next[i - 1];
    std::vector<uint32_t> ids(next[lists]);
    ForEachPosting(skip_zero, list_of,
                   [&](uint32_t list, uint32_t name) { ids[next[list]++] = name; });
    std::vector<uint32_t> starts;
    uint32_t begin = 0;
    for (uint32_t i = 0; i < lists; ++i) {
      starts.push_back(static_cast<uint32_t>(out->size()));
      if (next[i] > begin) AppendPostings(ids.data() + begin, next[i] - begin, out);
      begin = next[i];
    }
    starts.push_back(static_cast<uint32_t>(out->size()));
    return starts;
  }

  // visit(list, name) once for each list that a name is in, names rising.
  template <typename ListOf, typename Visit>
  void ForEachPosting(bool skip_zero, ListOf list_of, Visit visit) {
    ByteReader in(At(Section::kNameBytes));
    std::vector<uint32_t> lists;
    for (uint32_t name = 0; name < names_; ++name) {
      in.Varint();
      in.Bytes(2);
      lists.clear();
      for (uint8_t words = in.Byte(); words > 0; --words) {
        const uint32_t list = list_of(in.Varint() >> 2);
        const bool there = std::find(lists.begin(), lists.end(), list) != lists.end();
        if (!there && (list != 0 || !skip_zero)) lists.push_back(list);
      }
      for (uint32_t list : lists) visit(list, name);
    }
  }

  void WriteLists() {
    const uint32_t words = static_cast<uint32_t>(word_concepts_.size());
    const std::vector<uint32_t> starts = AppendLists(
        words, false, [](uint32_t word) { return word; }, &At(Section::kWordNames));
    for (uint32_t i = 0; i <= words; ++i) {
      AppendFixed(WordRow{word_starts_[i], starts[i]}, &At(Section::kWords));
    }
    WriteConcepts();
  }

  void WriteConcepts() {
    uint32_t concepts = 0;
    for (uint32_t id : word_concepts_) concepts = std::max(concepts, id + 1);
    std::string lists;
    const std::vector<uint32_t> of_concepts = AppendLists(
        concepts, true, [this](uint32_t word) { return word_concepts_[word]; }, &lists);
    AppendStarts(of_concepts, lists, &At(Section::kConcepts));
    WriteConceptWords(concepts);
  }

  void WriteConceptWords(uint32_t concepts) {
    std::vector<std::string> words(concepts);
    for (uint32_t word = 0; word < word_concepts_.size(); ++word) {
      if (word_concepts_[word] != 0) AppendFixed(word, &words[word_concepts_[word]]);
    }
    std::vector<uint32_t> starts = {0};
    std::string all;
    for (const std::string& of_one : words) {
      all += of_one;
      starts.push_back(static_cast<uint32_t>(all.size()));
    }
    AppendStarts(starts, all, &At(Section::kConceptWords));
  }

  static void AppendStarts(const std::vector<uint32_t>& starts, const std::string& bytes,
                           std::string* out) {
    AppendFixed(static_cast<uint32_t>(starts.size() - 1), out);
    for (uint32_t start : starts) AppendFixed(start, out);
    *out += bytes;
  }

  SegmentParts& parts_;
  std::string sections_[kSections];
  std::vector<uint32_t> word_places_, shape_places_, name_places_;
  std::vector<uint32_t> word_starts_, word_concepts_;
  std::vector<uint8_t> word_weights_;
  std::vector<matching::Kind> shape_kinds_;
  std::string rows_;
  uint32_t records_ = 0, names_ = 0;
};

}  // namespace

std::string WriteSegment(SegmentParts* parts) { return Writer(parts).Write(); }

}  // namespace probity::index
