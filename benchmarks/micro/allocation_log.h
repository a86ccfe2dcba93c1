// The log of a program's allocations, as benchmarks/peers/record_allocations.cpp writes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <unordered_map>
#include <vector>

namespace palatine::benchmarks {

// The file is an array of these, in the machine's byte order.
struct LoggedCall {
  uint64_t address;
  // 0: a free.
  uint32_t bytes;
  // Counted from 0, in the order in which they first allocated.
  uint32_t thread;
};

// One call of a replay: blocks have numbers, which are used again.
struct ReplayedCall {
  uint32_t block;
  // 0: a free.
  uint32_t bytes;
  uint32_t thread;
};

struct Replay {
  std::vector<ReplayedCall> calls;
  uint32_t blocks = 0;
  uint32_t threads = 0;
  // The most that is live at a time.
  uint64_t peak_bytes = 0;
};

// The calls of the log that can be replayed again and again: frees of what was allocated before it began are
// left out, and what is live at its end is freed. Empty when there is no such file.
inline Replay read_replay(const std::string& file_name) {
  Replay replay;
  FILE* file = fopen(file_name.c_str(), "rb");
  if (!file) return replay;
  struct Live {
    uint32_t block, bytes, thread;
  };
  std::unordered_map<uint64_t, Live> live;
  std::vector<uint32_t> unused;
  uint64_t live_bytes = 0;
  const auto free_block = [&](std::unordered_map<uint64_t, Live>::iterator at, uint32_t thread) {
    replay.calls.push_back({at->second.block, 0, thread});
    unused.push_back(at->second.block);
    live_bytes -= at->second.bytes;
    live.erase(at);
  };
  for (LoggedCall call; fread(&call, sizeof call, 1, file) == 1;) {
    if (call.address == 0) continue;
    replay.threads = std::max(replay.threads, call.thread + 1);
    auto at = live.find(call.address);
    if (at != live.end()) free_block(at, call.thread);
    if (call.bytes == 0) continue;
    if (unused.empty()) unused.push_back(replay.blocks++);
    const uint32_t block = unused.back();
    unused.pop_back();
    live[call.address] = {block, call.bytes, call.thread};
    replay.calls.push_back({block, call.bytes, call.thread});
    live_bytes += call.bytes;
    replay.peak_bytes = std::max(replay.peak_bytes, live_bytes);
  }
  fclose(file);
  while (!live.empty()) free_block(live.begin(), live.begin()->second.thread);
  return replay;
}

}  // namespace palatine::benchmarks
