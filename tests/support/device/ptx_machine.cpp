#include "support/device/ptx_machine.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "support/device/ptx_values.h"

namespace palatine::device::testing {

namespace {

struct Fault {
  std::string text;
};

// How an instruction is run; what is left is arithmetic.
enum Code : int {
  kArithmetic,
  kMov,
  kCvt,
  kCvta,
  kLd,
  kSt,
  kAtom,
  kSetp,
  kSelp,
  kBra,
  kBrx,
  kCall,
  kRet,
  kExit,
  kBar,
  kShfl,
  kVote,
  kActive,
  kMatch,
  kNothing,
  kTrap,
  kBfi,
  kTestp,
};

int code_of(const std::string& op) {
  static const std::map<std::string, int> codes = {
      {"mov", kMov},        {"cvt", kCvt},       {"cvta", kCvta},         {"ld", kLd},
      {"ldu", kLd},         {"st", kSt},         {"atom", kAtom},         {"red", kAtom},
      {"setp", kSetp},      {"selp", kSelp},     {"bra", kBra},           {"brx", kBrx},
      {"call", kCall},      {"ret", kRet},       {"exit", kExit},         {"bar", kBar},
      {"barrier", kBar},    {"shfl", kShfl},     {"vote", kVote},         {"activemask", kActive},
      {"membar", kNothing}, {"fence", kNothing}, {"nanosleep", kNothing}, {"trap", kTrap},
      {"bfi", kBfi},        {"testp", kTestp},   {"match", kMatch}};
  auto found = codes.find(op);
  return found == codes.end() ? kArithmetic : found->second;
}

struct Frame {
  const PtxFunction* function;
  size_t next = 0;
  std::vector<uint64_t> registers;
  // Local variables, and parameters of calls.
  std::vector<char> memory;
  // Where the function's own parameters and results are.
  std::map<std::string, char*> params;
};

enum class State { ready, at_barrier, in_warp, ended };

struct Thread {
  uint32_t number, tid[3];
  std::vector<Frame> frames;
  State state = State::ready;
  bool carry = false;
};

struct Block {
  uint32_t index[3];
  uint64_t number;
  std::vector<Thread> threads;
  std::vector<char> shared;
};

// Writes as `vprintf` does: each value at its own alignment.
std::string formatted(const char* format, const char* values) {
  std::string result;
  uint64_t at = 0;
  const auto next = [&](void* value, uint64_t bytes) {
    at = (at + bytes - 1) / bytes * bytes;
    std::memcpy(value, values + at, bytes);
    at += bytes;
  };
  char text[512];
  for (const char* c = format; *c; ++c) {
    if (*c != '%' || c[1] == '%') {
      result += *c;
      if (*c == '%') ++c;
      continue;
    }
    std::string spec;
    int longs = 0;
    do {
      spec += *c++;
      if (*c == 'l' || *c == 'z' || *c == 'j') longs += *c == 'l' ? 1 : 2;
    } while (*c && !std::strchr("diouxXcsfFeEgGaAp", *c));
    spec += *c;
    if (std::strchr("fFeEgGaA", *c)) {
      double value;
      next(&value, 8);
      snprintf(text, sizeof text, spec.c_str(), value);
    } else if (*c == 's' || *c == 'p') {
      void* value;
      next(&value, 8);
      snprintf(text, sizeof text, spec.c_str(), value);
    } else if (longs > 0) {
      long long value;
      next(&value, 8);
      snprintf(text, sizeof text, spec.c_str(), value);
    } else {
      int value;
      next(&value, 4);
      snprintf(text, sizeof text, spec.c_str(), value);
    }
    result += text;
  }
  return result;
}

class Machine {
 public:
  Machine(PtxModule& module, const PtxFunction& kernel, const PtxLaunch& launch)
      : module_(module), kernel_(kernel), launch_(launch), random_(launch.seed * 0x9e3779b97f4a7c15 + 1) {}

  void run() {
    const uint64_t blocks = uint64_t{launch_.grid[0]} * launch_.grid[1] * launch_.grid[2];
    uint64_t next = 0;
    // Some blocks at a time, as multiprocessors do it.
    while (next < blocks || !running_.empty()) {
      while (running_.size() < 3 && next < blocks) running_.push_back(make_block(next++));
      Block& block = *running_[random() % running_.size()];
      step(block);
      std::erase_if(running_, [](const std::unique_ptr<Block>& done) {
        return std::all_of(done->threads.begin(), done->threads.end(),
                           [](const Thread& thread) { return thread.state == State::ended; });
      });
    }
  }

