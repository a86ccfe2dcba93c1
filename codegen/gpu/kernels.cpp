#include "codegen/gpu/kernels.h"

#include <fmt/format.h>

#include <set>

#include "codegen/emit/function_emitter.h"
#include "frontend/base/content_hash.h"
#include "sema/passes/walk.h"

namespace palatine::codegen {

namespace {

// Drivers take 4 KiB of arguments.
constexpr uint64_t kMostArgumentBytes = 3500;

int dimensions_of_domain(const sema::Type* domain) {
  if (const auto* ispace = sema::try_as<sema::IspaceType>(domain)) return ispace->index->components();
  if (const auto* region = sema::try_as<sema::RegionType>(domain)) return region->index()->components();
  return components(domain);
}

// An upper bound, roughly: all that can be long are arrays and structs.
uint64_t size_of(const sema::Type* type) {
  if (const auto* array = sema::try_as<sema::ArrayType>(type)) return array->count * size_of(array->element);
  if (const auto* vector = sema::try_as<sema::VectorType>(type))
    return vector->count * size_of(vector->element);
  if (const auto* structure = sema::try_as<sema::StructType>(type)) {
    uint64_t bytes = structure->size_bytes;
    for (const sema::StructField& field : structure->fields) bytes += size_of(field.type) + 8;
    return bytes;
  }
  return 8 * static_cast<uint64_t>(std::max(2 * components(type), 1));
}

std::string field_member(const ir::Local& region, int leaf) {
  const std::vector<sema::LeafField> leaves =
      sema::flatten_fields(sema::as<sema::RegionType>(region.type).fspace);
  const std::string path = sema::field_path_name(leaves[leaf].path);
  return (region.name.empty() ? "region" : region.name) + "_" + (path.empty() ? "value" : path);
}

const sema::Type* leaf_type(const ir::Local& region, int leaf) {
  return sema::flatten_fields(sema::as<sema::RegionType>(region.type).fspace)[leaf].type;
}

std::string accessor_type(const ir::KernelLoop::Field& field, TypeEmitter& types) {
  const int n = sema::as<sema::RegionType>(field.region->type).index()->components();
  const std::string element = types.name(leaf_type(*field.region, field.leaf));
  if (field.is_constant) return fmt::format("api::ConstantAccessor<{}, {}>", element, n);
  return fmt::format("api::Accessor<{}, {}>", field.is_written ? element : const_type(element), n);
}

// Gives the members of the argument struct their names.
void name_members(KernelName& kernel) {
  NameScopes members;
  for (const char* name : {"domain", "fault"}) members.reserve(name);
  uint64_t bytes = 256;
  const ir::KernelLoop& loop = *kernel.loop;
  for (const ir::Local* local : loop.captures) {
    kernel.captures[local] = members.declare(local->name.empty() ? "value" : local->name);
    bytes += size_of(local->type);
  }
  for (const auto& reduction : loop.reductions) {
    kernel.reductions[reduction.variable] =
        members.declare(reduction.variable->name.empty() ? "sum" : reduction.variable->name);
    bytes += 24;
  }
  for (const auto& field : loop.fields) {
    kernel.fields[{field.region, field.leaf}] = members.declare(field_member(*field.region, field.leaf));
    bytes += 72;
    const bool is_known = !kernel.bounds.empty() && kernel.bounds.back().first == field.region;
    if (!kernel.task->checks_bounds || is_known) continue;
    const std::string region = field.region->name.empty() ? "region" : field.region->name;
    kernel.bounds.emplace_back(field.region, members.declare(region + "_bounds"));
    bytes += 144;
  }
  for (size_t k = 0; k < loop.hoisted.size(); ++k) {
    kernel.hoisted.push_back(members.declare("before"));
    bytes += size_of(loop.hoisted[k]->type);
  }
  for (size_t k = 0; k < loop.inner_domains.size(); ++k) {
    kernel.inner_domains.push_back(members.declare("boxes"));
    bytes += 16;
  }
  for (const auto& table : loop.tables) {
    kernel.tables.push_back(members.declare(field_member(*table.region, table.leaf) + "_table"));
    bytes += 24;
  }
  kernel.takes_address = bytes > kMostArgumentBytes;
}

void emit_args(Unit& unit, const KernelName& kernel, Writer& out) {
  const ir::KernelLoop& loop = *kernel.loop;
  TypeEmitter& types = unit.types();
  out.line(fmt::format("struct {} {{", kernel.args()));
  out.indent();
  if (kernel.scan) {
    out.line(fmt::format("api::KernelScan<{}> domain;", types.name(kernel.scan->value->type)));
  } else {
    out.line(fmt::format("api::KernelDomain<{}> domain;", kernel.dimensions()));
  }
  for (const auto& field : loop.fields) {
    out.line(
        fmt::format("{} {};", accessor_type(field, types), kernel.fields.at({field.region, field.leaf})));
  }
  for (const ir::Local* local : loop.captures) {
    out.line(fmt::format("{} {};", types.name(local->type), kernel.captures.at(local)));
  }
  for (const auto& reduction : loop.reductions) {
    out.line(fmt::format("api::KernelReduction<{}> {};", types.name(reduction.variable->type),
                         kernel.reductions.at(reduction.variable)));
  }
  for (size_t k = 0; k < loop.hoisted.size(); ++k) {
    out.line(fmt::format("{} {};", types.name(loop.hoisted[k]->type), kernel.hoisted[k]));
  }
  for (size_t k = 0; k < loop.inner_domains.size(); ++k) {
    const int n = dimensions_of_domain(loop.inner_domains[k]->type);
    out.line(fmt::format("api::KernelBoxes<{}> {};", n, kernel.inner_domains[k]));
  }
  for (const auto& [region, member] : kernel.bounds) {
    const int n = sema::as<sema::RegionType>(region->type).index()->components();
    out.line(fmt::format("api::Rect<{}> {};", n, member));
  }
  for (const std::string& member : kernel.tables) out.line(fmt::format("api::KernelTable {};", member));
  if (kernel.task->checks_bounds) out.line("api::KernelFault* fault;");
  out.dedent();
  out.line("};");
}

// The function that the device, or the host for a block, calls.
void emit_entry(Unit& unit, const KernelName& kernel, Writer& out) {
  const bool is_device = unit.options().is_device;
  const int n = kernel.dimensions();
  if (is_device) {
    out.line(fmt::format("extern \"C\" __attribute__((nvptx_kernel)) void {}(const {}{} arguments) {{",
                         kernel.name, kernel.args(), kernel.takes_address ? "*" : ""));
    out.indent();
    out.line(fmt::format("const {}& kernel = {}arguments;", kernel.args(), kernel.takes_address ? "*" : ""));
  } else {
    out.line(fmt::format(
        "static void {}(const palatine::device::HostKernelPoint& where, void* const* arguments) {{",
        kernel.host()));
    out.indent();
    out.line(fmt::format("const {0}& kernel = api::kernel_arguments<{0}, {1}>(arguments);", kernel.args(),
                         kernel.takes_address));
  }
  if (kernel.scan) {
    const std::string type = unit.types().name(kernel.scan->value->type);
    out.line(
        fmt::format("api::scan_tile<api::ReductionOp::{}>(kernel.domain, {}[&](int64_t k) {{ return "
                    "{}_load(kernel, k); }}, [&](int64_t k, {} sum) {{ {}_store(kernel, k, sum); }});",
                    reduction_name(kernel.scan->op), is_device ? "" : "api::kernel_block(where), ",
                    kernel.name, type, kernel.name));
    out.dedent();
    out.line("}");
    return;
  }
  std::string sums;
  for (size_t k = 0; k < kernel.loop->reductions.size(); ++k) {
    const auto& reduction = kernel.loop->reductions[k];
    const std::string type = unit.types().name(reduction.variable->type);
    out.line(fmt::format("{} sum_{} = api::identity_of<api::ReductionOp::{}, {}>();", type, k,
                         reduction_name(reduction.op), type));
    sums += fmt::format("sum_{}, ", k);
  }
  for (size_t k = 0; k < kernel.loop->uniform.size(); ++k) {
    const ir::ReduceStat& reduce = *kernel.loop->uniform[k];
    const std::string type = unit.types().name(reduce.target->type);
    out.line(fmt::format("api::UniformPart<{0}> part_{1}{{api::identity_of<api::ReductionOp::{2}, {0}>()}};",
                         type, k, reduction_name(reduce.op)));
    sums += fmt::format("part_{}, ", k);
  }
  const auto for_tables = [&](const char* function) {
    for (size_t k = 0; k < kernel.tables.size(); ++k) {
      const ir::KernelLoop::Table& table = kernel.loop->tables[k];
      out.line(fmt::format("api::{}<api::ReductionOp::{}, {}>(kernel.{}, tables);", function,
                           reduction_name(table.op), unit.types().name(leaf_type(*table.region, table.leaf)),
                           kernel.tables[k]));
    }
  };
  if (!kernel.tables.empty()) {
    out.line(
        fmt::format("const api::KernelTables tables{{{}}};", is_device ? "" : "api::kernel_block(where)"));
    sums += "tables, ";
  }
  for_tables("begin_table");
  const std::string point = n == 1 ? "int64_t" : fmt::format("api::Point<{}>", n);
  out.line(fmt::format("api::{}[&](const {}& point) {{ {}(kernel, {}point); }});",
                       is_device ? "for_points_of_thread(kernel.domain, "
                                 : "for_points_of_block(kernel.domain, api::kernel_block(where), ",
                       point, kernel.point(), sums));
  for_tables("finish_table");
  for (size_t k = 0; k < kernel.loop->reductions.size(); ++k) {
    const auto& reduction = kernel.loop->reductions[k];
    out.line(fmt::format("api::finish_reduction<api::ReductionOp::{}>(kernel.{}, sum_{});",
                         reduction_name(reduction.op), kernel.reductions.at(reduction.variable), k));
  }
  for (size_t k = 0; k < kernel.loop->uniform.size(); ++k) {
    out.line(fmt::format(
        "api::finish_uniform<api::ReductionOp::{}>(part_{}, [&]() -> auto& {{ return {}(kernel); }});",
        reduction_name(kernel.loop->uniform[k]->op), k, kernel.place(k)));
  }
  out.dedent();
  out.line("}");
}

// Null when the loop is another one.
std::optional<ScanParts> scan_of(const ir::ForNumStat& loop) {
  ScanParts parts{};
  for (const ir::StatPtr& stat : loop.body.stats) {
    if (const auto* var = ir::try_as<ir::VarStat>(stat.get())) {
      parts.before.push_back(var);
    } else if (const auto* branch = ir::try_as<ir::IfStat>(stat.get())) {
      if (branch->else_block.stats.size() != 1) return std::nullopt;
      const auto* step = ir::try_as<ir::ReduceStat>(branch->else_block.stats[0].get());
      if (!step) return std::nullopt;
      parts.op = step->op;
      parts.sum = sema::local_of(*step->target);
      parts.value = sema::local_of(*step->value);
    } else if (const auto* store = ir::try_as<ir::AssignStat>(stat.get())) {
      parts.store = store;
    } else {
      return std::nullopt;
    }
  }
  if (!parts.sum || !parts.value || !parts.store) return std::nullopt;
  return parts;
}

void emit_kernel(Unit& unit, KernelName& kernel, Writer& out) {
  emit_args(unit, kernel, out);
  Writer body = unit.writer();
  FunctionEmitter(unit, *kernel.task, body, out).emit_kernel_point(kernel);
  out.append(body);
  emit_entry(unit, kernel, out);
}

void emit_descriptor(Unit& unit, const KernelName& kernel, const std::string& module, Writer& out) {
  std::string sites = "nullptr";
  if (!kernel.sites.empty()) {
    sites = kernel.name + "_sites";
    out.line(fmt::format("static constexpr api::KernelSite {}[] = {{", sites));
    out.indent();
    for (const auto& [message, range] : kernel.sites)
      out.line(fmt::format("{{{}, {}}},", string_literal(message), unit.loc(range)));
    out.dedent();
    out.line("};");
  }
  const SourceRange range = kernel.stat().range;
  out.line(fmt::format("const api::KernelDesc {}{{{}, &{}, {}, {}, {}, {}, {}}};", kernel.descriptor(),
                       string_literal(kernel.name), module, kernel.host(), string_literal(kernel.task->name),
                       unit.loc(range), kernel.takes_address, sites));
}

// The functions that kernels call, callees first where that is possible.
class CalledFunctions {
 public:
  void add(const ir::Block& body) {
    sema::walk_exprs(body, [&](const ir::Expr& expr) {
      const auto* call = ir::try_as<ir::FunctionCallExpr>(&expr);
      if (!call || !seen_.insert(call->callee).second) return;
      add(call->callee->body);
      order_.push_back(call->callee);
    });
  }
  const std::vector<const ir::Function*>& order() const { return order_; }

