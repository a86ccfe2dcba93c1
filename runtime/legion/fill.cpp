// Filling a field of a region with a value. Large fills are split, so that all workers touch memory.
#include <cstring>

#include "runtime/legion/context.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

constexpr uint64_t kPartBytes = 2 << 20;
constexpr uint32_t kEdges = 3;

// Writes elements [begin, end) of `box`, counted with the first dimension fastest.
void fill_elements(const api::FieldAddress& address, const Box& box, uint64_t begin, uint64_t end,
                   const char* value, uint64_t size_bytes) {
  uint64_t row = box.extent(0);
  for (uint64_t k = begin; k < end;) {
    int64_t p[kMaxDim];
    box.point_at(k, p);
    uint64_t count = std::min(row - k % row, end - k);
    uint64_t offset = 0;
    for (int d = 0; d < box.dim; ++d)
      offset += static_cast<uint64_t>(p[d]) * static_cast<uint64_t>(address.stride_bytes[d]);
    char* out = reinterpret_cast<char*>(reinterpret_cast<uint64_t>(address.base) + offset);
    if (size_bytes == 8) {
      uint64_t word;
      memcpy(&word, value, 8);
      for (uint64_t j = 0; j < count; ++j) memcpy(out + 8 * j, &word, 8);
    } else if (size_bytes == 4) {
      uint32_t word;
      memcpy(&word, value, 4);
      for (uint64_t j = 0; j < count; ++j) memcpy(out + 4 * j, &word, 4);
    } else {
      for (uint64_t j = 0; j < count; ++j) memcpy(out + size_bytes * j, value, size_bytes);
    }
    k += count;
  }
}

// The same over the boxes of a domain, one after the other.
void fill_domain(const api::FieldAddress& address, const Domain& domain, uint64_t begin, uint64_t end,
                 const char* value, uint64_t size_bytes) {
  uint64_t at = 0;
  for_each_box(domain, [&](const Box& box) {
    uint64_t volume = box.volume();
    if (begin < at + volume && at < end) {
      fill_elements(address, box, std::max(begin, at) - at, std::min(end, at + volume) - at, value,
                    size_bytes);
    }
    at += volume;
  });
}

struct Fill final : Operation {
  struct Part : realm::Work {
    Fill* fill;
    uint64_t begin, end;
  };

  Fill(Runtime& owner, Region& target, uint32_t target_field)
      : Operation(owner.scheduler, &Fill::start, edge_room, kEdges),
        runtime(owner),
        region(target),
        field(target_field) {}

  Runtime& runtime;
  Region& region;
  uint32_t field;
  uint32_t size_bytes = 0;
  // Where GPUs are in use (gpu_face.h): the host may write; a device has written.
  bool is_at_home = false, is_filled = false;
  Task* parent = nullptr;
  WhoMaps mapper;
  Part* parts = nullptr;
  uint64_t part_count = 0;
  std::atomic<uint64_t> remaining{0};
  api::FieldAddress address;
  Edge edge_room[kEdges];
  size_t block_bytes = 0;

  const char* value() const { return reinterpret_cast<const char*>(this + 1); }

  static void start(realm::Work& work, realm::Worker& worker) {
    Fill& fill = static_cast<Fill&>(static_cast<Operation&>(work));
    if (GpuFace* gpus = fill.runtime.gpus.get(); gpus && !fill.is_at_home) [[unlikely]] {
      if (fill.is_filled) {
        if (schedule_log) schedule_log->started(fill.done);
        fill.complete(worker);
        return;
      }
      const HostUse use{&fill.region,
                        fill.field / kGroupFields,
                        uint64_t{1} << fill.field % kGroupFields,
                        false,
                        true,
                        fill.mapper.task_name,
                        fill.mapper.loc};
      fill.is_filled = true;
      if (gpus->fill_there(use, fill.field, fill.value(), fill.size_bytes, fill)) return;
      fill.is_filled = false;
      fill.is_at_home = true;
      if (!gpus->to_host({&use, 1}, fill)) return;
    }
    fill.run_parts(worker);
  }