 private:
  uint64_t random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_;
  }

  std::unique_ptr<Block> make_block(uint64_t number) {
    auto block = std::make_unique<Block>();
    block->number = number;
    block->index[0] = static_cast<uint32_t>(number % launch_.grid[0]);
    block->index[1] = static_cast<uint32_t>(number / launch_.grid[0] % launch_.grid[1]);
    block->index[2] = static_cast<uint32_t>(number / launch_.grid[0] / launch_.grid[1]);
    block->shared.assign(module_.program().shared_bytes + launch_.dynamic_shared_bytes + 16,
                         static_cast<char>(0xa5));
    const uint32_t threads = launch_.block[0] * launch_.block[1] * launch_.block[2];
    block->threads.resize(threads);
    for (uint32_t k = 0; k < threads; ++k) {
      Thread& thread = block->threads[k];
      thread.number = k;
      thread.tid[0] = k % launch_.block[0];
      thread.tid[1] = k / launch_.block[0] % launch_.block[1];
      thread.tid[2] = k / launch_.block[0] / launch_.block[1];
      enter(thread, kernel_);
      for (size_t p = 0; p < kernel_.params.size(); ++p)
        thread.frames[0].params[kernel_.params[p].first] = const_cast<char*>(launch_.arguments[p].data());
    }
    return block;
  }

  void enter(Thread& thread, const PtxFunction& function) {
    Frame frame;
    frame.function = &function;
    frame.registers.resize(function.registers.size(), 0xdeadbeefdeadbeef);
    frame.memory.assign(function.local_bytes + 16, static_cast<char>(0xa5));
    thread.frames.push_back(std::move(frame));
  }

  // Some instructions of a thread, or what its threads have waited for.
  void step(Block& block) {
    std::vector<uint32_t> ready;
    for (const Thread& thread : block.threads) {
      if (thread.state == State::ready) ready.push_back(thread.number);
    }
    if (ready.empty()) return release(block);
    block_ = &block;
    thread_ = &block.threads[ready[random() % ready.size()]];
    for (uint64_t left = 1 + random() % 64; left > 0 && thread_->state == State::ready; --left) one();
  }

  // Nobody can go on alone: a warp that has met at an instruction does it together, else the block's barrier
  // opens.
  void release(Block& block) {
    for (size_t first = 0; first < block.threads.size(); first += 32) {
      const size_t end = std::min(first + 32, block.threads.size());
      bool waits = false;
      for (size_t k = first; k < end; ++k) waits |= block.threads[k].state == State::in_warp;
      if (!waits) continue;
      return in_warp(block, first, end);
    }
    const PtxInstruction* where = nullptr;
    for (Thread& thread : block.threads) {
      if (thread.state != State::at_barrier) continue;
      const PtxInstruction& here = current(thread);
      if (where && where->operands[0].value != here.operands[0].value)
        fail_at(block, thread, "waits at another barrier than others");
      where = &here;
    }
    for (Thread& thread : block.threads) {
      if (thread.state != State::at_barrier) continue;
      thread.state = State::ready;
      ++thread.frames.back().next;
    }
  }

  static const PtxInstruction& current(const Thread& thread) {
    const Frame& frame = thread.frames.back();
    return frame.function->code[frame.next];
  }

  [[noreturn]] void fail_at(const Block& block, const Thread& thread, const std::string& what) {
    const std::string line = thread.frames.empty() ? "" : ", line " + std::to_string(current(thread).line);
    throw Fault{"kernel `" + kernel_.name + "`" + line + ", thread " + std::to_string(thread.number) +
                " of block " + std::to_string(block.number) + ": " + what};
  }
  [[noreturn]] void fail(const std::string& what) { fail_at(*block_, *thread_, what); }

