// Copying a field of one region to a field of another one, or folding it into that.
#include <cstring>

#include "runtime/legion/barrier.h"
#include "runtime/legion/context.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"

namespace palatine::legion {

namespace {

constexpr uint32_t kEdges = 4;

char* element(const api::FieldAddress& address, const int64_t* p, int dim) {
  uint64_t offset = 0;
  for (int d = 0; d < dim; ++d)
    offset += static_cast<uint64_t>(p[d]) * static_cast<uint64_t>(address.stride_bytes[d]);
  return reinterpret_cast<char*>(reinterpret_cast<uint64_t>(address.base) + offset);
}

struct Copy final : Operation {
  Copy(Runtime& owner, Region& from, Region& to, const api::CopyField& which)
      : Operation(owner.scheduler, &Copy::start, edge_room, kEdges),
        runtime(owner),
        source(from),
        target(to),
        field(which) {}

  Runtime& runtime;
  Region& source;
  Region& target;
  const api::CopyField field;
  // The host may use the data (gpu_face.h).
  bool is_at_home = false;
  Task* parent = nullptr;
  WhoMaps mapper;
  Edge edge_room[kEdges];

  static void start(realm::Work& work, realm::Worker& worker) {
    Copy& copy = static_cast<Copy&>(static_cast<Operation&>(work));
    if (GpuFace* gpus = copy.runtime.gpus.get(); gpus && !copy.is_at_home) [[unlikely]] {
      copy.is_at_home = true;
      if (!copy.move_home(*gpus)) return;
    }
    if (schedule_log) [[unlikely]]
      schedule_log->started(copy.done);
    copy.run_rows();
    if (schedule_log) [[unlikely]]
      schedule_log->ended(copy.done);
    realm::UserEvent done = copy.done;
    Task* parent = copy.parent;
    copy.~Copy();
    realm::free_block(&copy, sizeof(Copy));
    worker.begin_finish();
    done.trigger();
    Task::child_done(parent, 1);
    worker.end_finish();
  }

  bool move_home(GpuFace& gpus) {
    const auto use_of = [&](Region& region, uint32_t number, bool is_write) {
      return HostUse{&region,
                     number / kGroupFields,
                     uint64_t{1} << number % kGroupFields,
                     true,
                     is_write,
                     mapper.task_name,
                     mapper.loc};
    };
    const HostUse uses[] = {use_of(source, field.source, false), use_of(target, field.target, true)};
    return gpus.to_host(uses, *this);
  }

  void run_rows() const {
    const OwnedDomain points = intersect(source.domain, target.domain);
    if (points.is_empty()) return;
    const api::FieldAddress from = mapped(source, field.source), to = mapped(target, field.target);
    const uint64_t size_bytes = target.root->fields[field.target].size_bytes;
    for_each_box(points, [&](const Box& box) {
      const uint64_t count = box.extent(0);
      for_each_row(box, [&](const int64_t* p) {
        char* const into = element(to, p, box.dim);
        const char* const out_of = element(from, p, box.dim);
        if (field.step) {
          field.step(into, out_of, count);
        } else {
          memmove(into, out_of, count * size_bytes);
        }
      });
    });
  }

  api::FieldAddress mapped(Region& region, uint32_t number) const {
    allocate_fields(runtime.forest, *region.root, number / kGroupFields, uint64_t{1} << number % kGroupFields,
                    mapper);
    return field_address(*region.root, number);
  }
};

Use use_of_field(Region& region, uint32_t field, bool is_write) {
  return Use{&region, field / kGroupFields, uint64_t{1} << field % kGroupFields, is_write};
}

}  // namespace

realm::Event ContextImpl::copy(Region& source, Region& target, const api::CopyField& field,
                               std::span<const api::PhaseBarrier> awaits, api::SourceLoc loc) {
  throttle();
  Copy* copy = new (realm::allocate_block(sizeof(Copy))) Copy(runtime_, source, target, field);
  copy->parent = &task_;
  copy->mapper = WhoMaps{task_.info.desc->name, loc};
  next_sequence(1);
  const Use uses[] = {use_of_field(source, field.source, false), use_of_field(target, field.target, true)};
  bool blocks = false;
  for (const Use& use : uses) {
    dependences().add(use, copy->done, [&](realm::Event event) { copy->add_dependence(event); });
    blocks = blocks || conflicts_with_mapped(use);
    copy->add_dependence(reserve(use, task_.info.desc->name, loc));
  }
  copy->add_dependence(fence());
  for (api::PhaseBarrier barrier : awaits) {
    const realm::Event event = previous_phase(barrier);
    runtime_.barriers.note_wait({task_.info.desc->name, loc}, barrier, event);
    copy->add_dependence(event);
  }
  realm::Event done = copy->done;
  add_live(done);
  task_.add_children(1);
  if (runtime_.mapper) runtime_.mapper->copy(*this, source, target, field);
  if (schedule_log) [[unlikely]]
    schedule_log->launched(*copy, task_.done.id(), {ScheduleLog::Kind::copy, task_.info.desc->name, loc},
                           uses);
  if (copy->finish_analysis()) runtime_.scheduler.submit(*copy);
  if (blocks) wait_blocking(done);
  return done;
}

}  // namespace palatine::legion
