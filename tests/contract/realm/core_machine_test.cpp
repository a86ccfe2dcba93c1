// The machine model, settings, command lines, loggers, ids and small helpers.
#include <cstdio>
#include <fstream>

#include "contract/realm/support.h"
#include "realm/cmdline.h"
#include "realm/id.h"
#include "realm/numa/numa_module.h"
#include "realm/serialize.h"
#include "realm/timers.h"

namespace {
// What the runtime asked the OpenMP library for, on the calling thread.
thread_local int openmp_threads = 0;
}  // namespace

// In the place of an OpenMP library's.
extern "C" void omp_set_num_threads(int count) {
  openmp_threads = count;
}

namespace palatine::test {
namespace {

using namespace Realm;

TEST(RealmMachine, QueriesConjoin) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:util", "1", "-ll:io", "1", "-ll:csize", "32", "-ll:rsize", "4"});
  Machine machine = Machine::get_machine();
  std::set<Processor> all;
  machine.get_all_processors(all);
  EXPECT_EQ(all.size(), 5u);
  Machine::ProcessorQuery query(machine);
  EXPECT_EQ(query.count(), 5u);
  size_t seen = 0;
  for (auto it = query.begin(); it; ++it) {
    EXPECT_TRUE(all.count(*it));
    EXPECT_EQ(it->address_space(), 0u);
    ++seen;
  }
  EXPECT_EQ(seen, 5u);
  EXPECT_EQ(std::vector<Processor>(query.begin(), query.end()).size(), 5u);
  query.only_kind(Processor::LOC_PROC);
  EXPECT_EQ(query.count(), 3u);
  Processor second = query.next(query.first());
  EXPECT_NE(second, query.first());
  EXPECT_EQ(second.kind(), Processor::LOC_PROC);
  EXPECT_TRUE(query.random().exists());
  Machine::ProcessorQuery copy = query;
  EXPECT_TRUE(copy == query);
  copy.only_kind(Processor::IO_PROC);
  EXPECT_TRUE(copy != query);
  EXPECT_EQ(copy.first(), Processor::NO_PROC);
  EXPECT_FALSE(copy.begin());
  EXPECT_TRUE(copy.begin() == copy.end());
  EXPECT_EQ(copy.random(), Processor::NO_PROC);
  EXPECT_EQ(Machine::ProcessorQuery(machine).local_address_space().count(), 5u);
  EXPECT_EQ(Machine::ProcessorQuery(machine).same_address_space_as(rt.cpu()).count(), 5u);

  Machine::MemoryQuery memories(machine);
  memories.only_kind(Memory::SYSTEM_MEM);
  Memory system = memories.first();
  ASSERT_TRUE(system.exists());
  EXPECT_EQ(system.kind(), Memory::SYSTEM_MEM);
  EXPECT_EQ(system.capacity(), size_t{32} << 20);
  EXPECT_TRUE(ID(system).is_memory());
  EXPECT_EQ(Machine::MemoryQuery(machine).has_capacity(33 << 20).count(), 0u);
  EXPECT_EQ(Machine::MemoryQuery(machine).has_capacity(5 << 20).count(), 1u);
  EXPECT_EQ(Machine::MemoryQuery(machine).has_capacity(4 << 20).count(), 2u);
  EXPECT_TRUE(Machine::MemoryQuery(machine).best_affinity_to(rt.cpu()).first().exists());
  EXPECT_EQ(Machine::ProcessorQuery(machine).has_affinity_to(system).count(), 5u);
  EXPECT_EQ(Machine::ProcessorQuery(machine).has_affinity_to(system, ~0u).count(), 0u);
  EXPECT_EQ(Machine::ProcessorQuery(machine).has_affinity_to(system, 0, 1).count(), 0u);
  EXPECT_EQ(Machine::ProcessorQuery(machine).best_affinity_to(system).count(), 5u);
  EXPECT_GE(Machine::MemoryQuery(machine).has_affinity_to(system).count(), 2u);

