#include "frontend/diag/diag.h"

namespace palatine {

namespace {

struct KindInfo {
  const char* name;
  Severity severity;
  const char* format;
};

const KindInfo kKinds[] = {
#define DIAG(name, severity, format) {#name, Severity::severity, format},
#include "frontend/diag/kinds.def"
#undef DIAG
};

bool same_message(const Message& a, const Message& b) {
  return a.kind == b.kind && a.range.file == b.range.file && a.range.begin == b.range.begin &&
         a.range.end == b.range.end && a.text == b.text;
}

}  // namespace

const char* diag_kind_name(DiagKind kind) {
  return kKinds[static_cast<size_t>(kind)].name;
}
Severity diag_kind_severity(DiagKind kind) {
  return kKinds[static_cast<size_t>(kind)].severity;
}
const char* diag_kind_format(DiagKind kind) {
  return kKinds[static_cast<size_t>(kind)].format;
}
size_t diag_kind_count() {
  return std::size(kKinds);
}

Diagnostics::Builder Diagnostics::add(DiagKind kind, SourceRange range, std::string text) {
  std::string key =
      fmt::format("{} {} {} {} {}", static_cast<int>(kind), range.file.index, range.begin, range.end, text);
  auto [entry, is_new] = known_.try_emplace(std::move(key), diagnostics_.size());
  if (!is_new) return Builder(*this, entry->second);
  Message message{kind, diag_kind_severity(kind), range, std::move(text)};
  if (are_warnings_errors_ && message.severity == Severity::warning) message.severity = Severity::error;
  if (message.severity == Severity::error) ++error_count_;
  diagnostics_.push_back({std::move(message), {}});
  return Builder(*this, diagnostics_.size() - 1);
}

void Diagnostics::roll_back(size_t count) {
  std::erase_if(known_, [&](const auto& entry) { return entry.second >= count; });
  while (diagnostics_.size() > count) {
    if (diagnostics_.back().main.severity == Severity::error) --error_count_;
    diagnostics_.pop_back();
  }
}

void Diagnostics::add_note(size_t index, DiagKind kind, SourceRange range, std::string text) {
  Message message{kind, Severity::note, range, std::move(text)};
  auto& notes = diagnostics_[index].notes;
  for (const Message& note : notes) {
    if (same_message(note, message)) return;
  }
  notes.push_back(std::move(message));
}

}  // namespace palatine