  // Those who wait at the same instruction; the mask says who must be there.
  void in_warp(Block& block, size_t first, size_t end) {
    std::vector<Thread*> party;
    const PtxInstruction* where = nullptr;
    for (size_t k = first; k < end; ++k) {
      Thread& thread = block.threads[k];
      if (thread.state != State::in_warp) continue;
      if (!where) where = &current(thread);
      if (&current(thread) == where) party.push_back(&thread);
    }
    uint32_t present = 0;
    for (const Thread* thread : party) present |= uint32_t{1} << (thread->number - first);
    block_ = &block;
    thread_ = party[0];
    if (where->code == kActive) {
      // Those who happen to be here; that all who could be are is nowhere promised.
      if (party.size() > 1 && random() % 4 == 0) party.resize(1 + random() % party.size());
      return active(*where, party, first);
    }
    const uint32_t mask = static_cast<uint32_t>(read(where->operands.back(), PtxType::b32));
    uint32_t missing = mask & ~present;
    for (size_t k = first; k < first + 32; ++k) {
      const bool is_over = k >= end || block.threads[k].state == State::ended;
      if (is_over) missing &= ~(uint32_t{1} << (k - first));
    }
    if (missing) fail("`" + where->op + "` waits for threads that are elsewhere");
    if (where->code == kShfl) {
      shuffle(*where, party, first);
    } else if (where->code == kVote) {
      vote(*where, party, first);
    } else if (where->code == kMatch) {
      match(*where, party, first);
    }
    go_on(party);
  }

  static void go_on(const std::vector<Thread*>& party) {
    for (Thread* thread : party) {
      thread->state = State::ready;
      ++thread->frames.back().next;
    }
  }

  void active(const PtxInstruction& instruction, const std::vector<Thread*>& party, size_t first) {
    uint32_t lanes = 0;
    for (const Thread* thread : party) lanes |= uint32_t{1} << (thread->number - first);
    for (Thread* thread : party) {
      thread_ = thread;
      write(instruction.operands[0], PtxType::b32, lanes);
    }
    go_on(party);
  }

  void match(const PtxInstruction& instruction, const std::vector<Thread*>& party, size_t first) {
    if (!instruction.has("any")) fail("`match.all` is not understood");
    std::map<uint64_t, uint32_t> lanes;
    const auto value_of = [&](Thread* thread) {
      thread_ = thread;
      return read(instruction.operands[1], instruction.type);
    };
    for (Thread* thread : party) lanes[value_of(thread)] |= uint32_t{1} << (thread->number - first);
    std::vector<uint32_t> results;
    for (Thread* thread : party) results.push_back(lanes.at(value_of(thread)));
    for (size_t k = 0; k < party.size(); ++k) {
      thread_ = party[k];
      write(instruction.operands[0], PtxType::b32, results[k]);
    }
  }

  void shuffle(const PtxInstruction& instruction, const std::vector<Thread*>& party, size_t first) {
    std::map<uint32_t, uint64_t> values;
    for (Thread* thread : party) {
      thread_ = thread;
      values[static_cast<uint32_t>(thread->number - first)] = read(instruction.operands[1], PtxType::b32);
    }
    for (Thread* thread : party) {
      thread_ = thread;
      const uint32_t lane = static_cast<uint32_t>(thread->number - first);
      const uint32_t b = static_cast<uint32_t>(read(instruction.operands[2], PtxType::b32)) & 31;
      const uint32_t c = static_cast<uint32_t>(read(instruction.operands[3], PtxType::b32));
      const uint32_t clamp = c & 31, segment = c >> 8 & 31;
      const uint32_t last = (lane & segment) | (clamp & ~segment), lowest = lane & segment;
      int64_t from = lane;
      bool is_inside = true;
      if (instruction.has("up")) {
        from = static_cast<int64_t>(lane) - b;
        is_inside = from >= static_cast<int64_t>(last);
      } else if (instruction.has("down")) {
        from = lane + b;
        is_inside = from <= last;
      } else if (instruction.has("bfly")) {
        from = lane ^ b;
        is_inside = from <= last;
      } else {
        from = lowest | (b & ~segment);
        is_inside = from <= last;
      }
      if (!is_inside) from = lane;
      auto found = values.find(static_cast<uint32_t>(from));
      // A lane past the block's end or one that has ended gives nothing that is known.
      const uint64_t value = found == values.end() ? 0xdeadbeef : found->second;
      const PtxOperand& target = instruction.operands[0];
      if (target.kind == PtxOperand::Kind::list) {
        write(target.list[0], PtxType::b32, value);
        write(target.list[1], PtxType::pred, is_inside);
      } else {
        write(target, PtxType::b32, value);
      }
    }
  }

