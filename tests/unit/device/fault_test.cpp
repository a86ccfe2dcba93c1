// Faults of the simulated devices: they come when ordered, as errors that say what failed, and lose nothing
// else.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "runtime/device/simulated_faults.h"
#include "support/device/kernels.h"
#include "support/device/platforms.h"

namespace palatine::device {
namespace {

std::unique_ptr<Stream> make_stream(Device& device) {
  return device.create_stream().take();
}

TEST(Fault, TheNthAllocationFails) {
  SimulatedPlatform platform;
  Memory& memory = platform.device(0).main_memory();
  platform.fail(0, SimulatedCall::allocate, 3, 2);
  std::vector<StatusCode> codes;
  for (int i = 0; i < 6; ++i) {
    Result<void*> block = memory.allocate(100);
    codes.push_back(block.status().code());
    if (!block.ok()) {
      EXPECT_NE(block.status().message().find("100 bytes of device memory on simulated device 0"),
                std::string::npos)
          << block.status().message();
      EXPECT_NE(block.status().message().find("injected fault"), std::string::npos);
    }
  }
  constexpr StatusCode ok = StatusCode::ok, bad = StatusCode::out_of_memory;
  EXPECT_EQ(codes, std::vector<StatusCode>({ok, ok, bad, bad, ok, ok}));
  EXPECT_EQ(memory.used_bytes(), 400u);
  EXPECT_EQ(memory.blocks(), 4u);
}

TEST(Fault, AreReadFromAText) {
  const std::vector<SimulatedFault> faults = parse_faults("launch:3,1/lose:20").value();
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].what, "launch");
  EXPECT_EQ(faults[0].device, 0u);
  EXPECT_EQ(faults[0].number, 3u);
  EXPECT_EQ(faults[1].what, "lose");
  EXPECT_EQ(faults[1].device, 1u);
  EXPECT_EQ(faults[1].number, 20u);
  EXPECT_TRUE(parse_faults("").value().empty());
  for (const char* text : {"launch", "launch:", "launch:0", "launch:x", "lunch:1", "x/launch:1", "launch:1;"})
    EXPECT_EQ(parse_faults(text).status().code(), StatusCode::invalid_argument) << text;
}

TEST(Fault, OfOneKindOfMemoryAndOneDevice) {
  SimulatedOptions options;
  options.devices = 2;
  SimulatedPlatform platform(options);
  platform.fail_allocation(1, MemoryKind::pinned, 1);
  EXPECT_TRUE(platform.device(0).memory(MemoryKind::pinned)->allocate(1).ok());
  EXPECT_TRUE(platform.device(1).memory(MemoryKind::device)->allocate(1).ok());
  EXPECT_EQ(platform.device(1).memory(MemoryKind::pinned)->allocate(1).status().code(),
            StatusCode::out_of_memory);
  EXPECT_TRUE(platform.device(1).memory(MemoryKind::pinned)->allocate(1).ok());
}

TEST(Fault, MappingFailsAndChangesNothing) {
  SimulatedOptions options;
  options.mapping_bytes = 4096;
  options.capacity_bytes[static_cast<size_t>(MemoryKind::device)] = 8 * 4096;
  SimulatedPlatform platform(options);
  Memory& memory = platform.device(0).main_memory();
  platform.fail(0, SimulatedCall::reserve, 1);
  EXPECT_EQ(memory.allocate_growing(4096, 16 * 4096).status().code(), StatusCode::driver_error);
  platform.fail(0, SimulatedCall::map, 1);
  Result<void*> refused = memory.allocate_growing(4096, 16 * 4096);
  EXPECT_EQ(refused.status().code(), StatusCode::out_of_memory);
  EXPECT_NE(refused.status().message().find("mapping of 4096 bytes of device memory on simulated device 0"),
            std::string::npos)
      << refused.status().message();
  EXPECT_EQ(memory.used_bytes(), 0u);
  void* block = memory.allocate_growing(4096, 16 * 4096).value();
  platform.fail_allocation(0, MemoryKind::device, 1);
  EXPECT_EQ(memory.extend(block, 4096).code(), StatusCode::out_of_memory);
  EXPECT_EQ(memory.used_bytes(), 4096u);
  EXPECT_TRUE(memory.extend(block, 2 * 4096).ok());
  // Mapped memory and blocks share what the device has, and pieces of any place serve one block.
  void* first = memory.allocate(4096).value();
  void* second = memory.allocate(4096).value();
  void* third = memory.allocate(3 * 4096).value();
  EXPECT_EQ(memory.extend(block, 4096).code(), StatusCode::out_of_memory);
  EXPECT_TRUE(memory.free(first, 4096).ok());
  EXPECT_TRUE(memory.free(third, 3 * 4096).ok());
  EXPECT_TRUE(memory.extend(block, 4 * 4096).ok());
  EXPECT_EQ(memory.allocate(4096).status().code(), StatusCode::out_of_memory);
  EXPECT_TRUE(memory.free(second, 4096).ok());
  platform.lose(0);
  EXPECT_EQ(memory.extend(block, 4096).code(), StatusCode::device_lost);
  EXPECT_EQ(memory.free(block, 7 * 4096).code(), StatusCode::device_lost);
  EXPECT_EQ(memory.used_bytes(), 0u);
}

