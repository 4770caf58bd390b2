#include "matching/compare.h"

#include <algorithm>
#include <array>

#include "matching/params.h"
#include "matching/parts.h"
#include "matching/sound.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

Kind KindOf(const NormalizedName& query, const NormalizedName& candidate) {
  return query.kind == Kind::kAny ? candidate.kind : query.kind;
}

int ExtraPercent(const Token& token, Kind kind) {
  if (token.cls == TokenClass::kBusiness) return kParams.extra_business;
  if (token.cls == TokenClass::kPlace) return kParams.extra_place;
  if (kind != Kind::kPerson) return kParams.extra_word;
  const bool given = token.cls == TokenClass::kGiven || token.cls == TokenClass::kPatronymic ||
                     token.cls == TokenClass::kInitial;
  return given ? kParams.extra_person_given : kParams.extra_person_word;
}

class Comparison {
 public:
  Comparison(const Tables& tables, const NormalizedName& query, const NormalizedName& candidate)
      : tables_(tables), query_(query), candidate_(candidate) {}

  Parts Run() {
    parts_.kind = KindOf(query_, candidate_);
    if (query_.tokens.empty() || candidate_.tokens.empty()) return parts_;
    parts_.alignment = Align(query_, candidate_, parts_.kind);
    AddLinks();
    parts_.query = AddLeft(query_.tokens, parts_.alignment.query_left, acronym_of_query_);
    parts_.candidate =
        AddLeft(candidate_.tokens, parts_.alignment.candidate_left, acronym_of_candidate_);
    DiscountSaidTwice();
    AddLoss();
    SetBase();
    AddPenalties();
    SetScore();
    return parts_;
  }

 private:
  void AddLinks() {
    for (const Link& link : parts_.alignment.links) {
      const int weight = LinkWeight(query_, candidate_, link);
      parts_.agreed += weight * link.similarity;
      parts_.differing += weight * (kFullSimilarity - link.similarity);
      if (link.feature == Feature::kInitial) {
        initials_ = true;
      } else if (weight >= 60) {
        ++parts_.strong_links;
      }
      acronym_of_query_ |= link.feature == Feature::kAcronym && link.query_count == 1;
      acronym_of_candidate_ |= link.feature == Feature::kAcronym && link.candidate_count == 1;
      given_agrees_ |= query_.tokens[link.query].cls == TokenClass::kGiven &&
                       candidate_.tokens[link.candidate].cls == TokenClass::kGiven;
    }
  }

