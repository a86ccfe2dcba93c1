// Turns diagnostics into text for people and JSON for tools.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "frontend/diag/diag.h"

namespace palatine {

namespace {

const char* severity_name(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

const char* severity_color(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "\033[1;36m";
    case Severity::warning:
      return "\033[1;35m";
    case Severity::error:
      return "\033[1;31m";
  }
  return "";
}

// At most this many bytes of a source line are shown; of a longer one, a window around the place.
constexpr size_t kMaxSnippetBytes = 160;
constexpr size_t kSnippetLeadBytes = 60;

// The source line and under it a caret with tildes, cut at the end of the line. Tabs stay tabs, so that the
// caret stands below its token at any tab width.
std::string snippet(const SourceManager& sources, const Message& message, bool color) {
  LineColumn start = sources.line_column(message.range.file, message.range.begin);
  std::string_view line = sources.line_text(message.range.file, start.line);
  size_t before = std::min<size_t>(start.column - 1, line.size());
  if (line.size() > kMaxSnippetBytes) {
    size_t cut = before > kSnippetLeadBytes ? before - kSnippetLeadBytes : 0;
    line = line.substr(cut, kMaxSnippetBytes);
    before -= cut;
  }
  std::string under;
  for (size_t i = 0; i < before; ++i) under += line[i] == '\t' ? '\t' : ' ';
  size_t length = message.range.end > message.range.begin ? message.range.end - message.range.begin : 1;
  size_t room = line.size() - before;
  std::string mark = "^" + std::string(std::max<size_t>(std::min(length, room), 1) - 1, '~');
  if (color) mark = "\033[1;32m" + mark + "\033[0m";
  return fmt::format("{}\n{}{}\n", line, under, mark);
}

std::string render_message(const SourceManager& sources, const Message& message, bool color) {
  std::string severity = severity_name(message.severity);
  std::string text = message.text;
  if (color) {
    severity = severity_color(message.severity) + severity + ":\033[0m";
    text = "\033[1m" + text + "\033[0m";
  } else {
    severity += ":";
  }
  if (!message.range.is_valid()) return fmt::format("palatine: {} {}\n", severity, text);
  LineColumn start = sources.line_column(message.range.file, message.range.begin);
  return fmt::format("{}:{}:{}: {} {}\n{}", sources.name(message.range.file), start.line, start.column,
                     severity, text, snippet(sources, message, color));
}

nlohmann::json to_json(const SourceManager& sources, const Message& message) {
  nlohmann::json object = {{"kind", diag_kind_name(message.kind)},
                           {"severity", severity_name(message.severity)},
                           {"text", message.text}};
  if (message.range.is_valid()) {
    LineColumn start = sources.line_column(message.range.file, message.range.begin);
    LineColumn end = sources.line_column(message.range.file, message.range.end);
    object["file"] = sources.name(message.range.file);
    object["line"] = start.line;
    object["column"] = start.column;
    object["end_line"] = end.line;
    object["end_column"] = end.column;
  }
  return object;
}

}  // namespace

std::string render_text(const SourceManager& sources, const Diagnostic& diagnostic,
                        const RenderOptions& options) {
  std::string out = render_message(sources, diagnostic.main, options.color);
  for (const Message& note : diagnostic.notes) out += render_message(sources, note, options.color);
  return out;
}

std::string render_text(const Diagnostics& diags, const RenderOptions& options) {
  std::string out;
  for (const Diagnostic& diagnostic : diags.all()) out += render_text(diags.sources(), diagnostic, options);
  return out;
}

std::string render_json(const Diagnostics& diags) {
  nlohmann::json array = nlohmann::json::array();
  for (const Diagnostic& diagnostic : diags.all()) {
    nlohmann::json object = to_json(diags.sources(), diagnostic.main);
    object["notes"] = nlohmann::json::array();
    for (const Message& note : diagnostic.notes) object["notes"].push_back(to_json(diags.sources(), note));
    array.push_back(std::move(object));
  }
  return array.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace palatine
