#include "runtime/pool/reuse_check.h"

#include <iterator>
#include <sstream>

namespace palatine::pool {

namespace {

constexpr size_t kMostText = 2000;

}  // namespace

ReuseCheck::ReuseCheck(StreamOrder& order) : order_(order) {
  order_.keep_waits();
}

void ReuseCheck::freed(char* address, uint64_t bytes, std::vector<Use> uses) {
  for (const Use& use : uses) {
    Timeline& timeline = order_.timeline(use.stream);
    // So that the timeline can say when this number is over, whatever is queued behind it.
    if (!timeline.is_immediate()) timeline.publish(use.number);
  }
  take_out(address, bytes);
  ranges_[address] = {address + bytes, std::move(uses)};
}

void ReuseCheck::handed_out(char* address, uint64_t bytes, StreamId stream) {
  for (const auto& [first, range] : take_out(address, bytes)) {
    ++checked_;
    for (const Use& use : range.uses) {
      if (use.stream == stream || is_over(use) || order_.comes_after(stream, use.stream, use.number))
        continue;
      report(first, range, use, "handed to stream " + std::to_string(static_cast<uint32_t>(stream)));
    }
  }
}

void ReuseCheck::returned(char* address, uint64_t bytes) {
  for (const auto& [first, range] : take_out(address, bytes)) {
    for (const Use& use : range.uses) {
      if (!is_over(use)) report(first, range, use, "given back to the source");
    }
  }
}

void ReuseCheck::report(char* first, const Range& range, const Use& use, const std::string& to) {
  if (wrong_.size() > kMostText) return;
  std::ostringstream text;
  text << range.end - first << " bytes at " << static_cast<void*>(first) << " were " << to
       << " while work of stream " << static_cast<uint32_t>(use.stream) << " up to number " << use.number
       << " may use them: it is not over, and no wait leads there\n";
  wrong_ += text.str();
}

bool ReuseCheck::is_over(const Use& use) const {
  Timeline& timeline = order_.timeline(use.stream);
  return timeline.is_immediate() || timeline.completed() >= use.number;
}

void ReuseCheck::cut_at(char* address) {
  auto after = ranges_.upper_bound(address);
  if (after == ranges_.begin()) return;
  auto& [first, range] = *std::prev(after);
  if (first == address || range.end <= address) return;
  ranges_[address] = {range.end, range.uses};
  range.end = address;
}

std::vector<std::pair<char*, ReuseCheck::Range>> ReuseCheck::take_out(char* address, uint64_t bytes) {
  cut_at(address);
  cut_at(address + bytes);
  const auto from = ranges_.lower_bound(address);
  const auto to = ranges_.lower_bound(address + bytes);
  std::vector<std::pair<char*, Range>> found(std::make_move_iterator(from), std::make_move_iterator(to));
  ranges_.erase(from, to);
  return found;
}

}  // namespace palatine::pool
