#include "runtime/realm/transfer/transfer_operation.h"

#include <algorithm>
#include <cstring>

#include "realm/id.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"
#include "runtime/realm/process.h"
#include "runtime/realm/transfer/gpu_transfer.h"
#include "runtime/realm/worker.h"

namespace palatine::realm::transfer {

namespace {

// Operations of at most this size run where they are launched, or where their precondition triggers.
constexpr uint64_t kInlineBytes = 16 << 10;

namespace measurements = Realm::ProfilingMeasurements;

class TransferOperation final : public Operation {
 public:
  TransferOperation(std::unique_ptr<Transfer> transfer, Place place,
                    const Realm::ProfilingRequestSet& requests)
      : Operation(transfer->call(), place, requests), transfer_(std::move(transfer)) {}

 private:
  struct Strip : Work {
    TransferOperation* operation = nullptr;
    size_t number = 0;
  };

  void execute() override {
    if (transfer_->uses_gpu()) {
      defer_completion();
      const auto done = [](void* operation) { static_cast<TransferOperation*>(operation)->complete(); };
      gpu_transfer_ = std::make_unique<GpuTransfer>(*transfer_, done, this);
      gpu_transfer_->start();
      return;
    }
    transfer_->prepare(scheduler().worker_count());
    const size_t count = transfer_->strip_count();
    if (count <= 1) {
      if (count == 1) transfer_->move_strip(0);
      return;
    }
    defer_completion();
    left_.store(count, std::memory_order_relaxed);
    strips_ = std::make_unique<Strip[]>(count);
    for (size_t k = 0; k < count; ++k) {
      strips_[k].operation = this;
      strips_[k].number = k;
      strips_[k].run = [](Work& work, Worker&) {
        Strip& strip = static_cast<Strip&>(work);
        strip.operation->move(strip.number);
      };
      if (k > 0) submit_background(strips_[k]);
    }
    move(0);
  }

  // The operation may be gone after this. The counter orders what all strips did before the completion.
  void move(size_t strip) {
    transfer_->move_strip(strip);
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) complete();
  }

  void measure(Profile& profile) override {
    if (profile.wants<measurements::OperationMemoryUsage>()) {
      measurements::OperationMemoryUsage usage;
      usage.size = transfer_->bytes();
      for (const FieldPair& field : transfer_->fields()) {
        if (!usage.source.exists()) usage.source = memory_of(field.src);
        if (!usage.target.exists()) usage.target = memory_of(field.dst);
      }
      profile.add(usage);
    }
    if (profile.wants<measurements::OperationCopyInfo>()) profile.add(copy_info());
  }

  // Of an indirect end the first target's.
  std::vector<Realm::RegionInstance> instances_of(const Realm::CopySrcDstField& field) const {
    if (field.indirect_index >= 0)
      return transfer_->indirects()[static_cast<size_t>(field.indirect_index)]->insts;
    if (field.inst.exists()) return {field.inst};
    return {};
  }
  Realm::Memory memory_of(const Realm::CopySrcDstField& field) const {
    std::vector<Realm::RegionInstance> instances = instances_of(field);
    return instances.empty() ? Realm::Memory::NO_MEMORY : instances[0].get_location();
  }

