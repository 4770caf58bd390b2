#include "matching/legal_forms.h"

#include <algorithm>

namespace probity::matching {
namespace {

constexpr size_t kMaxFormTokens = 9;
constexpr size_t kMaxKey = 160;  // bytes of the longest form spelled out

struct Found {
  size_t from = 0;
  size_t count = 0;
  uint16_t form = 0;
};

const std::string& KeyOf(const Token& token) {
  return token.native.empty() ? token.text : token.native;
}

bool MayStandAt(Place place, bool front, bool end) {
  switch (place) {
    case Place::kEnd:
      return end;
    case Place::kFront:
      return front;
    case Place::kEnds:
      return front || end;
    case Place::kAnywhere:
      return true;
  }
  return false;
}

class Finder {
 public:
  Finder(const Tables& tables, const std::vector<Token>& tokens)
      : tables_(tables), tokens_(tokens), end_(tokens.size()) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      words_ |= uint64_t{tables.misspelt().IsWord(tokens[i].text)} << i;
    }
  }

  // Ends first, again and again ("Co. Ltd" + "(Pty) Ltd"), then the inside.
  std::vector<Found> All() {
    TakeArticle();
    while (TakeBehind() || TakeInFront()) {
    }
    if (found_.empty()) TakeMisspelt();
    for (size_t at = begin_ + 1; at + 1 < end_; ++at) {
      const Found found = LongestFrom(at, end_ - 1);
      if (found.count == 0) continue;
      found_.push_back(found);
      at += found.count - 1;
    }
    std::sort(found_.begin(), found_.end(),
              [](const Found& a, const Found& b) { return a.from < b.from; });
    return found_;
  }

 private:
  bool TakeBehind() {
    for (size_t count = std::min(kMaxFormTokens, end_ - begin_); count > 0; --count) {
      if (!Try(end_ - count, count, false, true)) continue;
      end_ -= count;
      return true;
    }
    return false;
  }

  // "The Closed Joint Stock Company X".
  void TakeArticle() {
    if (tokens_.size() < 3 || tokens_[0].text != "the" || !tokens_[0].native.empty()) return;
    begin_ = 1;
    if (!TakeInFront()) begin_ = 0;
  }

  // Behind other words alone: there nothing else is likely.
  void TakeMisspelt() {
    if (end_ - begin_ < 2 || !tokens_[end_ - 1].native.empty()) return;
    const uint16_t* form = tables_.FindMisspeltForm(tokens_[end_ - 1].text);
    if (form != nullptr) found_.push_back({--end_, 1, *form});
  }

  bool TakeInFront() {
    for (size_t count = std::min(kMaxFormTokens, end_ - begin_); count > 0; --count) {
      if (!Try(begin_, count, true, false)) continue;
      begin_ += count;
      return true;
    }
    return false;
  }

  bool Try(size_t from, size_t count, bool front, bool end) {
    const uint16_t* form = FormAt(from, count);
    if (form == nullptr && count > 1 && HasWord(from, count)) {
      form = tables_.misspelt().Find(&tokens_[from], count);
    }
    if (form == nullptr || !MayStandAt(tables_.form(*form).place, front, end)) return false;
    found_.push_back({from, count, *form});
    return true;
  }

  Found LongestFrom(size_t from, size_t limit) const {
    for (size_t count = std::min(kMaxFormTokens, limit - from); count > 0; --count) {
      const uint16_t* form = FormAt(from, count);
      if (form != nullptr && tables_.form(*form).place == Place::kAnywhere) {
        return {from, count, *form};
      }
    }
    return {};
  }

  // A look before misspelt forms are searched.
  bool HasWord(size_t from, size_t count) const {
    return (words_ >> from & ((uint64_t{1} << count) - 1)) != 0;
  }

  bool IsLetter(size_t i) const { return tokens_[i].text.size() == 1; }

  // "a b" of "a b c" is no Swedish company.
  bool CutsLetterRun(size_t from, size_t count) const {
    const size_t last = from + count - 1;
    return (from > 0 && IsLetter(from) && IsLetter(from - 1)) ||
           (last + 1 < tokens_.size() && IsLetter(last) && IsLetter(last + 1));
  }

  const uint16_t* FormAt(size_t from, size_t count) const {
    if (CutsLetterRun(from, count)) return nullptr;
    std::string key, latin;
    for (size_t i = from; i < from + count; ++i) {
      key += KeyOf(tokens_[i]);
      latin += tokens_[i].text;
      if (key.size() > kMaxKey) return nullptr;
    }
    const uint16_t* form = tables_.FindForm(key);
    return form != nullptr ? form : tables_.FindFormSound(latin);
  }

  const Tables& tables_;
  const std::vector<Token>& tokens_;
  size_t begin_ = 0;
  size_t end_;
  uint64_t words_ = 0;  // bit i: token i is a word of spelled out forms
  std::vector<Found> found_;
};

}  // namespace

void TakeLegalForms(const Tables& tables, NormalizedName* name) {
  std::vector<Token>& tokens = name->tokens;
  const std::vector<Found> found = Finder(tables, tokens).All();
  std::vector<bool> taken(tokens.size(), false);
  for (const Found& one : found) {
    name->legal_forms.push_back(one.form);
    std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(one.from), one.count, true);
  }
  if (std::find(taken.begin(), taken.end(), false) == taken.end()) {
    name->only_legal_form = !tokens.empty();
    return;
  }
  std::vector<Token> kept;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!taken[i]) {
      kept.push_back(std::move(tokens[i]));
    } else if (!kept.empty() && name->form_initials.size() < 4) {
      name->form_initials.push_back(tokens[i].text[0]);
    }
  }
  tokens = std::move(kept);
}

}  // namespace probity::matching
