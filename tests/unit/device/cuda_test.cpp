// The CUDA devices over a driver of our own: what is asked of the driver, and what becomes of its errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "support/device/kernels.h"
#include "support/device/platforms.h"

namespace palatine::device {
namespace {

using ::testing::ElementsAre;
using testing::FakeCuda;
using ::testing::HasSubstr;

class Cuda : public ::testing::Test {
 protected:
  Cuda() : fake_(testing::fake_cuda()) { fake_.reset(); }
  void TearDown() override {
    fake_.sticky_code = 0;
    fake_.faults.clear();
    platform_.reset();
    EXPECT_EQ(fake_.contexts, 0);
    EXPECT_EQ(fake_.streams, 0);
    EXPECT_EQ(fake_.events, 0);
    EXPECT_EQ(fake_.modules, 0);
  }
  Device& open() {
    platform_ = testing::open_fake_cuda();
    EXPECT_EQ(platform_->absent_reason(), "");
    return platform_->device(0);
  }
  std::string absent_reason() {
    platform_ = testing::open_fake_cuda();
    EXPECT_EQ(platform_->device_count(), 0u);
    return platform_->absent_reason();
  }
  // The calls since the last `clear_log` that are not about contexts.
  std::vector<std::string> calls() {
    std::vector<std::string> result;
    for (const std::string& line : fake_.log) {
      if (!line.starts_with("cuCtx") && !line.starts_with("cuPointer")) result.push_back(line);
    }
    return result;
  }
  void clear_log() { fake_.log.clear(); }
  void fail(const std::string& call, int code, int nth = 1) { fake_.faults[call] = {nth, code}; }

