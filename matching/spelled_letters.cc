#include "matching/spelled_letters.h"

#include <string_view>
#include <vector>

namespace probity::matching {
namespace {

struct LetterName {
  std::u32string_view name;
  char letter;
  bool sure = true;  // no syllable of other words
};

// Longest first where one begins with another; without tone marks, see Clean.
constexpr LetterName kThai[] = {
    {U"ดับบลิว", 'w'}, {U"ดับเบิลยู", 'w'}, {U"เอกซ์", 'x'}, {U"เอช", 'h'}, {U"เอม", 'm'}, {U"เอน", 'n'},
    {U"เอฟ", 'f'},   {U"เอส", 's'},    {U"เอ", 'a'},   {U"แอล", 'l'}, {U"อาร์", 'r'}, {U"บี", 'b'},
    {U"ซี", 'c'},     {U"ดี", 'd'},      {U"อี", 'e'},    {U"จี", 'g'},   {U"ไอ", 'i'},  {U"เจ", 'j'},
    {U"เค", 'k'},    {U"โอ", 'o'},     {U"พี", 'p'},    {U"คิว", 'q'},  {U"ที", 't'},   {U"ยู", 'u'},
    {U"วี", 'v'},     {U"วาย", 'y'},    {U"แซด", 'z'}};
constexpr LetterName kHangul[] = {
    {U"더블유", 'w'},    {U"에이치", 'h'},    {U"에이", 'a'},        {U"에프", 'f'},
    {U"에스", 's'},      {U"엑스", 'x'},      {U"케이", 'k'},        {U"제이", 'j'},
    {U"브이", 'v'},      {U"와이", 'y'},      {U"아이", 'i', false}, {U"엘", 'l'},
    {U"엠", 'm'},        {U"엔", 'n'},        {U"알", 'r', false},   {U"큐", 'q'},
    {U"씨", 'c'},        {U"비", 'b', false}, {U"디", 'd', false},   {U"이", 'e', false},
    {U"지", 'g', false}, {U"오", 'o', false}, {U"피", 'p', false},   {U"티", 't', false},
    {U"유", 'u', false}, {U"제트", 'z'}};
constexpr LetterName kKana[] = {
    {U"ダブリュー", 'w'}, {U"エックス", 'x'}, {U"エイチ", 'h'}, {U"エッチ", 'h'}, {U"エイ", 'a'},
    {U"エー", 'a'},       {U"エフ", 'f'},     {U"エス", 's'},   {U"エル", 'l'},   {U"エム", 'm'},
    {U"エヌ", 'n'},       {U"アール", 'r'},   {U"アイ", 'i'},   {U"ビー", 'b'},   {U"シー", 'c'},
    {U"ディー", 'd'},     {U"イー", 'e'},     {U"ジー", 'g'},   {U"ジェイ", 'j'}, {U"ジェー", 'j'},
    {U"ケイ", 'k'},       {U"ケー", 'k'},     {U"オー", 'o'},   {U"ピー", 'p'},   {U"キュー", 'q'},
    {U"ティー", 't'},     {U"ティ", 't'},     {U"ユー", 'u'},   {U"ブイ", 'v'},   {U"ワイ", 'y'},
    {U"ゼット", 'z'}};

template <size_t N>
const LetterName* NameAt(const LetterName (&names)[N], std::u32string_view rest) {
  for (const LetterName& name : names) {
    if (rest.substr(0, name.name.size()) == name.name) return &name;
  }
  return nullptr;
}

template <size_t N>
SpelledLetters Read(const LetterName (&names)[N], std::u32string_view word) {
  SpelledLetters found;
  bool sure = false;
  while (const LetterName* name = NameAt(names, word.substr(found.size))) {
    found.latin.push_back(name->letter);
    found.size += name->name.size();
    sure = sure || name->sure;
  }
  return sure && found.latin.size() > 1 ? found : SpelledLetters{};
}

}  // namespace

SpelledLetters FindSpelledLetters(const std::u32string& word, Script script) {
  switch (script) {
    case Script::kThai:
      return Read(kThai, word);
    case Script::kHangul:
      return Read(kHangul, word);
    case Script::kKana:
      return Read(kKana, word);
    default:
      return {};
  }
}

}  // namespace probity::matching
