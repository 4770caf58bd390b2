// How many edits are between one word's sounds and many others', quickly.
#ifndef PROBITY_INDEX_SOUND_DISTANCE_H_
#define PROBITY_INDEX_SOUND_DISTANCE_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace probity::index {

// Edits and swaps of neighbours by bits, one column a step (Myers 1999, Hyyro
// 2003). The matcher weighs them; this only sorts out what cannot be near.
class SoundDistance {
 public:
  // `sounds`: at most 64.
  void Set(absl::string_view sounds) {
    for (char c : sounds_) places_[At(c)] = 0;
    sounds = sounds.substr(0, 64);
    sounds_.assign(sounds.data(), sounds.size());
    for (size_t i = 0; i < sounds_.size(); ++i) places_[At(sounds_[i])] |= uint64_t{1} << i;
  }

  int To(absl::string_view other) const {
    if (sounds_.empty()) return static_cast<int>(other.size());
    const uint64_t last = uint64_t{1} << (sounds_.size() - 1);
    uint64_t up = ~uint64_t{0}, down = 0;  // where a cell is one more or less than that above
    uint64_t zero = 0, same_before = 0;    // where a cell equals its diagonal; the letter before
    int distance = static_cast<int>(sounds_.size());
    for (char c : other) {
      const uint64_t same = places_[At(c)];
      const uint64_t swapped = ((~zero & same) << 1) & same_before;
      zero = (((same & up) + up) ^ up) | same | down | swapped;
      same_before = same;
      uint64_t right = down | ~(zero | up), left = up & zero;
      distance += (right & last) != 0 ? 1 : 0;
      distance -= (left & last) != 0 ? 1 : 0;
      right = right << 1 | 1;
      left <<= 1;
      up = left | ~(zero | right);
      down = right & zero;
    }
    return distance;
  }

 private:
  static size_t At(char c) { return static_cast<unsigned char>(c) & 0x7F; }

  std::string sounds_;
  std::array<uint64_t, 128> places_{};
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_SOUND_DISTANCE_H_
