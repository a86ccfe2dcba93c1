#include "support/device/ptx_program.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace palatine::device::testing {

uint32_t size_of(PtxType type) {
  switch (type) {
    case PtxType::none:
      return 0;
    case PtxType::pred:
    case PtxType::b8:
    case PtxType::u8:
    case PtxType::s8:
      return 1;
    case PtxType::b16:
    case PtxType::u16:
    case PtxType::s16:
      return 2;
    case PtxType::b32:
    case PtxType::u32:
    case PtxType::s32:
    case PtxType::f32:
      return 4;
    default:
      return 8;
  }
}

bool PtxInstruction::has(const char* word) const {
  return std::find(words.begin(), words.end(), word) != words.end();
}

namespace {

PtxType type_named(const std::string& name) {
  static const std::map<std::string, PtxType> types = {
      {"pred", PtxType::pred}, {"b8", PtxType::b8},   {"u8", PtxType::u8},   {"s8", PtxType::s8},
      {"b16", PtxType::b16},   {"u16", PtxType::u16}, {"s16", PtxType::s16}, {"b32", PtxType::b32},
      {"u32", PtxType::u32},   {"s32", PtxType::s32}, {"f32", PtxType::f32}, {"b64", PtxType::b64},
      {"u64", PtxType::u64},   {"s64", PtxType::s64}, {"f64", PtxType::f64}};
  auto found = types.find(name);
  return found == types.end() ? PtxType::none : found->second;
}

int special_named(const std::string& name) {
  static const std::map<std::string, int> specials = {
      {"%tid.x", kTidX},     {"%tid.y", kTidY},       {"%tid.z", kTidZ},       {"%ntid.x", kNtidX},
      {"%ntid.y", kNtidY},   {"%ntid.z", kNtidZ},     {"%ctaid.x", kCtaidX},   {"%ctaid.y", kCtaidY},
      {"%ctaid.z", kCtaidZ}, {"%nctaid.x", kNctaidX}, {"%nctaid.y", kNctaidY}, {"%nctaid.z", kNctaidZ},
      {"%laneid", kLaneId},  {"%warpid", kWarpId},    {"WARP_SZ", kWarpSize},  {"%clock", kClock},
      {"%clock64", kClock}};
  auto found = specials.find(name);
  return found == specials.end() ? -1 : found->second;
}

struct Error {
  std::string text;
};

struct Token {
  std::string text;
  int line;
};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '%' || c == '.';
}

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> tokens;
  int line = 1;
  for (size_t at = 0; at < text.size() && text[at] != 0;) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (std::isspace(static_cast<unsigned char>(c))) {
      ++at;
    } else if (text.compare(at, 2, "//") == 0) {
      at = std::min(text.find('\n', at), text.size());
    } else if (text.compare(at, 2, "/*") == 0) {
      const size_t end = std::min(text.find("*/", at), text.size() - 2) + 2;
      line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                          text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      at = end;
    } else if (c == '"') {
      const size_t end = std::min(text.find('"', at + 1), text.size() - 1) + 1;
      tokens.push_back({text.substr(at, end - at), line});
      at = end;
    } else if (is_word(c)) {
      size_t end = at;
      while (end < text.size() && is_word(text[end])) ++end;
      tokens.push_back({text.substr(at, end - at), line});
      at = end;
    } else {
      tokens.push_back({std::string(1, c), line});
      ++at;
    }
  }
  tokens.push_back({"", line});
  return tokens;
}

class Parser {
 public:
  explicit Parser(const std::string& text)
      : tokens_(tokens_of(text)), program_(std::make_unique<PtxProgram>()) {}