  Machine::AffinityDetails details = {0, 0};
  EXPECT_TRUE(machine.has_affinity(rt.cpu(), system, &details));
  EXPECT_GT(details.bandwidth, 0u);
  EXPECT_GT(details.latency, 0u);
  std::vector<Machine::ProcessorMemoryAffinity> affinities;
  EXPECT_EQ(machine.get_proc_mem_affinity(affinities, rt.cpu(), system), 1);
  ASSERT_EQ(affinities.size(), 1u);
  EXPECT_EQ(affinities[0].bandwidth, details.bandwidth);
  std::vector<Machine::MemoryMemoryAffinity> between;
  EXPECT_EQ(machine.get_mem_mem_affinity(between, system, system), 1);
  std::set<Memory> visible;
  machine.get_visible_memories(rt.cpu(), visible);
  EXPECT_TRUE(visible.count(system));
  std::set<Processor> sharing;
  machine.get_shared_processors(system, sharing);
  EXPECT_EQ(sharing, all);
  EXPECT_EQ(machine.get_address_space_count(), 1u);
  Machine::ProcessInfo info;
  EXPECT_TRUE(machine.get_process_info(rt.cpu(), &info));
  EXPECT_EQ(info.processid, static_cast<uint32_t>(getpid()));
  std::ostringstream text;
  text << system.kind() << " " << rt.cpu().kind();
  EXPECT_EQ(text.str(), "SYSTEM_MEM LOC_PROC");
}

TEST(RealmMachine, SettingsAreMadeBetweenConfigsAndStart) {
  Runtime runtime;
  ASSERT_TRUE(runtime.network_init(nullptr, nullptr));
  ASSERT_TRUE(runtime.create_configs(0, nullptr));
  ModuleConfig* config = runtime.get_module_config("core");
  ASSERT_TRUE(config);
  EXPECT_EQ(runtime.get_module_config("no such part"), nullptr);
  int cpus = 0;
  size_t memory = 0;
  EXPECT_TRUE(config->get_resource("cpu", cpus));
  EXPECT_GT(cpus, 0);
  EXPECT_TRUE(config->get_resource("sysmem", memory));
  EXPECT_GT(memory, 0u);
  EXPECT_TRUE(config->set_property<int>("cpu", 4));
  EXPECT_TRUE(config->set_property<size_t>("sysmem", 3 << 20));
  EXPECT_TRUE(config->set_property<bool>("use_ext_sysmem", false));
  EXPECT_FALSE(config->set_property<int>("no such property", 4));
  // The type must be right.
  EXPECT_FALSE(config->set_property<bool>("cpu", true));
  EXPECT_FALSE(config->set_property<int>("sysmem", 1));
  std::vector<std::string> words = {"-x", "-ll:io", "2", "-ll:util", "0", "file"};
  runtime.parse_command_line(words, true);
  EXPECT_EQ(words, (std::vector<std::string>{"-x", "file"}));
  runtime.finish_configure();
  EXPECT_FALSE(config->set_property<int>("cpu", 5));
  int value = 0;
  EXPECT_TRUE(config->get_property("cpu", value));
  EXPECT_EQ(value, 4);
  runtime.start();
  Machine::ProcessorQuery query(Machine::get_machine());
  EXPECT_EQ(query.count(), 6u);
  EXPECT_EQ(Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first().capacity(),
            size_t{3} << 20);
  runtime.shutdown();
  EXPECT_EQ(runtime.wait_for_shutdown(), 0);
}

TEST(RealmMachine, TruthValuesTakeIntegersAndSomeChangeLater) {
  RunningRuntime rt({});
  ModuleConfig* config = Runtime::get_runtime().get_module_config("core");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->set_property("report_sparsity_leaks", 1));
  bool is_set = false;
  int number = 0;
  EXPECT_TRUE(config->get_property("report_sparsity_leaks", is_set));
  EXPECT_TRUE(is_set);
  EXPECT_TRUE(config->get_property("report_sparsity_leaks", number));
  EXPECT_EQ(number, 1);
  EXPECT_FALSE(config->set_property("use_ext_sysmem", 0));
  EXPECT_TRUE(config->set_property("report_sparsity_leaks", 0));
}

