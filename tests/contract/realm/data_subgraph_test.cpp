// Subgraphs: order, external conditions, interpolations, nesting. Realm API reference, section "Subgraph".
#include <atomic>
#include <mutex>

#include "contract/realm/data_support.h"
#include "realm/subgraph.h"

namespace palatine::test {
namespace {

using namespace Realm;

constexpr Processor::TaskFuncID kNote = Processor::TASK_ID_FIRST_AVAILABLE;

std::mutex notes_mutex;
std::vector<int> notes;

void note_task(const void* args, size_t, const void*, size_t, Processor) {
  std::lock_guard lock(notes_mutex);
  notes.push_back(*static_cast<const int*>(args));
}

SubgraphDefinition::TaskDesc note(Processor processor, int value) {
  SubgraphDefinition::TaskDesc task;
  task.proc = processor;
  task.task_id = kNote;
  task.args.set(&value, sizeof(value));
  return task;
}

SubgraphDefinition::Dependency after(SubgraphDefinition::OpKind target_kind, unsigned target,
                                     SubgraphDefinition::OpKind source_kind, unsigned source,
                                     unsigned target_port = 0, unsigned source_port = 0) {
  SubgraphDefinition::Dependency dependency;
  dependency.src_op_kind = source_kind;
  dependency.src_op_index = source;
  dependency.src_op_port = source_port;
  dependency.tgt_op_kind = target_kind;
  dependency.tgt_op_index = target;
  dependency.tgt_op_port = target_port;
  return dependency;
}

using D = SubgraphDefinition;

TEST(RealmSubgraph, DependencesOrderAndInterpolationsFill) {
  DataRuntime rt;
  rt.runtime.register_task(kNote, note_task);
  notes.clear();
  SubgraphDefinition definition;
  for (int k = 0; k < 4; ++k) definition.tasks.push_back(note(rt.cpu(), k));
  // 3, then 1, then 0 and 2.
  definition.dependencies = {
      after(D::OPKIND_TASK, 1, D::OPKIND_TASK, 3), after(D::OPKIND_TASK, 0, D::OPKIND_TASK, 1),
      after(D::OPKIND_TASK, 2, D::OPKIND_TASK, 0), after(D::OPKIND_TASK, 1, D::OPKIND_EXT_PRECOND, 0),
      after(D::OPKIND_EXT_POSTCOND, 0, D::OPKIND_TASK, 3)};
  D::Interpolation interpolation;
  interpolation.offset = 4;
  interpolation.bytes = 4;
  interpolation.target_kind = D::Interpolation::TARGET_TASK_ARGS;
  interpolation.target_index = 2;
  definition.interpolations.push_back(interpolation);
  Subgraph subgraph;
  Subgraph::create_subgraph(subgraph, definition, ProfilingRequestSet()).external_wait();
  for (int round = 0; round < 20; ++round) {
    notes.clear();
    UserEvent start = UserEvent::create_user_event(), gate = UserEvent::create_user_event();
    std::vector<Event> postconditions(1);
    int args[2] = {-1, 100 + round};
    Event done =
        subgraph.instantiate(args, sizeof(args), ProfilingRequestSet(), {gate}, postconditions, start);
    EXPECT_FALSE(postconditions[0].has_triggered());
    start.trigger();
    postconditions[0].external_wait();
    EXPECT_FALSE(done.has_triggered());
    gate.trigger();
    done.external_wait();
    EXPECT_EQ(notes, (std::vector<int>{3, 1, 0, 100 + round}));
  }
  subgraph.destroy();
}

TEST(RealmSubgraph, CopiesBarriersReservationsAndNesting) {
  DataRuntime rt;
  rt.runtime.register_task(kNote, note_task);
  notes.clear();
  std::map<FieldID, size_t> fields = {{1, 4}};
  RegionInstance a, b;
  IndexSpace<1> space(Rect<1>(0, 9));
  RegionInstance::create_instance(a, rt.memory(), space, fields, 0, ProfilingRequestSet());
  RegionInstance::create_instance(b, rt.memory(), space, fields, 0, ProfilingRequestSet());
  fill_with<1, int, int>(space, a, 1, 77);
  Barrier barrier = Barrier::create_barrier(2);
  Reservation lock = Reservation::create_reservation();

  SubgraphDefinition inner;
  inner.tasks.push_back(note(rt.cpu(), 5));
  inner.arrivals.resize(1);
  inner.arrivals[0].barrier = barrier;
  inner.arrivals[0].count = 2;
  inner.dependencies = {after(D::OPKIND_ARRIVAL, 0, D::OPKIND_TASK, 0),
                        after(D::OPKIND_TASK, 0, D::OPKIND_EXT_PRECOND, 0),
                        after(D::OPKIND_EXT_POSTCOND, 0, D::OPKIND_TASK, 0)};
  Subgraph nested;
  Subgraph::create_subgraph(nested, inner, ProfilingRequestSet()).external_wait();

  SubgraphDefinition outer;
  outer.tasks.push_back(note(rt.cpu(), 6));
  outer.copies.resize(1);
  outer.copies[0].space = space;
  outer.copies[0].srcs = {field_of(a, 1, 4)};
  outer.copies[0].dsts = {field_of(b, 1, 4)};
  outer.acquires.resize(1);
  outer.acquires[0].rsrv = lock;
  outer.releases.resize(1);
  outer.releases[0].rsrv = lock;
  outer.instantiations.resize(1);
  outer.instantiations[0].subgraph = nested;
  // acquire, copy, then the nested one (through its precondition), a task after its postcondition, release.
  outer.dependencies = {after(D::OPKIND_COPY, 0, D::OPKIND_ACQUIRE, 0),
                        after(D::OPKIND_INSTANTIATION, 0, D::OPKIND_COPY, 0, 1),
                        after(D::OPKIND_TASK, 0, D::OPKIND_INSTANTIATION, 0, 0, 1),
                        after(D::OPKIND_RELEASE, 0, D::OPKIND_TASK, 0)};
  Subgraph subgraph;
  Subgraph::create_subgraph(subgraph, outer, ProfilingRequestSet()).external_wait();
  Event held = lock.acquire();
  held.external_wait();
  Event done = subgraph.instantiate(nullptr, 0, ProfilingRequestSet());
  EXPECT_FALSE(done.has_triggered());
  EXPECT_FALSE(barrier.has_triggered());
  lock.release();
  done.external_wait();
  barrier.external_wait();
  EXPECT_EQ(notes, (std::vector<int>{5, 6}));
  EXPECT_EQ((AffineAccessor<int, 1>(b, 1)[4]), 77);
  Event again = lock.acquire();
  again.external_wait();
  lock.release();
  subgraph.destroy();
  nested.destroy();
  lock.destroy_reservation();
  barrier.destroy_barrier();
  a.destroy();
  b.destroy();
}

TEST(RealmSubgraphDeathTest, WrongDefinitions) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto create = [](std::vector<D::Dependency> dependencies) {
    DataRuntime rt(1);
    SubgraphDefinition definition;
    for (int k = 0; k < 2; ++k) definition.tasks.push_back(note(rt.cpu(), k));
    definition.dependencies = dependencies;
    Subgraph subgraph;
    Subgraph::create_subgraph(subgraph, definition, ProfilingRequestSet());
  };
  EXPECT_EXIT(
      create({after(D::OPKIND_TASK, 0, D::OPKIND_TASK, 1), after(D::OPKIND_TASK, 1, D::OPKIND_TASK, 0)}),
      testing::ExitedWithCode(1), "the dependences have a cycle");
  EXPECT_EXIT(create({after(D::OPKIND_TASK, 5, D::OPKIND_TASK, 1)}), testing::ExitedWithCode(1),
              "a dependence names task 5 of 2");
}

}  // namespace
}  // namespace palatine::test