  void vote(const PtxInstruction& instruction, const std::vector<Thread*>& party, size_t first) {
    uint64_t ballot = 0;
    for (Thread* thread : party) {
      thread_ = thread;
      const PtxOperand& vote = instruction.operands[1];
      const bool says = (read(vote, PtxType::pred) & 1) != vote.is_negated;
      ballot |= uint64_t{says} << (thread->number - first);
    }
    for (Thread* thread : party) {
      thread_ = thread;
      if (instruction.has("ballot")) {
        write(instruction.operands[0], PtxType::b32, ballot);
      } else {
        const bool is_all = static_cast<size_t>(__builtin_popcountll(ballot)) == party.size();
        write(instruction.operands[0], PtxType::pred, instruction.has("all") ? is_all : ballot != 0);
      }
    }
  }

  // ---- operands

  uint64_t special(int32_t which) {
    switch (which) {
      case kTidX:
      case kTidY:
      case kTidZ:
        return thread_->tid[which - kTidX];
      case kNtidX:
      case kNtidY:
      case kNtidZ:
        return launch_.block[which - kNtidX];
      case kCtaidX:
      case kCtaidY:
      case kCtaidZ:
        return block_->index[which - kCtaidX];
      case kNctaidX:
      case kNctaidY:
      case kNctaidZ:
        return launch_.grid[which - kNctaidX];
      case kLaneId:
        return thread_->number % 32;
      case kWarpId:
        return thread_->number / 32;
      case kWarpSize:
        return 32;
      default:
        return ++clock_;
    }
  }

  char* address_of(const std::string& name) {
    Frame& frame = thread_->frames.back();
    if (auto param = frame.params.find(name); param != frame.params.end()) return param->second;
    if (auto local = frame.function->locals.find(name); local != frame.function->locals.end())
      return frame.memory.data() + local->second.offset;
    const PtxProgram& program = module_.program();
    if (auto shared = program.shared.find(name); shared != program.shared.end()) {
      // Without a size it is what the launch gives.
      const uint64_t offset = shared->second.bytes == 0 ? program.shared_bytes : shared->second.offset;
      return block_->shared.data() + offset;
    }
    if (std::vector<char>* global = module_.global(name)) return global->data();
    fail("there is no `" + name + "`");
  }

  uint64_t read(const PtxOperand& operand, PtxType type) {
    switch (operand.kind) {
      case PtxOperand::Kind::reg:
        return truncated(thread_->frames.back().registers[static_cast<size_t>(operand.index)], type);
      case PtxOperand::Kind::number:
        return truncated(operand.value, type);
      case PtxOperand::Kind::special:
        return truncated(special(operand.index), type);
      case PtxOperand::Kind::symbol:
        return reinterpret_cast<uint64_t>(address_of(operand.name)) + operand.value;
      case PtxOperand::Kind::address:
        if (operand.index >= 0)
          return thread_->frames.back().registers[static_cast<size_t>(operand.index)] + operand.value;
        return (operand.name.empty() ? 0 : reinterpret_cast<uint64_t>(address_of(operand.name))) +
               operand.value;
      default:
        fail("an operand that is not understood");
    }
  }

  void write(const PtxOperand& operand, PtxType type, uint64_t value) {
    if (operand.kind == PtxOperand::Kind::none) return;
    if (operand.kind != PtxOperand::Kind::reg) fail("a result that is no register");
    thread_->frames.back().registers[static_cast<size_t>(operand.index)] = truncated(value, type);
  }

  // ---- memory

  static bool lies_in(uint64_t address, uint64_t bytes, const std::vector<char>& memory) {
    const uint64_t begin = reinterpret_cast<uint64_t>(memory.data());
    return address >= begin && address + bytes <= begin + memory.size();
  }

  void check_access(uint64_t address, uint64_t bytes, const char* what, PtxSpace space) {
    if (address % bytes != 0)
      fail(what + (" " + std::to_string(bytes)) + " bytes at an address that is no multiple of that");
    const auto is_known = [&] {
      if (space == PtxSpace::param) return true;
      if (space != PtxSpace::global && lies_in(address, bytes, block_->shared)) return true;
      if (space == PtxSpace::shared) return false;
      if (space != PtxSpace::global) {
        for (const Frame& frame : thread_->frames) {
          if (lies_in(address, bytes, frame.memory)) return true;
        }
      }
      if (space == PtxSpace::local) return false;
      if (address >= known_begin_ && address + bytes <= known_end_) return true;
      for (const auto& [name, memory] : module_.program().globals) {
        if (lies_in(address, bytes, memory)) return true;
      }
      for (const std::vector<char>& argument : launch_.arguments) {
        if (lies_in(address, bytes, argument)) return true;
      }
      // Pages are asked for once where all of one may be used.
      constexpr uint64_t kPage = 4096;
      const uint64_t page = address / kPage * kPage;
      if (launch_.may_use(page, kPage) && address + bytes <= page + kPage) {
        known_begin_ = page;
        known_end_ = page + kPage;
        return true;
      }
      return launch_.may_use(address, bytes);
    };
    if (is_known()) return;
    char text[64];
    snprintf(text, sizeof text, "%s %llu bytes at 0x%llx", what, static_cast<unsigned long long>(bytes),
             static_cast<unsigned long long>(address));
    fail(std::string(text) + ", which is not its memory");
  }

