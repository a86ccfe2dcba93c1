#include <gtest/gtest.h>

#include "sema/types/types.h"

namespace palatine::sema {
namespace {

TEST(Layout, FollowsTheRulesOfC) {
  TypeTable types;
  StructType* type = types.new_struct(StructOrigin::terra, "s");
  type->fields = {{"a", types.integer(8, true), {}}, {"b", types.floating(64), {}}, {"c", types.int32(), {}}};
  std::optional<Layout> layout = layout_of(type);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->size_bytes, 24u);
  EXPECT_EQ(layout->align_bytes, 8u);
  type->is_union = true;
  EXPECT_EQ(layout_of(type)->size_bytes, 8u);
}

TEST(Layout, TrustsClangAboutStructsOfC) {
  TypeTable types;
  StructType* type = types.new_struct(StructOrigin::c, "s");
  type->fields = {{"a", types.integer(8, true), {}}};
  type->size_bytes = 12;
  type->align_bytes = 4;
  EXPECT_EQ(layout_of(type)->size_bytes, 12u);
}

// Field spaces may hold regions, as the numbers that the runtime knows them by.
TEST(Layout, HandlesAreNumbers) {
  TypeTable types;
  const IspaceType* space = types.new_ispace(types.index(1));
  EXPECT_EQ(layout_of(space)->size_bytes, 4u);
  StructType* type = types.new_struct(StructOrigin::terra, "s");
  type->fields = {{"is", space, {}}, {"x", types.floating(64), {}}};
  EXPECT_EQ(layout_of(type)->size_bytes, 16u);
}

TEST(Layout, ContainmentLooksThroughArraysButNotPointers) {
  TypeTable types;
  StructType* inner = types.new_struct(StructOrigin::terra, "inner");
  StructType* outer = types.new_struct(StructOrigin::terra, "outer");
  outer->fields = {{"p", types.pointer(inner), {}}};
  EXPECT_FALSE(contains_by_value(outer, inner));
  outer->fields.push_back({"a", types.array(inner, 2), {}});
  EXPECT_TRUE(contains_by_value(outer, inner));
  EXPECT_TRUE(contains_by_value(inner, inner));
}

}  // namespace
}  // namespace palatine::sema
