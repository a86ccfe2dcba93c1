// A field over the points of one index space, divided into chunks for several workers: what by-field and
// preimages have in common.
#pragma once

#include <memory>
#include <vector>

#include "realm/indexspace.h"
#include "runtime/realm/space/field_reader.h"
#include "runtime/realm/space/space_operation.h"

namespace palatine::realm::space {

template <int N, typename T>
class ChunkedFields {
 public:
  ChunkedFields(const IndexSpace<N, T>& domain, const std::vector<Realm::detail::FieldSource<N, T>>& fields,
                size_t value_bytes, const char* call)
      : domain_(domain, call), value_bytes_(value_bytes), call_(call) {
    spaces_.reserve(fields.size());
    for (const auto& field : fields) {
      spaces_.emplace_back(field.space, call);
      places_.push_back({field.inst, field.field});
    }
  }

  void add_known(std::vector<Realm::Event>& events) const {
    domain_.add_known(events);
    for (const auto& space : spaces_) space.add_known(events);
  }
  const RectList<N, T>& domain() { return domain_.list(); }
  uint64_t points() const { return points_; }

  // Cuts the domain; returns the number of chunks. Each point is in one, or in none when no descriptor has
  // it.
  size_t prepare() {
    constexpr uint64_t kMinChunk = 1 << 16;
    RectList<N, T> left = domain_.list();
    for (size_t i = 0; i < spaces_.size() && !left.empty(); i++) {
      const RectList<N, T>& field = spaces_[i].list();
      // Where descriptors overlap the first one counts.
      const RectList<N, T> mine = intersect(left, field);
      if (mine.empty()) continue;
      if (i + 1 < spaces_.size()) left = subtract(left, mine);
      readers_.push_back(
          std::make_unique<FieldReader<N, T>>(places_[i].first, places_[i].second, value_bytes_, call_));
      const uint64_t total = volume(mine);
      const uint64_t workers = worker_count();
      const uint64_t count = workers == 1 ? 1 : std::min(4 * workers, total / kMinChunk + 1);
      for (uint64_t k = 0; k < count; k++)
        chunks_.push_back({readers_.back().get(),
                           count == 1 ? mine : slice(mine, total * k / count, total * (k + 1) / count)});
      points_ += total;
    }
    return chunks_.size();
  }
  // Calls row(first point, count, address, stride); different chunks at once.
  template <typename Row>
  void for_each_row(size_t chunk, Row&& row) const {
    std::vector<std::byte> scratch;
    chunks_[chunk].reader->for_each_row(chunks_[chunk].domain, scratch, row);
  }

 private:
  struct Chunk {
    const FieldReader<N, T>* reader;
    RectList<N, T> domain;
  };

  SpaceInput<N, T> domain_;
  std::vector<SpaceInput<N, T>> spaces_;
  std::vector<std::pair<Realm::RegionInstance, size_t>> places_;
  size_t value_bytes_;
  const char* call_;
  std::vector<std::unique_ptr<FieldReader<N, T>>> readers_;
  std::vector<Chunk> chunks_;
  uint64_t points_ = 0;
};

}  // namespace palatine::realm::space
