#include "support/device/fake_cuda_state.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace palatine::device {

std::vector<size_t> CudaFunctionTag::argument_bytes() const {
  if (!ptx) return kernel.argument_bytes;
  std::vector<size_t> bytes;
  for (const auto& [param, variable] : ptx->params) bytes.push_back(variable.bytes);
  return bytes;
}

}  // namespace palatine::device

namespace palatine::device::testing {

FakeState& state() {
  static FakeState* the_state = new FakeState;
  return *the_state;
}

namespace {

bool can_begin(CudaStreamHandle stream) {
  if (stream->is_busy || stream->queue.empty()) return false;
  const CudaStreamTag::Work& head = stream->queue.front();
  return !head.target || head.target->done >= head.position;
}

void work_forever() {
  FakeState& all = state();
  std::unique_lock lock(all.control.mutex);
  uint64_t random = all.seed * 0x9e3779b97f4a7c15 + 1;
  for (;;) {
    CudaStreamHandle stream = nullptr;
    const size_t count = all.streams.size();
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    for (size_t k = 0; k < count && !stream && all.control.sticky_code == 0; ++k) {
      CudaStreamHandle candidate = all.streams[(random + k) % count].get();
      if (can_begin(candidate)) stream = candidate;
    }
    if (!stream) {
      all.queued.wait(lock);
      continue;
    }
    CudaStreamTag::Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    stream->is_busy = true;
    lock.unlock();
    if (work.run) work.run();
    work.run = nullptr;
    lock.lock();
    stream->is_busy = false;
    // What comes behind a fault is never done.
    if (all.control.sticky_code == 0) ++stream->done;
    ++all.clock;
    all.progress.notify_all();
  }
}

void run_host_kernel(const FakeKernel& kernel, const uint32_t (&shape)[6], uint32_t shared_bytes,
                     std::vector<std::vector<char>>& arguments) {
  std::vector<void*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  uint32_t w[12] = {shape[0], shape[1], shape[2], shape[3], shape[4], shape[5], 0, 0, 0, 0, 0, 0};
  for (w[8] = 0; w[8] < shape[2]; ++w[8]) {
    for (w[7] = 0; w[7] < shape[1]; ++w[7]) {
      for (w[6] = 0; w[6] < shape[0]; ++w[6]) {
        std::vector<char> shared(shared_bytes);
        for (w[11] = 0; w[11] < shape[5]; ++w[11]) {
          for (w[10] = 0; w[10] < shape[4]; ++w[10]) {
            for (w[9] = 0; w[9] < shape[3]; ++w[9]) kernel.run(w, shared.data(), pointers.data());
          }
        }
      }
    }
  }
}

}  // namespace

void start_thread() {
  state().has_thread = true;
  std::thread(work_forever).detach();
}

static void push_any(CudaStreamHandle stream, CudaStreamTag::Work work) {
  stream->queue.push_back(std::move(work));
  ++stream->submitted;
  state().queued.notify_all();
}

void push(CudaStreamHandle stream, std::function<void()> run, CudaFunctionHandle function) {
  if (stream->capture) {
    auto& work = stream->capture->work;
    work.push_back(std::make_shared<CudaGraphNodeTag>(CudaGraphNodeTag{std::move(run), function}));
    stream->capture->last[stream] = {work.back().get()};
    const uint64_t number = ++stream->capture->submitted[stream];
    stream->capture->knows[stream][stream] = number;
    return;
  }
  push_any(stream, {std::move(run), nullptr, 0});
}

void push_wait(CudaStreamHandle stream, CudaStreamHandle target, uint64_t position) {
  push_any(stream, {nullptr, target, position});
}

bool advance(CudaStreamHandle stream) {
  if (state().has_thread || !can_begin(stream) || state().control.sticky_code != 0) return false;
  CudaStreamTag::Work work = stream->queue.front();
  stream->queue.pop_front();
  if (work.run) work.run();
  if (state().control.sticky_code == 0) ++stream->done;
  ++state().clock;
  return true;
}

static void finish_here(CudaStreamHandle stream, uint64_t position) {
  while (stream->done < position && !stream->queue.empty()) {
    CudaStreamTag::Work& head = stream->queue.front();
    if (head.target) finish_here(head.target, head.position);
    if (!advance(stream)) return;
  }
}

void finish(std::unique_lock<std::recursive_mutex>& lock, CudaStreamHandle stream, uint64_t position) {
  FakeState& all = state();
  if (!all.has_thread) return finish_here(stream, position);
  all.progress.wait(lock, [&] { return stream->done >= position || all.control.sticky_code != 0; });
}

const std::pair<const CudaAddress, FakeBlock>* block_around(CudaAddress address, size_t bytes) {
  auto block = state().blocks.upper_bound(address);
  if (block == state().blocks.begin()) return nullptr;
  --block;
  return address + bytes <= block->first + block->second.bytes ? &*block : nullptr;
}

bool may_use(CudaContext context, uint64_t address, uint64_t bytes) {
  std::unique_lock lock(state().control.mutex);
  const auto* block = block_around(address, bytes);
  if (!block) return false;
  if (block->second.type != kCudaMemoryDevice || block->second.ordinal == context->ordinal) return true;
  return context->peers.contains(&state().contexts[static_cast<size_t>(block->second.ordinal)]);
}

int allocate(CudaAddress* address, size_t bytes, int type, int ordinal) {
  if (bytes == 0) return cuda_result::invalid_value;
  FakeState& all = state();
  if (type == kCudaMemoryDevice && all.used_bytes[ordinal] + bytes > all.control.memory_bytes)
    return cuda_result::out_of_memory;
  const uint64_t shift = type == kCudaMemoryDevice ? all.control.misalignment : 0;
  void* block = nullptr;
  if (posix_memalign(&block, 256, bytes + shift) != 0) return cuda_result::out_of_memory;
  // Nobody may count on zeros.
  std::memset(block, 0xa5, std::min<size_t>(bytes + shift, 1 << 20));
  *address = reinterpret_cast<CudaAddress>(block) + shift;
  all.blocks[*address] = {bytes, type, ordinal};
  if (type == kCudaMemoryDevice) all.used_bytes[ordinal] += bytes;
  ++all.control.blocks;
  return 0;
}

int release(CudaAddress address, bool is_pinned) {
  FakeState& all = state();
  auto block = all.blocks.find(address);
  if (block == all.blocks.end() || (block->second.type == kCudaMemoryHost) != is_pinned ||
      block->second.is_mapped || block->second.is_registered)
    return cuda_result::invalid_value;
  if (block->second.type == kCudaMemoryDevice) all.used_bytes[block->second.ordinal] -= block->second.bytes;
  std::free(reinterpret_cast<void*>(address / 256 * 256));
  all.blocks.erase(block);
  --all.control.blocks;
  return 0;
}

std::function<void()> kernel_work(CudaContext context, const CudaFunctionTag& function,
                                  const uint32_t (&shape)[6], uint32_t shared_bytes,
                                  std::vector<std::vector<char>> arguments) {
  if (!function.ptx) {
    return [kernel = function.kernel, copied = std::to_array(shape), shared_bytes, arguments]() mutable {
      const uint32_t w[6] = {copied[0], copied[1], copied[2], copied[3], copied[4], copied[5]};
      run_host_kernel(kernel, w, shared_bytes, arguments);
    };
  }
  PtxLaunch launch;
  for (int k = 0; k < 3; ++k) {
    launch.grid[k] = shape[k];
    launch.block[k] = shape[k + 3];
  }
  launch.dynamic_shared_bytes = shared_bytes;
  launch.arguments = std::move(arguments);
  launch.may_use = [context](uint64_t address, uint64_t bytes) { return may_use(context, address, bytes); };
  launch.seed = state().seed;
  return [launch, module = function.module, ptx = function.ptx] {
    const std::string wrong = run_ptx(*module, *ptx, launch);
    if (wrong.empty()) return;
    std::unique_lock lock(state().control.mutex);
    state().control.sticky_code = cuda_result::illegal_address;
    state().control.kernel_fault = wrong;
    std::fprintf(stderr, "fake CUDA: %s\n", wrong.c_str());
    state().progress.notify_all();
  };
}

void write_report() {
  const char* path = std::getenv("PALATINE_FAKE_CUDA_REPORT");
  if (!path) return;
  FILE* file = std::fopen(path, "w");
  if (!file) return;
  const FakeCuda& fake = state().control;
  std::fprintf(file,
               "alive_streams %d\nalive_events %d\nalive_modules %d\nalive_blocks %zu\nalive_graphs %d\n"
               "alive_ranges %zu\nlargest_shared_bytes %u\n",
               fake.streams, fake.events, fake.modules, fake.blocks, fake.graphs, fake.ranges,
               fake.largest_shared_bytes);
  for (const auto& [name, count] : fake.calls)
    std::fprintf(file, "%s %llu\n", name.c_str(), static_cast<unsigned long long>(count));
  std::fclose(file);
}

}  // namespace palatine::device::testing