TEST(Fault, EveryCallCanFailOnceAndThenWorks) {
  SimulatedPlatform platform;
  Device& device = platform.device(0);
  auto stream = make_stream(device);
  auto event = device.create_event().take();
  auto module = testing::load_test_module(device, testing::fake_cuda()).take();
  Kernel* kernel = module->kernel("write_where").value();
  uint32_t data[4] = {};
  uint32_t* out = data;
  HostKernelEntry entry{"write_where", testing::write_where};
  struct {
    SimulatedCall call;
    StatusCode code;
    std::function<Status()> run;
  } cases[] = {
      {SimulatedCall::create_stream, StatusCode::driver_error,
       [&] { return device.create_stream().status(); }},
      {SimulatedCall::create_event, StatusCode::driver_error, [&] { return device.create_event().status(); }},
      {SimulatedCall::load_module, StatusCode::driver_error,
       [&] { return device.load_module({"m", {}, {&entry, 1}}).status(); }},
      {SimulatedCall::copy, StatusCode::driver_error, [&] { return stream->copy(data, data + 2, 8); }},
      {SimulatedCall::fill, StatusCode::driver_error, [&] { return stream->fill(data, data, 4, 1); }},
      {SimulatedCall::launch, StatusCode::launch_failed,
       [&] {
         KernelArgument arguments[] = {argument(out)};
         return stream->launch(*kernel, {}, arguments);
       }},
      {SimulatedCall::call, StatusCode::driver_error, [&] { return stream->call([](void*) {}, nullptr); }},
      {SimulatedCall::record, StatusCode::driver_error, [&] { return stream->record(*event); }},
      {SimulatedCall::wait, StatusCode::driver_error, [&] { return stream->wait(*event); }},
  };
  for (auto& [call, code, run] : cases) {
    platform.fail(0, call, 1);
    Sequence submitted = stream->submitted(), recorded = event->sequence();
    Status status = run();
    EXPECT_EQ(status.code(), code) << static_cast<int>(call);
    EXPECT_NE(status.message().find("simulated device 0"), std::string::npos) << status.message();
    EXPECT_EQ(stream->submitted(), submitted);
    EXPECT_EQ(event->sequence(), recorded);
    EXPECT_TRUE(run().ok()) << static_cast<int>(call);
  }
  EXPECT_TRUE(stream->synchronize().ok());
}

TEST(Fault, CallsThatAreDroppedAreToldSo) {
  SimulatedOptions options;
  options.devices = 2;
  SimulatedPlatform platform(options);
  auto stream = make_stream(platform.device(0)), waiting = make_stream(platform.device(1));
  auto event = platform.device(0).create_event().take();
  std::vector<int> made(4), lost(4);
  const auto count = [](void* counter) { ++*static_cast<int*>(counter); };
  struct Both {
    int* made;
    int* lost;
  } both[4];
  const auto make = [](void* argument) { ++*static_cast<Both*>(argument)->made; };
  const auto lose = [](void* argument) { ++*static_cast<Both*>(argument)->lost; };
  for (size_t k = 0; k < 4; ++k) both[k] = {&made[k], &lost[k]};
  ASSERT_TRUE(stream->call(make, &both[0], lose).ok());
  platform.run_all();
  ASSERT_TRUE(stream->call(make, &both[1], lose).ok());
  int silent = 0;
  ASSERT_TRUE(stream->call(count, &silent).ok());
  ASSERT_TRUE(stream->call(make, &both[2], lose).ok());
  ASSERT_TRUE(stream->record(*event).ok());
  ASSERT_TRUE(waiting->wait(*event).ok());
  ASSERT_TRUE(waiting->call(make, &both[3], lose).ok());
  platform.lose(0);
  EXPECT_EQ(lost, std::vector<int>({0, 1, 1, 0}));
  // The stream of the other device is lost when it comes to the wait.
  platform.run_all();
  EXPECT_EQ(lost, std::vector<int>({0, 1, 1, 1}));
  EXPECT_EQ(made, std::vector<int>({1, 0, 0, 0}));
  EXPECT_EQ(silent, 0);
  // What is not queued is not told.
  EXPECT_FALSE(stream->call(make, &both[0], lose).ok());
  EXPECT_EQ(lost[0], 0);
}

