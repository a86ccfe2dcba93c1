// What every device promises about streams, events and kernels (runtime/device/device.h).
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>

#include "support/device/kernels.h"
#include "support/device/platforms.h"

namespace palatine::device {
namespace {

using testing::kPlatforms;

class DeviceStream : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    platform_ = testing::open_platform(GetParam());
    if (platform_->device_count() == 0) GTEST_SKIP() << platform_->absent_reason();
  }
  Device& device(size_t index = 0) { return platform_->device(index); }
  std::unique_ptr<Stream> make_stream(size_t index = 0) { return device(index).create_stream().take(); }
  std::unique_ptr<Event> make_event(size_t index = 0) { return device(index).create_event().take(); }
  // Memory that kernels and copies use and the host may read: the platform's own where that is possible.
  template <typename T>
  T* make(size_t count, T value = {}) {
    Memory* memory = device().memory(MemoryKind::managed);
    if (!memory) memory = device().memory(MemoryKind::host);
    T* result = static_cast<T*>(memory->allocate(count * sizeof(T)).value());
    blocks_.push_back({memory, result, count * sizeof(T)});
    std::fill(result, result + count, value);
    return result;
  }
  char* make_on_device(size_t size) {
    void* block = device().main_memory().allocate(size).value();
    blocks_.push_back({&device().main_memory(), block, size});
    return static_cast<char*>(block);
  }
  void TearDown() override {
    for (auto& [memory, block, size] : blocks_) EXPECT_TRUE(memory->free(block, size).ok());
  }

  struct Block {
    Memory* memory;
    void* address;
    size_t size;
  };
  std::unique_ptr<Platform> platform_;
  std::vector<Block> blocks_;
};

TEST_P(DeviceStream, NumbersGoUp) {
  auto stream = make_stream(), other = make_stream();
  EXPECT_NE(stream->id(), 0u);
  EXPECT_NE(stream->id(), other->id());
  EXPECT_EQ(&stream->device(), &device());
  auto event = make_event();
  EXPECT_EQ(event->sequence(), 0u);
  int* data = make<int>(64);
  Sequence last = stream->submitted();
  for (int i = 0; i < 100; ++i) {
    switch (i % 5) {
      case 0:
        ASSERT_STATUS(stream->copy(data, data + 32, 32));
        break;
      case 1:
        ASSERT_STATUS(stream->fill(data, &i, sizeof i, 8));
        break;
      case 2:
        ASSERT_STATUS(stream->record(*event));
        break;
      case 3:
        ASSERT_STATUS(stream->wait(*event));
        break;
      default:
        ASSERT_STATUS(stream->call([](void*) {}, nullptr));
    }
    EXPECT_GT(stream->submitted(), last);
    last = stream->submitted();
    if (i % 5 == 2) {
      EXPECT_EQ(event->sequence(), last);
      EXPECT_EQ(event->stream_id(), stream->id());
    }
    EXPECT_LE(stream->completed(), last);
  }
  ASSERT_STATUS(event->wait());
  EXPECT_GE(stream->completed(), event->sequence());
  EXPECT_TRUE(event->query().value());
  ASSERT_STATUS(stream->synchronize());
  EXPECT_EQ(stream->completed(), last);
  EXPECT_TRUE(stream->query().value());
  EXPECT_EQ(other->submitted(), 0u);
}

// Devices whose work goes on without anybody asking; for the others tests/unit/device has a test of its own.
class RunningDeviceStream : public DeviceStream {};

