// Reduction operators: from a class of the program to what copies and barriers call.
//
// A program's operator is a class with the types `LHS` and `RHS`, a constant `RHS identity` that is neutral
// for `fold`, and two (static or const) member templates
//
//   template <bool EXCLUSIVE> void apply(LHS& lhs, RHS rhs);
//   template <bool EXCLUSIVE> void fold(RHS& rhs1, RHS rhs2);
//
// The forms with EXCLUSIVE = false must be atomic for each element. The object is copied as bytes.
// Source: Realm's public interface, chapter "Copy, fill, reduce".
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include "realm/realm_c.h"
#include "realm/realm_config.h"

namespace Realm {

typedef ::realm_reduction_op_id_t ReductionOpID;

// An operator whose types are forgotten. It is one block of `sizeof_this` bytes; `identity` and `userdata`
// point into it, or are null.
struct ReductionOpUntyped {
  // Applies `count` elements; strides in bytes. `userdata` is the operator object.
  typedef void (*Kernel)(void* lhs_ptr, size_t lhs_stride, const void* rhs_ptr, size_t rhs_stride,
                         size_t count, const void* userdata);

  size_t sizeof_this = sizeof(ReductionOpUntyped);
  size_t sizeof_lhs = 0;
  size_t sizeof_rhs = 0;
  size_t sizeof_userdata = 0;
  void* identity = nullptr;
  void* userdata = nullptr;
  Kernel cpu_apply_excl_fn = nullptr;
  Kernel cpu_apply_nonexcl_fn = nullptr;
  Kernel cpu_fold_excl_fn = nullptr;
  Kernel cpu_fold_nonexcl_fn = nullptr;

  ReductionOpUntyped() = default;

  // Free the result with `free`.
  template <class REDOP>
  static ReductionOpUntyped* create_reduction_op();
  static ReductionOpUntyped* clone_reduction_op(const ReductionOpUntyped* redop);
};

namespace ReductionKernels {

template <typename REDOP, bool EXCLUSIVE>
void apply_elements(void* lhs_ptr, size_t lhs_stride, const void* rhs_ptr, size_t rhs_stride, size_t count,
                    const void* userdata) {
  typedef typename REDOP::LHS LHS;
  typedef typename REDOP::RHS RHS;
  const REDOP& op = *static_cast<const REDOP*>(userdata);
  char* lhs = static_cast<char*>(lhs_ptr);
  const char* rhs = static_cast<const char*>(rhs_ptr);
  if (lhs_stride == sizeof(LHS) && rhs_stride == sizeof(RHS)) {
    // Constant strides, for the vectorizer.
    for (size_t k = 0; k < count; ++k)
      op.template apply<EXCLUSIVE>(reinterpret_cast<LHS*>(lhs)[k], reinterpret_cast<const RHS*>(rhs)[k]);
    return;
  }
  for (; count > 0; --count, lhs += lhs_stride, rhs += rhs_stride)
    op.template apply<EXCLUSIVE>(*reinterpret_cast<LHS*>(lhs), *reinterpret_cast<const RHS*>(rhs));
}

template <typename REDOP, bool EXCLUSIVE>
void fold_elements(void* rhs1_ptr, size_t rhs1_stride, const void* rhs2_ptr, size_t rhs2_stride, size_t count,
                   const void* userdata) {
  typedef typename REDOP::RHS RHS;
  const REDOP& op = *static_cast<const REDOP*>(userdata);
  char* rhs1 = static_cast<char*>(rhs1_ptr);
  const char* rhs2 = static_cast<const char*>(rhs2_ptr);
  if (rhs1_stride == sizeof(RHS) && rhs2_stride == sizeof(RHS)) {
    for (size_t k = 0; k < count; ++k)
      op.template fold<EXCLUSIVE>(reinterpret_cast<RHS*>(rhs1)[k], reinterpret_cast<const RHS*>(rhs2)[k]);
    return;
  }
  for (; count > 0; --count, rhs1 += rhs1_stride, rhs2 += rhs2_stride)
    op.template fold<EXCLUSIVE>(*reinterpret_cast<RHS*>(rhs1), *reinterpret_cast<const RHS*>(rhs2));
}

}  // namespace ReductionKernels

template <typename REDOP>
struct ReductionOp : public ReductionOpUntyped {
  typename REDOP::RHS identity_val;
  REDOP userdata_val;

  ReductionOp() : identity_val(REDOP::identity), userdata_val() {
    sizeof_this = sizeof(ReductionOp<REDOP>);
    sizeof_lhs = sizeof(typename REDOP::LHS);
    sizeof_rhs = sizeof(typename REDOP::RHS);
    sizeof_userdata = sizeof(REDOP);
    identity = &identity_val;
    userdata = &userdata_val;
    cpu_apply_excl_fn = &ReductionKernels::apply_elements<REDOP, true>;
    cpu_apply_nonexcl_fn = &ReductionKernels::apply_elements<REDOP, false>;
    cpu_fold_excl_fn = &ReductionKernels::fold_elements<REDOP, true>;
    cpu_fold_nonexcl_fn = &ReductionKernels::fold_elements<REDOP, false>;
  }
};

template <class REDOP>
ReductionOpUntyped* ReductionOpUntyped::create_reduction_op() {
  void* block = std::malloc(sizeof(ReductionOp<REDOP>));
  return block ? new (block) ReductionOp<REDOP>() : nullptr;
}

inline ReductionOpUntyped* ReductionOpUntyped::clone_reduction_op(const ReductionOpUntyped* redop) {
  void* block = std::malloc(redop->sizeof_this);
  if (!block) return nullptr;
  std::memcpy(block, static_cast<const void*>(redop), redop->sizeof_this);
  ReductionOpUntyped* copy = static_cast<ReductionOpUntyped*>(block);
  const char* from = reinterpret_cast<const char*>(redop);
  if (redop->identity)
    copy->identity = static_cast<char*>(block) + (static_cast<char*>(redop->identity) - from);
  if (redop->userdata)
    copy->userdata = static_cast<char*>(block) + (static_cast<char*>(redop->userdata) - from);
  return copy;
}

}  // namespace Realm
