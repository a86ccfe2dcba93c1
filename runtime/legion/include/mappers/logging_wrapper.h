// LoggingWrapper: writes what another mapper decides about tasks, inline mappings and copies to a logger,
// with level info. It owns the other mapper.
#pragma once

#include <string>

#include "mappers/forwarding_mapper.h"

namespace Legion {
namespace Mapping {

class LoggingWrapper : public ForwardingMapper {
 public:
  // Without a logger: the one named "mapper".
  explicit LoggingWrapper(Mapper* wrapped, Logger* logger_in = nullptr);

  const char* get_mapper_name() const override { return name_.c_str(); }
  void select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) override;
  void slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;
  void map_inline(const MapperContext ctx, const InlineMapping& inline_op, const MapInlineInput& input,
                  MapInlineOutput& output) override;
  void map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override;

 private:
  void log_instances(MapperContext ctx, const std::vector<PhysicalInstance>& instances) const;

  Logger* const logger_;
  const std::string name_;
};

}  // namespace Mapping
}  // namespace Legion
