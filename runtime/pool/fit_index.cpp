#include "runtime/pool/fit_index.h"

namespace palatine::pool {

namespace {

constexpr uint64_t kFewestChanges = 256;

uint64_t place_of(const Chunk& chunk) {
  const uint64_t kind = chunk.block->is_small;
  if (chunk.state == ChunkState::free) return kind;
  return 2 * (static_cast<uint64_t>(chunk.mark.stream) + 1) + kind;
}

bool is_free(const Chunk* chunk) {
  return chunk && chunk->state == ChunkState::free;
}

// With the free memory beside it, where the chunk is pending.
uint64_t room_of(const Chunk& chunk, uint64_t alignment) {
  const char* from = chunk.address;
  uint64_t size = chunk.size;
  if (chunk.state == ChunkState::pending) {
    if (is_free(chunk.previous)) {
      from = chunk.previous->address;
      size += chunk.previous->size;
    }
    if (is_free(chunk.next)) size += chunk.next->size;
  }
  const auto start = reinterpret_cast<uint64_t>(from);
  const uint64_t lost = aligned_up(start, alignment) - start;
  return size > lost ? size - lost : 0;
}

}  // namespace

Chunk* FitIndex::find_free(const Request& request) {
  return find(request.is_small, request);
}

Chunk* FitIndex::find_pending(StreamId stream, const Request& request) {
  return find(2 * (static_cast<uint64_t>(stream) + 1) + request.is_small, request);
}

Chunk* FitIndex::find(Place place, const Request& request) {
  const Order& sorted = order(request.alignment);
  const auto found = sorted.chunks.lower_bound({place, request.size, 0});
  return found != sorted.chunks.end() && found->first.place == place ? found->second : nullptr;
}

uint64_t FitIndex::largest_free() {
  const Order& sorted = order(1);
  uint64_t largest = 0;
  for (const Place kind : {0, 1}) {
    auto after = sorted.chunks.lower_bound({kind + 1, 0, 0});
    if (after == sorted.chunks.begin() || (--after)->first.place != kind) continue;
    largest = std::max(largest, after->first.value);
  }
  return largest;
}

const Chunk* FitIndex::at(const void* address) {
  const Order& sorted = order(0);
  auto after = sorted.chunks.lower_bound({0, reinterpret_cast<uint64_t>(address) + 1, 0});
  if (after == sorted.chunks.begin()) return nullptr;
  const Chunk* chunk = (--after)->second;
  return static_cast<const char*>(address) < chunk->address + chunk->size ? chunk : nullptr;
}

void FitIndex::note(Chunk* chunk) {
  // The room of pending neighbours depends on it.
  changed_.push_back(chunk);
  if (chunk->previous) changed_.push_back(chunk->previous);
  if (chunk->next) changed_.push_back(chunk->next);
  if (changed_.size() > 3 * (chunks_at_start_ + kFewestChanges)) forget();
}

void FitIndex::forget() {
  is_watching_ = false;
  orders_.clear();
  changed_.clear();
}

template <class Visit>
void FitIndex::visit_all(Visit visit) {
  for (Block* block = blocks_; block; block = block->next) {
    for (Chunk* chunk = block->first; chunk; chunk = chunk->next) visit(chunk);
  }
}

FitIndex::Order& FitIndex::order(uint64_t alignment) {
  for (Chunk* chunk : changed_) {
    for (Order& known : orders_) update(known, chunk);
  }
  changed_.clear();
  for (Order& known : orders_) {
    if (known.alignment == alignment) return known;
  }
  is_watching_ = true;
  chunks_at_start_ = 0;
  Order& made = orders_.emplace_back(Order{alignment, std::map<Key, Chunk*, IsBefore>({&visited_}), {}});
  visit_all([&](Chunk* chunk) {
    ++chunks_at_start_;
    update(made, chunk);
  });
  return made;
}

std::optional<FitIndex::Key> FitIndex::key_of(const Order& order, const Chunk& chunk) {
  // Records that nobody uses any more have no block.
  if (!chunk.block || chunk.state == ChunkState::used) return std::nullopt;
  if (order.alignment == 0) {
    if (chunk.state == ChunkState::free) return std::nullopt;
    return Key{0, reinterpret_cast<uint64_t>(chunk.address), 0};
  }
  if (chunk.state == ChunkState::joined) return std::nullopt;
  return Key{place_of(chunk), room_of(chunk, order.alignment), 0};
}

void FitIndex::update(Order& order, Chunk* chunk) {
  ++visited_;
  std::optional<Key> key = key_of(order, *chunk);
  const auto known = order.keys.find(chunk);
  if (known != order.keys.end()) {
    if (key && key->place == known->second.place && key->value == known->second.value) return;
    order.chunks.erase(known->second);
    if (!key) {
      order.keys.erase(known);
      return;
    }
  }
  if (!key) return;
  key->entered = ++entered_;
  order.chunks.emplace(*key, chunk);
  order.keys.insert_or_assign(chunk, *key);
}

}  // namespace palatine::pool
