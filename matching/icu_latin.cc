#include "matching/icu_latin.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace probity::matching {
namespace {

std::unique_ptr<icu::Transliterator> Make(const char* id) {
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::Transliterator> made(icu::Transliterator::createInstance(
      icu::UnicodeString(id, -1, US_INV), UTRANS_FORWARD, error));
  return U_SUCCESS(error) ? std::move(made) : nullptr;
}

const icu::Transliterator* ToLatin() {
  thread_local const std::unique_ptr<icu::Transliterator> one = Make("Any-Latin; NFD; Lower");
  return one.get();
}

const icu::Transliterator* ToAscii() {
  thread_local const std::unique_ptr<icu::Transliterator> one = Make("Latin-ASCII");
  return one.get();
}

const icu::Transliterator* ToSimplified() {
  thread_local const std::unique_ptr<icu::Transliterator> one = Make("Traditional-Simplified");
  return one.get();
}

icu::UnicodeString ToIcu(const std::u32string& word) {
  return icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(word.data()),
                                       static_cast<int32_t>(word.size()));
}

std::string Letters(const icu::UnicodeString& text) {
  std::string out;
  for (int32_t i = 0; i < text.length(); ++i) {
    const char16_t c = text[i];
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out.push_back(static_cast<char>(c));
  }
  return out;
}

void Apply(const icu::Transliterator* transliterator, icu::UnicodeString* text) {
  if (transliterator != nullptr) transliterator->transliterate(*text);
}

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// What nobody can say without it: "Narendra", "Mishra", "Krishna"; but "Dutt".
bool KeepsFinalA(absl::string_view latin) {
  constexpr absl::string_view kGlides = "rylnmv";
  if (latin.size() < 4) return false;
  const char last = latin[latin.size() - 2], before = latin[latin.size() - 3];
  return kGlides.find(last) != absl::string_view::npos && before != last && !IsVowel(before);
}

// ISO 15919 letters, decomposed, to the spelling in use. ICU's "c" is the
// sound of "ch", and its s with a mark that of "sh".
void Respell(icu::UnicodeString* text) {
  const auto replace = [text](const char16_t* from, const char* to) {
    text->findAndReplace(icu::UnicodeString(from), icu::UnicodeString(to, -1, US_INV));
  };
  replace(u"ch", "C");
  replace(u"c", "ch");
  replace(u"C", "ch");
  replace(u"s\u0301", "sh");
  replace(u"s\u0323", "sh");
  replace(u"r\u0325", "ri");
  replace(u"n\u0303", "n");
}

}  // namespace

std::string IcuToLatin(const std::u32string& word) {
  icu::UnicodeString text = ToIcu(word);
  Apply(ToLatin(), &text);
  Apply(ToAscii(), &text);
  return Letters(text);
}

std::string IndicToLatin(const std::u32string& word) {
  icu::UnicodeString text = ToIcu(word);
  Apply(ToLatin(), &text);
  Respell(&text);
  // A long final "a" carries a macron (two code units here) and stays.
  const bool bare_a = text.length() > 2 && text[text.length() - 1] == u'a';
  Apply(ToAscii(), &text);
  std::string out = Letters(text);
  if (bare_a && out.size() > 2 && out.back() == 'a' && !IsVowel(out[out.size() - 2]) &&
      !KeepsFinalA(out)) {
    out.pop_back();
  }
  return out;
}

std::u32string IcuSimplify(const std::u32string& word) {
  icu::UnicodeString text = ToIcu(word);
  Apply(ToSimplified(), &text);
  std::u32string out;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    out.push_back(static_cast<char32_t>(text.char32At(i)));
  }
  return out;
}

}  // namespace probity::matching
