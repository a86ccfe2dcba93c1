// Format: numbers as LEB128, texts with their length before them, types in a table in which every type refers
// to earlier ones only. Lists begin with their length.
#include "frontend/cimport/serialize.h"

#include <cstring>
#include <unordered_map>

namespace palatine::cimport {

namespace {

constexpr uint64_t kFormat = 4;

class Writer {
 public:
  void number(uint64_t value) {
    while (value >= 0x80) {
      out_ += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    out_ += static_cast<char>(value);
  }
  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }
  // Puts the type into the table and gives its number; 0 is no type.
  uint64_t intern(const CTypePtr& type) {
    if (!type) return 0;
    auto known = numbers_.find(type.get());
    if (known != numbers_.end()) return known->second;
    uint64_t element = intern(type->element);
    std::vector<uint64_t> params;
    for (const CTypePtr& param : type->params) params.push_back(intern(param));
    Writer entry;
    entry.number(static_cast<uint64_t>(type->kind));
    entry.number(type->bits);
    entry.number((type->is_signed ? 1 : 0) | (type->variadic ? 2 : 0));
    entry.number(element);
    entry.number(type->count);
    entry.number(params.size());
    for (uint64_t param : params) entry.number(param);
    entry.text(type->name);
    // Equal types that were made apart share an entry.
    auto [same, is_new] = entries_.try_emplace(entry.out_, entries_.size() + 1);
    if (is_new) table_ += entry.out_;
    return numbers_[type.get()] = same->second;
  }
  void type(const CTypePtr& type) { number(intern(type)); }
  // The table, then what was written.
  std::string finish(const std::vector<FileStamp>& stamps) const {
    Writer whole;
    whole.number(kFormat);
    whole.number(stamps.size());
    for (const FileStamp& stamp : stamps) {
      whole.text(stamp.path);
      whole.number(stamp.size_bytes);
      whole.number(static_cast<uint64_t>(stamp.mtime_ns));
    }
    whole.number(entries_.size());
    return whole.out_ + table_ + out_;
  }

 private:
  std::string out_;
  std::string table_;
  std::unordered_map<const CType*, uint64_t> numbers_;
  std::unordered_map<std::string, uint64_t> entries_;
};

// Reads what Writer wrote. Damaged bytes give zeros and empty texts and set `is_damaged`.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  uint64_t number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (!(byte & 0x80)) return value;
    }
    is_damaged_ = true;
    return 0;
  }
  // A length of a list whose elements take at least a byte each.
  uint64_t length() {
    uint64_t value = number();
    if (value <= rest_.size()) return value;
    is_damaged_ = true;
    return 0;
  }
  std::string text() {
    uint64_t size = length();
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }
  CTypePtr type() {
    uint64_t index = number();
    if (index == 0) return nullptr;
    if (index <= types_.size()) return types_[index - 1];
    is_damaged_ = true;
    return nullptr;
  }
  void read_types() {
    uint64_t count = length();
    types_.reserve(count);
    for (uint64_t i = 0; i < count && !is_damaged_; ++i) {
      auto entry = std::make_shared<CType>();
      uint64_t kind = number();
      if (kind > static_cast<uint64_t>(CType::Kind::unsupported)) is_damaged_ = true;
      entry->kind = static_cast<CType::Kind>(kind);
      entry->bits = static_cast<uint32_t>(number());
      uint64_t flags = number();
      entry->is_signed = flags & 1;
      entry->variadic = flags & 2;
      entry->element = type();
      entry->count = number();
      uint64_t param_count = length();
      for (uint64_t p = 0; p < param_count; ++p) entry->params.push_back(type());
      entry->name = text();
      types_.push_back(std::move(entry));
    }
  }
  bool is_damaged() const { return is_damaged_; }

 private:
  std::string_view rest_;
  std::vector<CTypePtr> types_;
  bool is_damaged_ = false;
};

void write_record(Writer& writer, const CRecord& record) {
  writer.text(record.spelling);
  writer.number((record.is_union ? 1 : 0) | (record.is_complete ? 2 : 0));
  writer.number(record.size_bytes);
  writer.number(record.align_bytes);
  writer.number(record.fields.size());
  for (const CField& field : record.fields) {
    writer.text(field.name);
    writer.type(field.type);
    writer.number(field.is_bit_field);
  }
}