  // Addresses of memory of blocks may have 32 bits.
  uint64_t whole_address(uint64_t address, PtxSpace space) const {
    if (space != PtxSpace::shared || address >> 32 != 0) return address;
    const uint64_t begin = reinterpret_cast<uint64_t>(block_->shared.data());
    return begin + static_cast<uint32_t>(address - begin);
  }

  uint64_t load(uint64_t address, PtxType type, PtxSpace space) {
    address = whole_address(address, space);
    const uint64_t bytes = size_of(type);
    check_access(address, bytes, "reads", space);
    uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(address), bytes);
    return value;
  }
  void store(uint64_t address, PtxType type, uint64_t value, PtxSpace space) {
    address = whole_address(address, space);
    const uint64_t bytes = size_of(type);
    check_access(address, bytes, "writes", space);
    std::memcpy(reinterpret_cast<void*>(address), &value, bytes);
  }

  // ---- instructions

  void one() {
    Frame& frame = thread_->frames.back();
    if (frame.next >= frame.function->code.size()) return leave();
    const PtxInstruction& instruction = frame.function->code[frame.next];
    if (instruction.guard >= 0) {
      const bool is_set = frame.registers[static_cast<size_t>(instruction.guard)] & 1;
      if (is_set == instruction.is_guard_negated) {
        ++frame.next;
        return;
      }
    }
    const std::vector<PtxOperand>& operands = instruction.operands;
    const PtxType type = instruction.type;
    switch (instruction.code) {
      case kBra:
        frame.next = static_cast<size_t>(instruction.targets[0]);
        return;
      case kBrx: {
        const uint64_t which = read(operands[0], PtxType::b32);
        if (which >= instruction.targets.size()) fail("a branch to nowhere");
        frame.next = static_cast<size_t>(instruction.targets[which]);
        return;
      }
      case kExit:
        thread_->state = State::ended;
        return;
      case kRet:
        return leave();
      case kTrap:
        fail("a trap");
      case kBar:
        if (instruction.has("warp")) {
          thread_->state = State::in_warp;
          return;
        }
        if (operands.size() > 1 || operands.empty()) fail("a barrier for some threads is not understood");
        thread_->state = State::at_barrier;
        return;
      case kShfl:
      case kVote:
      case kActive:
      case kMatch:
        thread_->state = State::in_warp;
        return;
      case kCall:
        return call(instruction);
      case kLd:
        load_all(instruction);
        break;
      case kSt:
        store_all(instruction);
        break;
      case kAtom:
        atomic(instruction);
        break;
      case kMov:
        move(instruction);
        break;
      case kCvta:
        write(operands[0], type, read(operands[1], type));
        break;
      case kCvt:
        write(operands[0], PtxType::b64, convert(instruction, read(operands[1], instruction.source_type)));
        break;
      case kSetp:
        set_predicate(instruction);
        break;
      case kSelp: {
        const bool is_first = (read(operands[3], PtxType::pred) != 0) != operands[3].is_negated;
        write(operands[0], type, read(operands[is_first ? 1 : 2], type));
        break;
      }
      case kBfi: {
        const uint64_t bits = 8 * size_of(type), at = read(operands[3], PtxType::b32) & 0xff,
                       length = read(operands[4], PtxType::b32) & 0xff;
        uint64_t value = read(operands[2], type);
        const uint64_t inserted = read(operands[1], type);
        for (uint64_t k = 0; k < length && at + k < bits; ++k)
          value = (value & ~(uint64_t{1} << (at + k))) | (inserted >> k & 1) << (at + k);
        write(operands[0], type, value);
        break;
      }
      case kTestp: {
        const double value =
            type == PtxType::f64 ? double_of(read(operands[1], type)) : float_of(read(operands[1], type));
        bool is_it = instruction.has("finite")       ? __builtin_isfinite(value)
                     : instruction.has("infinite")   ? __builtin_isinf(value)
                     : instruction.has("notanumber") ? __builtin_isnan(value)
                                                     : !__builtin_isnan(value);
        write(operands[0], PtxType::pred, is_it);
        break;
      }
      case kNothing:
        break;
      default:
        arithmetic(instruction);
    }
    ++thread_->frames.back().next;
  }