  // One entry for all fields that are copied or reduced between the same instances in the same way.
  measurements::OperationCopyInfo copy_info() const {
    measurements::OperationCopyInfo info;
    for (const FieldPair& field : transfer_->fields()) {
      measurements::OperationCopyInfo::InstInfo entry;
      entry.src_insts = instances_of(field.src);
      entry.dst_insts = instances_of(field.dst);
      auto note_indirection = [&](const Realm::CopySrcDstField& end, Realm::RegionInstance& instance,
                                  Realm::FieldID& id) {
        if (end.indirect_index < 0) return;
        const auto& data = *transfer_->indirects()[static_cast<size_t>(end.indirect_index)];
        instance = data.inst;
        id = data.field_id;
      };
      note_indirection(field.src, entry.src_indirection_inst, entry.src_indirection_field);
      note_indirection(field.dst, entry.dst_indirection_inst, entry.dst_indirection_field);
      entry.request_type = field.dst.redop_id != 0   ? measurements::OperationCopyInfo::REDUCE
                           : entry.src_insts.empty() ? measurements::OperationCopyInfo::FILL
                                                     : measurements::OperationCopyInfo::COPY;
      entry.num_hops = 1;
      // Each fill is an entry of its own.
      bool is_new = true;
      for (auto& known : info.inst_info) {
        if (entry.request_type == measurements::OperationCopyInfo::FILL) break;
        if (known.src_insts != entry.src_insts || known.dst_insts != entry.dst_insts ||
            known.request_type != entry.request_type ||
            known.src_indirection_inst != entry.src_indirection_inst ||
            known.dst_indirection_inst != entry.dst_indirection_inst) {
          continue;
        }
        if (!entry.src_insts.empty()) known.src_fields.push_back(field.src.field_id);
        known.dst_fields.push_back(field.dst.field_id);
        is_new = false;
        break;
      }
      if (!is_new) continue;
      if (!entry.src_insts.empty()) entry.src_fields.push_back(field.src.field_id);
      entry.dst_fields.push_back(field.dst.field_id);
      info.inst_info.push_back(std::move(entry));
    }
    return info;
  }

  const std::unique_ptr<Transfer> transfer_;
  // Only with ends in the memory of a GPU.
  std::unique_ptr<GpuTransfer> gpu_transfer_;
  std::unique_ptr<Strip[]> strips_;
  std::atomic<size_t> left_{0};
};

}  // namespace

namespace {

uint64_t sum_of_sizes(const std::vector<Realm::CopySrcDstField>& fields) {
  uint64_t sum = 0;
  for (const Realm::CopySrcDstField& field : fields) sum += field.size;
  return sum;
}

// Whether an operation on `points` that moves at most `bytes` a point can be carried out by its caller.
bool can_run_at_once(const Realm::detail::PointSet& points, uint64_t bytes,
                     const Realm::ProfilingRequestSet& requests, Realm::Event wait_on, const char* call) {
  if (!requests.empty()) return false;
  if (!gpus().empty()) return false;
  const uint64_t volume = points.volume_at_most();
  if (volume > kInlineBytes || bytes * volume > kInlineBytes) return false;
  bool is_poisoned = false;
  if (!core_event(wait_on, call).has_triggered(is_poisoned) || is_poisoned) return false;
  return core_event(points.known(), call).has_triggered(is_poisoned) && !is_poisoned;
}

// The boxes of `points`, in memory that the thread's next call uses again. It is taken away meanwhile, as
// kernels and serializers are programs' code that may copy, too.
class BoxList {
 public:
  explicit BoxList(const Realm::detail::PointSet& points) : boxes_(std::move(spare())) {
    static thread_local std::vector<int64_t> rects;
    rects.clear();
    points.list_rects(rects);
    boxes_.resize(rects.size() / (2 * REALM_MAX_DIM));
    std::memcpy(boxes_.data(), rects.data(), rects.size() * sizeof(int64_t));
  }
  ~BoxList() { spare() = std::move(boxes_); }

  const std::vector<Box>& boxes() const { return boxes_; }

 private:
  static std::vector<Box>& spare() {
    static thread_local std::vector<Box> kept;
    return kept;
  }

  std::vector<Box> boxes_;
};

}  // namespace

