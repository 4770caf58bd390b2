#include "matching/name_codec.h"

#include "absl/strings/str_cat.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

constexpr uint8_t kLookalikes = 1, kTruncated = 2, kOnlyForm = 4;
constexpr uint8_t kReadingMask = 3, kJoined = 4, kAcronym = 8;
constexpr size_t kMaxText = 255;

void AppendByte(size_t value, std::string* out) { out->push_back(static_cast<char>(value)); }

void AppendWord(uint16_t value, std::string* out) {
  AppendByte(value & 0xFF, out);
  AppendByte(value >> 8, out);
}

void AppendText(absl::string_view text, std::string* out) {
  text = text.substr(0, kMaxText);
  AppendByte(text.size(), out);
  out->append(text.data(), text.size());
}

void AppendToken(const Token& token, std::string* out) {
  AppendByte(static_cast<size_t>(token.cls), out);
  AppendByte(static_cast<size_t>(token.reading) | (token.joined ? kJoined : 0u) |
                 (token.acronym ? kAcronym : 0u),
             out);
  AppendByte(token.weight, out);
  AppendWord(token.concept_id, out);
  AppendText(token.text, out);
  AppendText(token.native, out);
}

class Reader {
 public:
  explicit Reader(absl::string_view bytes) : bytes_(bytes) {}

  // A byte of at most `most`; 0 and a fault otherwise.
  uint8_t Byte(uint8_t most = 255) {
    if (at_ >= bytes_.size()) return Fault<uint8_t>();
    const uint8_t value = static_cast<uint8_t>(bytes_[at_]);
    if (value > most) return Fault<uint8_t>();
    ++at_;
    return value;
  }

  uint16_t Word() {
    const uint16_t low = Byte();
    return static_cast<uint16_t>(low | (Byte() << 8));
  }

  std::string Text() {
    const size_t size = Byte();
    if (size > bytes_.size() - at_) return Fault<std::string>();
    at_ += size;
    return std::string(bytes_.substr(at_ - size, size));
  }

  Token ReadToken() {
    Token token;
    token.cls = static_cast<TokenClass>(Byte(static_cast<uint8_t>(TokenClass::kStop)));
    const uint8_t flags = Byte(kReadingMask | kJoined | kAcronym);
    if ((flags & kReadingMask) > static_cast<uint8_t>(Reading::kAbjad)) return Fault<Token>();
    token.reading = static_cast<Reading>(flags & kReadingMask);
    token.joined = (flags & kJoined) != 0;
    token.acronym = (flags & kAcronym) != 0;
    token.weight = Byte();
    token.concept_id = Word();
    token.text = Text();
    token.native = Text();
    if (token.text.empty()) return Fault<Token>();
    FillSounds(&token);
    return token;
  }

  bool ok() const { return ok_; }
  bool done() const { return at_ == bytes_.size(); }
  size_t at() const { return at_; }

 private:
  template <typename T>
  T Fault() {
    ok_ = false;
    return T();
  }

  absl::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace

void AppendName(const NormalizedName& name, std::string* out) {
  AppendByte(static_cast<size_t>(name.kind), out);
  AppendByte((name.lookalikes ? kLookalikes : 0u) | (name.truncated ? kTruncated : 0u) |
                 (name.only_legal_form ? kOnlyForm : 0u),
             out);
  AppendByte(name.legal_forms.size(), out);
  for (uint16_t form : name.legal_forms) AppendWord(form, out);
  AppendText(name.form_initials, out);
  AppendByte(name.tokens.size(), out);
  for (const Token& token : name.tokens) AppendToken(token, out);
}

absl::StatusOr<NormalizedName> ParseName(absl::string_view bytes) {
  Reader in(bytes);
  NormalizedName name;
  name.kind = static_cast<Kind>(in.Byte(static_cast<uint8_t>(Kind::kAddress)));
  const uint8_t flags = in.Byte(kLookalikes | kTruncated | kOnlyForm);
  name.lookalikes = (flags & kLookalikes) != 0;
  name.truncated = (flags & kTruncated) != 0;
  name.only_legal_form = (flags & kOnlyForm) != 0;
  for (int left = in.Byte(kMaxWords); left > 0 && in.ok(); --left) {
    name.legal_forms.push_back(in.Word());
  }
  name.form_initials = in.Text();
  for (int left = in.Byte(kMaxWords); left > 0 && in.ok(); --left) {
    name.tokens.push_back(in.ReadToken());
  }
  if (in.ok() && in.done()) return name;
  return absl::DataLossError(absl::StrCat("normalised name, byte ", in.at(), " of ", bytes.size(),
                                          in.ok() ? ": bytes left over" : ": no such value"));
}

}  // namespace probity::matching
