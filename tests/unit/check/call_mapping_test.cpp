// Matching of arguments with parameters, language reference 3.10.
#include "sema/check/call_mapping.h"

#include <gtest/gtest.h>

namespace palatine::sema {
namespace {

class CallMappingTest : public testing::Test {
 protected:
  const Symbol* ispace(int dim, const char* name = "") {
    return types_.new_symbol(name, types_.new_ispace(types_.index(dim)), {});
  }
  const Symbol* region(const Symbol* space, const Type* element, const char* name) {
    return types_.new_symbol(name, types_.new_region(space, element), {});
  }
  bool match(const Symbol* param, const Symbol* arg) {
    return mapping_.match(param->type, arg->type, arg, param);
  }

  StructType* structure(StructOrigin origin, const char* name, std::vector<StructField> fields) {
    StructType* type = types_.new_struct(origin, name);
    type->fields = std::move(fields);
    return type;
  }

  TypeTable types_;
  CallMapping mapping_{types_};
};

TEST_F(CallMappingTest, IndexAndElementTypesHaveToAgree) {
  const Symbol* param = region(ispace(1), types_.int32(), "p");
  EXPECT_FALSE(match(param, region(ispace(2), types_.int32(), "a")));
  EXPECT_FALSE(match(param, region(ispace(1), types_.int64(), "a")));
  EXPECT_FALSE(match(param, ispace(1)));
}

TEST_F(CallMappingTest, TwoRegionsOverOneParameterSpaceNeedTheSameSpace) {
  const Symbol* space = ispace(1, "is");
  const Symbol *p = region(space, types_.int32(), "p"), *q = region(space, types_.int32(), "q");
  const Symbol *own = ispace(1, "mine"), *other = ispace(1, "other");
  const Symbol* a = region(own, types_.int32(), "a");
  EXPECT_TRUE(match(p, a));
  EXPECT_FALSE(match(q, region(other, types_.int32(), "b")));
}

TEST_F(CallMappingTest, PointersFollowTheirRegion) {
  const Symbol* p = region(ispace(1), types_.int32(), "p");
  const Symbol* a = region(ispace(1), types_.int32(), "a");
  ASSERT_TRUE(match(p, a));
  const Type* pointer = types_.bounded(types_.index(1), types_.int32(), {p});
  EXPECT_EQ(mapping_.substitute(pointer), types_.bounded(types_.index(1), types_.int32(), {a}));
  EXPECT_EQ(mapping_.argument_type(p->type), a->type);
}

TEST_F(CallMappingTest, PartitionsAgreeInDisjointnessAndParent) {
  const Symbol* p = region(ispace(1), types_.int32(), "p");
  const Symbol *a = region(ispace(1), types_.int32(), "a"), *b = region(ispace(1), types_.int32(), "b");
  ASSERT_TRUE(match(p, a));
  const Symbol* param = types_.new_symbol("pp", types_.new_partition(true, p, ispace(1)), {});
  const Symbol* aliased = types_.new_symbol("x", types_.new_partition(false, a, ispace(1)), {});
  const Symbol* of_other = types_.new_symbol("y", types_.new_partition(true, b, ispace(1)), {});
  const Symbol* fitting = types_.new_symbol("z", types_.new_partition(true, a, ispace(1)), {});
  EXPECT_FALSE(match(param, aliased));
  EXPECT_FALSE(match(param, of_other));
  CallMapping fresh(types_);
  ASSERT_TRUE(fresh.match(p->type, a->type, a, p));
  EXPECT_TRUE(fresh.match(param->type, fitting->type, fitting, param));
}

TEST_F(CallMappingTest, APlainStructAcceptsAnyStructWithItsFields) {
  const Type* plain =
      structure(StructOrigin::terra, "plain", {{"x", types_.int32(), {}}, {"y", types_.int32(), {}}});
  const Type* same =
      structure(StructOrigin::fspace, "same", {{"y", types_.int32(), {}}, {"x", types_.int32(), {}}});
  const Type* more = structure(StructOrigin::fspace, "more", {{"x", types_.int32(), {}}});
  const Symbol* param = region(ispace(1), plain, "p");
  EXPECT_TRUE(match(param, region(ispace(1), same, "a")));

  CallMapping other(types_);
  const Symbol* wrong = region(ispace(1), more, "b");
  EXPECT_FALSE(other.match(param->type, wrong->type, wrong, param));
  EXPECT_EQ(other.structural().problem, CallMapping::FieldProblem::count);

  // Field spaces are told apart by name.
  const Type* named =
      structure(StructOrigin::fspace, "named", {{"x", types_.int32(), {}}, {"y", types_.int32(), {}}});
  CallMapping nominal(types_);
  const Symbol* by_name = region(ispace(1), named, "q");
  const Symbol* arg = region(ispace(1), same, "c");
  EXPECT_FALSE(nominal.match(by_name->type, arg->type, arg, by_name));
}

}  // namespace
}  // namespace palatine::sema