bool copy_at_once(const Realm::detail::PointSet& points, const std::vector<Realm::CopySrcDstField>& srcs,
                  const std::vector<Realm::CopySrcDstField>& dsts, const Realm::ProfilingRequestSet& requests,
                  Realm::Event wait_on, const char* call) {
  if (!can_run_at_once(points, std::max(sum_of_sizes(srcs), sum_of_sizes(dsts)), requests, wait_on, call)) {
    return false;
  }
  const BoxList list(points);
  const std::vector<Box>& boxes = list.boxes();
  if (boxes.empty()) return true;
  const int dimension = points.dimension();
  for (size_t k = 0; k < srcs.size(); ++k) {
    if (srcs[k].indirect_index >= 0 || dsts[k].indirect_index >= 0) {
      bad_use(call, "there is no indirection %d", std::max(srcs[k].indirect_index, dsts[k].indirect_index));
    }
    const Move move = look_up(srcs[k], dsts[k], dimension, call);
    if (move.src_bytes == 0) continue;
    for (const Box& box : boxes) move_direct(move, box, dimension, false, call);
  }
  return true;
}

Realm::Event launch(std::unique_ptr<Transfer> transfer, const Realm::ProfilingRequestSet& requests,
                    Realm::Event wait_on) {
  const Realm::Event known = transfer->known();
  const Realm::Event precondition = known.exists() ? Realm::Event::merge_events(wait_on, known) : wait_on;
  const bool is_small = transfer->bytes_at_most() <= kInlineBytes && !transfer->uses_gpu();
  bool is_poisoned = false;
  if (is_small && requests.empty() && core_event(precondition, transfer->call()).has_triggered(is_poisoned) &&
      !is_poisoned) {
    transfer->prepare(1);
    if (transfer->strip_count() == 1) transfer->move_strip(0);
    return Realm::Event::NO_EVENT;
  }
  const auto place = is_small ? Operation::Place::kInline : Operation::Place::kWorker;
  return (new TransferOperation(std::move(transfer), place, requests))->launch(precondition);
}

}  // namespace palatine::realm::transfer

