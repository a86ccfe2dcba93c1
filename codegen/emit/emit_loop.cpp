// Loops. The innermost loop over a domain is always a plain counted loop over the first dimension.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "codegen/emit/function_emitter.h"
#include "codegen/emit/unroll.h"

namespace palatine::codegen {

void FunctionEmitter::close_braces(int count) {
  for (; count > 0; --count) {
    names().close();
    out_.dedent();
    out_.line("}");
  }
}

void FunctionEmitter::open_brace(SourceRange range, const std::string& head) {
  out_.line(range, head.empty() ? "{" : head + " {");
  out_.indent();
  names().open();
}

// At the beginning of a body: `__demand(__trace)` says that each time through launches the same.
void FunctionEmitter::trace(const ir::Stat& stat) {
  if (!task_ || task_->is_leaf || !task_->makes_traces ||
      !ir::has_annotation(stat.annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::trace))
    return;
  out_.line(stat.range,
            fmt::format("const api::Trace {}(context, {});", names().declare("trace"), ++trace_count_));
}

void FunctionEmitter::while_stat(const ir::WhileStat& stat) {
  loops_.push_back({});
  if (stat.condition_block.stats.empty()) {
    open_brace(stat.range, fmt::format("while ({})", value(*stat.condition).text));
  } else {
    open_brace(stat.range, "for (;;)");
    block(stat.condition_block);
    out_.line(stat.range, fmt::format("if ({}) break;", prefix('!', value(*stat.condition)).text));
  }
  trace(stat);
  block(stat.body);
  close_braces(1);
  loops_.pop_back();
}

void FunctionEmitter::repeat_stat(const ir::RepeatStat& stat) {
  loops_.push_back({});
  open_brace(stat.range, "for (;;)");
  trace(stat);
  block(stat.body);
  block(stat.until_block);
  out_.line(stat.until->range, fmt::format("if ({}) break;", value(*stat.until).text));
  close_braces(1);
  loops_.pop_back();
}

// The sign of a constant step: 1, -1 (zero counts as negative, language reference 5.2), or 0 when it is not
// known.
static int known_sign(const ir::Expr* step) {
  if (!step) return 1;
  if (const auto* cast = ir::try_as<ir::CastExpr>(step)) return known_sign(cast->operand.get());
  if (const auto* unary = ir::try_as<ir::UnaryExpr>(step)) {
    return unary->op == ast::UnaryOp::negate && known_sign(unary->operand.get()) == 1 ? -1 : 0;
  }
  const auto* constant = ir::try_as<ir::ConstExpr>(step);
  const auto* integer = sema::try_as<sema::IntegerType>(step->type);
  if (!constant || !integer) return 0;
  if (!integer->is_signed) return constant->integer > 0 ? 1 : -1;
  return static_cast<int64_t>(constant->integer) > 0 ? 1 : -1;
}

void FunctionEmitter::for_num(const ir::ForNumStat& stat) {
  const Code first = value(*stat.first);
  const Code limit = value(*stat.limit);
  const int sign = known_sign(stat.step.get());
  const bool has_step = stat.step != nullptr;
  const Code step = has_step ? value(*stat.step) : Code{};
  // The names live in the loop's head, which is a scope of its own.
  names().open();
  // A variable that the body changes is a copy: the loop goes on from the value that it had.
  const bool is_copied = stat.variable->is_assigned || stat.variable->is_address_taken;
  const std::string variable =
      is_copied ? names().declare(stat.variable->name + "_count") : declare(*stat.variable);
  const std::string end = names().declare(variable + "_end");
  const std::string by = names().declare(variable + "_step");
  std::string head = fmt::format("for ({} {} = {}, {} = {}", type(stat.variable->type), variable, first.text,
                                 end, limit.text);
  if (has_step) head += fmt::format(", {} = {}", by, step.text);
  head += "; ";
  if (sign > 0) head += fmt::format("{} < {}", variable, end);
  if (sign < 0) head += fmt::format("{} > {}", variable, end);
  if (sign == 0) head += fmt::format("{} > 0 ? {} < {} : {} > {}", by, variable, end, variable, end);
  head += has_step ? fmt::format("; {} += {})", variable, by) : fmt::format("; ++{})", variable);
  // In terra functions it is not known whether a loop calls them.
  if ((!loops_.empty() || !task_) && is_written_out(stat))
    out_.line(stat.range, "#pragma clang loop unroll(full)");
  loops_.push_back({});
  open_brace(stat.range, head);
  if (is_copied) {
    out_.line(stat.range,
              fmt::format("{} {} = {};", type(stat.variable->type), declare(*stat.variable), variable));
  }
  trace(stat);
  const ir::Local* outer = std::exchange(loop_variable_, stat.variable);
  block(stat.body);
  loop_variable_ = outer;
  close_braces(1);
  loops_.pop_back();
  names().close();
}

static int dimensions_of_domain(const sema::Type* domain) {
  if (const auto* ispace = sema::try_as<sema::IspaceType>(domain)) return ispace->index->components();
  if (const auto* region = sema::try_as<sema::RegionType>(domain)) return region->index()->components();
  return components(domain);
}

int FunctionEmitter::open_domain_loops(const ir::Local& variable, const ir::Expr& domain, SourceRange range,
                                       const Steps& steps) {
  const int n = dimensions_of_domain(domain.type);
  const std::string rect = fmt::format("api::Rect<{}>", n);
  const bool is_rect = domain.type->kind == sema::TypeKind::rect;
  // In a kernel they are among its arguments.
  const Code boxes = is_rect || kernel_ ? value(domain) : boxes_of(domain);
  names().open();
  const std::string box = names().declare("box");
  if (is_rect) {
    open_brace(range, "");
    out_.line(range, fmt::format("const {} {} = {};", rect, box, boxes.text));
  } else {
    open_brace(range, fmt::format("for (const {} {} : {})", rect, box, boxes.text));
  }
  std::string ahead;
  if (!steps.streams.empty()) {
    ahead = names().declare("ahead");
    std::string bytes;
    for (const Stream& stream : steps.streams) {
      bytes += fmt::format("{}sizeof({})", bytes.empty() ? "" : " + ",
                           type(leaves_of(*stream.region)[static_cast<size_t>(stream.leaf)].type));
    }
    out_.line(range, fmt::format("const api::Ahead {}({}, {});", ahead, box, bytes));
  }
  const std::string name = declare(variable);
  if (n == 1) {
    if (!ahead.empty()) {
      open_steps(name, fmt::format("{}.lo", box), fmt::format("{}.hi", box), "", ahead, steps, range);
      return 3;
    }
    const std::string end = names().declare(name + "_end");
    open_brace(range,
               fmt::format("for (int64_t {0} = {1}.lo, {2} = {1}.hi + 1; {0} < {2}; ++{0})", name, box, end));
    return 2;
  }
  std::string coordinates;
  for (int k = n - 1; k >= 0; --k) {
    const std::string coordinate = names().declare(fmt::format("{}_{}", name, "xyzwvutsr"[k]));
    if (k == 0 && !ahead.empty()) {
      open_steps(coordinate, fmt::format("{}.lo.c[0]", box), fmt::format("{}.hi.c[0]", box), coordinates,
                 ahead, steps, range);
      out_.line(range,
                fmt::format("const api::Point<{}> {}{{{{{}, {}}}}};", n, name, coordinate, coordinates));
      return n + 2;
    }
    const std::string end = names().declare(coordinate + "_end");
    open_brace(range,
               fmt::format("for (int64_t {0} = {1}.lo.c[{3}], {2} = {1}.hi.c[{3}] + 1; {0} < {2}; ++{0})",
                           coordinate, box, end, k));
    coordinates = coordinate + (coordinates.empty() ? "" : ", ") + coordinates;
  }
  out_.line(range, fmt::format("const api::Point<{}> {}{{{{{}}}}};", n, name, coordinates));
  return n + 1;
}

// The innermost loop, from `lo` to `hi`, in steps before which its arrays are fetched ahead. `outer`: the
// other coordinates of the point.
void FunctionEmitter::open_steps(const std::string& coordinate, const std::string& lo, const std::string& hi,
                                 const std::string& outer, const std::string& ahead, const Steps& steps,
                                 SourceRange range) {
  const std::string from = names().declare(coordinate + "_from");
  const std::string to = names().declare(coordinate + "_to");
  const std::string end = names().declare(coordinate + "_end");
  open_brace(range, fmt::format("for (int64_t {0} = {1}, {2} = {3} + 1, {4}; {0} < {2}; {0} = {4})", from, lo,
                                end, hi, to));
  const char* step_end = steps.extremes.empty() ? "step_end" : "short_step_end";
  out_.line(range, fmt::format("{} = {}.{}({});", to, ahead, step_end, from));
  std::string fetches;
  for (const Stream& stream : steps.streams) {
    std::string point = from;
    if (!outer.empty()) {
      std::string offset;
      for (const int64_t component : stream.offset)
        offset += fmt::format("{}{}", offset.empty() ? "" : ", ", component);
      const std::string type = fmt::format("api::Point<{}>", stream.offset.size());
      point = fmt::format("{}{{{{{}, {}}}}}", type, from, outer);
      if (std::ranges::any_of(stream.offset, [](int64_t component) { return component != 0; }))
        point += fmt::format(" + {}{{{{{}}}}}", type, offset);
    }
    fetches += fmt::format(" {}.fetch({}, {});", ahead, accessor(*stream.region, stream.leaf), point);
  }
  out_.line(range, fmt::format("if ({}.is_far()) {{{} }}", ahead, fetches));
  for (const ir::ReduceStat* extreme : steps.extremes) {
    const std::string values =
        names().declare(ir::as<ir::LocalExpr>(*extreme->target).local->name + "_values");
    out_.line(range, fmt::format("{} {}[api::Ahead::kStep];", type(extreme->target->type), values));
    kept_values_[extreme] = {values, fmt::format("{} - {}", coordinate, from),
                             fmt::format("{} - {}", to, from)};
  }
  open_brace(range, fmt::format("for (int64_t {0} = {1}; {0} < {2}; ++{0})", coordinate, from, to));
}

// Behind the innermost loop, whose values are kept.
void FunctionEmitter::compare_kept(const std::vector<const ir::ReduceStat*>& extremes) {
  for (const ir::ReduceStat* extreme : extremes) {
    const std::string target = lvalue(*extreme->target).text;
    const char* callee = extreme->op == ast::ReductionOp::max ? "api::max_of" : "api::min_of";
    const Kept& kept = kept_values_[extreme];
    out_.line(extreme->range,
              fmt::format("{0} = {1}({0}, {2}, {3});", target, callee, kept.array, kept.count));
    kept_values_.erase(extreme);
  }
}

// Over the elements of a list.
void FunctionEmitter::for_elements(const ir::ForListStat& stat) {
  loops_.push_back({});
  open_brace(stat.range, "");
  const std::string list = names().declare("list");
  const std::string number = names().declare("number");
  out_.line(stat.range,
            fmt::format("const {} {} = {};", type(stat.domain->type), list, value(*stat.domain).text));
  open_brace(stat.range, fmt::format("for (uint64_t {0} = 0; {0} < {1}.size(); ++{0})", number, list));
  const std::string element = fmt::format("{}[{}]", list, number);
  out_.line(stat.range,
            fmt::format("{} {} = {};", type(stat.variable->type), declare(*stat.variable), element));
  trace(stat);
  block(stat.body);
  close_braces(2);
  loops_.pop_back();
}

void FunctionEmitter::for_list(const ir::ForListStat& stat) {
  if (stat.domain->type->kind == sema::TypeKind::list) {
    for_elements(stat);
    return;
  }
  loops_.push_back({names().declare_global("loop_end"), false});
  Steps steps;
  if (task_ && task_->is_leaf && !kernel_ && !unit_.options().is_device)
    steps.streams = streams_of(*stat.variable, dimensions_of_domain(stat.domain->type), stat.body);
  if (!steps.streams.empty()) steps.extremes = extremes_of(stat.body);
  int braces = open_domain_loops(*stat.variable, *stat.domain, stat.range, steps);
  trace(stat);
  const ir::Local* outer = std::exchange(loop_variable_, stat.variable);
  block(stat.body);
  loop_variable_ = outer;
  if (!steps.extremes.empty()) {
    close_braces(1);
    --braces;
    compare_kept(steps.extremes);
  }
  close_braces(braces);
  names().close();
  if (loops_.back().label_is_used) out_.line(loops_.back().label + ":;");
  loops_.pop_back();
}

void FunctionEmitter::break_stat(const ir::BreakStat& stat) {
  if (loops_.empty()) return;
  Loop& loop = loops_.back();
  if (loop.label.empty()) {
    out_.line(stat.range, "break;");
  } else {
    // One C++ `break` would leave only the innermost of the loops over the domain.
    loop.label_is_used = true;
    out_.line(stat.range, fmt::format("goto {};", loop.label));
  }
}

}  // namespace palatine::codegen
