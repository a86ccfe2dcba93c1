// Deferred allocation with tasks that use what is allocated: whoever shares bytes with somebody else finds
// them changed.
#include <algorithm>
#include <atomic>
#include <random>

#include "contract/realm/data_support.h"

namespace palatine::test {
namespace {

using namespace Realm;

constexpr FieldID kWords = 1;
constexpr Processor::TaskFuncID kUse = Processor::TASK_ID_FIRST_AVAILABLE;

struct Use {
  RegionInstance instance;
  uint64_t stamp;
  std::atomic<uint64_t>* errors;
};

// Writes its stamp everywhere, lets others run, and looks whether it is still there.
void use(const void* args, size_t, const void*, size_t, Processor) {
  const Use& self = *static_cast<const Use*>(args);
  const auto* layout = static_cast<const InstanceLayout<1, int>*>(self.instance.get_layout());
  const size_t count = layout->bytes_used / sizeof(uint64_t);
  auto* words = static_cast<uint64_t*>(self.instance.pointer_untyped(0, layout->bytes_used));
  std::fill(words, words + count, self.stamp);
  if (self.stamp % 16 == 0) std::this_thread::yield();
  *self.errors += std::count(words, words + count, self.stamp) != static_cast<std::ptrdiff_t>(count);
}

// Creations, uses and destructions whose preconditions are uses of earlier instances and events that the
// program triggers later, in the order in which it made them; so everything must come to its end.
void run_program(unsigned seed, size_t steps) {
  constexpr int kMemoryBytes = 1 << 20;
  DataRuntime rt(3, 1);
  rt.runtime.register_task(kUse, use);
  Machine::ProcessorQuery query(Machine::get_machine());
  query.only_kind(Processor::LOC_PROC);
  const std::vector<Processor> cpus(query.begin(), query.end());
  std::mt19937 random(seed);
  std::atomic<uint64_t> errors{0};
  std::vector<Event> recent(8, Event::NO_EVENT);
  std::vector<UserEvent> open;
  size_t opened = 0, deferred = 0;
  std::vector<Event> ends;
  auto trigger_open = [&] {
    for (; opened < open.size(); ++opened) open[opened].trigger();
  };
  for (size_t step = 0; step < steps; ++step) {
    Event start = recent[random() % recent.size()];
    if (random() % 8 == 0) {
      open.push_back(UserEvent::create_user_event());
      start = Event::merge_events(start, open.back());
    }
    // One instance at a time is not announced to be destroyed. Whatever place it has, a quarter of the memory
    // can be promised beside it, so nothing fails.
    const int words = 1 + static_cast<int>(random() % (random() % 4 == 0 ? kMemoryBytes / 32 : 4096));
    RegionInstance instance;
    const Event ready =
        RegionInstance::create_instance(instance, rt.memory(), Rect<1>(0, words - 1),
                                        std::map<FieldID, size_t>{{kWords, 8}}, 0, tolerant(), start);
    deferred += !ready.has_triggered();
    const Use argument{instance, step, &errors};
    const Event used = cpus[step % cpus.size()].spawn(kUse, &argument, sizeof argument, ready);
    instance.destroy(used);
    recent[random() % recent.size()] = used;
    ends.push_back(used);
    if (random() % 64 == 0) trigger_open();
    if (random() % 512 == 0) {
      trigger_open();
      used.external_wait();
      std::fill(recent.begin(), recent.end(), Event::NO_EVENT);
    }
  }
  trigger_open();
  EXPECT_FALSE(ends_in_poison(Event::merge_events(ends))) << "seed " << seed;
  EXPECT_EQ(errors, 0u) << "seed " << seed;
  EXPECT_GT(deferred, steps / 8);
  // All bytes are free again.
  RegionInstance all;
  EXPECT_FALSE(
      ends_in_poison(RegionInstance::create_instance(all, rt.memory(), Rect<1>(0, kMemoryBytes / 8 - 1),
                                                     std::map<FieldID, size_t>{{kWords, 8}}, 0, tolerant())));
  all.destroy();
}

TEST(RealmDiskMemory, HoldsWhatWasCopiedThere) {
  DataRuntime rt(1, 4, {"-ll:dsize", "2"});
  const Memory disk = rt.memory(Memory::DISK_MEM);
  ASSERT_TRUE(disk.exists());
  EXPECT_EQ(disk.capacity(), size_t{2} << 20);
  const std::map<FieldID, size_t> fields = {{kWords, 8}};
  const Rect<1> words(0, (1 << 16) - 1);
  RegionInstance from, there, back, more;
  RegionInstance::create_instance(from, rt.memory(), words, fields, 0, tolerant()).external_wait();
  RegionInstance::create_instance(there, disk, words, fields, 0, tolerant()).external_wait();
  RegionInstance::create_instance(back, rt.memory(), words, fields, 0, tolerant()).external_wait();
  EXPECT_EQ(there.get_location(), disk);
  AffineAccessor<uint64_t, 1> values(from, kWords), found(back, kWords);
  for (int k = 0; k <= words.hi[0]; ++k) values[k] = static_cast<uint64_t>(k) * 7;
  const IndexSpace<1> all(words);
  const Event out =
      all.copy({field_of(from, kWords, 8)}, {field_of(there, kWords, 8)}, ProfilingRequestSet());
  all.copy({field_of(there, kWords, 8)}, {field_of(back, kWords, 8)}, ProfilingRequestSet(), out)
      .external_wait();
  size_t errors = 0;
  for (int k = 0; k <= words.hi[0]; ++k) errors += found[k] != static_cast<uint64_t>(k) * 7;
  EXPECT_EQ(errors, 0u);
  // The limit is kept, and freed bytes can be used again.
  const Rect<1> whole(0, (1 << 18) - 1);
  EXPECT_TRUE(ends_in_poison(RegionInstance::create_instance(more, disk, whole, fields, 0, tolerant())));
  there.destroy();
  EXPECT_FALSE(ends_in_poison(RegionInstance::create_instance(more, disk, whole, fields, 0, tolerant())));
  from.destroy();
  back.destroy();
  more.destroy();
}

TEST(RealmDeferredAllocation, RandomProgramsKeepTheirBytes) {
  for (unsigned seed = 1; seed <= 4; ++seed) run_program(seed, 2500);
}

}  // namespace
}  // namespace palatine::test