  FakeCuda& fake_;
  std::unique_ptr<Platform> platform_;
};

TEST(CudaLoader, SaysWhichLibraryIsMissing) {
  auto platform = open_cuda({"libno_such_driver.so.1"});
  EXPECT_EQ(platform->name(), "cuda");
  EXPECT_EQ(platform->device_count(), 0u);
  EXPECT_THAT(platform->absent_reason(), HasSubstr("libno_such_driver.so.1"));
}

TEST(CudaLoader, SaysWhatALibraryLacks) {
  auto platform = open_cuda({"libm.so.6"});
  EXPECT_EQ(platform->device_count(), 0u);
  EXPECT_THAT(platform->absent_reason(), HasSubstr("libm.so.6 has no function `cuInit`"));
}

TEST_F(Cuda, SaysWhyThereAreNoDevices) {
  fail("cuInit", 100);
  EXPECT_THAT(absent_reason(), HasSubstr("cuInit"));
  fail("cuInit", 100);
  EXPECT_THAT(absent_reason(), HasSubstr("CUDA_ERROR_NO_DEVICE (fake text)"));
  fail("cuDeviceGetCount", 999);
  EXPECT_THAT(absent_reason(), HasSubstr("cuDeviceGetCount"));
  fake_.device_count = 0;
  EXPECT_THAT(absent_reason(), HasSubstr("knows no device"));
  fake_.device_count = 1;
  for (const char* call : {"cuDeviceGet", "cuDeviceGetName", "cuDeviceTotalMem", "cuDeviceGetAttribute"}) {
    fail(call, 12345);
    std::string reason = absent_reason();
    EXPECT_THAT(reason, HasSubstr(std::string(call) + " "));
    EXPECT_THAT(reason, HasSubstr("unknown error 12345"));
  }
  fake_.attributes[41] = 0;
  EXPECT_THAT(absent_reason(), HasSubstr("Fake 70"));
}

TEST_F(Cuda, LeavesOutADeviceThatCannotBeUsed) {
  fail("cuDeviceGetName", 999);
  Device& device = open();
  EXPECT_EQ(platform_->device_count(), 1u);
  EXPECT_EQ(device.index(), 0u);
  EXPECT_EQ(device.properties().name, "Fake 71");
}

TEST_F(Cuda, ReadsTheProperties) {
  const DeviceProperties& properties = open().properties();
  EXPECT_EQ(properties.name, "Fake 70");
  EXPECT_EQ(properties.uuid[0], 70);
  EXPECT_EQ(properties.uuid[15], 85);
  EXPECT_EQ(properties.memory_bytes, fake_.memory_bytes);
  EXPECT_EQ(properties.alignment_bytes, 256u);
  EXPECT_EQ(properties.copy_engines, 3);
  EXPECT_EQ(properties.multiprocessors, 132);
  EXPECT_EQ(properties.max_threads_per_block, 1024);
  EXPECT_EQ(properties.warp_threads, 32);
  EXPECT_EQ(properties.max_shared_bytes_per_block, 232448u);
  EXPECT_EQ(properties.capability_major, 9);
  EXPECT_EQ(properties.capability_minor, 0);
  EXPECT_TRUE(properties.has_managed_memory);
  EXPECT_TRUE(properties.has_concurrent_managed_access);
  EXPECT_EQ(platform_->device(0).describe(), "cuda device 0 (Fake 70)");
}

TEST_F(Cuda, HasNoManagedMemoryWhereTheDeviceHasNone) {
  fake_.attributes[83] = 0;
  EXPECT_EQ(open().memory(MemoryKind::managed), nullptr);
  EXPECT_NE(open().memory(MemoryKind::pinned), nullptr);
}

TEST_F(Cuda, MakesTheContextAtTheFirstUseAndLeavesTheThreadsOwn) {
  Device& device = open();
  EXPECT_EQ(fake_.contexts, 0);
  auto stream = device.create_stream().take();
  EXPECT_EQ(fake_.contexts, 1);
  auto depth = [&] {
    // What a stranger's context would be: pushes and pops are balanced.
    return std::count(fake_.log.begin(), fake_.log.end(), "cuCtxPushCurrent");
  };
  EXPECT_EQ(depth(), 1);
  std::thread([&] { EXPECT_TRUE(stream->synchronize().ok()); }).join();
  EXPECT_EQ(std::count(fake_.log.begin(), fake_.log.end(), "cuDevicePrimaryCtxRetain 70"), 1);
  fail("cuCtxPushCurrent", 999);
  Status status = stream->synchronize();
  EXPECT_EQ(status.code(), StatusCode::driver_error);
  EXPECT_THAT(status.message(), HasSubstr("cuCtxPushCurrent on cuda device 0 (Fake 70)"));
}

TEST_F(Cuda, SaysWhenTheContextCannotBeMade) {
  Device& device = open();
  fail("cuDevicePrimaryCtxRetain", 2);
  Status status = device.create_stream().status();
  EXPECT_EQ(status.code(), StatusCode::out_of_memory);
  EXPECT_THAT(status.message(), HasSubstr("cuDevicePrimaryCtxRetain on cuda device 0"));
  EXPECT_TRUE(device.create_stream().ok()) << "the next call tries again";
}

TEST_F(Cuda, AllocatesEachKindWithItsOwnCall) {
  Device& device = open();
  clear_log();
  for (MemoryKind kind : {MemoryKind::device, MemoryKind::pinned, MemoryKind::managed, MemoryKind::host}) {
    void* block = device.memory(kind)->allocate(1000).value();
    EXPECT_TRUE(device.memory(kind)->free(block, 1000).ok());
  }
  EXPECT_THAT(calls(),
              ElementsAre("cuDevicePrimaryCtxRetain 70", "cuMemAlloc 1000", "cuMemFree",
                          "cuMemHostAlloc 1000 1", "cuMemFreeHost", "cuMemAllocManaged 1000 1", "cuMemFree"));
  EXPECT_EQ(fake_.blocks, 0u);
}

TEST_F(Cuda, OutOfMemoryTellsWhatIsFree) {
  Memory& memory = open().main_memory();
  EXPECT_EQ(memory.limit_bytes(), fake_.memory_bytes);
  // Somebody else uses the device too.
  fake_.memory_bytes = 10'000;
  EXPECT_EQ(memory.free_bytes().value(), 10'000u);
  void* block = memory.allocate(9'000).value();
  Status status = memory.allocate(2'000).status();
  EXPECT_EQ(status.code(), StatusCode::out_of_memory);
  EXPECT_EQ(status.driver_code(), 2);
  EXPECT_THAT(
      status.message(),
      HasSubstr(
          "cuMemAlloc of 2000 bytes of device memory on cuda device 0 (Fake 70): CUDA_ERROR_OUT_OF_MEMORY"));
  EXPECT_THAT(status.message(), HasSubstr("1000 of the device's 10000 bytes are free"));
  EXPECT_EQ(memory.used_bytes(), 9'000u);
  EXPECT_TRUE(memory.free(block, 9'000).ok());
}

TEST_F(Cuda, ErrorsOfMemoryChangeNothing) {
  Device& device = open();
  for (auto [kind, allocate, release] : {std::tuple(MemoryKind::device, "cuMemAlloc", "cuMemFree"),
                                         std::tuple(MemoryKind::pinned, "cuMemHostAlloc", "cuMemFreeHost"),
                                         std::tuple(MemoryKind::managed, "cuMemAllocManaged", "cuMemFree")}) {
    Memory& memory = *device.memory(kind);
    fail(allocate, 999);
    Status status = memory.allocate(64).status();
    EXPECT_EQ(status.code(), StatusCode::driver_error);
    EXPECT_THAT(status.message(), HasSubstr(std::string(allocate) + " of 64 bytes on cuda device 0"));
    EXPECT_THAT(status.message(), HasSubstr("CUDA_ERROR_UNKNOWN"));
    EXPECT_EQ(memory.used_bytes(), 0u);
    void* block = memory.allocate(64).value();
    fail(release, 999);
    status = memory.free(block, 64);
    EXPECT_EQ(status.code(), StatusCode::driver_error);
    EXPECT_THAT(status.message(), HasSubstr(std::string(release) + " of 64 bytes"));
    EXPECT_EQ(memory.used_bytes(), 64u) << "the driver still has it";
    EXPECT_TRUE(memory.free(block, 64).ok());
    EXPECT_EQ(memory.used_bytes(), 0u);
  }
  fail("cuMemGetInfo", 999);
  EXPECT_THAT(device.main_memory().free_bytes().status().message(), HasSubstr("cuMemGetInfo"));
  EXPECT_EQ(fake_.blocks, 0u);
}

TEST_F(Cuda, RefusesAnAddressThatIsNotAligned) {
  Memory& memory = open().main_memory();
  fake_.misalignment = 64;
  Status status = memory.allocate(1000).status();
  EXPECT_EQ(status.code(), StatusCode::driver_error);
  EXPECT_THAT(status.message(), HasSubstr("not a multiple of 256"));
  EXPECT_EQ(fake_.blocks, 0u);
}

TEST_F(Cuda, StreamsAndEventsHaveTheirFlags) {
  Device& device = open();
  auto warm = device.create_stream().take();
  clear_log();
  auto stream = device.create_stream().take(), urgent = device.create_stream({true}).take();
  auto event = device.create_event().take(), timed = device.create_event({true}).take();
  EXPECT_THAT(calls(), ElementsAre("cuStreamCreateWithPriority 1 0", "cuStreamCreateWithPriority 1 -5",
                                   "cuEventCreate 2", "cuEventCreate 0"));
}

// Every call that queues or asks: the error names the driver's function and the device, and nothing was
// counted.
TEST_F(Cuda, TakesStreamsThatOthersHaveMade) {
  Device& device = open();
  auto owner = device.create_stream().take();
  auto event = device.create_event().take();
  clear_log();
  {
    auto adopted = adopt_cuda_stream(device, owner->native_handle()).take();
    EXPECT_EQ(adopted->native_handle(), owner->native_handle());
    EXPECT_NE(adopted->id(), owner->id());
    ASSERT_TRUE(adopted->record(*event).ok());
    EXPECT_TRUE(event->wait().ok());
    EXPECT_EQ(adopted->completed(), 1u);
  }
  // It is not ended, and nobody waits for it.
  EXPECT_THAT(calls(), ElementsAre("cuStreamGetCtx", "cuEventRecord", "cuEventSynchronize"));
  EXPECT_TRUE(owner->query().value());
  const Status status = adopt_cuda_stream(platform_->device(1), owner->native_handle()).status();
  EXPECT_EQ(status.code(), StatusCode::invalid_argument);
  EXPECT_THAT(status.message(), HasSubstr("not one of the primary context of cuda device 1"));
  fail("cuStreamGetCtx", 999);
  EXPECT_THAT(adopt_cuda_stream(device, owner->native_handle()).status().message(),
              HasSubstr("cuStreamGetCtx"));
}

TEST_F(Cuda, EveryErrorNamesItsCall) {
  Device& device = open();
  auto stream = device.create_stream().take();
  auto event = device.create_event().take(), timed = device.create_event({true}).take();
  auto module = testing::load_test_module(device, fake_).take();
  fake_.kernels["big"] = testing::fake_kernel([](const HostKernelPoint&, void* const*) {}, {});
  Kernel* kernel = module->kernel("add_scaled").value();
  Kernel* big = module->kernel("big").value();
  char* memory = static_cast<char*>(device.main_memory().allocate(4096).value());
  double* y = reinterpret_cast<double*>(memory);
  double a = 1;
  uint32_t n = 1;
  KernelArgument arguments[] = {argument(y), argument(y), argument(a), argument(n)};
  StridedCopy plane{memory, memory + 2048, 4, 3, 1, 8, 0, 8, 0};
  StridedCopy box{memory, memory + 2048, 4, 3, 2, 8, 48, 8, 48};
  struct {
    const char* call;
    std::string detail;
    std::function<Status()> run;
  } cases[] = {
      {"cuMemcpyAsync", "of 77 bytes", [&] { return stream->copy(memory, memory + 2048, 77); }},
      {"cuMemcpy2DAsync", "of 1x3x4 bytes with pitches 8, 24 to 8, 24",
       [&] { return stream->copy_strided(plane); }},
      {"cuMemcpy3DAsync", "of 2x3x4 bytes with pitches 8, 48 to 8, 48",
       [&] { return stream->copy_strided(box); }},
      // Nobody takes memory of the device for the host's then.
      {"cuPointerGetAttribute", "of the type of memory", [&] { return stream->copy_strided(plane); }},
      {"cuPointerGetAttribute", "of the type of memory", [&] { return stream->fill(memory, "x", 1, 5); }},
      {"cuCtxSetCurrent", "", [&] { return device.use_on_this_thread(); }},
      {"cuMemsetD8Async", "of 5 bytes", [&] { return stream->fill(memory, "x", 1, 5); }},
      {"cuMemsetD16Async", "of 10 bytes", [&] { return stream->fill(memory, "xy", 2, 5); }},
      {"cuMemsetD32Async", "of 20 bytes", [&] { return stream->fill(memory, "abcd", 4, 5); }},
      {"cuLaunchHostFunc", "for a fill of 20 bytes", [&] { return stream->fill(&a, "abcd", 4, 5); }},
      {"cuLaunchHostFunc", "", [&] { return stream->call([](void*) {}, nullptr); }},
      {"cuLaunchKernel", "of kernel `add_scaled` with grid 2x1x1, block 32x1x1, 0 bytes of shared memory",
       [&] { return stream->launch(*kernel, {{2}, {32}}, arguments); }},
      {"cuFuncSetAttribute", "of kernel `big` to 65536 bytes of shared memory",
       [&] { return stream->launch(*big, {{1}, {1}, 65536}, {}); }},
      {"cuEventRecord", "", [&] { return stream->record(*event); }},
      {"cuStreamWaitEvent", "", [&] { return stream->wait(*event); }},
      {"cuStreamQuery", "", [&] { return stream->query().status(); }},
      {"cuStreamSynchronize", "", [&] { return stream->synchronize(); }},
      {"cuCtxSynchronize", "", [&] { return device.synchronize(); }},
      {"cuStreamCreateWithPriority", "", [&] { return device.create_stream().status(); }},
      {"cuCtxGetStreamPriorityRange", "", [&] { return device.create_stream().status(); }},
      {"cuEventCreate", "", [&] { return device.create_event().status(); }},
      {"cuEventElapsedTime", "", [&] { return device.elapsed_ns(*timed, *timed).status(); }},
      {"cuCtxEnablePeerAccess", "to cuda device 1 (Fake 71)",
       [&] { return device.enable_access(platform_->device(1)); }},
      {"cuModuleLoadDataEx", "of module `m` (5 bytes)",
       [&] { return device.load_module({"m", "image", {}}).status(); }},
      {"cuModuleGetFunction", "of kernel `write_where` of module `test`",
       [&] { return module->kernel("write_where").status(); }},
      {"cuFuncGetAttribute", "of kernel `write_where`",
       [&] { return module->kernel("write_where").status(); }},
      {"cuModuleGetGlobal", "of global `g` of module `test`", [&] { return module->global("g").status(); }},
  };
  for (auto& [call, detail, run] : cases) {
    fail(call, 999);
    Sequence submitted = stream->submitted(), recorded = event->sequence();
    Status status = run();
    EXPECT_EQ(status.code(), StatusCode::driver_error) << call;
    EXPECT_EQ(status.driver_code(), 999);
    EXPECT_EQ(status.message().substr(0, status.message().find(" on cuda device 0 (Fake 70): ")),
              call + (detail.empty() ? "" : " " + detail));
    EXPECT_THAT(status.message(), HasSubstr("CUDA_ERROR_UNKNOWN"));
    EXPECT_EQ(stream->submitted(), submitted) << call;
    EXPECT_EQ(event->sequence(), recorded) << call;
    EXPECT_TRUE(device.status().ok());
  }
  // Of an event that is not done yet.
  ASSERT_TRUE(stream->record(*event).ok());
  for (const char* call : {"cuEventQuery", "cuEventSynchronize"}) {
    fail(call, 999);
    Status status = std::string_view(call) == "cuEventQuery" ? event->query().status() : event->wait();
    EXPECT_EQ(status.code(), StatusCode::driver_error);
    EXPECT_THAT(status.message(), HasSubstr(std::string(call) + " on cuda device 0"));
  }
  EXPECT_TRUE(event->wait().ok());
  EXPECT_EQ(stream->completed(), event->sequence());
  EXPECT_TRUE(device.main_memory().free(memory, 4096).ok());
}

TEST_F(Cuda, ErrorsHaveTheirKind) {
  Device& device = open();
  auto stream = device.create_stream().take();
  for (auto [code, kind] :
       {std::pair(1, StatusCode::invalid_argument), std::pair(701, StatusCode::launch_failed),
        std::pair(801, StatusCode::not_supported), std::pair(500, StatusCode::not_found),
        std::pair(999, StatusCode::driver_error)}) {
    fail("cuLaunchHostFunc", code);
    EXPECT_EQ(stream->call([](void*) {}, nullptr).code(), kind) << code;
    EXPECT_TRUE(device.status().ok());
  }
}

TEST_F(Cuda, ALostDeviceStaysLost) {
  for (int code : {46, 214, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719}) {
    Device& device = open();
    auto stream = device.create_stream().take();
    auto event = device.create_event().take();
    void* block = device.main_memory().allocate(100).value();
    ASSERT_TRUE(stream->record(*event).ok());
    fake_.sticky_code = code;
    EXPECT_EQ(event->query().status().code(), StatusCode::device_lost) << code;
    EXPECT_EQ(device.status().code(), StatusCode::device_lost);
    EXPECT_THAT(device.status().message(), HasSubstr("cu"));
    EXPECT_EQ(stream->synchronize().code(), StatusCode::device_lost);
    EXPECT_EQ(device.main_memory().free(block, 100).code(), StatusCode::device_lost);
    EXPECT_EQ(device.main_memory().used_bytes(), 0u);
    fake_.sticky_code = 0;
    EXPECT_EQ(device.status().code(), StatusCode::device_lost);
    event.reset();
    stream.reset();
    platform_.reset();
    fake_.reset();
  }
}

TEST_F(Cuda, MapsMemoryBehindBlocks) {
  Device& device = open();
  Memory& memory = device.main_memory();
  ASSERT_EQ(memory.mapping_bytes(), size_t{2} << 20);
  clear_log();
  void* block = memory.allocate_growing(2 << 20, 16 << 20).value();
  EXPECT_THAT(calls(), ElementsAre("cuDevicePrimaryCtxRetain 70", "cuMemAddressReserve 16777216 0 0 0",
                                   "cuMemCreate 2097152 1 1 0 0", "cuMemMap 2097152 0 0", "cuMemRelease",
                                   "cuDeviceCanAccessPeer 71 70", "cuMemSetAccess 2097152 0,1"));
  EXPECT_EQ(memory.free_bytes().value(), fake_.memory_bytes - (2 << 20));
  // What fails is taken back.
  for (const char* call : {"cuMemCreate", "cuMemMap", "cuMemSetAccess"}) {
    fail(call, 999);
    Status status = memory.extend(block, 4 << 20);
    EXPECT_EQ(status.code(), StatusCode::driver_error);
    EXPECT_THAT(status.message(), HasSubstr(std::string(call) + " of 4194304 bytes on cuda device 0"));
    EXPECT_EQ(fake_.mapped_bytes, 2u << 20) << call;
  }
  EXPECT_TRUE(memory.extend(block, 4 << 20).ok());
  Status above = memory.extend(block, 6 << 20);
  EXPECT_TRUE(above.ok());
  fake_.memory_bytes = 12 << 20;
  above = memory.extend(block, 4 << 20);
  EXPECT_EQ(above.code(), StatusCode::out_of_memory);
  EXPECT_THAT(above.message(), HasSubstr("cuMemCreate"));
  EXPECT_EQ(memory.shrink(block, 0).value(), size_t{6} << 20);
  EXPECT_EQ(fake_.mapped_bytes, 6u << 20);
  fail("cuMemUnmap", 999);
  EXPECT_EQ(memory.shrink(block, 0).status().code(), StatusCode::driver_error);
  EXPECT_EQ(memory.used_bytes(), 6u << 20);
  EXPECT_TRUE(memory.free(block, 6 << 20).ok());
  EXPECT_EQ(fake_.mapped_bytes, 0u);
  EXPECT_EQ(fake_.ranges, 0u);
  fail("cuMemAddressReserve", 2);
  EXPECT_EQ(memory.allocate_growing(2 << 20, 16 << 20).status().code(), StatusCode::out_of_memory);
  // What is not freed goes with the device.
  EXPECT_TRUE(memory.allocate_growing(2 << 20, 16 << 20).ok());
  platform_.reset();
  EXPECT_EQ(fake_.mapped_bytes, 0u);
  EXPECT_EQ(fake_.ranges, 0u);
}

TEST_F(Cuda, WithoutMappingThereAreOnlyBlocks) {
  fake_.can_map = false;
  Device& device = open();
  EXPECT_EQ(device.main_memory().mapping_bytes(), 0u);
  EXPECT_EQ(device.main_memory().allocate_growing(2 << 20, 2 << 20).status().code(),
            StatusCode::not_supported);
  EXPECT_EQ(device.memory(MemoryKind::pinned)->mapping_bytes(), 0u);
}

TEST_F(Cuda, CopiesBetweenDevicesThatDoNotSeeEachOtherNameBoth) {
  fake_.has_peer_access = false;
  Device& first = open();
  Device& second = platform_->device(1);
  void* from = first.main_memory().allocate_growing(2 << 20, 2 << 20).value();
  void* to = second.main_memory().allocate_growing(2 << 20, 2 << 20).value();
  auto stream = first.create_stream().take();
  const int value = 17;
  int result = 0;
  ASSERT_TRUE(stream->fill(from, &value, sizeof value, 1000).ok());
  clear_log();
  ASSERT_TRUE(stream->copy(to, from, 4000).ok());
  EXPECT_THAT(calls(), ::testing::Contains(HasSubstr("cuMemcpy3DPeerAsync 0 ")));
  ASSERT_TRUE(stream->copy(&result, static_cast<char*>(to) + 3996, sizeof result).ok());
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_EQ(result, 17);
}

TEST_F(Cuda, CallsHearOfALossThatNobodyAsksAbout) {
  Device& device = open();
  auto stream = device.create_stream().take(), other = device.create_stream().take();
  auto event = device.create_event().take();
  struct Counts {
    std::atomic<int> made{0}, lost{0};
  } counts, waiting;
  const auto make = [](void* argument) { ++static_cast<Counts*>(argument)->made; };
  const auto lose = [](void* argument) { ++static_cast<Counts*>(argument)->lost; };
  ASSERT_TRUE(stream->call(make, &counts, lose).ok());
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_EQ(counts.made, 1);
  // What the driver does not take is not called at all.
  fail("cuLaunchHostFunc", 999);
  EXPECT_EQ(stream->call(make, &counts, lose).code(), StatusCode::driver_error);
  // Behind a wait, so that nothing is done by asking the stream.
  ASSERT_TRUE(other->call([](void*) {}, nullptr).ok());
  ASSERT_TRUE(other->record(*event).ok());
  ASSERT_TRUE(stream->wait(*event).ok());
  ASSERT_TRUE(stream->call(make, &waiting, lose).ok());
  {
    std::unique_lock lock(fake_.mutex);
    fake_.sticky_code = 719;
  }
  for (int k = 0; k < 5000 && waiting.lost == 0; ++k) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(waiting.lost, 1);
  EXPECT_EQ(device.status().code(), StatusCode::device_lost);
  event.reset();
  stream.reset();
  EXPECT_EQ(counts.made, 1);
  EXPECT_EQ(counts.lost, 0);
  EXPECT_EQ(waiting.made, 0);
  EXPECT_EQ(waiting.lost, 1);
  other.reset();
  platform_.reset();
  fake_.reset();
}

TEST_F(Cuda, AStreamThatEndsTellsItsCalls) {
  Device& device = open();
  std::atomic<int> lost{0};
  {
    auto stream = device.create_stream().take(), other = device.create_stream().take();
    auto event = device.create_event().take();
    ASSERT_TRUE(other->call([](void*) {}, nullptr).ok());
    ASSERT_TRUE(other->record(*event).ok());
    ASSERT_TRUE(stream->wait(*event).ok());
    ASSERT_TRUE(
        stream->call([](void*) {}, &lost, [](void* argument) { ++*static_cast<std::atomic<int>*>(argument); })
            .ok());
    std::unique_lock lock(fake_.mutex);
    fake_.sticky_code = 700;
    lock.unlock();
    event.reset();
    other.reset();
    stream.reset();
    EXPECT_EQ(lost, 1);
  }
  EXPECT_EQ(lost, 1);
  platform_.reset();
  fake_.reset();
}

TEST_F(Cuda, BoxesGoInOneCallWhereTheDriverCanCountThem) {
  Device& device = open();
  auto stream = device.create_stream().take();
  char* a = static_cast<char*>(device.main_memory().allocate(4096).value());
  char* b = static_cast<char*>(device.memory(MemoryKind::pinned)->allocate(4096).value());
  std::vector<char> pageable(4096);
  clear_log();
  // dst, src, row, rows, slices, dst pitches, src pitches
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 3, 2, 8, 32, 16, 64}).ok());
  // Memory from malloc is the host's.
  ASSERT_TRUE(stream->copy_strided({a, pageable.data(), 4, 3, 1, 8, 0, 16, 0}).ok());
  ASSERT_TRUE(stream->copy_strided({pageable.data(), a, 4, 3, 1, 8, 0, 16, 0}).ok());
  // Without gaps it is no box.
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 3, 2, 0, 0, 4, 12}).ok());
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 3, 2, 8, 24, 8, 24}).ok());
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 3, 2, 4, 20, 4, 20}).ok());
  EXPECT_THAT(calls(), ElementsAre("cuMemcpy3DAsync 4 16 4 4 8 4 4 3 2", "cuMemcpy2DAsync 1 16 4 8 4 3",
                                   "cuMemcpy2DAsync 4 16 1 8 4 3", "cuMemcpyAsync 24",
                                   "cuMemcpy2DAsync 4 8 4 8 4 6", "cuMemcpy2DAsync 4 20 4 20 12 2"));
  EXPECT_EQ(stream->submitted(), 6u);
  clear_log();
  // Planes that are no whole number of rows: plane by plane, or row by row where there are fewer rows than
  // planes.
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 3, 2, 8, 33, 8, 33}).ok());
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 2, 5, 8, 33, 8, 33}).ok());
  EXPECT_THAT(calls(), ElementsAre("cuMemcpy2DAsync 4 8 4 8 4 3", "cuMemcpy2DAsync 4 8 4 8 4 3",
                                   "cuMemcpy2DAsync 4 33 4 33 4 5", "cuMemcpy2DAsync 4 33 4 33 4 5"));
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_TRUE(device.main_memory().free(a, 4096).ok());
  EXPECT_TRUE(device.memory(MemoryKind::pinned)->free(b, 4096).ok());
}

