// TestMapper: decisions at random, to find programs that rely on the mapping.
#pragma once

#include "mappers/default_mapper.h"

namespace Legion {
namespace Mapping {

class TestMapper : public DefaultMapper {
 public:
  TestMapper(MapperRuntime* rt, Machine machine, Processor local, const char* mapper_name = nullptr);
  static const char* create_test_name(Processor p);

  void select_task_options(const MapperContext ctx, const Task& task, TaskOptions& output) override;
  void slice_task(const MapperContext ctx, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override;
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override;
  void select_task_variant(const MapperContext ctx, const Task& task, const SelectVariantInput& input,
                           SelectVariantOutput& output) override;
  void select_task_sources(const MapperContext ctx, const Task& task, const SelectTaskSrcInput& input,
                           SelectTaskSrcOutput& output) override;
  void map_inline(const MapperContext ctx, const InlineMapping& inline_op, const MapInlineInput& input,
                  MapInlineOutput& output) override;
  void select_inline_sources(const MapperContext ctx, const InlineMapping& inline_op,
                             const SelectInlineSrcInput& input, SelectInlineSrcOutput& output) override;
  void map_copy(const MapperContext ctx, const Copy& copy, const MapCopyInput& input,
                MapCopyOutput& output) override;
  void select_copy_sources(const MapperContext ctx, const Copy& copy, const SelectCopySrcInput& input,
                           SelectCopySrcOutput& output) override;
  void select_tasks_to_map(const MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override;

 protected:
  Processor select_random_processor(Processor::Kind kind);
  // A kind that the machine has and the task has a variant for.
  Processor::Kind select_random_processor_kind(MapperContext ctx, TaskID task_id);
  void find_task_processor_kinds(MapperContext ctx, TaskID task_id, std::set<Processor::Kind>& kinds);
  const std::map<VariantID, Processor::Kind>& find_task_variants(MapperContext ctx, TaskID task_id);
  void select_random_source_order(const std::vector<PhysicalInstance>& sources,
                                  std::deque<PhysicalInstance>& ranking);
  void map_constrained_requirement(MapperContext ctx, const RegionRequirement& req, MappingKind mapping_kind,
                                   const std::vector<LayoutConstraintID>& constraints,
                                   std::vector<PhysicalInstance>& chosen_instances,
                                   Processor target_proc = Processor::NO_PROC);
  void map_random_requirement(MapperContext ctx, const RegionRequirement& req,
                              std::vector<PhysicalInstance>& chosen_instances,
                              Processor target_proc = Processor::NO_PROC);
  long generate_random_integer() const { return default_generate_random_integer(); }
  double generate_random_real() const { return default_generate_random_real(); }

  std::map<TaskID, std::map<VariantID, Processor::Kind>> variant_processor_kinds;
};

}  // namespace Mapping
}  // namespace Legion
