#include "index/gather.h"

#include <algorithm>

namespace probity::index {
namespace {

// Costs in units of about 1.5 ns.
constexpr int64_t kListCost = 4;        // a list at a block
constexpr int64_t kNameWordsCost = 40;  // the agreement of a name from its words
constexpr size_t kNamesAtOnce = 32;     // kept before they are looked at
constexpr size_t kNamesPerWords = 32;   // names of a list read while those words are

// What holds a name: nothing, list i (i + 1), or something that its weight alone
// does not judge.
constexpr uint16_t kNothing = 0, kSeveral = 0xFFFF;
constexpr size_t kMostLists = kSeveral - 1;

uint16_t WeightOf(const SegmentTables& tables, uint32_t name) {
  return static_cast<uint16_t>(tables.name_weights[name] & ~kPersonBit);
}

}  // namespace

// One run over a segment.
class Gatherer::Pass {
 public:
  Pass(Gatherer* memory, const SegmentTables& tables, const Plan& plan, int least, Budget* budget,
       Visit visit)
      : m_(*memory),
        tables_(tables),
        plan_(plan),
        letters_(plan),
        lesser_(plan),
        least_(least),
        budget_(budget),
        visit_(visit) {}

  void Run(const std::vector<NameList>& lists) {
    if (tables_.names.size() == 0 || lists.empty()) return;
    const uint32_t blocks = ((tables_.names.size() - 1) >> kBlockBits) + 1;
    Begin(lists, blocks);
    bool more = true;
    for (uint32_t block = 0; block < blocks && more; ++block) {
      SetLesserAside();
      if (m_.first_[block] != 0) more = RunBlock(block);
    }
    VisitNames();
  }

 private:
  void Begin(const std::vector<NameList>& lists, uint32_t blocks) {
    m_.lists_ = lists;
    m_.lists_.resize(std::min(lists.size(), kMostLists));
    m_.limits_.assign(m_.lists_.size(), Limits());
    m_.limits_alone_ = m_.limits_;
    m_.first_.assign(blocks, 0);
    m_.next_.assign(m_.lists_.size(), 0);
    m_.lesser_.clear();
    m_.kept_.clear();
    m_.own_.clear();
    m_.holders_.resize(kBlockSize);
    m_.words_.Build(tables_, m_.lists_);
    for (uint32_t i = 0; i < m_.lists_.size(); ++i) {
      if (m_.lists_[i].use == Use::kCounts) {
        m_.lesser_.push_back(i);
        lesser_.Add(m_.lists_[i]);
      } else {
        File(i);
      }
    }
    undecided_ = m_.lists_.size();
  }

  // Puts a list where its next names are; torn ones may lie outside.
  void File(uint32_t list) {
    const PostingCursor& names = m_.lists_[list].names;
    if (names.done() || names.block() >= m_.first_.size()) return;
    m_.next_[list] = m_.first_[names.block()];
    m_.first_[names.block()] = list + 1;
  }

  // Of the least valuable lists, those that together cannot reach what is wanted
  // find no more names.
  void SetLesserAside() {
    for (; undecided_ > 0; --undecided_) {
      NameList& list = m_.lists_[undecided_ - 1];
      if (list.use != Use::kMayFind) continue;
      Ceiling with = lesser_;
      with.Add(list);
      if (with.Reaches(least_)) return;
      lesser_ = with;
      list.use = Use::kCounts;
      m_.lesser_.push_back(static_cast<uint32_t>(undecided_ - 1));
    }
  }

  // False when no more should be done.
  bool RunBlock(uint32_t block) {
    CollectLists(block);
    int64_t units = 0;
    for (uint32_t list : m_.here_) {
      units += kListCost + m_.lists_[list].names.in_group();
      AddNames(list, block);
    }
    Screen(block, lesser_, &m_.limits_);
    const size_t lesser = NamesOfLesser(block, m_.touched_.size() * kNamesPerWords);
    if (lesser > 0) {
      units += static_cast<int64_t>(lesser);
      AddLesser(block);
      Screen(block, letters_, &m_.limits_alone_);
    }
    units += static_cast<int64_t>(m_.touched_.size()) * kNameWordsCost;
    Keep(block);
    MoveOn(block);
    return budget_->Spend(units);
  }

  // Those that find names; others that stood here wait until they are asked for.
  void CollectLists(uint32_t block) {
    m_.here_.clear();
    for (uint32_t at = m_.first_[block]; at != 0; at = m_.next_[at - 1]) {
      if (m_.lists_[at - 1].use != Use::kCounts) m_.here_.push_back(at - 1);
    }
  }

  void AddNames(uint32_t number, uint32_t block) {
    const NameList& list = m_.lists_[number];
    if (list.use == Use::kFinds) return AddWanted(number, block);
    const auto holder = static_cast<uint16_t>(number + 1);
    list.names.ForEach([&](uint32_t within) {
      uint16_t& held = m_.holders_[within];
      if (held == kNothing) Touch(block, within);
      held = held == kNothing ? holder : kSeveral;
    });
  }

  void Touch(uint32_t block, uint32_t within) {
    m_.touched_.push_back(within);
    tables_.name_weights.Prefetch(block << kBlockBits | within);
  }