TEST(Fault, CopiesBecomeSlow) {
  SimulatedOptions options;
  options.costs.copy_ns = 1000;
  options.costs.copy_bytes_per_ns = 1;
  SimulatedPlatform platform(options);
  auto stream = make_stream(platform.device(0));
  char data[200];
  ASSERT_TRUE(stream->copy(data, data + 100, 100).ok());
  platform.run_all();
  EXPECT_EQ(platform.now_ns(), 1100u);
  platform.slow_copies(0, 10);
  ASSERT_TRUE(stream->copy(data, data + 100, 100).ok());
  platform.run_all();
  EXPECT_EQ(platform.now_ns(), 12'100u);
}

TEST(Fault, ALostDeviceDropsItsWorkAndStaysLost) {
  SimulatedOptions options;
  options.devices = 2;
  SimulatedPlatform platform(options);
  Device& device = platform.device(0);
  auto stream = make_stream(device), waiting = make_stream(platform.device(1)),
       other = make_stream(platform.device(1));
  auto done = device.create_event().take(), never = device.create_event().take(),
       never_either = platform.device(1).create_event().take();
  int calls = 0;
  auto call = [](void* argument) { ++*static_cast<int*>(argument); };
  ASSERT_TRUE(stream->call(call, &calls).ok());
  ASSERT_TRUE(stream->record(*done).ok());
  ASSERT_TRUE(stream->call(call, &calls).ok());
  ASSERT_TRUE(stream->record(*never).ok());
  ASSERT_TRUE(waiting->wait(*never).ok());
  ASSERT_TRUE(waiting->call(call, &calls).ok());
  ASSERT_TRUE(waiting->record(*never_either).ok());
  ASSERT_TRUE(other->wait(*done).ok());
  ASSERT_TRUE(other->call(call, &calls).ok());
  void* block = device.main_memory().allocate(100).value();
  ASSERT_TRUE(platform.run_until(*done).ok());
  platform.lose(0);

  EXPECT_EQ(device.status().code(), StatusCode::device_lost);
  EXPECT_TRUE(platform.device(1).status().ok());
  EXPECT_TRUE(done->query().value()) << "it was done before";
  EXPECT_EQ(never->query().status().code(), StatusCode::device_lost);
  EXPECT_EQ(never->wait().code(), StatusCode::device_lost);
  EXPECT_EQ(stream->query().status().code(), StatusCode::device_lost);
  EXPECT_EQ(stream->synchronize().code(), StatusCode::device_lost);
  EXPECT_EQ(device.synchronize().code(), StatusCode::device_lost);
  EXPECT_EQ(stream->call(call, &calls).code(), StatusCode::device_lost);
  EXPECT_EQ(stream->completed(), 2u);
  EXPECT_EQ(device.create_stream().status().code(), StatusCode::device_lost);
  EXPECT_EQ(device.create_event().status().code(), StatusCode::device_lost);
  EXPECT_EQ(device.main_memory().allocate(1).status().code(), StatusCode::device_lost);

  // Who waits for it on another device finds out when its turn comes; the rest of that device goes on.
  EXPECT_FALSE(never_either->query().value());
  EXPECT_EQ(never_either->wait().code(), StatusCode::device_lost);
  Status status = waiting->synchronize();
  EXPECT_EQ(status.code(), StatusCode::device_lost);
  EXPECT_NE(status.message().find("simulated device 0"), std::string::npos) << status.message();
  EXPECT_TRUE(other->synchronize().ok());
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(platform.run_all(), 0u);

  EXPECT_EQ(device.main_memory().free(block, 100).code(), StatusCode::device_lost);
  EXPECT_EQ(device.main_memory().used_bytes(), 0u) << "the block counts as freed all the same";
}

TEST(Fault, AKernelCanTakeTheDeviceWithIt) {
  SimulatedPlatform platform;
  Device& device = platform.device(0);
  auto stream = make_stream(device);
  static int runs;
  runs = 0;
  HostKernelEntry entry{"count", [](const HostKernelPoint&, void* const*) { ++runs; }};
  auto module = device.load_module({"m", {}, {&entry, 1}}).take();
  Kernel* kernel = module->kernel("count").value();
  platform.lose_at_kernel(0, 3);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(stream->launch(*kernel, {}, {}).ok());
  EXPECT_EQ(stream->synchronize().code(), StatusCode::device_lost);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(stream->completed(), 2u);
}

// Threads that wait, on the host and in streams, are woken when the device goes.
TEST(Fault, ALostDeviceWakesWhoeverWaits) {
  for (int round = 0; round < 20; ++round) {
    // Lives longer than the streams, whose threads read it.
    std::atomic<bool> is_open{false};
    SimulatedOptions options;
    options.devices = 2;
    options.is_stepped = false;
    SimulatedPlatform platform(options);
    Device& device = platform.device(0);
    auto stream = make_stream(device), waiting = make_stream(platform.device(1));
    auto event = device.create_event().take();
    auto gate = [](void* argument) {
      while (!static_cast<std::atomic<bool>*>(argument)->load()) std::this_thread::yield();
    };
    ASSERT_TRUE(stream->call(gate, &is_open).ok());
    ASSERT_TRUE(stream->record(*event).ok());
    ASSERT_TRUE(waiting->wait(*event).ok());
    std::thread host([&] { EXPECT_EQ(event->wait().code(), StatusCode::device_lost); });
    std::thread host_of_other([&] { EXPECT_EQ(waiting->synchronize().code(), StatusCode::device_lost); });
    platform.lose(0);
    host.join();
    host_of_other.join();
    is_open = true;
  }
}

// The stream of a lost device need not wait for the event of a device that is well but slow.
TEST(Fault, ALostDeviceGivesUpItsWaits) {
  for (int round = 0; round < 20; ++round) {
    // Lives longer than the streams, whose threads read it.
    std::atomic<bool> is_open{false};
    SimulatedOptions options;
    options.devices = 2;
    options.is_stepped = false;
    SimulatedPlatform platform(options);
    auto slow = make_stream(platform.device(0)), waiting = make_stream(platform.device(1));
    auto event = platform.device(0).create_event().take();
    auto gate = [](void* argument) {
      while (!static_cast<std::atomic<bool>*>(argument)->load()) std::this_thread::yield();
    };
    ASSERT_TRUE(slow->call(gate, &is_open).ok());
    ASSERT_TRUE(slow->record(*event).ok());
    ASSERT_TRUE(waiting->wait(*event).ok());
    if (round % 2) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    platform.lose(1);
    // Ends the stream's thread.
    waiting.reset();
    EXPECT_FALSE(event->query().value());
    is_open = true;
    EXPECT_TRUE(event->wait().ok());
  }
}

TEST(Fault, SlowWorkOfAThreadTakesRealTime) {
  SimulatedOptions options;
  options.is_stepped = false;
  options.real_time_factor = 1;
  SimulatedPlatform platform(options);
  auto stream = make_stream(platform.device(0));
  auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(platform.delay(*stream, 30'000'000).ok());
  EXPECT_FALSE(stream->query().value());
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
  EXPECT_FALSE(platform.step(*stream)) << "steps are for the stepped mode";
  EXPECT_EQ(platform.run_random(5), 0u);
}

TEST(Fault, ALostDeviceNeedNotWaitForSlowWork) {
  SimulatedOptions options;
  options.is_stepped = false;
  options.real_time_factor = 1;
  SimulatedPlatform platform(options);
  auto stream = make_stream(platform.device(0));
  ASSERT_TRUE(platform.delay(*stream, 3'600'000'000'000).ok());
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  platform.lose(0);
  EXPECT_EQ(stream->synchronize().code(), StatusCode::device_lost);
}

}  // namespace
}  // namespace palatine::device
