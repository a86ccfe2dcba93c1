// Functions and their variables.
#include "sema/ir/ir.h"

namespace palatine::ir {

Local* Function::new_local(std::string local_name, const Type* type, const sema::Symbol* symbol,
                           SourceRange local_range) {
  auto local = std::make_unique<Local>();
  local->id = static_cast<uint32_t>(locals.size());
  local->name = std::move(local_name);
  local->type = type;
  local->symbol = symbol;
  local->range = local_range;
  locals.push_back(std::move(local));
  return locals.back().get();
}

const char* form_text(Form form) {
  static constexpr const char* kTexts[] = {
#define IR_FORM(name, text) text,
#include "sema/ir/forms.def"
#undef IR_FORM
  };
  return kTexts[static_cast<size_t>(form)];
}

bool has_annotation(const std::vector<ast::Annotation>& annotations, AnnotationLevel level,
                    AnnotationOption option) {
  AnnotationLevel last = AnnotationLevel::allow;
  for (const ast::Annotation& annotation : annotations) {
    if (annotation.option == option) last = annotation.level;
  }
  return last == level;
}

bool is_creation(HandleOp op) {
  return op != HandleOp::subpartition && op != HandleOp::partition_cast && op != HandleOp::projection;
}

const char* handle_op_name(HandleOp op) {
  switch (op) {
    case HandleOp::partition_by_coloring:
    case HandleOp::partition_by_field:
      return "partition";
    case HandleOp::image:
    case HandleOp::image_by_task:
      return "image";
    case HandleOp::preimage:
      return "preimage";
    case HandleOp::restriction:
      return "restrict";
    case HandleOp::partition_union:
    case HandleOp::ispace_union:
      return "union";
    case HandleOp::partition_intersection:
    case HandleOp::region_intersection:
    case HandleOp::ispace_intersection:
      return "intersection";
    case HandleOp::partition_difference:
    case HandleOp::ispace_difference:
      return "difference";
    case HandleOp::cross_product:
    case HandleOp::cross_product_by_coloring:
      return "cross_product";
    case HandleOp::copy:
      return "copy";
    case HandleOp::new_barrier:
      return "phase_barrier";
    case HandleOp::new_collective:
      return "dynamic_collective";
    case HandleOp::barrier_advance:
    case HandleOp::collective_advance:
      return "advance";
    case HandleOp::barrier_adjust:
      return "adjust";
    case HandleOp::barrier_arrive:
    case HandleOp::collective_arrive:
      return "arrive";
    case HandleOp::barrier_await:
      return "await";
    case HandleOp::acquire:
      return "acquire";
    case HandleOp::release:
      return "release";
    case HandleOp::attach_hdf5:
      return "attach";
    case HandleOp::detach_hdf5:
      return "detach";
    case HandleOp::import_ispace:
      return "__import_ispace";
    case HandleOp::import_region:
      return "__import_region";
    case HandleOp::import_partition:
      return "__import_partition";
    case HandleOp::import_cross_product:
      return "__import_cross_product";
    case HandleOp::partition_cast:
      return "dynamic_cast";
    case HandleOp::subpartition:
      return "subpartition";
    case HandleOp::projection:
      return "projection";
    case HandleOp::scratch_fields:
      return "allocate_scratch_fields";
    case HandleOp::with_scratch_fields:
      return "with_scratch_fields";
    case HandleOp::list_slice_partition:
      return "list_slice_partition";
    case HandleOp::list_duplicate_partition:
      return "list_duplicate_partition";
    case HandleOp::list_cross_product:
    case HandleOp::list_cross_product_shallow:
      return "list_cross_product";
    case HandleOp::list_cross_product_complete:
      return "list_cross_product_complete";
    case HandleOp::list_phase_barriers:
      return "list_phase_barriers";
  }
  return "";
}

}  // namespace palatine::ir