  void AddWanted(uint32_t number, uint32_t block) {
    const NameList& list = m_.lists_[number];
    list.names.ForEach([&](uint32_t within) {
      if (m_.holders_[within] == kNothing) Touch(block, within);
      m_.holders_[within] = kSeveral;
      if (list.word == kNoWord) m_.own_.emplace_back(block << kBlockBits | within, number);
    });
  }

  // Drops names that stand in one list only and cannot reach what is wanted with
  // all that `more` may add.
  void Screen(uint32_t block, const Ceiling& more, std::vector<Limits>* limits) {
    for (uint32_t list : m_.here_) SetLimits(m_.lists_[list], more, &(*limits)[list]);
    size_t kept = 0;
    for (uint32_t within : m_.touched_) {
      const uint32_t name = block << kBlockBits | within;
      const uint16_t weight = tables_.name_weights[name];
      uint16_t& holder = m_.holders_[within];
      const bool keep =
          holder == kSeveral ||
          (weight & ~kPersonBit) <=
              (*limits)[holder - 1u].weight[plan_.IsPerson((weight & kPersonBit) != 0) ? 1 : 0];
      holder = keep ? holder : kNothing;
      m_.touched_[kept] = within;
      kept += keep ? 1 : 0;
    }
    m_.touched_.resize(kept);
  }

  void SetLimits(const NameList& list, const Ceiling& more, Limits* limits) const {
    if (limits->least == least_ || list.use == Use::kFinds) return;
    Agreement found;
    found.Link(list.cover, list.query, list.candidate, list.similarity);
    found = more.Lift(found);
    limits->least = least_;
    for (bool person : {false, true}) {
      limits->weight[person ? 1 : 0] = HeaviestThatReaches(found, plan_.weight, person, least_);
    }
  }

  // How many names the lesser lists hold at this block; 0 if more than `most`.
  size_t NamesOfLesser(uint32_t block, size_t most) {
    size_t names = 0;
    if (m_.lesser_.size() >= most) return 0;
    for (uint32_t number : m_.lesser_) {
      PostingCursor& cursor = m_.lists_[number].names;
      while (!cursor.done() && cursor.block() < block) cursor.Next();
      if (cursor.done() || cursor.block() != block) continue;
      names += cursor.in_group();
      if (names > most) return 0;
    }
    return names;
  }

  void AddLesser(uint32_t block) {
    for (uint32_t number : m_.lesser_) {
      const PostingCursor& names = m_.lists_[number].names;
      if (names.done() || names.block() != block) continue;
      names.ForEach([&](uint32_t within) {
        uint16_t& held = m_.holders_[within];
        held = held == kNothing ? kNothing : kSeveral;
      });
    }
  }

  // Names wait until there are so many that fetching them takes no time.
  void Keep(uint32_t block) {
    for (uint32_t within : m_.touched_) {
      const uint32_t name = block << kBlockBits | within;
      m_.holders_[within] = kNothing;
      if (name >= tables_.names.size()) continue;  // torn
      tables_.names.Prefetch(name);
      m_.kept_.push_back(name);
    }
    m_.touched_.clear();
    if (m_.kept_.size() >= kNamesAtOnce) VisitNames();
  }

  void VisitNames() {
    for (uint32_t name : m_.kept_) tables_.PrefetchStoredName(name);
    for (uint32_t name : m_.kept_) least_ = visit_(name, AgreementOf(name));
    m_.kept_.clear();
    m_.own_.clear();
  }

  Agreement AgreementOf(uint32_t name) {
    holding_.clear();
    for (const auto& [own, list] : m_.own_) {
      if (own == name) holding_.push_back(list);
    }
    const StoredName stored = tables_.ReadStoredName(name);
    ByteReader words = stored.word_reader;
    for (size_t i = 0; i < stored.words; ++i) m_.words_.ListsOf(words.Varint() >> 2, &holding_);
    std::sort(holding_.begin(), holding_.end());
    Agreement found;
    for (uint32_t number : holding_) {
      const NameList& list = m_.lists_[number];
      if ((found.words & list.cover) != 0) continue;
      const bool whole = list.candidate == kWholeName;
      found.Link(list.cover, list.query, whole ? WeightOf(tables_, name) : list.candidate,
                 list.similarity);
    }
    return found;
  }

  void MoveOn(uint32_t block) {
    for (uint32_t list : m_.here_) {
      m_.lists_[list].names.Next();
      if (m_.lists_[list].names.block() > block) File(list);
    }
  }

  Gatherer& m_;
  const SegmentTables& tables_;
  const Plan& plan_;
  const Ceiling letters_;  // what single letters may add
  Ceiling lesser_;         // and what the lists that find no names may
  size_t undecided_ = 0;   // lists before this one still find names
  int least_;
  Budget* budget_;
  Visit visit_;
  std::vector<uint32_t> holding_;
};

void Gatherer::Run(const SegmentTables& tables, const Plan& plan,
                   const std::vector<NameList>& lists, int least, Budget* budget, Visit visit) {
  Pass(this, tables, plan, least, budget, visit).Run(lists);
}

}  // namespace probity::index