  // An acronym stands for a whole name: "SCOTT" is none in "Robert Scott".
  Left AddLeft(const std::vector<Token>& tokens, uint64_t left, bool acronym) const {
    Left out;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if ((left >> i & 1) == 0) continue;
      const Token& token = tokens[i];
      out.weight += token.weight;
      const bool beside = acronym && token.cls == TokenClass::kWord;
      const int percent = ExtraPercent(token, parts_.kind);
      out.if_extra += token.weight * (beside ? std::max(percent, kParams.extra_single) : percent);
      out.given |= token.cls == TokenClass::kGiven;
      out.number |= parts_.kind != Kind::kPerson && token.cls == TokenClass::kNumber;
      out.direction |= token.cls == TokenClass::kDirection;
      out.generation |= token.cls == TokenClass::kGeneration ||
                        (parts_.kind == Kind::kPerson && token.cls == TokenClass::kNumber);
    }
    return out;
  }

  // Where the acronym agrees, the words it is made of are not missing.
  void DiscountSaidTwice() {
    for (const Link& link : parts_.alignment.links) {
      const Token& query = query_.tokens[link.query];
      const Token& candidate = candidate_.tokens[link.candidate];
      if (query.acronym == candidate.acronym) continue;
      Discount(query.acronym ? &parts_.query : &parts_.candidate);
      said_twice_ = true;
    }
  }

  static void Discount(Left* left) {
    left->weight /= 10;
    left->if_extra /= 10;
  }

  // Words that stand against each other cost more than words one side only has.
  void AddLoss() {
    const Left& more =
        parts_.query.weight >= parts_.candidate.weight ? parts_.query : parts_.candidate;
    const int both = std::min(parts_.query.weight, parts_.candidate.weight);
    if (more.weight == 0) return;
    int percent = more.if_extra / more.weight;
    if (parts_.strong_links <= 1 && parts_.kind == Kind::kPerson) {
      percent = std::max(percent, kParams.extra_single);
    }
    parts_.loss = both * Conflict() * 10 + (more.weight - both) * percent * 10;
  }

  // Brothers bear one family name and two given names that the tables know.
  int Conflict() const {
    if (parts_.kind != Kind::kPerson) return kParams.conflict;
    const bool given = parts_.query.given && parts_.candidate.given && !given_agrees_;
    return given ? kParams.conflict_given : kParams.conflict_person;
  }

  void SetBase() {
    const int64_t all = int64_t{parts_.agreed} + parts_.differing + parts_.loss;
    parts_.base = all == 0 ? 0 : static_cast<int>(int64_t{parts_.agreed} * kFullScore / all);
    const int whole = WholeNames();
    parts_.whole = std::max(0, whole - parts_.base);
  }

  // "HUNTERDOUGLAS IND" and "HUNTER DOUGLASIND": only the spaces differ.
  int WholeNames() const {
    if (parts_.base >= 9000 || !MayDifferInSpaces() || KnownWordsDiffer() || Reordered()) return 0;
    std::array<char, kMaxSounds> a, b;
    const absl::string_view left = Joined(query_.tokens, &a);
    const absl::string_view right = Joined(candidate_.tokens, &b);
    if (left.size() < 6 || right.size() < 6) return 0;
    const Reading reading = ReadingHere();
    const bool same = reading == Reading::kLetters;
    const int least = SpacedAlike() ? kFullSimilarity
                      : same        ? kParams.whole_link
                                    : kParams.whole_link_across;
    const int similarity = SoundSimilarity(left, right, reading, least);
    if (similarity < least) return 0;
    return kFullScore - (kFullSimilarity - similarity) * (same ? 20 : 14);
  }

  // Characters say more than their sounds, and one word has no spaces.
  bool MayDifferInSpaces() const {
    if (HasNative(query_) && HasNative(candidate_)) return false;
    return query_.tokens.size() > 1 || candidate_.tokens.size() > 1;
  }

  // As many spaces on both sides explain nothing but where they stand.
  bool SpacedAlike() const {
    return query_.tokens.size() == candidate_.tokens.size() && ReadingHere() == Reading::kLetters &&
           !HasNative(query_) && !HasNative(candidate_);
  }

  // "Saito Kenji" and "Sato Kenji": the tables know that they are two.
  bool KnownWordsDiffer() const {
    return HasKnown(query_.tokens, parts_.alignment.query_left) &&
           HasKnown(candidate_.tokens, parts_.alignment.candidate_left);
  }

  static bool HasKnown(const std::vector<Token>& tokens, uint64_t left) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if ((left >> i & 1) != 0 && tokens[i].concept_id != 0) return true;
    }
    return false;
  }

  static bool HasNative(const NormalizedName& name) {
    return std::any_of(name.tokens.begin(), name.tokens.end(),
                       [](const Token& token) { return !token.native.empty(); });
  }

  Reading ReadingHere() const {
    const Reading a = query_.tokens[0].reading, b = candidate_.tokens[0].reading;
    return a == b ? Reading::kLetters : std::max(a, b);
  }

  static absl::string_view Joined(const std::vector<Token>& tokens,
                                  std::array<char, kMaxSounds>* out) {
    size_t size = 0;
    for (const Token& token : tokens) {
      if (token.cls == TokenClass::kNumber) return {};
      if (size + token.sounds.size() > out->size()) return {};
      std::copy(token.sounds.begin(), token.sounds.end(),
                out->begin() + static_cast<std::ptrdiff_t>(size));
      size += token.sounds.size();
    }
    return {out->data(), size};
  }

  void AddPenalties() {
    parts_.form = FormPenalty();
    const Left &q = parts_.query, &c = parts_.candidate;
    parts_.number = Either(q.number, c.number, kParams.number_conflict, kParams.number_extra);
    parts_.direction =
        Either(q.direction, c.direction, kParams.direction_conflict, kParams.direction_extra);
    parts_.generation =
        Either(q.generation, c.generation, kParams.generation_conflict, kParams.generation_extra);
    parts_.order = Reordered() ? kParams.reordered : 0;
  }

  static int Either(bool query, bool candidate, int both, int one) {
    if (query && candidate) return both;
    return query || candidate ? one : 0;
  }

  int FormPenalty() const {
    if (parts_.kind == Kind::kPerson) return 0;
    const auto& a = query_.legal_forms;
    const auto& b = candidate_.legal_forms;
    if (a.empty() && b.empty()) return 0;
    const bool of_person = (a.empty() ? query_ : candidate_).kind == Kind::kPerson;
    if (a.empty() || b.empty()) return of_person ? kParams.form_of_person : kParams.form_missing;
    int least = kParams.form_category;
    for (uint16_t x : a) {
      for (uint16_t y : b) least = std::min(least, BetweenForms(x, y));
    }
    return least;
  }

  int BetweenForms(uint16_t a, uint16_t b) const {
    if (a == b) return 0;
    const FormCategory x = tables_.form(a).category, y = tables_.form(b).category;
    if (x == y) return kParams.form_other;
    const bool vague = x == FormCategory::kAnyCompany || y == FormCategory::kAnyCompany;
    return vague ? kParams.form_missing : kParams.form_category;
  }

  bool Reordered() const {
    int last = -1;
    for (const Link& link : parts_.alignment.links) {
      if (link.candidate < last) return true;
      last = link.candidate;
    }
    return false;
  }

  void SetScore() {
    int score = parts_.base + parts_.whole - parts_.form - parts_.number - parts_.direction -
                parts_.generation - parts_.order;
    score = std::clamp(score, 0, kFullScore);
    // Initials fit too many names to stand alone: "A. S." is not "Abashidze, Shota".
    const bool light = parts_.agreed / kFullSimilarity < kParams.thin_weight && !said_twice_;
    const bool thin = light || (initials_ && parts_.strong_links == 0);
    const bool identical = parts_.differing == 0 && parts_.loss == 0;
    if (thin && !identical) parts_.ceiling = std::max(0, score - kParams.thin_ceiling);
    if (parts_.ceiling == 0 && OnlyCommonAgree()) {
      parts_.ceiling = std::max(0, score - kParams.thin_ceiling) * 9 / 10;
    }
    parts_.raw = score - parts_.ceiling;
    parts_.score = Calibrated(parts_.raw);
  }

  // "Zhengkai Trading" and "长志贸易": "trading" agrees, and what identifies hardly
  // does. Within one way of writing that is as often a slip.
  bool OnlyCommonAgree() const {
    constexpr int kIdentifies = 60;  // by weight
    const bool across =
        ReadingHere() != Reading::kLetters || HasNative(query_) != HasNative(candidate_);
    if (parts_.kind == Kind::kPerson || !across) return false;
    int weights = 0, agreed = 0;
    for (const Link& link : parts_.alignment.links) {
      const int weight = LinkWeight(query_, candidate_, link);
      if (weight < kIdentifies) continue;
      weights += weight;
      agreed += weight * link.similarity;
    }
    return agreed < weights * kParams.hardly_alike;
  }

  // Straight from nothing to the threshold and from there to full: the order of
  // scores stays.
  static int Calibrated(int raw) {
    if (raw < kParams.even) return raw * kThreshold / kParams.even;
    return kFullScore -
           (kFullScore - raw) * (kFullScore - kThreshold) / (kFullScore - kParams.even);
  }

  const Tables& tables_;
  const NormalizedName& query_;
  const NormalizedName& candidate_;
  Parts parts_;
  bool acronym_of_query_ = false, acronym_of_candidate_ = false;
  bool given_agrees_ = false;
  bool initials_ = false;    // some word agrees by its first letter alone
  bool said_twice_ = false;  // one side gives the acronym beside its words
};

}  // namespace

int LinkWeight(const NormalizedName& query, const NormalizedName& candidate, const Link& link) {
  int weight = 0;
  for (int i = 0; i < link.query_count; ++i) {
    weight += query.tokens[static_cast<size_t>(link.query) + static_cast<size_t>(i)].weight;
  }
  for (int i = 0; i < link.candidate_count; ++i) {
    weight += candidate.tokens[static_cast<size_t>(link.candidate) + static_cast<size_t>(i)].weight;
  }
  return weight / 2;
}

Parts CompareParts(const Tables& tables, const NormalizedName& query,
                   const NormalizedName& candidate) {
  return Comparison(tables, query, candidate).Run();
}

int Score(const Tables& tables, const NormalizedName& query, const NormalizedName& candidate) {
  return CompareParts(tables, query, candidate).score;
}

}  // namespace probity::matching