  void run_parts(realm::Worker& worker) {
    if (schedule_log) [[unlikely]]
      schedule_log->started(done);
    uint64_t volume = region.domain.volume();
    if (volume > 0) {
      allocate_fields(runtime.forest, *region.root, field / kGroupFields, uint64_t{1} << field % kGroupFields,
                      mapper);
      address = field_address(*region.root, field);
    }
    uint64_t wanted = std::min<uint64_t>(volume * size_bytes / kPartBytes + 1,
                                         runtime.scheduler.worker_count() > 1 ? 64 : 1);
    uint64_t length = (volume + wanted - 1) / wanted;
    part_count = wanted;
    remaining.store(wanted, std::memory_order_relaxed);
    parts = static_cast<Part*>(realm::allocate_block(wanted * sizeof(Part)));
    for (uint64_t k = wanted; k-- > 0;) {
      Part* part = new (&parts[k]) Part;
      part->run = [](realm::Work& w, realm::Worker& on) { run_part(static_cast<Part&>(w), on); };
      part->fill = this;
      part->begin = std::min(volume, k * length);
      part->end = std::min(volume, (k + 1) * length);
      if (k > 0) runtime.scheduler.submit(*part);
    }
    run_part(parts[0], worker);
  }

  static void run_part(Part& part, realm::Worker& worker) {
    Fill& fill = *part.fill;
    fill_domain(fill.address, fill.region.domain, part.begin, part.end, fill.value(), fill.size_bytes);
    // Acquire-release: the last part passes on what all parts wrote.
    if (fill.remaining.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    realm::free_block(fill.parts, fill.part_count * sizeof(Part));
    fill.complete(worker);
  }

  void complete(realm::Worker& worker) {
    if (schedule_log) [[unlikely]]
      schedule_log->ended(done);
    const realm::UserEvent event = done;
    Task* const launcher = parent;
    const size_t bytes = block_bytes;
    this->~Fill();
    realm::free_block(this, bytes);
    worker.begin_finish();
    event.trigger();
    Task::child_done(launcher, 1);
    worker.end_finish();
  }
};

}  // namespace

void ContextImpl::fill(Region& region, uint32_t field, const void* value, uint32_t size_bytes,
                       api::SourceLoc loc) {
  WhoMaps mapper{task_.info.desc->name, loc};
  Use use{&region, field / kGroupFields, uint64_t{1} << field % kGroupFields, true};
  if (is_leaf()) {
    // Nothing else of this task can be running.
    if (region.domain.is_empty()) return;
    if (task_.gpu) {
      runtime_.gpus->fill(task_, region, field, value, size_bytes);
      return;
    }
    allocate_fields(forest(), *region.root, use.group, use.mask, mapper);
    fill_domain(field_address(*region.root, field), region.domain, 0, region.domain.volume(),
                static_cast<const char*>(value), size_bytes);
    return;
  }
  throttle();
  size_t block_bytes = sizeof(Fill) + size_bytes;
  Fill* fill = new (realm::allocate_block(block_bytes)) Fill(runtime_, region, field);
  fill->size_bytes = size_bytes;
  fill->block_bytes = block_bytes;
  fill->parent = &task_;
  fill->mapper = mapper;
  memcpy(const_cast<char*>(fill->value()), value, size_bytes);
  dependences().add(use, fill->done, [&](realm::Event event) { fill->add_dependence(event); });
  fill->add_dependence(fence());
  next_sequence(1);
  if (!region.domain.is_empty()) fill->add_dependence(reserve(use, mapper.task_name, loc));
  add_live(fill->done);
  task_.add_children(1);
  realm::Event done = fill->done;
  if (schedule_log) [[unlikely]]
    schedule_log->launched(*fill, task_.done.id(), {ScheduleLog::Kind::fill, mapper.task_name, loc},
                           {&use, 1});
  if (fill->finish_analysis()) runtime_.scheduler.submit(*fill);
  if (conflicts_with_mapped(use)) wait_blocking(done);
}

}  // namespace palatine::legion
