#include "runtime/legion/view.h"

#include <bit>

#include "runtime/legion/region_tree.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

uint32_t Views::compose(uint32_t view, const uint16_t* fields, uint32_t count) {
  Table table(fields, fields + count);
  bool is_whole = true;
  for (uint32_t k = 0; k < count; ++k) {
    table[k] = static_cast<uint16_t>(field(view, table[k]));
    is_whole = is_whole && table[k] == k;
  }
  if (is_whole) return 0;
  std::lock_guard lock(mutex_);
  auto [entry, is_new] = numbers_.try_emplace(std::move(table), static_cast<uint32_t>(numbers_.size() + 1));
  if (is_new) {
    if (entry->second >= kMaxViews) realm::fatal_error("too many projections of regions");
    tables_[entry->second].store(&entry->first, std::memory_order_release);
  }
  return entry->second;
}

std::vector<FieldGroup> fields_of_view(const Views& views, uint32_t view, FieldGroup fields) {
  if (view == 0) return {fields};
  std::map<uint32_t, uint64_t> groups;
  for (uint64_t rest = fields.mask; rest != 0; rest &= rest - 1) {
    const uint32_t number =
        views.field(view, fields.group * kGroupFields + static_cast<uint32_t>(std::countr_zero(rest)));
    groups[number / kGroupFields] |= uint64_t{1} << number % kGroupFields;
  }
  std::vector<FieldGroup> result;
  for (auto [group, mask] : groups) result.push_back({group, mask});
  return result;
}

}  // namespace palatine::legion
