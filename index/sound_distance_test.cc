#include "index/sound_distance.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/testing.h"

namespace probity::index {
namespace {

int Plain(const std::string& a, const std::string& b) {
  std::vector<std::vector<int>> at(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        at[i][j] = static_cast<int>(i + j);
        continue;
      }
      const int replaced = at[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      at[i][j] = std::min({replaced, at[i - 1][j] + 1, at[i][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) at[i][j] = std::min(at[i][j], at[i - 2][j - 2] + 1);
    }
  }
  return at[a.size()][b.size()];
}

TEST(SoundDistanceTest, EqualsThePlainOne) {
  Dice dice(1);
  SoundDistance distance;
  for (int i = 0; i < 3000; ++i) {
    std::string a, b;
    for (size_t left = dice.Below(65); left > 0; --left)
      a += static_cast<char>('a' + dice.Below(4));
    for (size_t left = dice.Below(70); left > 0; --left)
      b += static_cast<char>('a' + dice.Below(4));
    distance.Set(a);
    ASSERT_EQ(distance.To(b), Plain(a, b)) << a << " " << b;
  }
}

}  // namespace
}  // namespace probity::index
