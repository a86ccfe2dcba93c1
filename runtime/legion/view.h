// Views: what a region's fields are among the fields of its tree.
//
// A projected region `r.{a, b}` is the same region with other numbers for its fields. A view is the table of
// these numbers. It travels in the handle (`api::Region::view`), so that nothing is copied and no region is
// made; whoever looks at fields translates them first.
//
// Views are few: one for each projection in the program's text and each view that it is applied to. They live
// as long as the runtime.
//
// Thread safety: `field` takes no lock; `compose` locks. Who holds a view's number got it from the thread
// that made it, directly or through a launch.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace palatine::legion {

class Views {
 public:
  Views() : tables_(new std::atomic<const Table*>[kMaxViews]()) {}
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  // The view whose field k is field `fields[k]` of `view`; 0 when these are the tree's own numbers.
  uint32_t compose(uint32_t view, const uint16_t* fields, uint32_t count);
  // The number in the tree of a view's field.
  uint32_t field(uint32_t view, uint32_t field) const { return view == 0 ? field : table(view).at(field); }
  // How many fields a view other than 0 has.
  uint32_t field_count(uint32_t view) const { return static_cast<uint32_t>(table(view).size()); }

 private:
  using Table = std::vector<uint16_t>;
  static constexpr uint32_t kMaxViews = 1 << 16;

  const Table& table(uint32_t view) const { return *tables_[view].load(std::memory_order_acquire); }

  std::unique_ptr<std::atomic<const Table*>[]> tables_;
  // Guards `numbers_`, whose keys are the tables.
  std::mutex mutex_;
  std::map<Table, uint32_t> numbers_;
};

// A set of fields of one group.
struct FieldGroup {
  uint32_t group;
  uint64_t mask;
};
// The fields of `mask` in `group` of a view, as fields of the tree; in ascending order of groups.
std::vector<FieldGroup> fields_of_view(const Views& views, uint32_t view, FieldGroup fields);

}  // namespace palatine::legion