struct Listener : Machine::MachineUpdateSubscriber {
  void processor_updated(Processor p, UpdateType type, const void* payload, size_t bytes) override {
    EXPECT_EQ(type, THING_UPDATED);
    processors.push_back(p);
    details.assign(static_cast<const char*>(payload), bytes);
  }
  void memory_updated(Memory m, UpdateType, const void*, size_t) override { memories.push_back(m); }
  std::vector<Processor> processors;
  std::vector<Memory> memories;
  std::string details;
};

TEST(RealmMachine, SubscribersHearOfFaults) {
  RunningRuntime rt({"-ll:cpu", "2", "-ll:util", "1"});
  Machine machine = Machine::get_machine();
  Machine::ProcessorQuery cpus = Machine::ProcessorQuery(machine).only_kind(Processor::LOC_PROC);
  Memory memory = Machine::MemoryQuery(machine).only_kind(Memory::SYSTEM_MEM).first();
  Processor util = Machine::ProcessorQuery(machine).only_kind(Processor::UTIL_PROC).first();
  Listener all, some;
  machine.add_subscription(&all);
  machine.add_subscription(&some, cpus);
  cpus.first().report_processor_fault(3, "hot", 3);
  util.report_processor_fault(3, "", 0);
  memory.report_memory_fault(4, nullptr, 0);
  EXPECT_EQ(all.processors, (std::vector<Processor>{cpus.first(), util}));
  EXPECT_EQ(all.memories, std::vector<Memory>{memory});
  EXPECT_EQ(some.processors, std::vector<Processor>{cpus.first()});
  EXPECT_EQ(some.details, "hot");
  EXPECT_TRUE(some.memories.empty());
  machine.remove_subscription(&all);
  cpus.first().report_processor_fault(3, "", 0);
  EXPECT_EQ(all.processors.size(), 2u);
  EXPECT_EQ(some.processors.size(), 2u);
  machine.remove_subscription(&some);
}

TEST(RealmMachine, ProcessorsForOpenMp) {
  {
    RunningRuntime rt(
        {"-ll:cpu", "1", "-ll:ocpu", "2", "-ll:othr", "3", "-ll:onuma", "0", "-ll:ostack", "4"});
    int count = 0;
    bool uses_numa = true;
    size_t stack_bytes = 0;
    ModuleConfig* config = rt.runtime.get_module_config("openmp");
    ASSERT_TRUE(config);
    EXPECT_TRUE(config->get_property("ocpu", count));
    EXPECT_EQ(count, 2);
    EXPECT_TRUE(config->get_property("othr", count));
    EXPECT_EQ(count, 3);
    EXPECT_TRUE(config->get_property("onuma", uses_numa));
    EXPECT_FALSE(uses_numa);
    EXPECT_TRUE(config->get_property("ostack", stack_bytes));
    EXPECT_EQ(stack_bytes, size_t{4} << 20);
    const auto with_openmp = rt.processors(Processor::OMP_PROC);
    ASSERT_EQ(with_openmp.size(), 2u);
    EXPECT_EQ(rt.processors().size(), 1u);
    std::atomic<int> good{0};
    std::vector<Event> done;
    for (int k = 0; k < 20; ++k) {
      done.push_back(rt.spawn(with_openmp[static_cast<size_t>(k % 2)], [&](Processor p) {
        good += openmp_threads == 3 && p.kind() == Processor::OMP_PROC;
      }));
    }
    // Nobody changes how others use OpenMP.
    done.push_back(rt.spawn(rt.cpu(), [&](Processor) { good += openmp_threads == 0; }));
    Event::merge_events(done).external_wait();
    EXPECT_EQ(good, 21);
    // They reach the memory that others reach.
    Machine::MemoryQuery near = Machine::MemoryQuery(Machine::get_machine()).has_affinity_to(with_openmp[0]);
    EXPECT_TRUE(near.only_kind(Memory::SYSTEM_MEM).first().exists());
  }
  RunningRuntime hidden({"-ll:cpu", "1", "-ll:ocpu", "1", "-ll:okindhack"});
  EXPECT_EQ(hidden.processors().size(), 2u);
  EXPECT_EQ(hidden.processors(Processor::OMP_PROC).size(), 0u);
}

