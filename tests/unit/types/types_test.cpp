#include "sema/types/types.h"

#include <gtest/gtest.h>

namespace palatine::sema {
namespace {

TEST(Types, StructuralTypesAreUnique) {
  TypeTable types;
  EXPECT_EQ(types.pointer(types.int32()), types.pointer(types.int32()));
  EXPECT_EQ(types.array(types.int32(), 4), types.array(types.int32(), 4));
  EXPECT_NE(types.array(types.int32(), 4), types.array(types.int32(), 5));
  EXPECT_NE(types.array(types.int32(), 4), types.vector(types.int32(), 4));
  EXPECT_EQ(types.function({types.int32()}, types.unit(), false),
            types.function({types.int32()}, types.unit(), false));
  EXPECT_NE(types.function({types.int32()}, types.unit(), false),
            types.function({types.int32()}, types.unit(), true));
  EXPECT_EQ(types.constructor({{"a", types.int32(), {}}}), types.constructor({{"a", types.int32(), {}}}));
  EXPECT_NE(types.constructor({{"a", types.int32(), {}}}), types.constructor({{"b", types.int32(), {}}}));
}

TEST(Types, HandleTypesAreDistinct) {
  TypeTable types;
  const IspaceType* space = types.new_ispace(types.index(1));
  EXPECT_NE(space, types.new_ispace(types.index(1)));
  const Symbol* is = types.new_symbol("is", space, {});
  EXPECT_NE(types.new_region(is, types.int32()), types.new_region(is, types.int32()));
}

TEST(Types, BoundedTypesAreUniqueByTheirBounds) {
  TypeTable types;
  const Symbol* r = types.new_symbol("r", nullptr, {});
  const Symbol* s = types.new_symbol("s", nullptr, {});
  EXPECT_EQ(types.bounded(types.index(0), types.int32(), {r}),
            types.bounded(types.index(0), types.int32(), {r}));
  EXPECT_NE(types.bounded(types.index(0), types.int32(), {r}),
            types.bounded(types.index(0), types.int32(), {s}));
}

TEST(Types, ScalarsPrintWithTheirWidth) {
  TypeTable types;
  EXPECT_EQ(type_name(types.int32()), "int32");
  EXPECT_EQ(type_name(types.integer(64, false)), "uint64");
  EXPECT_EQ(type_name(types.floating(32)), "float");
  EXPECT_EQ(type_name(types.rawstring()), "&int8");
  EXPECT_EQ(type_name(types.unit()), "{}");
  EXPECT_EQ(type_name(types.array(types.int32(), 5)), "int32[5]");
  EXPECT_EQ(type_name(types.vector(types.floating(64), 4)), "vector(double,4)");
  EXPECT_EQ(type_name(types.function({types.rect(2)}, types.rect(2), false)), "{rect2d} -> rect2d");
}

TEST(Types, HandlesPrintTheVariablesThatTheyName) {
  TypeTable types;
  const Symbol* is = types.new_symbol("is", types.new_ispace(types.index(1)), {});
  const Symbol* unnamed = types.new_symbol("", types.new_ispace(types.index(1)), {});
  const Symbol* opaque = types.new_symbol("", types.new_ispace(types.index(0)), {});
  EXPECT_EQ(type_name(types.new_region(is, types.int32())), "region($is, int32)");
  EXPECT_EQ(type_name(types.new_region(unnamed, types.int32())), "region(ispace(int1d), int32)");
  EXPECT_EQ(type_name(types.new_region(opaque, types.int32())), "region(int32)");
  const Symbol* r = types.new_symbol("r", types.new_region(is, types.int32()), {});
  EXPECT_EQ(type_name(types.new_partition(true, r, opaque)), "partition(disjoint, $r)");
  EXPECT_EQ(type_name(types.new_partition(false, r, is)), "partition(aliased, $r, $is)");
  EXPECT_EQ(type_name(types.bounded(types.index(0), types.int32(), {r})), "ptr(int32, $r)");
  EXPECT_EQ(type_name(types.bounded(types.index(1), nullptr, {is})), "int1d($is)");
}

TEST(Types, AggregatesPrintByOrigin) {
  TypeTable types;
  EXPECT_EQ(type_name(types.new_struct(StructOrigin::terra, "point")), "point");
  EXPECT_EQ(type_name(types.new_struct(StructOrigin::fspace, "fs")), "fs()");
  EXPECT_EQ(type_name(types.constructor({{"a", types.floating(64), {}}, {"b", types.int32(), {}}})),
            "{a : double, b : int32}");
}

TEST(Types, FlatteningFollowsDeclarationOrder) {
  TypeTable types;
  StructType* inner = types.new_struct(StructOrigin::terra, "inner");
  inner->fields = {{"x", types.int32(), {}}, {"y", types.array(types.int32(), 2), {}}};
  StructType* outer = types.new_struct(StructOrigin::fspace, "outer");
  outer->fields = {{"a", inner, {}}, {"b", types.index(2), {}}};
  std::vector<LeafField> leaves = flatten_fields(outer);
  ASSERT_EQ(leaves.size(), 3u);
  EXPECT_EQ(field_path_name(leaves[0].path), "a.x");
  EXPECT_EQ(field_path_name(leaves[1].path), "a.y");
  EXPECT_EQ(field_path_name(leaves[2].path), "b");
  inner->sliceable = false;
  EXPECT_EQ(flatten_fields(outer).size(), 2u);
}

TEST(Types, AScalarElementHasOneLeafWithoutAName) {
  TypeTable types;
  std::vector<LeafField> leaves = flatten_fields(types.int32());
  ASSERT_EQ(leaves.size(), 1u);
  EXPECT_TRUE(leaves[0].path.empty());
}

TEST(Types, CompletersRunOnce) {
  TypeTable types;
  StructType* lazy = types.new_struct(StructOrigin::terra, "lazy");
  int runs = 0;
  types.set_completer(lazy, [&](StructType& type) {
    ++runs;
    type.fields.push_back({"x", types.int32(), {}});
  });
  EXPECT_FALSE(lazy->is_complete);
  types.complete(lazy);
  types.complete(lazy);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(lazy->find("x"), 0);
  EXPECT_EQ(lazy->find("y"), -1);
}

}  // namespace
}  // namespace palatine::sema
