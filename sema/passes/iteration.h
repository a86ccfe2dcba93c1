// One iteration of a loop, statement by statement: whether it can run beside the others.
//
// A loop is parallelizable when every access in it only reads, only reduces with one operator, or is private
// to the iteration: a variable of the body, or the element that the loop variable names.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "sema/infer/affine.h"
#include "sema/infer/aliasing.h"
#include "sema/ir/ir.h"

namespace palatine::sema {

inline constexpr const char* kDependence = "found a loop-carried dependence";
inline constexpr const char* kInadmissible = "found an inadmissible statement";

// Why a loop does not qualify.
struct Problem {
  SourceRange range;
  const char* reason;
  // The rule, and what to write instead; may be empty.
  std::string rule = {};
};

// Functions of C without effects but on their result, and `printf`, whose order nobody asks for.
bool is_admissible_function(std::string_view name);

struct IterationOptions {
  // What a task writes lies in no other of its parameters, as Legion asks of every launch.
  bool parameters_are_apart = false;
  // Iterations may call terra functions that `is_pure_function` accepts.
  bool allows_functions = false;
  // Iterations meet in no element of a region that one of them writes.
  bool believes_independence = false;
};

class Iteration {
 public:
  Iteration(const RegionAliases& aliases, const ir::Local* variable, IterationOptions options = {});

  // The first problem, in the order of the text.
  std::optional<Problem> run(const ir::Block& body);

  // Variables from outside that the loop reduces into, with the operators, and those that it reads.
  const std::map<const ir::Local*, ast::ReductionOp>& reduced() const { return reduced_; }
  const std::set<const ir::Local*>& read_variables() const { return read_; }
  // Reductions into elements that other iterations may reduce into, too.
  std::vector<const ir::ReduceStat*> shared_reductions() const;
  // Variables that the loop declares, its own variable among them.
  const std::set<const ir::Local*>& own_variables() const { return private_; }
  // Whether two fields may lie at the same place.
  bool may_share(const ir::Local& a, int a_leaf, const ir::Local& b, int b_leaf) const;

 private:
  enum class Mode : uint8_t { read, write, reduce };
  struct Access {
    Mode mode;
    ast::ReductionOp op;
    // Iterations that use the same key touch different elements; null when nothing is known.
    const void* center;
  };
  struct RegionUse {
    const ir::Local* region;
    int leaf;
    Access access;
    const ir::ReduceStat* reduction;  // that does it, or null
  };

  void fail(SourceRange range, const char* reason, std::string rule = {});

  bool is_centered(const ir::Expr& index) const;
  bool is_fixed(const ir::Expr& expr) const;
  const void* center_of(const ir::Expr& index) const;

  void access_variable(const ir::Local* local, Access access, SourceRange range);
  void access_region(const ir::RegionAccessExpr& expr, Mode mode, ast::ReductionOp op);

  void read(const ir::Expr& expr);
  void read_way_to(const ir::Expr& target);
  void change(const ir::Expr& target, Mode mode, ast::ReductionOp op);

  void block(const ir::Block& body);
  void loop(const ir::Local* variable, SourceRange range, const ir::Block& body);
  void inner_body(const ir::Block& body);
  void statement(const ir::Stat& stat);

  const RegionAliases& aliases_;
  const IterationOptions options_;
  // The loop's variable, and the variables of the body that keep their first value.
  LoopVariables loop_;
  std::set<const ir::Local*> centered_, private_, read_;
  std::map<const ir::Local*, ast::ReductionOp> reduced_;
  std::map<const ir::Local*, std::vector<Access>> variables_;
  std::vector<RegionUse> regions_;
  std::vector<std::pair<const ir::Local*, SourceRange>> inner_loops_;
  const ir::ReduceStat* reduction_ = nullptr;
  int inner_depth_ = 0;
  std::optional<Problem> problem_;
};

// True for terra functions whose calls only compute: no global variables, no functions of C but those of
// `is_admissible_function`, no pointers to functions. `why_not`, if given, gets the first statement that is
// something else.
bool is_pure_function(const ir::Function& function, SourceRange* why_not = nullptr);

// True for those of them that get no pointers either: nothing but the result tells of the call.
bool is_function_of_values(const ir::Function& function);

}  // namespace palatine::sema
