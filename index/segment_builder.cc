#include "index/segment_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "index/interner.h"
#include "index/keys.h"
#include "index/name_keys.h"
#include "index/segment_writer.h"
#include "matching/text.h"

namespace probity::index {
namespace {

using matching::NormalizedName;
using matching::Token;

constexpr size_t kMaxText = 255;

void AppendByte(size_t value, std::string* out) { out->push_back(static_cast<char>(value)); }

absl::string_view Cut(absl::string_view text) { return text.substr(0, kMaxText); }

void AppendView(absl::string_view bytes, std::string* out) {
  out->append(bytes.data(), bytes.size());
}

void EncodeWord(const Token& token, std::string* out) {
  const absl::string_view text = Cut(token.text), native = Cut(token.native);
  const absl::string_view sounds =
      token.sounds == token.text ? absl::string_view() : Cut(token.sounds);
  out->clear();
  AppendByte(static_cast<size_t>(token.cls), out);
  AppendByte(static_cast<size_t>(token.reading), out);
  AppendByte(token.weight, out);
  AppendFixed(token.concept_id, out);
  AppendByte(text.size(), out);
  AppendByte(native.size(), out);
  AppendByte(sounds.size(), out);
  AppendView(text, out);
  AppendView(native, out);
  AppendView(sounds, out);
}

void EncodeShape(const NormalizedName& name, std::string* out) {
  out->clear();
  AppendByte(static_cast<size_t>(name.kind), out);
  AppendByte(
      (name.lookalikes ? 1u : 0u) | (name.truncated ? 2u : 0u) | (name.only_legal_form ? 4u : 0u),
      out);
  const size_t forms = std::min<size_t>(name.legal_forms.size(), matching::kMaxWords);
  AppendByte(forms, out);
  for (size_t i = 0; i < forms; ++i) AppendFixed(name.legal_forms[i], out);
  AppendView(Cut(name.form_initials), out);
}

void EncodeFacts(const IndexedRecord& record, std::string* out) {
  const absl::string_view key = absl::string_view(record.key).substr(0, kMaxKeyBytes);
  AppendVarint(static_cast<uint32_t>(key.size()), out);
  AppendView(key, out);
  AppendByte(static_cast<size_t>(record.kind), out);
  AppendVarint(static_cast<uint32_t>(record.date.year & 0xFFFF), out);
  AppendByte(static_cast<size_t>(record.date.month), out);
  AppendByte(static_cast<size_t>(record.date.day), out);
  const auto is_code = [](const std::string& country) { return country.size() == 2; };
  const auto codes = std::count_if(record.countries.begin(), record.countries.end(), is_code);
  size_t left = std::min<size_t>(static_cast<size_t>(codes), kMaxCountries);
  AppendByte(left, out);
  for (const std::string& country : record.countries) {
    if (is_code(country) && left-- > 0) *out += country;
  }
}

}  // namespace

struct SegmentBuilder::State : SegmentParts {
  std::string buffer;
  std::vector<KeyHash> keys;

  void AddName(const IndexedName& indexed);
};

SegmentBuilder::SegmentBuilder(const matching::Matcher* matcher) : state_(new State()) {}
SegmentBuilder::~SegmentBuilder() = default;
SegmentBuilder::SegmentBuilder(SegmentBuilder&&) noexcept = default;

void SegmentBuilder::State::AddName(const IndexedName& indexed) {
  const NormalizedName& name = indexed.name;
  EncodeShape(name, &buffer);
  AppendVarint(shapes.Intern(buffer), &name_bytes);
  AppendByte(indexed.ordinal, &name_bytes);
  AppendByte(indexed.weak ? 1 : 0, &name_bytes);
  const size_t count = std::min(name.tokens.size(), matching::kMaxWords);
  AppendByte(count, &name_bytes);
  for (size_t i = 0; i < count; ++i) {
    const Token& token = name.tokens[i];
    EncodeWord(token, &buffer);
    const uint32_t word = words.Intern(buffer);
    AppendVarint(word << 2 | (token.joined ? 1u : 0u) | (token.acronym ? 2u : 0u), &name_bytes);
  }
  keys.clear();
  AppendNameKeys(name, &keys);
  for (KeyHash key : keys) name_keys.push_back({key, names});
  ++names;
}

void SegmentBuilder::Add(const IndexedRecord& record) {
  PartRecord part;
  part.dataset = record.dataset;
  part.from_version = record.from_version;
  part.to_version = record.to_version;
  part.bytes = state_->record_bytes.size();
  part.name_bytes = state_->name_bytes.size();
  part.first_name = state_->names;
  EncodeFacts(record, &state_->record_bytes);
  part.names = static_cast<uint32_t>(std::min(record.names.size(), kMaxNames));
  for (uint32_t i = 0; i < part.names; ++i) state_->AddName(record.names[i]);
  part.bytes_end = state_->record_bytes.size();
  state_->records.push_back(part);
}

std::string SegmentBuilder::Finish() {
  std::string bytes = WriteSegment(state_.get());
  state_ = std::make_unique<State>();
  return bytes;
}

}  // namespace probity::index