  void arithmetic(const PtxInstruction& instruction) {
    const std::vector<PtxOperand>& operands = instruction.operands;
    const PtxType type = instruction.type;
    uint64_t values[3] = {};
    if (operands.size() < 2 || operands.size() > 4) fail("`" + instruction.op + "` is not understood");
    const bool is_wide = instruction.has("wide");
    const bool is_shift = instruction.op == "shl" || instruction.op == "shr" || instruction.op == "bfe";
    for (size_t k = 1; k < operands.size(); ++k) {
      PtxType read_as = type;
      if (is_shift && k > 1) read_as = PtxType::b32;
      if (is_wide && k == 3) read_as = PtxType::b64;
      values[k - 1] = read(operands[k], read_as);
      if (operands[k].is_negated) values[k - 1] ^= 1;
    }
    uint64_t result;
    if (!compute(instruction, values[0], values[1], values[2], thread_->carry, result))
      fail("`" + instruction.op + "` is not understood");
    const bool is_count = instruction.op == "popc" || instruction.op == "clz";
    write(operands[0], is_wide ? PtxType::b64 : is_count ? PtxType::b32 : type, result);
  }

  void move(const PtxInstruction& instruction) {
    const PtxOperand &to = instruction.operands[0], &from = instruction.operands[1];
    const PtxType type = instruction.type;
    using Kind = PtxOperand::Kind;
    if (to.kind == Kind::list) {
      const uint64_t value = read(from, type);
      const uint64_t bits = 8 * size_of(type) / to.list.size();
      for (size_t k = 0; k < to.list.size(); ++k)
        write(to.list[k], bits == 32 ? PtxType::b32 : PtxType::b16, value >> k * bits);
    } else if (from.kind == Kind::list) {
      const uint64_t bits = 8 * size_of(type) / from.list.size();
      uint64_t value = 0;
      for (size_t k = 0; k < from.list.size(); ++k)
        value |= read(from.list[k], bits == 32 ? PtxType::b32 : PtxType::b16) << k * bits;
      write(to, type, value);
    } else {
      write(to, type, read(from, type));
    }
  }

  void set_predicate(const PtxInstruction& instruction) {
    const std::vector<PtxOperand>& operands = instruction.operands;
    const PtxType type = instruction.type;
    bool result = compare(instruction.words[0], type, read(operands[1], type), read(operands[2], type));
    bool other = !result;
    if (operands.size() > 3) {
      const bool with = (read(operands[3], PtxType::pred) & 1) != operands[3].is_negated;
      const auto joined = [&](bool value) {
        return instruction.has("and") ? value && with : instruction.has("or") ? value || with : value != with;
      };
      result = joined(result);
      other = joined(other);
    }
    if (operands[0].kind == PtxOperand::Kind::list) {
      write(operands[0].list[0], PtxType::pred, result);
      write(operands[0].list[1], PtxType::pred, other);
    } else {
      write(operands[0], PtxType::pred, result);
    }
  }

  // A value that is shorter than its register is written with its sign.
  void put_loaded(const PtxOperand& to, PtxType type, uint64_t value) {
    write(to, PtxType::b64,
          is_signed(type) ? static_cast<uint64_t>(signed_of(value, type)) : truncated(value, type));
  }

  void load_all(const PtxInstruction& instruction) {
    const uint64_t address = read(instruction.operands[1], PtxType::b64);
    const PtxOperand& to = instruction.operands[0];
    if (to.kind != PtxOperand::Kind::list)
      return put_loaded(to, instruction.type, load(address, instruction.type, instruction.space));
    const uint64_t bytes = size_of(instruction.type);
    if (address % (bytes * to.list.size()) != 0)
      fail("reads a vector at an address that is no multiple of its size");
    for (size_t k = 0; k < to.list.size(); ++k)
      put_loaded(to.list[k], instruction.type,
                 load(address + k * bytes, instruction.type, instruction.space));
  }

