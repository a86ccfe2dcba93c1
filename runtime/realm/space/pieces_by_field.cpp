// Index spaces by field: IndexSpace::create_subspaces_by_field.
#include <algorithm>

#include "realm/indexspace.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/space/by_field.h"
#include "runtime/realm/space/chunked_fields.h"

namespace palatine::realm::space {

namespace {

// Stage 0 reads chunks of the field, stage 1 joins the parts of each colour.
template <int N, typename T>
class ByFieldWork final : public SpaceWork {
 public:
  // `numbers`: those of the results' colours in `table`.
  ByFieldWork(ChunkedFields<N, T> fields, std::unique_ptr<ColorNumbers> table, std::vector<uint32_t> numbers,
              std::vector<std::shared_ptr<SparsityContents<N, T>>> results)
      : fields_(std::move(fields)),
        table_(std::move(table)),
        numbers_(std::move(numbers)),
        results_(std::move(results)) {}

  size_t stage_count() const override { return 2; }
  size_t prepare(size_t stage) override {
    if (stage == 1) return table_->size();
    chunks_.resize(fields_.prepare());
    return chunks_.size();
  }
  uint64_t cost(size_t stage) const override { return fields_.points(); }
  void run_piece(size_t stage, size_t piece) override {
    if (stage == 1) {
      join_color(static_cast<uint32_t>(piece));
      return;
    }
    RunLists<N, T> pieces(table_->size());
    fields_.for_each_row(
        piece, [&](const Point<N, T>& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
          add_row_by_field(pieces, first, count, values, stride, *table_);
        });
    chunks_[piece] = std::move(pieces);
  }

 private:
  void join_color(uint32_t number) {
    RectList<N, T> piece = RunLists<N, T>::take(chunks_, number);
    // A colour may be asked for several times.
    const size_t last = numbers_.rend() - std::find(numbers_.rbegin(), numbers_.rend(), number) - 1;
    for (size_t i = 0; i < last; i++)
      if (numbers_[i] == number) results_[i]->set(piece);
    results_[last]->set(std::move(piece));
  }

  ChunkedFields<N, T> fields_;
  std::unique_ptr<ColorNumbers> table_;
  std::vector<uint32_t> numbers_;
  std::vector<std::shared_ptr<SparsityContents<N, T>>> results_;
  std::vector<RunLists<N, T>> chunks_;
};

}  // namespace

}  // namespace palatine::realm::space

namespace Realm::detail {

using namespace palatine::realm::space;

template <int N, typename T>
Event pieces_by_field(const IndexSpace<N, T>& parent, const char* call,
                      const std::vector<FieldSource<N, T>>& fields, const void* colors, size_t count,
                      size_t color_bytes, std::vector<IndexSpace<N, T>>& pieces,
                      const ProfilingRequestSet& requests, Event wait_on) {
  need_empty(pieces, call);
  if (parent.empty() || count == 0) {
    pieces.resize(count);
    return launch_nothing(call, requests, wait_on);
  }
  std::vector<uint32_t> numbers;
  auto table = make_color_table(colors, count, color_bytes, numbers);
  if (!table) palatine::realm::bad_use(call, "colours of %zu bytes are not supported", color_bytes);
  ChunkedFields<N, T> chunked(parent, fields, color_bytes, call);
  std::vector<Event> known;
  chunked.add_known(known);
  auto results = make_results(parent.bounds, count, pieces);
  auto maps = results_of(results);
  auto work = std::make_unique<ByFieldWork<N, T>>(std::move(chunked), std::move(table), std::move(numbers),
                                                  std::move(results));
  return launch_work(call, std::move(work), std::move(maps), std::move(known), requests, wait_on);
}

#define X(N, T)                                                                                      \
  template Event pieces_by_field(const IndexSpace<N, T>&, const char*,                               \
                                 const std::vector<FieldSource<N, T>>&, const void*, size_t, size_t, \
                                 std::vector<IndexSpace<N, T>>&, const ProfilingRequestSet&, Event);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm::detail
