#include "mappers/logging_wrapper.h"

#include "mappers/mapping_utilities.h"
#include "mappers/null_mapper.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace Legion {
namespace Mapping {

namespace {

Logger log_mapper("mapper");

}  // namespace

LoggingWrapper::LoggingWrapper(Mapper* wrapped, Logger* logger_in)
    : ForwardingMapper(wrapped),
      logger_(logger_in ? logger_in : &log_mapper),
      name_(std::string(wrapped->get_mapper_name()) + " (logged)") {}

void LoggingWrapper::log_instances(MapperContext ctx, const std::vector<PhysicalInstance>& instances) const {
  for (const PhysicalInstance& instance : instances) {
    logger_->info() << "    " << Utilities::to_string(runtime, ctx, instance);
  }
}

void LoggingWrapper::select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) {
  mapper->select_task_options(ctx, task, output);
  logger_->info() << "TASK_OPTIONS for " << Utilities::to_string(runtime, ctx, task)
                  << ": initial_proc=" << output.initial_proc << " inline=" << output.inline_task
                  << " stealable=" << output.stealable << " map_locally=" << output.map_locally;
}

void LoggingWrapper::slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                                SliceTaskOutput& output) {
  mapper->slice_task(ctx, task, input, output);
  logger_->info() << "SLICE_TASK for " << Utilities::to_string(runtime, ctx, task, false) << " of "
                  << Utilities::to_string(runtime, ctx, input.domain);
  for (const TaskSlice& slice : output.slices) {
    logger_->info() << "  " << Utilities::to_string(runtime, ctx, slice.domain) << " to " << slice.proc;
  }
}

void LoggingWrapper::map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                              MapTaskOutput& output) {
  mapper->map_task(ctx, task, input, output);
  logger_->info() << "MAP_TASK for " << Utilities::to_string(runtime, ctx, task) << ": variant "
                  << output.chosen_variant << " priority " << output.task_priority;
  for (Processor target : output.target_procs) logger_->info() << "  target " << target;
  for (unsigned k = 0; k < task.regions.size(); ++k) {
    logger_->info() << "  " << Utilities::to_string(runtime, ctx, task.regions[k], k);
    if (k < output.chosen_instances.size()) log_instances(ctx, output.chosen_instances[k]);
  }
}

void LoggingWrapper::map_inline(const MapperContext ctx, const InlineMapping& inline_op,
                                const MapInlineInput& input, MapInlineOutput& output) {
  mapper->map_inline(ctx, inline_op, input, output);
  logger_->info() << "MAP_INLINE for " << Utilities::to_string(runtime, ctx, inline_op) << " "
                  << Utilities::to_string(runtime, ctx, inline_op.requirement, 0);
  log_instances(ctx, output.chosen_instances);
}

void LoggingWrapper::map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                              MapCopyOutput& output) {
  mapper->map_copy(ctx, copy, input, output);
  logger_->info() << "MAP_COPY for " << Utilities::to_string(runtime, ctx, copy);
  for (unsigned k = 0; k < copy.src_requirements.size(); ++k) {
    logger_->info() << "  from " << Utilities::to_string(runtime, ctx, copy.src_requirements[k], k);
    log_instances(ctx, output.src_instances[k]);
    logger_->info() << "  to " << Utilities::to_string(runtime, ctx, copy.dst_requirements[k], k);
    log_instances(ctx, output.dst_instances[k]);
  }
}

void NullMapper::report_unimplemented(const char* function) const {
  palatine::legion::mapping_error(
      "a mapper that derives from NullMapper does not define %s, which was called", function);
}

}  // namespace Mapping
}  // namespace Legion