TEST_F(Cuda, PitchesThatTheDriverDoesNotTakeAreCopiedRowByRow) {
  fake_.attributes[11] = 100;
  Device& device = open();
  auto stream = device.create_stream().take();
  char* a = static_cast<char*>(device.main_memory().allocate(4096).value());
  clear_log();
  ASSERT_TRUE(stream->copy_strided({a, a + 2048, 4, 3, 1, 101, 0, 8, 0}).ok());
  ASSERT_TRUE(stream->copy_strided({a, a + 2048, 4, 2, 2, 8, 16 * 8, 8, 32 * 8}).ok());
  EXPECT_THAT(calls(), ElementsAre("cuMemcpyAsync 4", "cuMemcpyAsync 4", "cuMemcpyAsync 4",
                                   "cuMemcpy3DAsync 4 8 32 4 8 16 4 2 2"));
  fail("cuMemcpyAsync", 999, 2);
  Sequence submitted = stream->submitted();
  EXPECT_FALSE(stream->copy_strided({a, a + 2048, 4, 3, 1, 101, 0, 8, 0}).ok());
  EXPECT_EQ(stream->submitted(), submitted + 1) << "a part is queued, and is counted";
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_TRUE(device.main_memory().free(a, 4096).ok());
}

TEST_F(Cuda, CopiesBetweenDevicesNameBothContexts) {
  Device& device = open();
  auto stream = device.create_stream().take();
  Memory& here = device.main_memory();
  Memory& there = platform_->device(1).main_memory();
  char* a = static_cast<char*>(here.allocate(4096).value());
  char* b = static_cast<char*>(there.allocate(4096).value());
  clear_log();
  ASSERT_TRUE(stream->copy_strided({a, b, 4, 3, 2, 8, 32, 16, 64}).ok());
  ASSERT_TRUE(stream->copy_strided({b, a, 4, 3, 1, 8, 0, 16, 0}).ok());
  ASSERT_TRUE(stream->copy_strided({b, a, 4, 3, 2, 8, 33, 16, 64}).ok());
  ASSERT_TRUE(stream->copy(b, a, 100).ok());
  EXPECT_THAT(calls(),
              ElementsAre("cuMemcpy3DPeerAsync 1 16 4 0 8 4 4 3 2", "cuMemcpy3DPeerAsync 0 16 3 1 8 3 4 3 1",
                          "cuMemcpy3DPeerAsync 0 16 3 1 8 3 4 3 1", "cuMemcpy3DPeerAsync 0 16 3 1 8 3 4 3 1",
                          // Mapped memory must not be copied so between devices that do not see each other.
                          "cuDeviceCanAccessPeer 71 70", "cuMemcpyAsync 100"));
  fail("cuMemcpy3DPeerAsync", 999);
  Status status = stream->copy_strided({b, a, 4, 3, 1, 8, 0, 16, 0});
  EXPECT_THAT(status.message(), HasSubstr("cuMemcpy3DPeerAsync of 1x3x4 bytes"));
  EXPECT_THAT(status.message(), HasSubstr("from cuda device 0 (Fake 70) on cuda device 0"));
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_TRUE(here.free(a, 4096).ok());
  EXPECT_TRUE(there.free(b, 4096).ok());
}

