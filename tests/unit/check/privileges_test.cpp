// Constraints and privileges as language reference 4.1 to 4.3 states them.
#include "sema/privilege/privileges.h"

#include <gtest/gtest.h>

namespace palatine::sema {
namespace {

using ast::ReductionOp;
using ir::Privilege;
using Mode = ir::Requirement::Mode;

class PrivilegeTest : public testing::Test {
 protected:
  const RegionType* region(const Type* element) {
    const Symbol* ispace = types_.new_symbol("", types_.new_ispace(types_.index(1)), {});
    return types_.new_region(ispace, element);
  }

  const Type* cell() {
    StructType* inner = types_.new_struct(StructOrigin::fspace, "inner");
    inner->fields = {{"u", types_.int32(), {}}, {"v", types_.int32(), {}}};
    StructType* outer = types_.new_struct(StructOrigin::fspace, "cell");
    outer->fields = {{"a", types_.floating(64), {}}, {"b", inner, {}}, {"c", types_.floating(64), {}}};
    return outer;
  }

  TypeTable types_;
  Constraints constraints_;
  Privileges privileges_{constraints_};
};

TEST_F(PrivilegeTest, SubregionsAreFoundThroughAnyNumberOfSteps) {
  const Type *a = region(types_.int32()), *b = region(types_.int32()), *c = region(types_.int32());
  constraints_.add_subregion(a, b);
  constraints_.add_subregion(b, c);
  EXPECT_TRUE(constraints_.is_subregion(a, c));
  EXPECT_TRUE(constraints_.is_subregion(a, a));
  EXPECT_FALSE(constraints_.is_subregion(c, a));
}

TEST_F(PrivilegeTest, CyclesOfConstraintsEnd) {
  const Type *a = region(types_.int32()), *b = region(types_.int32()), *c = region(types_.int32());
  constraints_.add_subregion(a, b);
  constraints_.add_subregion(b, a);
  EXPECT_TRUE(constraints_.is_subregion(a, b));
  EXPECT_FALSE(constraints_.is_subregion(a, c));
}

TEST_F(PrivilegeTest, PartsOfDisjointRegionsAreDisjoint) {
  const Type *a = region(types_.int32()), *b = region(types_.int32());
  const Type *part_of_a = region(types_.int32()), *part_of_b = region(types_.int32());
  constraints_.add_disjoint(a, b);
  constraints_.add_subregion(part_of_a, a);
  constraints_.add_subregion(part_of_b, b);
  EXPECT_TRUE(constraints_.are_disjoint(part_of_a, part_of_b));
  EXPECT_TRUE(constraints_.are_disjoint(part_of_b, a));
  EXPECT_FALSE(constraints_.are_disjoint(part_of_a, a));
}

TEST_F(PrivilegeTest, WritingDoesNotIncludeReading) {
  const Type* r = region(types_.int32());
  privileges_.grant(r, {{}, Privilege::writes, ReductionOp::add, {}});
  EXPECT_TRUE(privileges_.can_write(r, {}));
  EXPECT_FALSE(privileges_.can_read(r, {}));
  EXPECT_FALSE(privileges_.can_reduce(r, {}, ReductionOp::add));
}

TEST_F(PrivilegeTest, APathCoversWhatIsBelowItOnly) {
  const Type* r = region(cell());
  privileges_.grant(r, {{"b"}, Privilege::reads, ReductionOp::add, {}});
  EXPECT_TRUE(privileges_.can_read(r, {"b"}));
  EXPECT_TRUE(privileges_.can_read(r, {"b", "u"}));
  EXPECT_FALSE(privileges_.can_read(r, {"a"}));
  EXPECT_FALSE(privileges_.can_read(r, {}));
}

TEST_F(PrivilegeTest, ReductionsNeedTheirOperatorOrReadingAndWriting) {
  const Type *r = region(types_.int32()), *s = region(types_.int32());
  privileges_.grant(r, {{}, Privilege::reduces, ReductionOp::add, {}});
  EXPECT_TRUE(privileges_.can_reduce(r, {}, ReductionOp::add));
  EXPECT_FALSE(privileges_.can_reduce(r, {}, ReductionOp::multiply));
  privileges_.grant_all(s, {});
  EXPECT_TRUE(privileges_.can_reduce(s, {}, ReductionOp::max));
}

TEST_F(PrivilegeTest, ASubregionInheritsButDoesNotGiveBack) {
  const Type *parent = region(cell()), *child = region(cell());
  constraints_.add_subregion(child, parent);
  privileges_.grant(parent, {{"a"}, Privilege::reads, ReductionOp::add, {}});
  privileges_.grant(child, {{"c"}, Privilege::reads, ReductionOp::add, {}});
  EXPECT_TRUE(privileges_.can_read(child, {"a"}));
  EXPECT_FALSE(privileges_.can_read(parent, {"c"}));
}

TEST_F(PrivilegeTest, NamesPrintAsWritten) {
  EXPECT_EQ(privilege_name(Privilege::reads, ReductionOp::add, "$r", {}), "reads($r)");
  EXPECT_EQ(privilege_name(Privilege::writes, ReductionOp::add, "$r", {"a", "b"}), "writes($r.a.b)");
  EXPECT_EQ(privilege_name(Privilege::reduces, ReductionOp::add, "$r", {"a"}), "reduces +($r.a)");
}

TEST_F(PrivilegeTest, RequirementsAreGroupedReadsThenWritesThenReductions) {
  ir::Task task;
  const RegionType* type = region(cell());
  ir::Local* r = task.new_local("r", type, types_.new_symbol("r", type, {}), {});
  ir::Local* n = task.new_local("n", types_.int32(), nullptr, {});
  const RegionType* unused_type = region(types_.int32());
  ir::Local* unused = task.new_local("s", unused_type, types_.new_symbol("s", unused_type, {}), {});
  task.params = {n, r, unused};
  // Leaves: a 0, b.u 1, b.v 2, c 3.
  task.privileges = {
      {r, {"c"}, Privilege::reduces, ReductionOp::max, {}},
      {r, {"b"}, Privilege::reads, ReductionOp::add, {}},
      {r, {"b", "v"}, Privilege::writes, ReductionOp::add, {}},
      {r, {"a"}, Privilege::writes, ReductionOp::add, {}},
  };
  const auto requirements = make_requirements(task);
  ASSERT_EQ(requirements.size(), 4u);
  EXPECT_EQ(requirements[0].mode, Mode::read);
  EXPECT_EQ(requirements[0].leaves, std::vector<int>{1});
  EXPECT_EQ(requirements[1].mode, Mode::read_write);
  EXPECT_EQ(requirements[1].leaves, (std::vector<int>{0, 2}));
  EXPECT_EQ(requirements[2].mode, Mode::reduce);
  EXPECT_EQ(requirements[2].op, ReductionOp::max);
  EXPECT_EQ(requirements[2].leaves, std::vector<int>{3});
  EXPECT_EQ(requirements[2].param, 1);
  EXPECT_EQ(requirements[3].mode, Mode::none);
  EXPECT_EQ(requirements[3].param, 2);
}

TEST_F(PrivilegeTest, AFieldReadAndReducedIsReadAndWritten) {
  ir::Task task;
  const RegionType* type = region(types_.int32());
  ir::Local* r = task.new_local("r", type, types_.new_symbol("r", type, {}), {});
  task.params = {r};
  task.privileges = {{r, {}, Privilege::reads, ReductionOp::add, {}},
                     {r, {}, Privilege::reduces, ReductionOp::add, {}}};
  const auto requirements = make_requirements(task);
  ASSERT_EQ(requirements.size(), 1u);
  EXPECT_EQ(requirements[0].mode, Mode::read_write);
}

}  // namespace
}  // namespace palatine::sema
