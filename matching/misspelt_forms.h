// Legal forms with a slip of the keys: "Limmited", "Joint Stok Company".
#ifndef PROBITY_MATCHING_MISSPELT_FORMS_H_
#define PROBITY_MATCHING_MISSPELT_FORMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "matching/name.h"

namespace probity::matching {

class MisspeltForms {
 public:
  // `spelling` as the table has it. Short forms of one word are not kept: of
  // three letters, one slip makes another form.
  void Add(absl::string_view spelling, uint16_t id);

  // One word that is nearly a form; nullptr if none. Valid while this is.
  const uint16_t* Find(absl::string_view latin) const;

  // Whether `latin` is a longer word of forms of several words.
  bool IsWord(absl::string_view latin) const { return words_.contains(latin); }

  // `count` words, two at least, that are nearly a form word by word; short words
  // and at least a third of all, one that IsWord among them, have to be right.
  const uint16_t* Find(const Token* first, size_t count) const;

 private:
  struct Form {
    std::vector<std::string> words;  // in Latin letters
    uint16_t id;
  };

  // By the number of words and their first letter.
  absl::flat_hash_map<uint32_t, std::vector<Form>> forms_;
  absl::flat_hash_set<std::string> words_;
};

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_MISSPELT_FORMS_H_
