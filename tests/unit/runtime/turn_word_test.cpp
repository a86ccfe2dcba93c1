// The word of reservations that tasks take in turns.
#include "runtime/realm/turn_word.h"

#include <gtest/gtest.h>

namespace palatine::realm {
namespace {

using State = TurnWord::State;

TEST(TurnWord, IsHandedOverToWhoLooks) {
  TurnWord turn;
  EXPECT_TRUE(turn.take());
  EXPECT_FALSE(turn.take());
  TurnWord::Look look = 0;
  ASSERT_TRUE(turn.begin_look(look));
  EXPECT_FALSE(turn.may_be_looked_at());
  EXPECT_TRUE(turn.is_unchanged(look));
  EXPECT_TRUE(turn.leave());
  EXPECT_FALSE(turn.is_unchanged(look));
  EXPECT_FALSE(turn.take());
  EXPECT_TRUE(turn.end_look(look));
  EXPECT_TRUE(turn.leave());
  EXPECT_TRUE(turn.take());
}

TEST(TurnWord, WhoGivesUpGetsNothing) {
  TurnWord turn;
  EXPECT_TRUE(turn.take());
  TurnWord::Look look = 0;
  ASSERT_TRUE(turn.begin_look(look));
  EXPECT_FALSE(turn.end_look(look));
  EXPECT_TRUE(turn.leave());
  EXPECT_TRUE(turn.take());
}

// While the first one is away, it is sent to the queue, and the second one comes and gets it.
TEST(TurnWord, WhoWasSentToTheQueueDoesNotTakeWhatAnotherGets) {
  TurnWord turn;
  EXPECT_TRUE(turn.take());
  TurnWord::Look first = 0, second = 0;
  ASSERT_TRUE(turn.begin_look(first));
  EXPECT_EQ(turn.guard(), State::looked_at);
  turn.restore(State::held);
  ASSERT_TRUE(turn.begin_look(second));
  EXPECT_FALSE(turn.is_unchanged(first));
  EXPECT_TRUE(turn.leave());
  EXPECT_FALSE(turn.end_look(first));
  EXPECT_TRUE(turn.end_look(second));
}

// While the first one, who has got it, is away, others look and are sent to the queue.
TEST(TurnWord, WhatWasHandedOverIsFoundLater) {
  TurnWord turn;
  EXPECT_TRUE(turn.take());
  TurnWord::Look first = 0, second = 0;
  ASSERT_TRUE(turn.begin_look(first));
  EXPECT_TRUE(turn.leave());
  ASSERT_TRUE(turn.begin_look(second));
  EXPECT_EQ(turn.guard(), State::looked_at);
  EXPECT_EQ(turn.guard(), State::guarded);
  EXPECT_FALSE(turn.leave());
  EXPECT_TRUE(turn.end_look(first));
  EXPECT_FALSE(turn.end_look(second));
}

}  // namespace
}  // namespace palatine::realm
