// Lookup of privileges along field paths and containing regions.
#include "sema/privilege/privileges.h"

#include <fmt/format.h>

#include <algorithm>

namespace palatine::sema {

namespace {

bool is_prefix(const FieldPathNames& prefix, const FieldPathNames& path) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

}  // namespace

void Privileges::grant(const Type* region, HeldPrivilege privilege) {
  held_[region].push_back(std::move(privilege));
}

void Privileges::grant_all(const Type* region, SourceRange range) {
  grant(region, {{}, ir::Privilege::reads, ast::ReductionOp::add, range});
  grant(region, {{}, ir::Privilege::writes, ast::ReductionOp::add, range});
}

bool Privileges::has(const Type* region, const FieldPathNames& path, ir::Privilege privilege,
                     ast::ReductionOp op) const {
  for (const Type* ancestor : constraints_->ancestors(region)) {
    for (const HeldPrivilege& held : this->held(ancestor)) {
      if (held.privilege != privilege || !is_prefix(held.path, path)) continue;
      if (privilege != ir::Privilege::reduces || held.op == op) return true;
    }
  }
  return false;
}

bool Privileges::can_read(const Type* region, const FieldPathNames& path) const {
  return has(region, path, ir::Privilege::reads, ast::ReductionOp::add);
}
bool Privileges::can_write(const Type* region, const FieldPathNames& path) const {
  return has(region, path, ir::Privilege::writes, ast::ReductionOp::add);
}
bool Privileges::can_reduce(const Type* region, const FieldPathNames& path, ast::ReductionOp op) const {
  return has(region, path, ir::Privilege::reduces, op) || (can_read(region, path) && can_write(region, path));
}

bool Privileges::allows(const Type* region, const FieldPathNames& path, ir::Privilege wanted,
                        ast::ReductionOp op) const {
  switch (wanted) {
    case ir::Privilege::none:
      return true;
    case ir::Privilege::reads:
      return can_read(region, path);
    case ir::Privilege::writes:
      return can_write(region, path);
    case ir::Privilege::reduces:
      return can_reduce(region, path, op);
  }
  return false;
}

const std::vector<HeldPrivilege>& Privileges::held(const Type* region) const {
  static const std::vector<HeldPrivilege> kNothing;
  auto it = held_.find(region);
  return it == held_.end() ? kNothing : it->second;
}

std::string privilege_name(ir::Privilege privilege, ast::ReductionOp op, const std::string& region,
                           const FieldPathNames& path) {
  std::string mode;
  switch (privilege) {
    case ir::Privilege::none:
      mode = "none";
      break;
    case ir::Privilege::reads:
      mode = "reads";
      break;
    case ir::Privilege::writes:
      mode = "writes";
      break;
    case ir::Privilege::reduces:
      mode = fmt::format("reduces {}", ast::reduction_op_text(op));
      break;
  }
  return fmt::format("{}({}{})", mode, region, path.empty() ? "" : "." + field_path_name(path));
}

std::vector<ir::Requirement> make_requirements(const ir::Task& task) {
  using Mode = ir::Requirement::Mode;
  std::vector<ir::Requirement> all;
  for (size_t i = 0; i < task.params.size(); ++i) {
    const ir::Local* param = task.params[i];
    const auto* region = try_as<RegionType>(param->type);
    if (!region) continue;

    const auto leaves = flatten_fields(region->fspace);
    ir::Requirement read{static_cast<int>(i), Mode::read, ast::ReductionOp::add, {}};
    ir::Requirement read_write{static_cast<int>(i), Mode::read_write, ast::ReductionOp::add, {}};
    std::vector<ir::Requirement> reductions;
    for (size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      bool reads = false, writes = false;
      std::vector<ast::ReductionOp> ops;
      for (const ir::PrivilegeDecl& decl : task.privileges) {
        if (decl.region != param || !is_prefix(decl.path, leaves[leaf].path)) continue;
        if (decl.privilege == ir::Privilege::reads) reads = true;
        if (decl.privilege == ir::Privilege::writes) writes = true;
        if (decl.privilege == ir::Privilege::reduces &&
            std::find(ops.begin(), ops.end(), decl.op) == ops.end()) {
          ops.push_back(decl.op);
        }
      }
      const int index = static_cast<int>(leaf);
      // A field that is both read and reduced, or reduced in two ways, has to be there in full.
      if (writes || (reads && !ops.empty()) || ops.size() > 1) {
        read_write.leaves.push_back(index);
      } else if (reads) {
        read.leaves.push_back(index);
      } else if (!ops.empty()) {
        auto same_op = [&](const ir::Requirement& r) { return r.op == ops.front(); };
        auto it = std::find_if(reductions.begin(), reductions.end(), same_op);
        if (it == reductions.end()) {
          it = reductions.insert(it, {static_cast<int>(i), Mode::reduce, ops.front(), {}});
        }
        it->leaves.push_back(index);
      }
    }
    const size_t before = all.size();
    if (!read.leaves.empty()) all.push_back(std::move(read));
    if (!read_write.leaves.empty()) all.push_back(std::move(read_write));
    for (ir::Requirement& reduction : reductions) all.push_back(std::move(reduction));
    if (all.size() == before) all.push_back({static_cast<int>(i), Mode::none, ast::ReductionOp::add, {}});
  }
  return all;
}

}  // namespace palatine::sema
