// The privileges that a task holds, and whether they allow an access.
//
// A privilege on a field path covers everything below that path. A region has the privileges of every region
// that contains it. Source: language reference, 4.2.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sema/ir/ir.h"
#include "sema/privilege/constraints.h"

namespace palatine::sema {

using FieldPathNames = std::vector<std::string>;

struct HeldPrivilege {
  FieldPathNames path;  // empty: all fields
  ir::Privilege privilege;
  ast::ReductionOp op = ast::ReductionOp::add;  // of `reduces`
  SourceRange range;                            // of its declaration
};

// A field of a projected region, or a group of them, and where it comes from.
struct ProjectedField {
  FieldPathNames path;
  FieldPathNames source;
};

class Privileges {
 public:
  explicit Privileges(const Constraints& constraints) : constraints_(&constraints) {}

  void grant(const Type* region, HeldPrivilege privilege);
  // What the creator of a region has: reading and writing of all fields.
  void grant_all(const Type* region, SourceRange range);

  // For a task whose declarations have an error, which makes its privileges unknown.
  void allow_all() { allows_all_ = true; }

  // Says that `region` is a projection of `source` (which contains it, in the constraints): its fields have
  // the privileges of the fields that they come from.
  void add_projection(const Type* region, const Type* source, std::vector<ProjectedField> fields);
  bool is_projection(const Type* region) const {
    const auto known = projections_.find(region);
    return known != projections_.end() && !known->second.is_whole;
  }
  // Says that `region`, or a list of regions, has the privileges of `source`, which need not contain it.
  void add_like(const Type* region, const Type* source);
  // The path in its source of a field of a projection.
  FieldPathNames source_path(const Type* region, const FieldPathNames& path) const;

  bool can_read(const Type* region, const FieldPathNames& path) const;
  bool can_write(const Type* region, const FieldPathNames& path) const;
  // `reduces op`, or both reading and writing.
  bool can_reduce(const Type* region, const FieldPathNames& path, ast::ReductionOp op) const;
  // What `wanted` asks for.
  bool allows(const Type* region, const FieldPathNames& path, ir::Privilege wanted,
              ast::ReductionOp op) const;

  // All that was granted on the region itself, in order.
  const std::vector<HeldPrivilege>& held(const Type* region) const;

 private:
  bool has(const Type* region, const FieldPathNames& path, ir::Privilege privilege,
           ast::ReductionOp op) const;

  struct Projection {
    const Type* source;
    std::vector<ProjectedField> fields;
    bool is_whole = false;
  };
  bool source_has(const Projection& projection, const FieldPathNames& path, ir::Privilege privilege,
                  ast::ReductionOp op) const;

  const Constraints* constraints_;
  std::map<const Type*, Projection> projections_;
  std::map<const Type*, std::vector<HeldPrivilege>> held_;
  bool allows_all_ = false;
};

// "reads($r.a.b)", "reduces +($r)".
std::string privilege_name(ir::Privilege privilege, ast::ReductionOp op, const std::string& region,
                           const FieldPathNames& path);

// The requirements of a task from its declared privileges: for each region parameter its fields that are
// read, then those that are written, then those that are reduced; none of them when nothing is declared.
// Language reference, 4.1.
std::vector<ir::Requirement> make_requirements(const ir::Task& task);

}  // namespace palatine::sema