TEST_P(RunningDeviceStream, NothingIsDoneBeforeTheWorkIs) {
  struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_open = false;
  } gate;
  auto stream = make_stream(), other = make_stream();
  auto event = make_event();
  int* data = make<int>(1);
  ASSERT_STATUS(stream->call(
      [](void* argument) {
        auto* gate = static_cast<Gate*>(argument);
        std::unique_lock lock(gate->mutex);
        gate->changed.wait(lock, [&] { return gate->is_open; });
      },
      &gate));
  ASSERT_STATUS(stream->record(*event));
  ASSERT_STATUS(other->wait(*event));
  int value = 5;
  ASSERT_STATUS(other->fill(data, &value, sizeof value, 1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(event->query().value());
  EXPECT_FALSE(stream->query().value());
  EXPECT_FALSE(other->query().value());
  EXPECT_EQ(stream->completed(), 0u);
  EXPECT_LT(other->completed(), other->submitted());
  {
    std::unique_lock lock(gate.mutex);
    gate.is_open = true;
  }
  gate.changed.notify_all();
  ASSERT_STATUS(other->synchronize());
  EXPECT_TRUE(event->query().value());
  EXPECT_EQ(*data, 5);
}

TEST_P(DeviceStream, ReadsBackWhatWasCopied) {
  auto stream = make_stream();
  std::vector<uint32_t> from(10'000), to(10'000);
  for (size_t i = 0; i < from.size(); ++i) from[i] = static_cast<uint32_t>(i * 2654435761u);
  char* there = make_on_device(40'000);
  char* again = make_on_device(40'000);
  ASSERT_STATUS(stream->copy(there, from.data(), 40'000));
  ASSERT_STATUS(stream->copy(again, there, 20'000));
  ASSERT_STATUS(stream->copy(again + 20'000, there + 20'000, 20'000));
  ASSERT_STATUS(stream->copy(to.data(), again, 40'000));
  ASSERT_STATUS(stream->synchronize());
  EXPECT_EQ(from, to);
}

TEST_P(DeviceStream, CopiesRectanglesAndBoxes) {
  auto stream = make_stream();
  std::mt19937 random(11);
  constexpr size_t kBytes = 8192;
  std::vector<unsigned char> from(kBytes), expected(kBytes), result(kBytes);
  char* source = make_on_device(kBytes);
  char* target = make_on_device(kBytes);
  for (int round = 0; round < 200; ++round) {
    for (auto& byte : from) byte = static_cast<unsigned char>(random());
    StridedCopy copy;
    copy.row_bytes = 1 + random() % 24;
    copy.rows = 1 + random() % 6;
    copy.slices = 1 + random() % 9;
    auto pitches = [&](size_t& row, size_t& slice) {
      row = random() % 3 == 0 ? 0 : copy.row_bytes + random() % 9;
      size_t real_row = row == 0 ? copy.row_bytes : row;
      switch (random() % 3) {
        case 0:
          slice = 0;
          break;
        case 1:
          slice = real_row * (copy.rows + random() % 3);
          break;
        default:
          slice = real_row * copy.rows + random() % 17;
      }
    };
    pitches(copy.dst_row_pitch_bytes, copy.dst_slice_pitch_bytes);
    pitches(copy.src_row_pitch_bytes, copy.src_slice_pitch_bytes);
    // From and to memory of the device, and between it and memory from malloc.
    std::fill(result.begin(), result.end(), 0xee);
    char* to = round % 3 == 1 ? reinterpret_cast<char*>(result.data()) : target;
    const char* data = round % 3 == 2 ? reinterpret_cast<char*>(from.data()) : source;
    ASSERT_STATUS(stream->copy(source, from.data(), kBytes));
    unsigned char background = 0xee;
    ASSERT_STATUS(stream->fill(target, &background, 1, kBytes));
    copy.dst = to;
    copy.src = data;
    ASSERT_STATUS(stream->copy_strided(copy));
    if (to == target) ASSERT_STATUS(stream->copy(result.data(), target, kBytes));
    ASSERT_STATUS(stream->synchronize());

    std::fill(expected.begin(), expected.end(), 0xee);
    auto pitch = [](size_t given, size_t packed) { return given == 0 ? packed : given; };
    size_t dst_row = pitch(copy.dst_row_pitch_bytes, copy.row_bytes),
           src_row = pitch(copy.src_row_pitch_bytes, copy.row_bytes);
    size_t dst_slice = pitch(copy.dst_slice_pitch_bytes, dst_row * copy.rows);
    size_t src_slice = pitch(copy.src_slice_pitch_bytes, src_row * copy.rows);
    for (size_t z = 0; z < copy.slices; ++z) {
      for (size_t y = 0; y < copy.rows; ++y) {
        for (size_t x = 0; x < copy.row_bytes; ++x) {
          expected[z * dst_slice + y * dst_row + x] = from[z * src_slice + y * src_row + x];
        }
      }
    }
    ASSERT_EQ(result, expected) << "round " << round;
  }
}

TEST_P(DeviceStream, RefusesImpossibleCopiesAndFills) {
  auto stream = make_stream();
  char* data = make<char>(1000);
  auto refused = [&](const StridedCopy& copy) {
    Status status = stream->copy_strided(copy);
    EXPECT_EQ(status.code(), StatusCode::invalid_argument);
    EXPECT_NE(status.message().find(device().describe()), std::string::npos) << status.message();
  };
  StridedCopy copy;
  copy.row_bytes = 10;
  copy.rows = 3;
  copy.slices = 2;
  copy.dst = data;
  refused(copy);
  copy.src = data + 500;
  copy.dst_row_pitch_bytes = 9;
  refused(copy);
  copy.dst_row_pitch_bytes = 12;
  copy.dst_slice_pitch_bytes = 33;
  refused(copy);
  copy.dst_slice_pitch_bytes = SIZE_MAX / 2;
  copy.slices = 4;
  refused(copy);
  EXPECT_EQ(stream->copy(nullptr, data, 1).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->copy(data, nullptr, 1).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->fill(data, data, 0, 1).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->fill(data, data, 257, 1).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->fill(nullptr, data, 1, 1).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->fill(data, data, 16, SIZE_MAX / 8).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->call(nullptr, nullptr).code(), StatusCode::invalid_argument);
  // Nothing to do is no error.
  copy.rows = 0;
  EXPECT_TRUE(stream->copy_strided(copy).ok());
  EXPECT_TRUE(stream->copy(nullptr, nullptr, 0).ok());
  EXPECT_TRUE(stream->fill(nullptr, nullptr, 4, 0).ok());
  EXPECT_EQ(stream->submitted(), 0u);
}

TEST_P(DeviceStream, FillsWithAnyPattern) {
  auto stream = make_stream();
  constexpr size_t kBytes = 5000;
  std::vector<unsigned char> result(kBytes), expected(kBytes), pattern(256);
  for (size_t i = 0; i < pattern.size(); ++i) pattern[i] = static_cast<unsigned char>(i * 37 + 1);
  // Also into memory from malloc, of which a driver knows nothing.
  for (bool on_device : {true, false}) {
    std::vector<unsigned char> own(kBytes);
    unsigned char* target = on_device ? reinterpret_cast<unsigned char*>(make_on_device(kBytes)) : own.data();
    for (size_t pattern_bytes : {1, 2, 3, 4, 5, 8, 12, 16, 24, 100, 256}) {
      for (size_t offset : {0, 1, 2, 4}) {
        for (size_t count : {1, 2, 3, 17}) {
          unsigned char background = 0xee;
          ASSERT_STATUS(stream->fill(target, &background, 1, kBytes));
          ASSERT_STATUS(stream->fill(target + offset, pattern.data(), pattern_bytes, count));
          ASSERT_STATUS(stream->copy(result.data(), target, kBytes));
          ASSERT_STATUS(stream->synchronize());
          std::fill(expected.begin(), expected.end(), 0xee);
          for (size_t i = 0; i < pattern_bytes * count; ++i)
            expected[offset + i] = pattern[i % pattern_bytes];
          ASSERT_EQ(result, expected) << pattern_bytes << " bytes at " << offset << ", " << count << " times";
        }
      }
    }
  }
}

// Plain memory in a chain of operations over several streams: the thread sanitizer sees every gap in the
// order.
TEST_P(DeviceStream, EventsOrderStreams) {
  constexpr int kStreams = 4, kRounds = 50;
  size_t devices = platform_->device_count();
  std::vector<std::unique_ptr<Stream>> streams;
  std::vector<std::unique_ptr<Event>> events;
  for (size_t i = 0; i < kStreams; ++i) {
    streams.push_back(make_stream(i % devices));
    events.push_back(make_event(i % devices));
  }
  uint64_t value = 1;
  for (int i = 0; i < kStreams * kRounds; ++i) {
    int now = i % kStreams, before = (i + kStreams - 1) % kStreams;
    ASSERT_STATUS(streams[now]->wait(*events[before]));
    ASSERT_STATUS(streams[now]->call([](void* argument) { *static_cast<uint64_t*>(argument) *= 3; }, &value));
    ASSERT_STATUS(streams[now]->call([](void* argument) { *static_cast<uint64_t*>(argument) += 1; }, &value));
    // Recorded again and again: each wait means the record before it.
    ASSERT_STATUS(streams[now]->record(*events[now]));
  }
  ASSERT_STATUS(events[(kStreams * kRounds - 1) % kStreams]->wait());
  uint64_t expected = 1;
  for (int i = 0; i < kStreams * kRounds; ++i) expected = expected * 3 + 1;
  EXPECT_EQ(value, expected);
}

TEST_P(DeviceStream, WaitingForAnEventThatWasNeverRecordedIsNothing) {
  auto stream = make_stream();
  auto event = make_event();
  EXPECT_TRUE(event->query().value());
  ASSERT_STATUS(event->wait());
  ASSERT_STATUS(stream->wait(*event));
  ASSERT_STATUS(stream->synchronize());
}

TEST_P(DeviceStream, EventsOfOthersAreRefused) {
  SimulatedPlatform elsewhere;
  auto stream = make_stream();
  auto foreign = elsewhere.device(0).create_event().take();
  EXPECT_EQ(stream->wait(*foreign).code(), StatusCode::invalid_argument);
  EXPECT_EQ(stream->record(*foreign).code(), StatusCode::invalid_argument);
  if (platform_->device_count() > 1) {
    auto other = make_event(1);
    EXPECT_EQ(stream->record(*other).code(), StatusCode::invalid_argument);
    EXPECT_TRUE(stream->wait(*other).ok());
  }
}

TEST_P(DeviceStream, WorkIsDoneWhenAStreamIsDestroyed) {
  int calls = 0;
  auto event = make_event();
  {
    auto stream = make_stream();
    for (int i = 0; i < 100; ++i) {
      ASSERT_STATUS(stream->call([](void* argument) { ++*static_cast<int*>(argument); }, &calls));
    }
    ASSERT_STATUS(stream->record(*event));
  }
  EXPECT_EQ(calls, 100);
  EXPECT_TRUE(event->query().value());
}

TEST_P(DeviceStream, AnEventMayGoBeforeThoseWhoWaitForIt) {
  auto a = make_stream(), b = make_stream();
  auto event = make_event();
  std::vector<int> order;
  ASSERT_STATUS(
      a->call([](void* argument) { static_cast<std::vector<int>*>(argument)->push_back(1); }, &order));
  ASSERT_STATUS(a->record(*event));
  ASSERT_STATUS(b->wait(*event));
  event.reset();
  ASSERT_STATUS(
      b->call([](void* argument) { static_cast<std::vector<int>*>(argument)->push_back(2); }, &order));
  ASSERT_STATUS(b->synchronize());
  EXPECT_EQ(order, std::vector<int>({1, 2}));
}

TEST_P(DeviceStream, ManyThreadsQueueOnOneStream) {
  auto stream = make_stream();
  uint64_t calls = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      auto event = make_event();
      for (int i = 0; i < 100; ++i) {
        Sequence before = stream->submitted();
        EXPECT_TRUE(stream->call([](void* argument) { ++*static_cast<uint64_t*>(argument); }, &calls).ok());
        EXPECT_TRUE(stream->record(*event).ok());
        EXPECT_GT(event->sequence(), before + 1);
        if (i % 10 == 0) {
          EXPECT_TRUE(event->wait().ok());
          EXPECT_GE(stream->completed(), event->sequence());
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_STATUS(stream->synchronize());
  EXPECT_EQ(calls, 400u);
  EXPECT_EQ(stream->submitted(), 800u);
}

TEST_P(DeviceStream, SynchronizingTheDeviceWaitsForAllStreams) {
  auto a = make_stream(), b = make_stream();
  int calls[2] = {};
  for (int i = 0; i < 50; ++i) {
    ASSERT_STATUS(a->call([](void* argument) { ++*static_cast<int*>(argument); }, &calls[0]));
    ASSERT_STATUS(b->call([](void* argument) { ++*static_cast<int*>(argument); }, &calls[1]));
  }
  ASSERT_STATUS(device().synchronize());
  EXPECT_EQ(calls[0], 50);
  EXPECT_EQ(calls[1], 50);
  EXPECT_TRUE(device().status().ok());
}

TEST_P(DeviceStream, MeasuresTimeBetweenEvents) {
  auto stream = device().create_stream({.is_urgent = true}).take();
  auto from = device().create_event({.has_time = true}).take();
  auto to = device().create_event({.has_time = true}).take();
  auto without = make_event();
  ASSERT_STATUS(stream->record(*from));
  ASSERT_STATUS(stream->call([](void*) {}, nullptr));
  ASSERT_STATUS(stream->record(*to));
  ASSERT_STATUS(stream->record(*without));
  ASSERT_STATUS(stream->synchronize());
  Result<double> elapsed = device().elapsed_ns(*from, *to);
  ASSERT_TRUE(elapsed.ok()) << elapsed.status().message();
  EXPECT_GT(elapsed.value(), 0);
  EXPECT_LT(elapsed.value(), 60e9);
  EXPECT_FALSE(device().elapsed_ns(*from, *without).ok());
}

TEST_P(DeviceStream, RunsKernels) {
  auto module = testing::load_test_module(device(), testing::fake_cuda());
  ASSERT_TRUE(module.ok()) << module.status().message();
  Kernel* kernel = module.value()->kernel("add_scaled").value();
  EXPECT_EQ(kernel->name(), "add_scaled");
  EXPECT_EQ(&kernel->device(), &device());
  EXPECT_EQ(module.value()->kernel("add_scaled").value(), kernel);

  auto stream = make_stream();
  constexpr uint32_t kCount = 1000;
  double* x = make<double>(kCount, 2.0);
  double* y = make<double>(kCount, 1.0);
  for (int i = 1; i <= 3; ++i) {
    // Copied when queued: what happens to them afterwards does not matter.
    double a = i;
    uint32_t n = kCount - 1;
    KernelArgument arguments[] = {argument(y), argument(x), argument(a), argument(n)};
    ASSERT_STATUS(stream->launch(*kernel, {{4}, {256}}, arguments));
    a = 1e30;
    n = 0;
  }
  ASSERT_STATUS(stream->synchronize());
  for (uint32_t i = 0; i + 1 < kCount; ++i) ASSERT_EQ(y[i], 13.0) << i;
  EXPECT_EQ(y[kCount - 1], 1.0);
}

TEST_P(DeviceStream, KernelsKnowWhereTheyAre) {
  auto module = testing::load_test_module(device(), testing::fake_cuda()).take();
  Kernel* kernel = module->kernel("write_where").value();
  auto stream = make_stream();
  Dim3 grid{3, 2, 4}, block{5, 4, 2};
  uint32_t threads = 3 * 2 * 4 * 5 * 4 * 2;
  uint32_t* out = make<uint32_t>(threads, 0xffffffffu);
  KernelArgument arguments[] = {argument(out)};
  ASSERT_STATUS(stream->launch(*kernel, {grid, block}, arguments));
  ASSERT_STATUS(stream->synchronize());
  size_t at = 0;
  for (uint32_t bz = 0; bz < grid.z; ++bz) {
    for (uint32_t by = 0; by < grid.y; ++by) {
      for (uint32_t bx = 0; bx < grid.x; ++bx) {
        for (uint32_t tz = 0; tz < block.z; ++tz) {
          for (uint32_t ty = 0; ty < block.y; ++ty) {
            for (uint32_t tx = 0; tx < block.x; ++tx) ASSERT_EQ(out[at++], by | bz << 2 | ty << 4 | tz << 6);
          }
        }
      }
    }
  }
}

TEST_P(DeviceStream, RefusesKernelsThatCannotRun) {
  auto module = testing::load_test_module(device(), testing::fake_cuda()).take();
  Result<Kernel*> missing = module->kernel("no_such_kernel");
  EXPECT_EQ(missing.status().code(), StatusCode::not_found);
  EXPECT_NE(missing.status().message().find("no_such_kernel"), std::string::npos)
      << missing.status().message();
  EXPECT_EQ(module->global("no_such_global").status().code(), StatusCode::not_found);
  EXPECT_EQ(device().load_module({"empty", {}, {}}).status().code(), StatusCode::not_supported);

  Kernel* kernel = module->kernel("write_where").value();
  auto stream = make_stream();
  uint32_t* out = make<uint32_t>(1);
  KernelArgument arguments[] = {argument(out)};
  auto code = [&](const LaunchShape& shape) { return stream->launch(*kernel, shape, arguments).code(); };
  EXPECT_EQ(code({{0}, {1}}), StatusCode::invalid_argument);
  EXPECT_EQ(code({{1}, {1, 1, 0}}), StatusCode::invalid_argument);
  EXPECT_EQ(code({{1}, {1u << 31, 1u << 31, 4}}), StatusCode::invalid_argument);
  EXPECT_EQ(code({{1}, {1}, 1u << 30}), StatusCode::invalid_argument);
  SimulatedPlatform elsewhere;
  auto foreign_module = testing::load_test_module(elsewhere.device(0), testing::fake_cuda()).take();
  EXPECT_EQ(stream->launch(*foreign_module->kernel("write_where").value(), {}, arguments).code(),
            StatusCode::invalid_argument);
  EXPECT_EQ(stream->submitted(), 0u);
  EXPECT_EQ(code({}), StatusCode::ok);
}

TEST_P(DeviceStream, DevicesShareMemoryAsTheySay) {
  EXPECT_TRUE(device().can_access(device()));
  EXPECT_TRUE(device().enable_access(device()).ok());
  SimulatedPlatform elsewhere;
  EXPECT_FALSE(device().can_access(elsewhere.device(0)));
  EXPECT_EQ(device().enable_access(elsewhere.device(0)).code(), StatusCode::not_supported);
  if (platform_->device_count() < 2) return;
  if (device().can_access(device(1))) {
    ASSERT_STATUS(device().enable_access(device(1)));
    ASSERT_STATUS(device().enable_access(device(1)));
  } else {
    EXPECT_EQ(device().enable_access(device(1)).code(), StatusCode::not_supported);
  }
  // Copies between devices need no access.
  auto stream = make_stream();
  constexpr size_t kBytes = 600;
  std::vector<unsigned char> from(kBytes), to(kBytes, 0);
  for (size_t i = 0; i < kBytes; ++i) from[i] = static_cast<unsigned char>(i * 7);
  char* here = make_on_device(kBytes);
  char* there = static_cast<char*>(device(1).main_memory().allocate(kBytes).value());
  ASSERT_STATUS(stream->copy(here, from.data(), kBytes));
  ASSERT_STATUS(stream->copy(there, here, kBytes));
  StridedCopy box;
  box.dst = here;
  box.src = there;
  box.row_bytes = 10;
  box.rows = 3;
  box.slices = 4;
  box.src_row_pitch_bytes = 30;
  box.dst_row_pitch_bytes = 20;
  box.src_slice_pitch_bytes = 101;
  box.dst_slice_pitch_bytes = 150;
  ASSERT_STATUS(stream->copy_strided(box));
  ASSERT_STATUS(stream->copy(to.data(), here, kBytes));
  ASSERT_STATUS(stream->synchronize());
  std::vector<unsigned char> expected = from;
  for (size_t z = 0; z < 4; ++z) {
    for (size_t y = 0; y < 3; ++y) {
      for (size_t x = 0; x < 10; ++x) expected[z * 150 + y * 20 + x] = from[z * 101 + y * 30 + x];
    }
  }
  EXPECT_EQ(to, expected);
  EXPECT_TRUE(device(1).main_memory().free(there, kBytes).ok());
}

INSTANTIATE_TEST_SUITE_P(All, DeviceStream, ::testing::ValuesIn(kPlatforms),
                         [](const auto& info) { return info.param; });
INSTANTIATE_TEST_SUITE_P(All, RunningDeviceStream, ::testing::Values("host", "threads", "cuda"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace palatine::device