CRecord read_record(Reader& reader) {
  CRecord record;
  record.spelling = reader.text();
  uint64_t flags = reader.number();
  record.is_union = flags & 1;
  record.is_complete = flags & 2;
  record.size_bytes = reader.number();
  record.align_bytes = reader.number();
  uint64_t count = reader.length();
  for (uint64_t i = 0; i < count; ++i) {
    CField field;
    field.name = reader.text();
    field.type = reader.type();
    field.is_bit_field = reader.number() != 0;
    record.fields.push_back(std::move(field));
  }
  return record;
}

void write_constant(Writer& writer, const CConstant& constant) {
  writer.type(constant.type);
  writer.number(constant.value.index());
  if (const auto* text = std::get_if<std::string>(&constant.value)) {
    writer.text(*text);
  } else if (const auto* real = std::get_if<double>(&constant.value)) {
    uint64_t bits;
    memcpy(&bits, real, sizeof bits);
    writer.number(bits);
  } else if (const auto* natural = std::get_if<uint64_t>(&constant.value)) {
    writer.number(*natural);
  } else {
    writer.number(static_cast<uint64_t>(std::get<int64_t>(constant.value)));
  }
}

CConstant read_constant(Reader& reader) {
  CConstant constant;
  constant.type = reader.type();
  switch (reader.number()) {
    case 0:
      constant.value = static_cast<int64_t>(reader.number());
      break;
    case 1:
      constant.value = reader.number();
      break;
    case 2: {
      uint64_t bits = reader.number();
      double real;
      memcpy(&real, &bits, sizeof real);
      constant.value = real;
      break;
    }
    default:
      constant.value = reader.text();
      break;
  }
  return constant;
}

// Maps are written in their order, so each element is put at the end when read.
template <typename Map, typename ReadValue>
void read_map(Reader& reader, Map& map, const ReadValue& read_value) {
  uint64_t count = reader.length();
  for (uint64_t i = 0; i < count && !reader.is_damaged(); ++i) {
    std::string name = reader.text();
    auto value = read_value(name);
    map.emplace_hint(map.end(), std::move(name), std::move(value));
  }
}

}  // namespace

std::string serialize(const Header& header, const std::vector<FileStamp>& stamps) {
  Writer writer;
  writer.number((header.is_c ? 1 : 0) | (header.defines_code ? 2 : 0));
  writer.number(header.functions.size());
  for (const auto& [name, function] : header.functions) {
    writer.text(name);
    writer.type(function.type);
    writer.text(function.symbol);
  }
  writer.number(header.records.size());
  for (const auto& [name, record] : header.records) {
    writer.text(name);
    write_record(writer, record);
  }
  writer.number(header.typedefs.size());
  for (const auto& [name, type] : header.typedefs) {
    writer.text(name);
    writer.type(type);
  }
  writer.number(header.constants.size());
  for (const auto& [name, constant] : header.constants) {
    writer.text(name);
    write_constant(writer, constant);
  }
  writer.number(header.globals.size());
  for (const auto& [name, type] : header.globals) {
    writer.text(name);
    writer.type(type);
    writer.number(header.own_globals.count(name));
  }
  return writer.finish(stamps);
}

std::shared_ptr<Header> deserialize(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.number() != kFormat) return nullptr;
  auto header = std::make_shared<Header>();
  uint64_t stamp_count = reader.length();
  for (uint64_t i = 0; i < stamp_count; ++i) {
    FileStamp stamp;
    stamp.path = reader.text();
    stamp.size_bytes = reader.number();
    stamp.mtime_ns = static_cast<int64_t>(reader.number());
    if (!is_current(stamp)) return nullptr;
    header->dependencies.push_back(std::move(stamp.path));
  }
  reader.read_types();
  uint64_t flags = reader.number();
  header->is_c = flags & 1;
  header->defines_code = flags & 2;
  read_map(reader, header->functions, [&](const std::string& name) {
    CTypePtr type = reader.type();
    return CFunction{name, std::move(type), reader.text()};
  });
  read_map(reader, header->records, [&](const std::string&) { return read_record(reader); });
  read_map(reader, header->typedefs, [&](const std::string&) { return reader.type(); });
  read_map(reader, header->constants, [&](const std::string&) { return read_constant(reader); });
  read_map(reader, header->globals, [&](const std::string& name) {
    CTypePtr type = reader.type();
    if (reader.number() != 0) header->own_globals.insert(name);
    return type;
  });
  if (reader.is_damaged()) return nullptr;
  return header;
}

}  // namespace palatine::cimport