  std::unique_ptr<PtxProgram> run() {
    if (peek() != ".version") fail("a PTX text begins with `.version`");
    while (!peek().empty()) module_item();
    return std::move(program_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error{"line " + std::to_string(tokens_[at_].line) + ": " + why};
  }
  const std::string& peek() const { return tokens_[at_].text; }
  std::string take() {
    std::string text = tokens_[at_].text;
    if (text.empty()) fail("the text ends too early");
    ++at_;
    return text;
  }
  bool accept(const char* text) {
    if (peek() != text) return false;
    ++at_;
    return true;
  }
  void expect(const char* text) {
    if (!accept(text)) fail("`" + std::string(text) + "` expected, not `" + peek() + "`");
  }
  uint64_t number() {
    const bool is_negative = accept("-");
    const std::string word = take();
    char* end = nullptr;
    std::string digits = word;
    if (!digits.empty() && digits.back() == 'U') digits.pop_back();
    const uint64_t value = std::strtoull(digits.c_str(), &end, 0);
    if (*end || digits.empty()) fail("`" + word + "` is no number");
    return is_negative ? 0 - value : value;
  }

  void module_item() {
    const std::string word = take();
    if (word == ".version" || word == ".target" || word == ".address_size") {
      do take();
      while (accept(","));
      return;
    }
    if (word == ".visible" || word == ".weak" || word == ".extern" || word == ".common") {
      if (word == ".extern") is_extern_ = true;
      return;
    }
    if (word == ".global" || word == ".const" || word == ".shared") return variable(word, nullptr);
    if (word == ".entry" || word == ".func") return function(word == ".entry");
    fail("`" + word + "` is not understood");
  }

  // Behind the space. Shared variables of functions are the block's as those of the module.
  void variable(const std::string& space, PtxFunction* function) {
    uint64_t align = 1;
    PtxType type = PtxType::none;
    for (; peek()[0] == '.'; take()) {
      if (peek() == ".align") {
        take();
        align = std::strtoull(peek().c_str(), nullptr, 0);
      } else if (type == PtxType::none) {
        type = type_named(peek().substr(1));
      }
    }
    if (type == PtxType::none) fail("a variable without a type");
    do {
      const std::string name = take();
      uint64_t count = 1;
      while (accept("[")) {
        count *= peek() == "]" ? 0 : number();
        expect("]");
      }
      const uint64_t bytes = count * size_of(type);
      align = std::max<uint64_t>(align, size_of(type));
      const auto place = [&](uint64_t& end) {
        const uint64_t offset = (end + align - 1) / align * align;
        end = offset + bytes;
        return PtxVariable{offset, bytes};
      };
      if (space == ".shared") {
        program_->shared[name] = place(program_->shared_bytes);
      } else if (function) {
        // Parameters of calls have the same names in many scopes.
        PtxVariable& known = function->locals[name];
        if (known.bytes < bytes) known = place(function->local_bytes);
      } else {
        std::vector<char>& value = program_->globals[name];
        value.resize(bytes);
        if (accept("=")) initial(value, type);
      }
    } while (accept(","));
    expect(";");
    is_extern_ = false;
  }

  void initial(std::vector<char>& value, PtxType type) {
    const bool is_list = accept("{");
    uint64_t at = 0;
    do {
      if (peek() == "}") break;
      const PtxOperand operand = constant();
      uint64_t bits = operand.value;
      if (operand.is_float && size_of(type) == 4) fail("an initial value is not understood");
      const uint64_t bytes = size_of(type);
      if (at + bytes > value.size()) fail("too many initial values");
      std::memcpy(value.data() + at, &bits, bytes);
      at += bytes;
    } while (is_list && accept(","));
    if (is_list) expect("}");
  }

  // A number, also as bits: 0d3FF0000000000000, 0f3F800000.
  PtxOperand constant() {
    PtxOperand operand;
    operand.kind = PtxOperand::Kind::number;
    const std::string& word = peek();
    if (word.size() > 2 && word[0] == '0' && (std::tolower(word[1]) == 'd' || std::tolower(word[1]) == 'f') &&
        word.find('x') == std::string::npos) {
      operand.is_float = true;
      operand.value = std::strtoull(word.c_str() + 2, nullptr, 16);
      take();
      return operand;
    }
    operand.value = number();
    return operand;
  }

  void parameters(std::vector<std::pair<std::string, PtxVariable>>& params) {
    expect("(");
    uint64_t end = 0;
    while (!accept(")")) {
      expect(".param");
      uint64_t align = 1;
      PtxType type = PtxType::none;
      for (; peek()[0] == '.'; take()) {
        if (peek() == ".align") {
          take();
          align = std::strtoull(peek().c_str(), nullptr, 0);
        } else if (PtxType found = type_named(peek().substr(1)); found != PtxType::none) {
          type = found;
        }
      }
      const std::string name = take();
      uint64_t count = 1;
      if (accept("[")) {
        count = number();
        expect("]");
      }
      align = std::max<uint64_t>(align, size_of(type));
      end = (end + align - 1) / align * align;
      params.emplace_back(name, PtxVariable{end, count * size_of(type)});
      end += count * size_of(type);
      accept(",");
    }
  }

  void function(bool is_entry) {
    auto made = std::make_unique<PtxFunction>();
    made->is_entry = is_entry;
    if (peek() == "(") {
      std::vector<std::pair<std::string, PtxVariable>> results;
      parameters(results);
      for (auto& [name, variable] : results) made->results.push_back(name);
    }
    made->name = take();
    if (peek() == "(") parameters(made->params);
    // `.maxntid 256, 1, 1`, `.noreturn` and the like.
    while (peek() != "{" && peek() != ";") take();
    const bool was_extern = std::exchange(is_extern_, false);
    if (accept(";")) return;
    if (was_extern) fail("an extern function with a body");
    function_ = made.get();
    labels_.clear();
    branch_lists_.clear();
    expect("{");
    body();
    resolve();
    program_->functions[made->name] = std::move(made);
  }

  void body() {
    while (!accept("}")) {
      if (accept("{")) {
        body();
        continue;
      }
      statement();
    }
  }

  void statement() {
    const std::string word = peek();
    if (word == ".reg") return registers();
    if (word == ".local" || word == ".shared" || word == ".param") {
      take();
      return variable(word, function_);
    }
    if (word == ".pragma" || word == ".loc" || word == ".file") {
      const int line = tokens_[at_].line;
      if (word == ".pragma") {
        while (take() != ";") {
        }
      } else {
        while (tokens_[at_].line == line) take();
      }
      return;
    }
    if (tokens_[at_ + 1].text == ":") {
      take();
      take();
      if (peek() == ".branchtargets") {
        take();
        std::vector<std::string>& targets = branch_lists_[word];
        do targets.push_back(take());
        while (accept(","));
        expect(";");
      } else {
        labels_[word] = static_cast<int32_t>(function_->code.size());
      }
      return;
    }
    instruction();
  }

  void registers() {
    expect(".reg");
    take();
    do {
      const std::string name = take();
      if (accept("<")) {
        const uint64_t count = number();
        expect(">");
        for (uint64_t k = 0; k < count; ++k) add_register(name + std::to_string(k));
      } else {
        add_register(name);
      }
    } while (accept(","));
    expect(";");
  }
  // Also one of an inner scope with the name of one outside: PTX of compilers has none with other values.
  void add_register(const std::string& name) {
    function_->registers.emplace(name, static_cast<int>(function_->registers.size()));
  }

  int register_named(const std::string& name) const {
    auto found = function_->registers.find(name);
    return found == function_->registers.end() ? -1 : found->second;
  }

  PtxOperand operand() {
    PtxOperand result;
    using Kind = PtxOperand::Kind;
    if (accept("!")) {
      result = operand();
      result.is_negated = true;
      return result;
    }
    if (accept("{")) {
      result.kind = Kind::list;
      do result.list.push_back(operand());
      while (accept(","));
      expect("}");
      return result;
    }
    if (accept("[")) {
      result.kind = Kind::address;
      if (std::isdigit(static_cast<unsigned char>(peek()[0]))) {
        result.value = number();
      } else {
        result.name = take();
        result.index = register_named(result.name);
      }
      if (accept("+")) result.value += number();
      if (peek() == "-") result.value += number();
      expect("]");
      return result;
    }
    const std::string& word = peek();
    if (word == "-" || std::isdigit(static_cast<unsigned char>(word[0]))) return constant();
    result.name = take();
    if (int index = special_named(result.name); index >= 0) {
      result.kind = Kind::special;
      result.index = index;
    } else if (result.index = register_named(result.name); result.index >= 0) {
      result.kind = Kind::reg;
    } else if (result.name == "_") {
      result.kind = Kind::none;
    } else {
      result.kind = Kind::symbol;
      if (accept("+")) result.value = number();
    }
    if (accept("|")) {
      PtxOperand pair;
      pair.kind = Kind::list;
      pair.list = {result, operand()};
      return pair;
    }
    return result;
  }

  void instruction() {
    PtxInstruction made;
    made.line = tokens_[at_].line;
    if (accept("@")) {
      made.is_guard_negated = accept("!");
      made.guard = register_named(take());
      if (made.guard < 0) fail("a guard that is no register");
    }
    const std::string word = take();
    for (size_t from = 0; from <= word.size();) {
      const size_t dot = std::min(word.find('.', from), word.size());
      (from == 0 ? made.op : made.words.emplace_back()) = word.substr(from, dot - from);
      from = dot + 1;
    }
    for (const std::string& part : made.words) {
      if (PtxType type = type_named(part); type != PtxType::none) {
        (made.type == PtxType::none ? made.type : made.source_type) = type;
      }
      if (part == "param") made.space = PtxSpace::param;
      if (part == "global" || part == "const") made.space = PtxSpace::global;
      if (part == "shared") made.space = PtxSpace::shared;
      if (part == "local") made.space = PtxSpace::local;
    }
    if (made.op == "call") {
      call(made);
    } else if (!accept(";")) {
      do made.operands.push_back(operand());
      while (accept(","));
      expect(";");
    }
    function_->code.push_back(std::move(made));
  }

  void call(PtxInstruction& made) {
    const auto names = [&](std::vector<std::string>& into) {
      expect("(");
      while (!accept(")")) {
        into.push_back(take());
        accept(",");
      }
    };
    if (peek() == "(") {
      names(made.results);
      expect(",");
    }
    PtxOperand callee;
    callee.kind = PtxOperand::Kind::symbol;
    callee.name = take();
    made.operands.push_back(callee);
    if (accept(",") && peek() == "(") names(made.arguments);
    expect(";");
  }

  void resolve() {
    const auto target = [&](const std::string& label) {
      auto found = labels_.find(label);
      if (found == labels_.end()) fail("there is no label `" + label + "`");
      return found->second;
    };
    for (PtxInstruction& instruction : function_->code) {
      if (instruction.op == "bra") {
        instruction.targets = {target(instruction.operands.at(0).name)};
      } else if (instruction.op == "brx") {
        for (const std::string& label : branch_lists_[instruction.operands.at(1).name])
          instruction.targets.push_back(target(label));
      }
    }
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  bool is_extern_ = false;
  std::unique_ptr<PtxProgram> program_;
  PtxFunction* function_ = nullptr;
  std::map<std::string, int32_t> labels_;
  std::map<std::string, std::vector<std::string>> branch_lists_;
};

}  // namespace

std::unique_ptr<PtxProgram> parse_ptx(const std::string& text, std::string& why) {
  try {
    return Parser(text).run();
  } catch (const Error& error) {
    why = error.text;
  } catch (const std::exception& error) {
    why = error.what();
  }
  return nullptr;
}

}  // namespace palatine::device::testing