TEST_F(Cuda, FillsInTheFewestAndWidestUnits) {
  Device& device = open();
  auto stream = device.create_stream().take();
  char* a = static_cast<char*>(device.main_memory().allocate(4096).value());
  auto asked = [&](size_t offset, std::string_view pattern, size_t count) {
    clear_log();
    EXPECT_TRUE(stream->fill(a + offset, pattern.data(), pattern.size(), count).ok());
    return calls();
  };
  using std::string_view;
  EXPECT_THAT(asked(0, "\1", 10), ElementsAre("cuMemsetD8Async 1 10"));
  EXPECT_THAT(asked(1, "\1\1\1\1", 10), ElementsAre("cuMemsetD8Async 1 40"));
  EXPECT_THAT(asked(0, string_view("\1\0\1\0", 4), 3), ElementsAre("cuMemsetD16Async 1 6"));
  EXPECT_THAT(asked(4, string_view("\1\0\0\0\1\0\0\0", 8), 3), ElementsAre("cuMemsetD32Async 1 6"));
  EXPECT_THAT(asked(1, string_view("\1\2", 2), 2),
              ElementsAre("cuMemsetD8Async 1 1", "cuMemsetD8Async 2 1", "cuMemcpyAsync 2"));
  EXPECT_THAT(asked(0, string_view("\1\0\0\0\2\0\0\0", 8), 5),
              ElementsAre("cuMemsetD32Async 1 1", "cuMemsetD32Async 2 1", "cuMemcpyAsync 8",
                          "cuMemcpyAsync 16", "cuMemcpyAsync 8"));
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_TRUE(device.main_memory().free(a, 4096).ok());
}

