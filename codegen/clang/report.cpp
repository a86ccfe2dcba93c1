#include "codegen/clang/report.h"

namespace palatine::codegen {

namespace {

// The line that `#line` names, when its file is one of the program's. Columns are those of the generated text
// and mean nothing there, so the range is the line without its indentation.
SourceRange mapped_range(const SourceManager& sources, const ClangMessage& message) {
  for (uint32_t i = 0; i < sources.file_count(); ++i) {
    FileId file{i};
    if (sources.name(file) != message.file) continue;
    std::string_view line = sources.line_text(file, message.line);
    size_t indent = line.find_first_not_of(" \t");
    if (indent == std::string_view::npos) return {};
    auto start = static_cast<uint32_t>(line.data() - sources.text(file).data());
    return {file, start + static_cast<uint32_t>(indent), start + static_cast<uint32_t>(line.size())};
  }
  return {};
}

void add_note(Diagnostics::Builder& builder, SourceRange range, const ClangMessage& message) {
  if (range.is_valid() || message.file.empty()) {
    builder.note(DiagKind::clang_says, range, message.text);
  } else {
    builder.note(DiagKind::clang_says_at, {}, message.file, message.line, message.column, message.text);
  }
}

}  // namespace

void report_compile_failure(const CompileResult& result, Diagnostics& diags) {
  if (result.has_crashed || result.messages.empty()) {
    diags.report(DiagKind::generated_code_crash, {}).note(DiagKind::please_report, {});
    return;
  }
  const ClangMessage* first = nullptr;
  for (const ClangMessage& message : result.messages) {
    if (message.is_error && !first) first = &message;
  }
  if (!first) first = &result.messages.front();
  SourceRange where = mapped_range(diags.sources(), *first);
  auto builder = diags.report(
      first->is_in_header ? DiagKind::c_header_rejected : DiagKind::generated_code_rejected, where);
  constexpr size_t kMaxNotes = 12;
  size_t note_count = 0;
  for (const ClangMessage& message : result.messages) {
    if (note_count++ == kMaxNotes) break;
    add_note(builder, mapped_range(diags.sources(), message), message);
  }
  if (!first->is_in_header) builder.note(DiagKind::please_report, {});
}

}  // namespace palatine::codegen