TEST(RealmMachine, MemoriesAndProcessorsOfNumaNodes) {
  Runtime runtime;
  std::vector<std::string> words = {"test",     "-ll:cpu", "1",         "-ll:nsize", "2",
                                    "-ll:ncpu", "1",       "-ll:csize", "4"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(words.size());
  char** start = argv.data();
  ASSERT_TRUE(runtime.init(&argc, &start));
  std::vector<size_t> node_bytes;
  ASSERT_TRUE(runtime.get_module_config("numa")->get_resource("numa_mems", node_bytes));
  ASSERT_GE(node_bytes.size(), 1u);
  auto* module = runtime.get_module<Numa::NumaModule>("numa");
  ASSERT_TRUE(module);
  ASSERT_GE(module->numa_mem_sizes.size(), 1u);
  Machine machine = Machine::get_machine();
  Machine::MemoryQuery memories = Machine::MemoryQuery(machine).only_kind(Memory::SOCKET_MEM);
  EXPECT_EQ(memories.count(), module->numa_mem_sizes.size());
  EXPECT_EQ(memories.first().capacity(), size_t{2} << 20);
  Machine::ProcessorQuery cpus = Machine::ProcessorQuery(machine).only_kind(Processor::LOC_PROC);
  ASSERT_EQ(cpus.count(), 1 + module->numa_cpu_counts.size());
  // The node's own processors are nearer to its memory than those that run anywhere.
  Machine::AffinityDetails anywhere, there;
  ASSERT_TRUE(machine.has_affinity(cpus.first(), memories.first(), &anywhere));
  ASSERT_TRUE(machine.has_affinity(cpus.next(cpus.first()), memories.first(), &there));
  EXPECT_GT(there.bandwidth, anywhere.bandwidth);
  EXPECT_LT(there.latency, anywhere.latency);
  // They run tasks, and the memory holds instances.
  runtime.register_task(Processor::TASK_ID_FIRST_AVAILABLE,
                        [](const void* args, size_t, const void*, size_t, Processor p) {
                          **static_cast<Processor* const*>(args) = p;
                        });
  Processor ran_on, *answer = &ran_on;
  const Processor there_cpu = cpus.next(cpus.first());
  there_cpu.spawn(Processor::TASK_ID_FIRST_AVAILABLE, &answer, sizeof answer).external_wait();
  EXPECT_EQ(ran_on, there_cpu);
  RegionInstance instance;
  RegionInstance::create_instance(instance, memories.first(), Rect<1>(0, 99),
                                  std::map<FieldID, size_t>{{1, 4}}, 0, ProfilingRequestSet())
      .external_wait();
  AffineAccessor<int, 1> values(instance, 1);
  values[99] = 7;
  EXPECT_EQ(values[99], 7);
  instance.destroy();
  runtime.shutdown();
  runtime.wait_for_shutdown();
}

struct Method {
  bool take(const std::string& word) {
    words.push_back(word);
    return word != "bad";
  }
  std::vector<std::string> words;
};

TEST(RealmCommandLine, TakesWhatItKnows) {
  int number = 0;
  unsigned char small = 0;
  size_t size = 0, decimal = 0;
  bool is_set = false, is_kept = false;
  std::string text;
  char fixed[4] = "";
  std::vector<std::string> list;
  Method method;
  auto make = [&] {
    CommandLineParser parser;
    parser.add_option_int("-n", number)
        .add_option_int("-small", small)
        .add_option_int_units("-size", size, 'm')
        .add_option_int_units("-decimal", decimal, 0, false)
        .add_option_bool("-set", is_set)
        .add_option_bool("-kept", is_kept, true)
        .add_option_string("-text", text)
        .add_option_string("-fixed", fixed, sizeof fixed)
        .add_option_stringlist("-list", list)
        .add_option_method("-method", &method, &Method::take);
    return parser;
  };
  std::vector<std::string> words = {"first", "-n",     "-12",   "-size",   "3",     "-decimal", "2k",
                                    "-kept", "-set",   "-text", "-n",      "-list", "a,b,,",    "-list",
                                    "c",     "-fixed", "abc",   "-method", "word",  "last"};
  EXPECT_TRUE(make().parse_command_line(words));
  EXPECT_EQ(words, (std::vector<std::string>{"first", "-kept", "last"}));
  EXPECT_EQ(number, -12);
  EXPECT_EQ(size, size_t{3} << 20);
  EXPECT_EQ(decimal, 2000u);
  EXPECT_TRUE(is_set && is_kept);
  EXPECT_EQ(text, "-n");
  EXPECT_STREQ(fixed, "abc");
  EXPECT_EQ(list, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(method.words, std::vector<std::string>{"word"});

  const char* argv[] = {"-n", "-n", "5", "-other", "-size", "1g"};
  EXPECT_TRUE(make().parse_command_line(6, argv));
  EXPECT_EQ(number, 5);
  EXPECT_EQ(size, size_t{1} << 30);

  auto status = [&](std::vector<std::string> bad) { return make().parse_command_line_v2(bad); };
  EXPECT_EQ(status({"-n"}), REALM_ARGUMENT_ERROR_MISSING_INPUT);
  EXPECT_EQ(status({"-n", "x"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER);
  EXPECT_EQ(status({"-n", "5x"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER);
  EXPECT_EQ(status({"-n", "3000000000"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER);
  EXPECT_EQ(status({"-small", "256"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER);
  EXPECT_EQ(status({"-small", "-1"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER);
  EXPECT_EQ(status({"-size", "1x"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER_UNIT);
  EXPECT_EQ(status({"-size", "99999999999t"}), REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER);
  EXPECT_EQ(status({"-fixed", "abcd"}), REALM_ARGUMENT_ERROR_OUTPUT_STRING_TOO_SHORT);
  EXPECT_EQ(status({"-method", "bad"}), REALM_ARGUMENT_ERROR_METHOD_RETURN_FALSE);
}

struct Collector : LoggerOutputStream {
  void log_msg(Logger::LoggingLevel level, const char* name, const char* data, size_t size) override {
    lines.push_back(std::to_string(level) + name + ":" + std::string(data, size));
  }
  void flush() override {}
  std::vector<std::string> lines;
};

TEST(RealmLogger, ShowsLevelsByCategory) {
  Collector collector;
  Logger log("core_test_a"), other("core_test_b");
  Logger::set_logger_output("core_test_a", &collector);
  Logger::set_logger_output("core_test_b", &collector);
  log.info() << "hidden";
  log.print() << "shown " << 5 << std::hex << 255;
  log.warning("printf %s %d", "form", 7);
  log.print("%s", std::string(1000, 'x').c_str());
  std::vector<std::string> words = {"-level", "core_test_a=1,core_test_b=6", "rest"};
  Logger::configure_from_cmdline(words);
  EXPECT_EQ(words, std::vector<std::string>{"rest"});
  EXPECT_TRUE(log.want_debug());
  EXPECT_FALSE(log.want_spew());
  log.debug() << "now";
  other.error() << "hidden";
  other.fatal() << "does not end the program";
  {
    LoggerMessage message = log.info();
    EXPECT_TRUE(message.is_active());
    message << "dropped";
    message.deactivate();
  }
  Logger::set_logger_output("core_test_a", nullptr);
  Logger::set_logger_output("core_test_b", nullptr);
  EXPECT_EQ(collector.lines,
            (std::vector<std::string>{"3core_test_a:shown 5ff", "4core_test_a:printf form 7",
                                      "3core_test_a:" + std::string(1000, 'x'), "1core_test_a:now",
                                      "6core_test_b:does not end the program"}));
}

struct Plain {
  double x;
  char c;
  bool operator==(const Plain& other) const { return x == other.x && c == other.c; }
};
TYPE_IS_SERIALIZABLE(Plain)

struct Packed {
  double x = 0;
  std::string name;
  bool operator==(const Packed& other) const { return x == other.x && name == other.name; }
};
template <typename S>
bool serdez(S& s, const Packed& p) {
  return (s & p.x) && (s & p.name);
}

template <typename T>
void round_trip(const T& in, size_t bytes) {
  Serialization::ByteCountSerializer counter;
  EXPECT_TRUE(counter << in);
  EXPECT_EQ(counter.bytes_used(), bytes);
  Serialization::DynamicBufferSerializer growing(0);
  EXPECT_TRUE(growing << in);
  ByteArray array = growing.detach_bytearray();
  ASSERT_EQ(array.size(), bytes);
  Serialization::FixedBufferDeserializer reader(array);
  T out = T();
  EXPECT_TRUE(reader >> out);
  EXPECT_EQ(reader.bytes_left(), 0);
  EXPECT_TRUE(in == out);
  std::vector<char> fixed(bytes);
  Serialization::FixedBufferSerializer exact(fixed.data(), bytes);
  EXPECT_TRUE(exact << in);
  EXPECT_EQ(exact.bytes_left(), 0);
  Serialization::FixedBufferSerializer short_one(fixed.data(), bytes - 1);
  EXPECT_FALSE(short_one << in);
  Serialization::FixedBufferDeserializer cut(array.base(), bytes - 1);
  EXPECT_FALSE(cut >> out);
}

TEST(RealmSerialize, RoundTrips) {
  round_trip(5, 4);
  round_trip(4.5, 8);
  round_trip(Plain{1.5, 'c'}, sizeof(Plain));
  round_trip(Processor::NO_PROC, sizeof(Processor));
  round_trip(Barrier::NO_BARRIER, sizeof(Barrier));
  round_trip(RegionInstance::NO_INST, sizeof(RegionInstance));
  round_trip(IndexSpace<2>(Rect<2>({1, 2}, {3, 4})), sizeof(IndexSpace<2>));
  round_trip(Packed{2.5, "five5"}, 8 + 4 + 5);
  round_trip(std::string("text"), 8);
  round_trip(std::vector<int>{1, 2, 3}, 8 + 12);
  round_trip(std::vector<Packed>{{1, "a"}, {2, "bc"}}, 8 + 13 + 14);
  round_trip(std::set<int>{4, 2}, 8 + 8);
  round_trip(std::list<char>{'a'}, 9);
  round_trip(std::map<int, std::vector<double>>{{1, {2.0}}, {2, {}}}, 8 + 4 + 16 + 4 + 8);
  round_trip(std::pair<int, char>(1, 'b'), 5);
}

TEST(RealmId, KindsAreDisjoint) {
  EXPECT_TRUE(ID(0).is_null());
  EXPECT_TRUE(ID(UserEvent(1ull << 63)).is_event());
  EXPECT_TRUE(ID::make_barrier(~0u, ~0u, ~0u).is_barrier());
  EXPECT_TRUE(ID::make_instance(~0u, ~0u, ~0u, ~0u).is_instance());
  EXPECT_FALSE(ID::make_instance(~0u, ~0u, ~0u, ~0u).is_event());
  EXPECT_TRUE(ID::make_processor(0, 3).is_processor());
  EXPECT_EQ(ID::make_processor(0, 3).convert<Processor>(), Processor(ID::make_processor(0, 3).id));
  EXPECT_EQ(sizeof(ID), 8u);
}

TEST(RealmUtils, SmallThings) {
  // The check value of CRC-32C.
  EXPECT_EQ(~crc32c_accumulate(~0u, "123456789", 9), 0xe3069283u);
  std::vector<int> v = {1, 2};
  span<const int> view(v);
  EXPECT_EQ(view.size(), 2u);
  EXPECT_EQ(view[1], 2);
  span<int> none = empty_span();
  EXPECT_TRUE(none.empty());
  std::ostringstream text;
  text << PrettyVector<int>(v);
  EXPECT_EQ(text.str(), "[1, 2]");
  std::string built = stringbuilder() << "a" << 1;
  EXPECT_EQ(built, "a1");
  ByteArray bytes("abc", 3);
  ByteArray copy = bytes;
  copy.at<char>(1) = 'x';
  EXPECT_EQ(bytes.at<char>(1), 'b');
  bytes.swap(copy);
  EXPECT_EQ(bytes.at<char>(1), 'x');
  long long now = Clock::current_time_in_nanoseconds();
  EXPECT_GE(Clock::current_time_in_nanoseconds(), now);
  EXPECT_GT(Clock::current_time(true), 1.6e9);
}

}  // namespace
}  // namespace palatine::test
