#include "policy/needs.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace probity::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::SpreadLink Link(v1::LinkType type, v1::LinkEnd end, double share) {
  v1::SpreadLink link;
  link.set_type(type);
  link.set_subject_end(end);
  link.set_min_share_percent(share);
  return link;
}

Needs Following(std::vector<v1::SpreadLink> links, int steps) {
  Needs needs;
  needs.links = std::move(links);
  needs.max_steps = steps;
  return needs;
}

TEST(NotGatheredTest, WhatWasGatheredIsEnoughForWhoAsksForNoMore) {
  const Needs gathered = Following({Link(v1::LINK_TYPE_OWNS, v1::LINK_END_TO, 50),
                                    Link(v1::LINK_TYPE_DIRECTOR_OF, v1::LINK_END_FROM, 0)},
                                   2);
  EXPECT_THAT(NotGathered(gathered, gathered), IsEmpty());
  EXPECT_THAT(NotGathered(gathered, Needs()), IsEmpty());
  // A higher share is a part of what was followed.
  const Needs stricter = Following({Link(v1::LINK_TYPE_OWNS, v1::LINK_END_TO, 50.5)}, 1);
  EXPECT_THAT(NotGathered(gathered, stricter), IsEmpty());
}

TEST(NotGatheredTest, NamesEachKindOfFactOnce) {
  const Needs gathered = Following({Link(v1::LINK_TYPE_OWNS, v1::LINK_END_TO, 50)}, 2);
  EXPECT_THAT(NotGathered(gathered, Following({Link(v1::LINK_TYPE_OWNS, v1::LINK_END_TO, 49.5),
                                               Link(v1::LINK_TYPE_OWNS, v1::LINK_END_FROM, 50),
                                               Link(v1::LINK_TYPE_OPERATES, v1::LINK_END_TO, 0)},
                                              3)),
              ElementsAre("links OPERATES", "links OWNS"));
  EXPECT_THAT(NotGathered(gathered, Following(gathered.links, 3)),
              ElementsAre("links beyond 2 steps"));
  Needs asked;
  asked.findings = asked.phoenix = true;
  EXPECT_THAT(NotGathered(gathered, asked), ElementsAre("findings", "phoenix"));
  EXPECT_THAT(NotGathered(asked, asked), IsEmpty());
}

// They are read from each bundle.
TEST(NotGatheredTest, LeavesScoresAndListsOut) {
  Needs asked;
  asked.alert_score = 0.5;
  asked.name_agreement_score = 0.9;
  asked.required_sources.emplace_back().set_dataset("datasets/x");
  EXPECT_THAT(NotGathered(Needs(), asked), IsEmpty());
}

}  // namespace
}  // namespace probity::policy
