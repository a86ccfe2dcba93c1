// `acquire` and `release`: an operation that uses fields and changes nothing, so that what stands before it
// in the program comes before what stands after it, with phase barriers of its own.
#include "runtime/legion/barrier.h"
#include "runtime/legion/context.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"

namespace palatine::legion {

namespace {

constexpr uint32_t kEdges = 4;

struct Order final : Operation {
  explicit Order(Runtime& runtime) : Operation(runtime.scheduler, &Order::start, edge_room, kEdges) {}

  Task* parent = nullptr;
  Edge edge_room[kEdges];

  static void start(realm::Work& work, realm::Worker& worker) {
    Order& order = static_cast<Order&>(static_cast<Operation&>(work));
    realm::UserEvent done = order.done;
    Task* parent = order.parent;
    order.~Order();
    realm::free_block(&order, sizeof(Order));
    worker.begin_finish();
    done.trigger();
    Task::child_done(parent, 1);
    worker.end_finish();
  }
};

}  // namespace

realm::Event ContextImpl::order(Region& region, const uint16_t* fields, uint32_t count,
                                const api::ConditionList& conditions, realm::Event precondition) {
  throttle();
  Order* order = new (realm::allocate_block(sizeof(Order))) Order(runtime_);
  order->parent = &task_;
  bool blocks = false;
  // Groups of fields are analysed as different trees: one use for each.
  for (uint32_t k = 0; k < count;) {
    const uint32_t group = fields[k] / kGroupFields;
    uint64_t mask = 0;
    for (; k < count && fields[k] / kGroupFields == group; ++k)
      mask |= uint64_t{1} << fields[k] % kGroupFields;
    const Use use{&region, group, mask, true};
    dependences().add(use, order->done, [&](realm::Event event) { order->add_dependence(event); });
    blocks = blocks || conflicts_with_mapped(use);
  }
  order->add_dependence(fence());
  order->add_dependence(precondition);
  const BarrierUser user{task_.info.desc->name, task_.info.desc->loc};
  for (uint32_t k = 0; k < conditions.await_count; ++k) {
    const realm::Event event = previous_phase(conditions.list[k]);
    runtime_.barriers.note_wait(user, conditions.list[k], event);
    order->add_dependence(event);
  }
  realm::Event done = order->done;
  for (uint32_t k = 0; k < conditions.arrive_count; ++k)
    arrive_after(runtime_.barriers, conditions.list[conditions.await_count + k], done, user);
  add_live(done);
  task_.add_children(1);
  // It uses no data itself: for the log it is what its dependences have in common.
  if (schedule_log) [[unlikely]]
    schedule_log->merged(done, *order);
  if (order->finish_analysis()) runtime_.scheduler.submit(*order);
  if (blocks) wait_blocking(done);
  return done;
}

}  // namespace palatine::legion
