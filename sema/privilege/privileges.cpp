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
  if (allows_all_) return true;
  std::vector<const Type*> found{region};
  for (size_t i = 0; i < found.size(); ++i) {
    const Type* ancestor = found[i];
    for (const HeldPrivilege& held : this->held(ancestor)) {
      if (held.privilege != privilege || !is_prefix(held.path, path)) continue;
      if (privilege != ir::Privilege::reduces || held.op == op) return true;
    }
    // What contains a projection has other fields.
    const auto projection = projections_.find(ancestor);
    if (projection != projections_.end()) {
      if (source_has(projection->second, path, privilege, op)) return true;
      continue;
    }
    for (const Type* upper : constraints_->containing(ancestor)) {
      if (std::find(found.begin(), found.end(), upper) == found.end()) found.push_back(upper);
    }
  }
  return false;
}

// All fields at or below the path have to have the privilege.
bool Privileges::source_has(const Projection& projection, const FieldPathNames& path, ir::Privilege privilege,
                            ast::ReductionOp op) const {
  bool is_covered = false;
  for (const ProjectedField& field : projection.fields) {
    if (is_prefix(field.path, path)) {
      FieldPathNames source = field.source;
      source.insert(source.end(), path.begin() + static_cast<std::ptrdiff_t>(field.path.size()), path.end());
      return has(projection.source, source, privilege, op);
    }
    if (!is_prefix(path, field.path)) continue;
    if (!has(projection.source, field.source, privilege, op)) return false;
    is_covered = true;
  }
  return is_covered;
}

void Privileges::add_projection(const Type* region, const Type* source, std::vector<ProjectedField> fields) {
  projections_.emplace(region, Projection{source, std::move(fields)});
}

void Privileges::add_like(const Type* region, const Type* source) {
  projections_.emplace(region, Projection{source, {{{}, {}}}, true});
}

FieldPathNames Privileges::source_path(const Type* region, const FieldPathNames& path) const {
  for (const ProjectedField& field : projections_.at(region).fields) {
    if (!is_prefix(field.path, path)) continue;
    FieldPathNames result = field.source;
    result.insert(result.end(), path.begin() + static_cast<std::ptrdiff_t>(field.path.size()), path.end());
    return result;
  }
  return path;
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
    const RegionType* region = region_in(param->type);
    if (!region) continue;

    const auto leaves = flatten_fields(region->fspace);
    std::vector<ir::Requirement> reads, writes, reductions;
    for (size_t leaf = 0; leaf < leaves.size(); ++leaf) {
      bool is_read = false, is_written = false;
      std::vector<ast::ReductionOp> ops;
      for (const ir::PrivilegeDecl& decl : task.privileges) {
        if (decl.region != param || !is_prefix(decl.path, leaves[leaf].path)) continue;
        if (decl.privilege == ir::Privilege::reads) is_read = true;
        if (decl.privilege == ir::Privilege::writes) is_written = true;
        if (decl.privilege == ir::Privilege::reduces &&
            std::find(ops.begin(), ops.end(), decl.op) == ops.end()) {
          ops.push_back(decl.op);
        }
      }
      ir::Coherence coherence = ir::Coherence::exclusive;
      for (const ir::CoherenceDecl& decl : task.coherences) {
        if (decl.region == param && is_prefix(decl.path, leaves[leaf].path)) coherence = decl.mode;
      }
      auto add = [&](std::vector<ir::Requirement>& group, Mode mode, ast::ReductionOp op) {
        // Code in C++ numbers its regions: an operator there belongs to one type.
        const bool tells_types = task.is_extern && mode == Mode::reduce;
        auto same = [&](const ir::Requirement& r) {
          return r.op == op && r.coherence == coherence &&
                 (!tells_types || leaves[static_cast<size_t>(r.leaves.front())].type == leaves[leaf].type);
        };
        auto it = std::find_if(group.begin(), group.end(), same);
        if (it == group.end()) {
          it = group.insert(it, {static_cast<int>(i), mode, op, {}});
          it->coherence = coherence;
        }
        it->leaves.push_back(static_cast<int>(leaf));
      };
      // A field that is both read and reduced, or reduced in two ways, has to be there in full.
      if (is_written || (is_read && !ops.empty()) || ops.size() > 1) {
        add(writes, Mode::read_write, ast::ReductionOp::add);
      } else if (is_read) {
        add(reads, Mode::read, ast::ReductionOp::add);
      } else if (!ops.empty()) {
        add(reductions, Mode::reduce, ops.front());
      }
    }
    auto by_coherence = [](const ir::Requirement& a, const ir::Requirement& b) {
      return a.coherence < b.coherence;
    };
    for (auto* group : {&reads, &writes}) {
      // There are at most four: each coherence once.
      std::sort(group->begin(), group->end(), by_coherence);
    }
    const size_t before = all.size();
    for (auto* group : {&reads, &writes, &reductions}) {
      for (ir::Requirement& requirement : *group) all.push_back(std::move(requirement));
    }
    if (all.size() == before) all.push_back({static_cast<int>(i), Mode::none, ast::ReductionOp::add, {}});
  }
  return all;
}

}  // namespace palatine::sema