namespace Realm {

namespace core = palatine::realm;

// ---- CopySrcDstField

CopySrcDstField::CopySrcDstField(const CopySrcDstField& copy_from) {
  *this = copy_from;
}

CopySrcDstField& CopySrcDstField::operator=(const CopySrcDstField& copy_from) {
  if (this == &copy_from) return *this;
  if (owns_fill_data()) std::free(fill_data.indirect);
  inst = copy_from.inst;
  field_id = copy_from.field_id;
  size = copy_from.size;
  redop_id = copy_from.redop_id;
  red_fold = copy_from.red_fold;
  red_exclusive = copy_from.red_exclusive;
  serdez_id = copy_from.serdez_id;
  subfield_offset = copy_from.subfield_offset;
  indirect_index = copy_from.indirect_index;
  fill_data = copy_from.fill_data;
  if (owns_fill_data()) {
    fill_data.indirect = std::malloc(size);
    std::memcpy(fill_data.indirect, copy_from.fill_data.indirect, size);
  }
  return *this;
}

CopySrcDstField::~CopySrcDstField() {
  if (owns_fill_data()) std::free(fill_data.indirect);
}

CopySrcDstField& CopySrcDstField::set_field(RegionInstance _inst, FieldID _field_id, size_t _size,
                                            size_t _subfield_offset) {
  if (owns_fill_data()) std::free(fill_data.indirect);
  fill_data = {};
  inst = _inst;
  field_id = _field_id;
  size = _size;
  subfield_offset = _subfield_offset;
  return *this;
}

CopySrcDstField& CopySrcDstField::set_indirect(int _indirect_index, FieldID _field_id, size_t _size,
                                               size_t _subfield_offset) {
  if (owns_fill_data()) std::free(fill_data.indirect);
  fill_data = {};
  indirect_index = _indirect_index;
  field_id = _field_id;
  size = _size;
  subfield_offset = _subfield_offset;
  return *this;
}

CopySrcDstField& CopySrcDstField::set_redop(ReductionOpID _redop_id, bool _is_fold, bool exclusive) {
  redop_id = _redop_id;
  red_fold = _is_fold;
  red_exclusive = exclusive;
  return *this;
}

CopySrcDstField& CopySrcDstField::set_serdez(CustomSerdezID _serdez_id) {
  serdez_id = _serdez_id;
  return *this;
}

CopySrcDstField& CopySrcDstField::set_fill(const void* _data, size_t _size) {
  if (!_data && _size > 0) {
    core::bad_use("CopySrcDstField::set_fill", "the value of %zu bytes is null", _size);
  }
  if (owns_fill_data()) std::free(fill_data.indirect);
  fill_data = {};
  inst = RegionInstance::NO_INST;
  indirect_index = -1;
  size = _size;
  if (size <= MAX_DIRECT_SIZE) {
    std::memcpy(fill_data.direct, _data, size);
  } else {
    fill_data.indirect = std::malloc(size);
    std::memcpy(fill_data.indirect, _data, size);
  }
  return *this;
}

std::ostream& operator<<(std::ostream& os, const CopySrcDstField& sd) {
  if (sd.indirect_index >= 0) {
    os << "indirect(" << sd.indirect_index << ")";
  } else if (sd.inst.exists()) {
    os << "instance(" << sd.inst << ")";
  } else {
    os << "constant";
  }
  os << ", field=" << sd.field_id << "+" << sd.subfield_offset << ", size=" << sd.size;
  if (sd.redop_id != 0) os << (sd.red_fold ? ", fold=" : ", apply=") << sd.redop_id;
  return os;
}

// ---- launching

namespace detail {

Event launch_copy(std::unique_ptr<PointSet> points, const std::vector<CopySrcDstField>& srcs,
                  const std::vector<CopySrcDstField>& dsts,
                  std::vector<std::shared_ptr<IndirectionData>> indirects,
                  const ProfilingRequestSet& requests, Event wait_on, int) {
  const char* call = "IndexSpace::copy";
  core::need_runtime(call);
  if (srcs.size() != dsts.size()) {
    core::bad_use(call, "%zu sources have %zu destinations", srcs.size(), dsts.size());
  }
  if (indirects.empty() && core::transfer::copy_at_once(*points, srcs, dsts, requests, wait_on, call)) {
    return Event::NO_EVENT;
  }
  std::vector<core::transfer::FieldPair> fields(srcs.size());
  for (size_t k = 0; k < srcs.size(); ++k) fields[k] = {srcs[k], dsts[k]};
  return core::transfer::launch(std::make_unique<core::transfer::Transfer>(
                                    call, std::move(points), std::move(fields), std::move(indirects)),
                                requests, wait_on);
}

Event launch_fill(std::unique_ptr<PointSet> points, const std::vector<CopySrcDstField>& dsts,
                  const ProfilingRequestSet& requests, const void* fill_value, size_t fill_value_size,
                  Event wait_on, int) {
  const char* call = "IndexSpace::fill";
  core::need_runtime(call);
  std::vector<core::transfer::FieldPair> fields(dsts.size());
  size_t sum = 0;
  bool is_one_for_all = true;
  for (const CopySrcDstField& dst : dsts) {
    sum += dst.size;
    is_one_for_all &= dst.size == fill_value_size;
  }
  if (!is_one_for_all && sum > fill_value_size) {
    core::bad_use(call, "a value of %zu bytes fills fields of %zu bytes", fill_value_size, sum);
  }
  if (!fill_value && sum > 0) core::bad_use(call, "the value of %zu bytes is null", fill_value_size);
  size_t offset = 0;
  for (size_t k = 0; k < dsts.size(); ++k) {
    fields[k].dst = dsts[k];
    fields[k].src.set_fill(static_cast<const char*>(fill_value) + offset, dsts[k].size);
    if (!is_one_for_all) offset += dsts[k].size;
  }
  return core::transfer::launch(
      std::make_unique<core::transfer::Transfer>(call, std::move(points), std::move(fields),
                                                 std::vector<std::shared_ptr<IndirectionData>>()),
      requests, wait_on);
}

}  // namespace detail

}  // namespace Realm
