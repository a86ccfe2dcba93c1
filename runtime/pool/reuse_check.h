// Whether memory is handed out too early, found without what the pool knows: from each free and each
// hand-over alone, the waits of the program one by one, and what the timelines say.
//
// For every byte that was freed it keeps which streams' work may use it, up to which numbers. Memory that is
// handed to a stream is right when all of that is over, is the stream's own, or comes before the stream's
// next work by a path of waits (docs/memory.md, "Who may have a chunk"). It shares neither states nor clocks
// with the pool, so a mistake in either is seen, and so is a program that says that it has waited and has
// not.
//
// Not thread safe: the pool calls it with its lock held. Time: a logarithm of the number of frees that lie in
// the pool, and as many waits as are looked through until a path is found.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/pool/include/palatine/stream_order.h"

namespace palatine::pool {

class ReuseCheck {
 public:
  // Waits before this are known to the order's clocks only, which are believed that far.
  explicit ReuseCheck(StreamOrder& order);

  struct Use {
    StreamId stream{};
    uint64_t number = 0;
  };
  // Freed while work of these streams up to these numbers may use it.
  void freed(char* address, uint64_t bytes, std::vector<Use> uses);
  // The work that `stream` queues from now on may use it.
  void handed_out(char* address, uint64_t bytes, StreamId stream);
  // The source has it again, and may give it to anybody.
  void returned(char* address, uint64_t bytes);
  // The source has it again and waits for the work itself.
  void surrendered(char* address, uint64_t bytes) { take_out(address, bytes); }

  // How many hand-overs of memory that had been used were tested.
  uint64_t checked() const { return checked_; }
  // A line for each mistake, the first few.
  const std::string& wrong() const { return wrong_; }

 private:
  struct Range {
    char* end = nullptr;
    std::vector<Use> uses;
  };

  // The parts of what is known that lie in the range, which are forgotten.
  std::vector<std::pair<char*, Range>> take_out(char* address, uint64_t bytes);
  void cut_at(char* address);
  bool is_over(const Use& use) const;
  void report(char* first, const Range& range, const Use& use, const std::string& to);

  StreamOrder& order_;
  // By their first byte; they do not overlap.
  std::map<char*, Range> ranges_;
  uint64_t checked_ = 0;
  std::string wrong_;
};

}  // namespace palatine::pool
