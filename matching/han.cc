#include "matching/han.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "matching/icu_latin.h"

namespace probity::matching {
namespace {

constexpr char32_t kFirst = 0x4E00;  // the basic block, which holds what names use
constexpr char32_t kLast = 0x9FFF;
constexpr size_t kMaxPinyin = 7;

// Letters packed from the low byte, 0x80 in the highest: known.
using Packed = uint64_t;
constexpr Packed kKnown = Packed{0x80} << 56;

std::atomic<Packed>* PinyinCache() {
  static auto* cache = new std::array<std::atomic<Packed>, kLast - kFirst + 1>();
  return cache->data();
}

Packed Pack(const std::string& text) {
  Packed packed = kKnown;
  for (size_t i = 0; i < text.size() && i < kMaxPinyin; ++i) {
    packed |= Packed{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return packed;
}

void AppendUnpacked(Packed packed, std::string* out) {
  for (size_t i = 0; i < kMaxPinyin; ++i) {
    const char c = static_cast<char>((packed >> (8 * i)) & 0x7F);
    if (c == 0) return;
    out->push_back(c);
  }
}

// Japanese simplified characters that differ from the Chinese ones.
struct Variant {
  char32_t japanese;
  char32_t simplified;
};
constexpr Variant kJapanese[] = {
    {U'気', U'气'}, {U'鉄', U'铁'}, {U'広', U'广'}, {U'沢', U'泽'}, {U'浜', U'滨'}, {U'辺', U'边'},
    {U'斎', U'斋'}, {U'関', U'关'}, {U'総', U'总'}, {U'経', U'经'}, {U'済', U'济'}, {U'団', U'团'},
    {U'図', U'图'}, {U'売', U'卖'}, {U'発', U'发'}, {U'変', U'变'}, {U'実', U'实'}, {U'応', U'应'},
    {U'単', U'单'}, {U'対', U'对'}, {U'帯', U'带'}, {U'拡', U'扩'}, {U'撃', U'击'}, {U'検', U'检'},
    {U'権', U'权'}, {U'様', U'样'}, {U'楽', U'乐'}, {U'歩', U'步'}, {U'歳', U'岁'}, {U'毎', U'每'},
    {U'焼', U'烧'}, {U'県', U'县'}, {U'続', U'续'}, {U'縄', U'绳'}, {U'繊', U'纤'}, {U'薬', U'药'},
    {U'覚', U'觉'}, {U'観', U'观'}, {U'訳', U'译'}, {U'読', U'读'}, {U'転', U'转'}, {U'軽', U'轻'},
    {U'遅', U'迟'}, {U'郷', U'乡'}, {U'駅', U'驿'}, {U'駆', U'驱'}, {U'験', U'验'}, {U'黒', U'黑'},
    {U'竜', U'龙'}, {U'亜', U'亚'}, {U'仏', U'佛'}, {U'仮', U'假'}, {U'伝', U'传'}, {U'価', U'价'},
    {U'剣', U'剑'}, {U'労', U'劳'}, {U'効', U'效'}, {U'塩', U'盐'}, {U'壊', U'坏'}, {U'嬢', U'娘'},
    {U'専', U'专'}, {U'巣', U'巢'}, {U'恵', U'惠'}, {U'戦', U'战'}, {U'桜', U'樱'}, {U'桟', U'栈'},
    {U'滝', U'泷'}, {U'渋', U'涩'}, {U'満', U'满'}, {U'瀬', U'濑'}, {U'粛', U'肃'}, {U'緑', U'绿'},
    {U'蔵', U'藏'}, {U'鋳', U'铸'}, {U'銭', U'钱'}, {U'録', U'录'}, {U'陥', U'陷'}, {U'険', U'险'},
    {U'隣', U'邻'}, {U'霊', U'灵'}, {U'齢', U'龄'}};

}  // namespace

std::string HanToLatin(const std::u32string& word) {
  std::atomic<Packed>* cache = PinyinCache();
  std::string out;
  for (char32_t c : word) {
    if (c < 0x80) out.push_back(static_cast<char>(c));
    if (c < kFirst || c > kLast) continue;
    std::atomic<Packed>& slot = cache[c - kFirst];
    Packed packed = slot.load(std::memory_order_relaxed);
    if (packed == 0) {
      packed = Pack(IcuToLatin(std::u32string(1, c)));
      slot.store(packed, std::memory_order_relaxed);
    }
    AppendUnpacked(packed, &out);
  }
  return out;
}

std::u32string SimplifyHan(const std::u32string& word) {
  std::u32string out = IcuSimplify(word);
  for (char32_t& c : out) {
    for (const Variant& variant : kJapanese) {
      if (variant.japanese == c) c = variant.simplified;
    }
  }
  return out;
}

}  // namespace probity::matching