  void store_all(const PtxInstruction& instruction) {
    const uint64_t address = read(instruction.operands[0], PtxType::b64);
    const PtxOperand& from = instruction.operands[1];
    const PtxType type = instruction.type;
    if (from.kind != PtxOperand::Kind::list) return store(address, type, read(from, type), instruction.space);
    const uint64_t bytes = size_of(type);
    if (address % (bytes * from.list.size()) != 0)
      fail("writes a vector at an address that is no multiple of its size");
    for (size_t k = 0; k < from.list.size(); ++k)
      store(address + k * bytes, type, read(from.list[k], type), instruction.space);
  }

  void atomic(const PtxInstruction& instruction) {
    const bool is_red = instruction.op == "red";
    const std::vector<PtxOperand>& operands = instruction.operands;
    const size_t first = is_red ? 0 : 1;
    const PtxType type = instruction.type;
    const uint64_t address = read(operands[first], PtxType::b64);
    const uint64_t b = read(operands[first + 1], type);
    const uint64_t c = operands.size() > first + 2 ? read(operands[first + 2], type) : 0;
    const uint64_t old = load(address, type, instruction.space);
    uint64_t value;
    if (!combine(instruction, old, b, c, value)) fail("an atomic that is not understood");
    store(address, type, value, instruction.space);
    if (!is_red) put_loaded(operands[0], type, old);
  }

  void leave() {
    thread_->frames.pop_back();
    if (thread_->frames.empty()) {
      thread_->state = State::ended;
    } else {
      ++thread_->frames.back().next;
    }
  }

  void call(const PtxInstruction& instruction) {
    const std::string& name = instruction.operands[0].name;
    if (name == "vprintf") {
      uint64_t words[2];
      for (int k = 0; k < 2; ++k)
        std::memcpy(&words[k], address_of(instruction.arguments[static_cast<size_t>(k)]), 8);
      const std::string text =
          formatted(reinterpret_cast<const char*>(words[0]), reinterpret_cast<const char*>(words[1]));
      fputs(text.c_str(), stdout);
      const int32_t count = static_cast<int32_t>(text.size());
      if (!instruction.results.empty()) std::memcpy(address_of(instruction.results[0]), &count, sizeof count);
      ++thread_->frames.back().next;
      return;
    }
    auto found = module_.program().functions.find(name);
    if (found == module_.program().functions.end()) fail("there is no function `" + name + "`");
    const PtxFunction& function = *found->second;
    std::map<std::string, char*> params;
    if (instruction.arguments.size() != function.params.size())
      fail("`" + name + "` is called with other arguments");
    for (size_t k = 0; k < function.params.size(); ++k)
      params[function.params[k].first] = address_of(instruction.arguments[k]);
    for (size_t k = 0; k < function.results.size(); ++k)
      params[function.results[k]] = address_of(instruction.results[k]);
    // Frames move when there are more of them, their memory does not.
    enter(*thread_, function);
    thread_->frames.back().params = std::move(params);
  }

  PtxModule& module_;
  const PtxFunction& kernel_;
  const PtxLaunch& launch_;
  uint64_t random_;
  uint64_t clock_ = 0;
  std::vector<std::unique_ptr<Block>> running_;
  Block* block_ = nullptr;
  Thread* thread_ = nullptr;
  // Memory that may be used, as was found out last.
  uint64_t known_begin_ = 0, known_end_ = 0;
};

}  // namespace

std::unique_ptr<PtxModule> PtxModule::load(const std::string& text, std::string& why) {
  auto module = std::make_unique<PtxModule>();
  module->program_ = parse_ptx(text, why);
  if (!module->program_) return nullptr;
  for (auto& [name, function] : module->program_->functions) {
    for (PtxInstruction& instruction : function->code) instruction.code = code_of(instruction.op);
  }
  return module;
}

const PtxFunction* PtxModule::kernel(const std::string& name) const {
  auto found = program_->functions.find(name);
  return found == program_->functions.end() || !found->second->is_entry ? nullptr : found->second.get();
}

std::vector<char>* PtxModule::global(const std::string& name) {
  auto found = program_->globals.find(name);
  return found == program_->globals.end() ? nullptr : &found->second;
}

std::string run_ptx(PtxModule& module, const PtxFunction& kernel, const PtxLaunch& launch) {
  try {
    Machine(module, kernel, launch).run();
  } catch (const Fault& fault) {
    return fault.text;
  }
  return "";
}

}  // namespace palatine::device::testing
