#include "matching/misspelt_forms.h"

#include <algorithm>

#include "matching/romanize.h"
#include "matching/sound.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

constexpr size_t kShortestForm = 7;       // letters of a form of one word
constexpr size_t kShortestWord = 5;       // of a word among others
constexpr int kTwoSlips = kEdit * 8 / 5;  // a letter and a vowel: "Liitied"

uint32_t Key(size_t words, char first) {
  return static_cast<uint32_t>(words << 8 | static_cast<unsigned char>(first));
}

bool LengthsDiffer(absl::string_view a, absl::string_view b) {
  return a.size() > b.size() + 1 || b.size() > a.size() + 1;
}

// What tells two words of a form apart, by letters or by sounds (another
// romanisation: "-oi" for "-oy"); kTooMuch over one slip.
constexpr int kTooMuch = 10 * kEdit;

int Slips(absl::string_view word, absl::string_view of_form) {
  if (word == of_form) return 0;
  const bool is_short = word.size() < kShortestWord && of_form.size() < kShortestWord;
  if (is_short || word.size() + 1 < kShortestWord || LengthsDiffer(word, of_form)) return kTooMuch;
  const int slips =
      std::min(SoundDistance(word, of_form, Reading::kLetters, kEdit),
               SoundDistance(SoundsOf(word), SoundsOf(of_form), Reading::kLetters, kEdit));
  return slips <= kEdit ? slips : kTooMuch;
}

// A look that costs next to nothing.
bool MayBe(const Token* first, const std::vector<std::string>& words) {
  size_t right = 0;
  for (size_t i = 0; i < words.size(); ++i) right += first[i].text == words[i];
  return 3 * right >= words.size();
}

}  // namespace

void MisspeltForms::Add(absl::string_view spelling, uint16_t id) {
  Form form;
  form.id = id;
  for (const Word& word : Clean(spelling).words) {
    if (IsUnspaced(word.script)) return;
    form.words.push_back(Romanize(word.letters, word.script));
    if (form.words.back().empty()) return;
  }
  if (form.words.empty()) return;
  if (form.words.size() == 1 && form.words[0].size() < kShortestForm) return;
  for (const std::string& word : form.words) {
    if (form.words.size() > 1 && word.size() >= kShortestWord) words_.insert(word);
  }
  forms_[Key(form.words.size(), form.words[0][0])].push_back(std::move(form));
}

const uint16_t* MisspeltForms::Find(absl::string_view latin) const {
  if (latin.size() + 1 < kShortestForm) return nullptr;
  const auto found = forms_.find(Key(1, latin[0]));
  if (found == forms_.end()) return nullptr;
  for (const Form& form : found->second) {
    const int most = latin.size() < form.words[0].size() ? kEdit : kTwoSlips;
    if (LengthsDiffer(latin, form.words[0])) continue;
    if (SoundDistance(latin, form.words[0], Reading::kLetters, most) <= most) return &form.id;
  }
  return nullptr;
}

const uint16_t* MisspeltForms::Find(const Token* first, size_t count) const {
  if (first->text.empty()) return nullptr;
  const auto found = forms_.find(Key(count, first->text[0]));
  if (found == forms_.end()) return nullptr;
  const int most = std::max(kTwoSlips, static_cast<int>(count) * kEdit / 2);
  for (const Form& form : found->second) {
    if (!MayBe(first, form.words)) continue;
    int slips = 0;
    for (size_t i = 0; i < count && slips <= most; ++i) {
      slips += Slips(first[i].text, form.words[i]);
    }
    if (slips <= most) return &form.id;
  }
  return nullptr;
}

}  // namespace probity::matching
