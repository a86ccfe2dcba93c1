// External data behind a region.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/legion/cpp/physical_region.h"

namespace Legion::Internal {

struct Attachment {
  // In the order in which they lie there.
  std::vector<FieldID> fields;
  // Those that are attached; empty: all.
  std::set<FieldID> attached;
  std::map<FieldID, size_t> alignments;
  // An array for each field, or one of structures.
  bool is_soa = true;
  // The first dimension is contiguous; else the last one.
  bool is_column_major = true;
  // An array of the program, or null: a file.
  char* base = nullptr;
  std::string file;
  size_t file_offset = 0;
  // Of an HDF5 file: the dataset of each field.
  std::map<FieldID, std::string> datasets;
  FileMode mode = LEGION_FILE_READ_WRITE;
};

// Where element 0 of each field lies, and how far the next ones are, in bytes.
struct ExternalLayout {
  std::vector<size_t> field_offsets;
  // By field and dimension.
  std::vector<std::array<size_t, LEGION_MAX_DIM>> strides;
  size_t bytes = 0;
};
ExternalLayout layout_of(const Attachment& attachment, const LogicalRegion& handle);

// Between the data and the memory of a mapped region.
void copy_in(const Attachment& attachment, const LogicalRegion& handle);
void copy_out(const Attachment& attachment, const LogicalRegion& handle);

}  // namespace Legion::Internal
