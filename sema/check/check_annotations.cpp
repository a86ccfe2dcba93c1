// Where each annotation is legal. Language reference, 6.1.
#include "sema/check/checker.h"

namespace palatine::sema {

namespace {

using Option = ast::AnnotationOption;

bool is_permitted(ast::StatKind kind, Option option, bool in_cuda_task) {
  switch (kind) {
    case ast::StatKind::ForNum:
      return option == Option::constant_time_launch || option == Option::index_launch ||
             option == Option::trace || option == Option::vectorize;
    case ast::StatKind::ForList:
      return option == Option::constant_time_launch || option == Option::index_launch ||
             option == Option::trace || option == Option::vectorize || option == Option::openmp ||
             (option == Option::cuda && in_cuda_task);
    case ast::StatKind::While:
      return option == Option::predicate || option == Option::trace;
    case ast::StatKind::If:
      return option == Option::predicate;
    case ast::StatKind::Repeat:
    case ast::StatKind::Do:
      return option == Option::trace;
    // Silently dropped in front of these.
    case ast::StatKind::Rescape:
    case ast::StatKind::Fence:
    case ast::StatKind::Delete:
      return true;
    default:
      return false;
  }
}

}  // namespace

const char* annotation_internal_name(Option option) {
  // The reference compiler prints its own name of this option.
  return option == Option::local ? "__local_launch" : ast::annotation_option_name(option);
}

void Checker::check_annotations(const ast::Stat& tree) {
  const bool in_cuda_task =
      task_ && ir::has_annotation(task_->annotations, ast::AnnotationLevel::demand, Option::cuda);
  for (const ast::Annotation& annotation : tree.annotations) {
    if (annotation.level == ast::AnnotationLevel::allow) continue;
    if (!is_permitted(tree.kind, annotation.option, in_cuda_task)) {
      error(DiagKind::annotation_not_permitted, stat_range(tree),
            ast::annotation_level_name(annotation.level), annotation_internal_name(annotation.option));
    }
  }
}

void Checker::check_call_annotations(const ast::Annotations& annotations) {
  for (const ast::Annotation& annotation : annotations) {
    if (annotation.level == ast::AnnotationLevel::allow) continue;
    if (annotation.option == Option::inline_ || annotation.option == Option::parallel) continue;
    error(DiagKind::annotation_not_permitted, annotation.range, ast::annotation_level_name(annotation.level),
          annotation_internal_name(annotation.option));
  }
}

}  // namespace palatine::sema
