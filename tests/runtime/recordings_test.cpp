// Which runs are recorded, over a device that notes it.
#include "runtime/recordings.h"

#include <gtest/gtest.h>

#include "forwarding_device.h"

namespace tenon {
namespace {

class RecordingDevice : public testing::ForwardingDevice {
 public:
  bool gains_by_recording() const override { return true; }
  std::unique_ptr<Recording> record(StreamTask) override {
    struct Noted : Recording {
      explicit Noted(RecordingDevice& device) : device(device) { ++device.alive; }
      ~Noted() override { --device.alive; }
      void replay(Stream&) const override { ++device.replayed; }
      RecordingDevice& device;
    };
    ++recorded;
    return fails ? nullptr : std::make_unique<Noted>(*this);
  }
  int recorded = 0, replayed = 0, alive = 0;
  bool fails = false;
};

class RecordingsTest : public ::testing::Test {
 protected:
  // A run over the memory of this number: whether it was replayed.
  bool run(int number) {
    tenon::Run run;
    run.take(resolved_);
    run.pointers = {nullptr, &memory_[static_cast<size_t>(number)]};
    return recordings_.replay(run, *stream_, branches_);
  }
  int replays(int from, int to, int rounds) {
    int count = 0;
    for (int round = 0; round < rounds; ++round) {
      for (int i = from; i < to; ++i) count += run(i) ? 1 : 0;
    }
    return count;
  }

  RecordingDevice device_;
  std::shared_ptr<const Resolved> resolved_ = std::make_shared<Resolved>();
  Branches branches_{device_, Plan{}};
  std::unique_ptr<Stream> stream_ = device_.make_stream();
  Recordings recordings_{device_};
  std::array<char, 32> memory_{};
};

TEST_F(RecordingsTest, OfWhatComesForTheThirdTime) {
  EXPECT_FALSE(run(0));
  EXPECT_FALSE(run(0));
  EXPECT_FALSE(run(1));
  EXPECT_EQ(device_.recorded, 0);
  EXPECT_TRUE(run(0));
  EXPECT_TRUE(run(0));
  EXPECT_EQ(device_.recorded, 1);
  EXPECT_EQ(device_.replayed, 2);
  resolved_ = std::make_shared<Resolved>();
  EXPECT_FALSE(run(0)) << "other dims";
}

TEST_F(RecordingsTest, EightSetsOfBuffersAreAllRecorded) {
  replays(0, 8, 3);
  EXPECT_EQ(replays(0, 8, 100), 800);
  EXPECT_EQ(device_.recorded, 8);
}

TEST_F(RecordingsTest, SetsThatTakeTurnsBeyondThatAreNotRecordedAgainAndAgain) {
  for (const int sets : {9, 17, 30}) {
    SCOPED_TRACE(sets);
    replays(0, sets, 100);
    EXPECT_EQ(device_.recorded, 8);
    EXPECT_EQ(device_.alive, 8);
  }
  EXPECT_EQ(replays(0, 9, 10), 80) << "eight of the nine";
}

TEST_F(RecordingsTest, NewSetsReplaceThoseOutOfUse) {
  replays(0, 8, 10);
  EXPECT_GT(replays(8, 16, 40), 240);
  EXPECT_EQ(device_.recorded, 16);
  EXPECT_EQ(device_.alive, 8);
  EXPECT_EQ(replays(8, 16, 10), 80);
}

TEST_F(RecordingsTest, WhatCannotBeRecordedIsTriedOnce) {
  device_.fails = true;
  EXPECT_EQ(replays(0, 1, 10), 0);
  EXPECT_EQ(device_.recorded, 1);
}

}  // namespace
}  // namespace tenon