 private:
  std::set<const ir::Function*> seen_;
  std::vector<const ir::Function*> order_;
};

}  // namespace

int KernelName::dimensions() const {
  return loop->loop ? dimensions_of_domain(loop->loop->domain->type) : 1;
}

const ir::Stat& KernelName::stat() const {
  if (loop->loop) return *loop->loop;
  return *loop->serial;
}

const KernelName* KernelNames::find(const ir::Stat& stat) const {
  for (const KernelName& kernel : kernels) {
    if (&kernel.stat() == &stat) return &kernel;
  }
  return nullptr;
}

ProgramKernels::ProgramKernels(Unit& host) : host_(host) {
  if (!host.options().kernels) return;
  for (const ir::Task* task : host.program().tasks) {
    if (!task->has_body || task->kernels.empty()) continue;
    order_.push_back(task);
    KernelNames& names = tasks_[task];
    for (const ir::KernelLoop& loop : task->kernels) {
      KernelName& kernel = names.kernels.emplace_back();
      kernel.task = task;
      kernel.loop = &loop;
      if (loop.serial) kernel.scan = scan_of(*loop.serial);
      kernel.name = host.names().declare_global(
          fmt::format("kernel_{}_{}", identifier(task->name), names.kernels.size()));
      for (const char* part : {"_args", "_point", "_load", "_store", "_host", "_desc", "_sites"})
        host.names().reserve(kernel.name + part);
      for (size_t k = 0; k < loop.uniform.size(); ++k) host.names().reserve(kernel.place(k));
      name_members(kernel);
    }
  }
}

const KernelNames* ProgramKernels::find(const ir::Task& task) const {
  const auto found = tasks_.find(&task);
  return found == tasks_.end() ? nullptr : &found->second;
}

std::string ProgramKernels::device_text() {
  EmitOptions options = host_.options();
  options.is_device = true;
  Unit unit(host_.program(), host_.sources(), options);
  CalledFunctions called;
  for (const ir::Task* task : order_) {
    for (const ir::KernelLoop& loop : task->kernels)
      called.add(loop.loop ? loop.loop->body : loop.serial->body);
  }
  Writer code = unit.writer();
  for (const ir::Function* function : called.order())
    code.line(FunctionEmitter::signature(unit, *function, unit.function(*function)) + ";");
  for (const ir::Function* function : called.order()) {
    Writer body = unit.writer();
    FunctionEmitter(unit, *function, body, code).emit(unit.function(*function));
    code.append(body);
  }
  for (const ir::Task* task : order_) {
    for (KernelName& kernel : tasks_.at(task).kernels) {
      kernel.sites.clear();
      emit_kernel(unit, kernel, code);
    }
  }
  Writer out = unit.writer();
  out.line("#include <palatine_kernel.h>");
  out.blank();
  out.line("namespace program {");
  out.line("namespace api = palatine::api;");
  out.blank();
  unit.write_files(out);
  unit.types().write_definitions(out);
  out.append(code);
  out.leave_source();
  out.line("}  // namespace program");
  return out.finish("kernels.cpp");
}

void ProgramKernels::emit_host(Writer& out) {
  if (is_empty()) return;
  device_text_ = device_text();
  ContentHash hash;
  hash.add(device_text_);
  ptx_symbol_ = "palatine_ptx_" + hash.hex();
  out.line(fmt::format("extern \"C\" __attribute__((visibility(\"hidden\"))) const api::KernelImages {};",
                       ptx_symbol_));
  const std::string module = host_.names().declare_global("kernel_module");
  out.line(
      fmt::format("static const api::KernelModule {}{{\"{}\", &{}}};", module, ptx_symbol_, ptx_symbol_));
  for (const ir::Task* task : order_) {
    for (KernelName& kernel : tasks_.at(task).kernels) {
      kernel.sites.clear();
      out.line(fmt::format("extern const api::KernelDesc {};", kernel.descriptor()));
      emit_kernel(host_, kernel, out);
      emit_descriptor(host_, kernel, module, out);
    }
  }
  out.blank();
}

std::optional<EmittedUnit> ProgramKernels::device_unit(const std::string& name) const {
  if (is_empty()) return std::nullopt;
  EmittedUnit unit;
  unit.name = name + "_kernels";
  unit.text = device_text_;
  unit.ptx_symbol = ptx_symbol_;
  return unit;
}

}  // namespace palatine::codegen