TEST_F(Cuda, LaunchesWithShapeAndArguments) {
  Device& device = open();
  auto stream = device.create_stream().take();
  auto module = testing::load_test_module(device, fake_).take();
  fake_.kernels["big"] = testing::fake_kernel([](const HostKernelPoint&, void* const*) {}, {});
  fake_.kernels["big"].static_shared_bytes = 1024;
  Kernel* kernel = module->kernel("add_scaled").value();
  Kernel* big = module->kernel("big").value();
  double x = 1, a = 1;
  double* y = &x;
  uint32_t n = 0;
  clear_log();
  KernelArgument arguments[] = {argument(y), argument(y), argument(a), argument(n)};
  ASSERT_TRUE(stream->launch(*kernel, {{2, 3, 4}, {5, 6, 7}, 128}, arguments).ok());
  EXPECT_THAT(calls(), ElementsAre("cuLaunchKernel add_scaled 2 3 4 5 6 7 128 null"));
  // More shared memory than the driver gives without being asked is asked for, once for each size.
  clear_log();
  for (uint32_t bytes : {47u * 1024, 47u * 1024 + 1, 60'000u, 50'000u, 70'000u}) {
    EXPECT_TRUE(stream->launch(*big, {{1}, {1}, bytes}, {}).ok());
  }
  EXPECT_THAT(calls(), ElementsAre("cuLaunchKernel big 1 1 1 1 1 1 48128 null", "cuFuncSetAttribute 8 48129",
                                   "cuLaunchKernel big 1 1 1 1 1 1 48129 null", "cuFuncSetAttribute 8 60000",
                                   "cuLaunchKernel big 1 1 1 1 1 1 60000 null",
                                   "cuLaunchKernel big 1 1 1 1 1 1 50000 null", "cuFuncSetAttribute 8 70000",
                                   "cuLaunchKernel big 1 1 1 1 1 1 70000 null"));
  // The driver would read past the arguments.
  Sequence submitted = stream->submitted();
  Status status = stream->launch(*kernel, {}, {arguments, 3});
  EXPECT_EQ(status.code(), StatusCode::invalid_argument);
  EXPECT_THAT(status.message(),
              HasSubstr("kernel `add_scaled` on cuda device 0 (Fake 70): 3 arguments instead of 4"));
  arguments[3] = argument(a);
  EXPECT_THAT(stream->launch(*kernel, {}, arguments).message(),
              HasSubstr("argument 3 has 8 bytes instead of 4"));
  EXPECT_EQ(stream->submitted(), submitted);
}

TEST_F(Cuda, AModuleThatIsRejectedSaysWhere) {
  Device& device = open();
  clear_log();
  Status status = device.load_module({"broken", "a syntax error", {}}).status();
  EXPECT_THAT(status.message(), HasSubstr("cuModuleLoadDataEx of module `broken` (14 bytes)"));
  EXPECT_THAT(status.message(), HasSubstr("CUDA_ERROR_INVALID_PTX"));
  EXPECT_THAT(status.message(), HasSubstr("line 3: unexpected token"));
  EXPECT_THAT(calls(), ElementsAre("cuDevicePrimaryCtxRetain 70", "cuModuleLoadDataEx 2 5 6 4096"));
}

TEST_F(Cuda, FindsGlobals) {
  Device& device = open();
  auto module = testing::load_test_module(device, fake_).take();
  fake_.globals["answer"] = {42, 0, 0, 0};
  Module::Global global = module->global("answer").value();
  EXPECT_EQ(global.size_bytes, 4u);
  EXPECT_EQ(*static_cast<char*>(global.address), 42);
  EXPECT_EQ(module->global("question").status().code(), StatusCode::not_found);
}

TEST_F(Cuda, ProgressIsWhatTheEventsTell) {
  Device& device = open();
  auto stream = device.create_stream().take();
  auto event = device.create_event().take();
  ASSERT_TRUE(stream->call([](void*) {}, nullptr).ok());
  ASSERT_TRUE(stream->record(*event).ok());
  ASSERT_TRUE(stream->call([](void*) {}, nullptr).ok());
  // The fake does one operation for each question.
  EXPECT_FALSE(event->query().value());
  EXPECT_EQ(stream->completed(), 0u);
  EXPECT_TRUE(event->query().value());
  EXPECT_EQ(stream->completed(), 2u);
  clear_log();
  EXPECT_TRUE(event->query().value());
  EXPECT_TRUE(event->wait().ok());
  EXPECT_THAT(calls(), ElementsAre()) << "what is known is not asked again";
  EXPECT_TRUE(stream->query().value());
  EXPECT_EQ(stream->completed(), 3u);
}

TEST_F(Cuda, PeersAreAsked) {
  Device& device = open();
  Device& other = platform_->device(1);
  clear_log();
  EXPECT_TRUE(device.can_access(other));
  EXPECT_THAT(calls(), ElementsAre("cuDeviceCanAccessPeer 70 71"));
  EXPECT_TRUE(device.enable_access(other).ok());
  EXPECT_TRUE(device.enable_access(other).ok()) << "twice is no error";
  fake_.has_peer_access = false;
  EXPECT_FALSE(other.can_access(device));
  Status status = other.enable_access(device);
  EXPECT_EQ(status.code(), StatusCode::not_supported);
  EXPECT_THAT(status.message(),
              HasSubstr("cuda device 1 (Fake 71) cannot access the memory of cuda device 0 (Fake 70)"));
}

TEST_F(Cuda, ElapsedTimeNeedsEventsThatAreDone) {
  Device& device = open();
  auto stream = device.create_stream().take();
  auto from = device.create_event({true}).take(), to = device.create_event({true}).take();
  ASSERT_TRUE(stream->record(*from).ok());
  ASSERT_TRUE(stream->call([](void*) {}, nullptr).ok());
  ASSERT_TRUE(stream->record(*to).ok());
  Status status = device.elapsed_ns(*from, *to).status();
  EXPECT_EQ(status.code(), StatusCode::invalid_argument);
  EXPECT_THAT(status.message(), HasSubstr("an event is not done"));
  ASSERT_TRUE(stream->synchronize().ok());
  // Two operations of the fake, which take a microsecond each.
  EXPECT_NEAR(device.elapsed_ns(*from, *to).value(), 2000, 1);
  auto foreign = platform_->device(1).create_event({true}).take();
  EXPECT_EQ(device.elapsed_ns(*from, *foreign).status().code(), StatusCode::invalid_argument);
}

}  // namespace
}  // namespace palatine::device
