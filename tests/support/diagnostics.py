"""Reads the compiler's diagnostics from its standard error and writes them as expectation lines.

An expectation line stands below the source line that it is about, its caret range below the range's columns:

      var x = unknown + 1
    --        ^~~~~~~ ERROR: name `unknown` is undefined or nil

Where a caret range cannot stand (it would begin in the first two columns, or the message is about the end of
the file, another file, or no place at all), the place is written out:

    -- 1-4 ERROR: ...        columns 1 to 4 of the line above
    -- EOF ERROR: ...        the end of the file
    -- in other.h:3 NOTE: ...
    -- nowhere ERROR: ...
"""

import re
from dataclasses import dataclass

HEADER = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning|note): (?P<text>.*)$")
NOWHERE = re.compile(r"^palatine: (?P<severity>error|warning|note): (?P<text>.*)$")
CARET = re.compile(r"^[ \t]*\^~*$")
EXPECTATION = re.compile(
    r"^--( *\^~*| \d+-\d+| EOF| in \S+:\d+| nowhere) (ERROR|WARNING|NOTE): .*$")


@dataclass
class Message:
    file: str | None
    line: int
    column: int
    length: int
    severity: str
    text: str


def parse(stderr):
    """Splits standard error into messages and the lines that belong to none."""
    messages, rest = [], []
    lines = stderr.splitlines()
    at = 0
    while at < len(lines):
        header = HEADER.match(lines[at])
        nowhere = NOWHERE.match(lines[at])
        if nowhere:
            messages.append(Message(None, 0, 0, 0, nowhere["severity"], nowhere["text"]))
            at += 1
            continue
        if not header:
            rest.append(lines[at])
            at += 1
            continue
        message = Message(header["file"], int(header["line"]), int(header["column"]), 1, header["severity"],
                          header["text"])
        messages.append(message)
        at += 1
        # The text may go on over several lines; then come the source line and the caret range.
        end = at
        while end < len(lines) and not CARET.match(lines[end]) and not HEADER.match(lines[end]):
            end += 1
        if end < len(lines) and CARET.match(lines[end]) and end > at:
            message.text = "\\n".join([message.text] + lines[at : end - 1])
            message.length = len(lines[end].strip())
            at = end + 1
    return messages, rest


def is_expectation(line):
    return EXPECTATION.match(line) is not None


def render(message, file_name, is_eof):
    severity = message.severity.upper()
    if message.file is None:
        return f"-- nowhere {severity}: {message.text}"
    if message.file != file_name:
        return f"-- in {message.file}:{message.line} {severity}: {message.text}"
    if is_eof:
        return f"-- EOF {severity}: {message.text}"
    if message.column < 3:
        return f"-- {message.column}-{message.column + message.length - 1} {severity}: {message.text}"
    return "--" + " " * (message.column - 3) + "^" + "~" * (message.length - 1) + f" {severity}: {message.text}"


def annotate(source_lines, messages, file_name):
    """The file's lines with expectation lines for `messages`; `source_lines` may hold old ones.

    Message lines count all of `source_lines`. Returns the new lines; those about the end of the file come last.
    """
    last_source = max((n for n, line in enumerate(source_lines, 1) if not is_expectation(line) and line.strip()),
                      default=0)
    below = {}
    at_eof = []
    place = at_eof
    for message in messages:
        in_file = message.file == file_name
        is_eof = in_file and message.line > last_source
        if in_file:
            place = at_eof if is_eof else below.setdefault(message.line, [])
        elif message.severity != "note":
            place = at_eof
        place.append(render(message, file_name, is_eof))

    lines = []
    moved = []
    for number, line in enumerate(source_lines, 1):
        if is_expectation(line):
            moved += below.pop(number, [])
            continue
        lines.append(line)
        lines += below.pop(number, [])
    while lines and not lines[-1].strip():
        lines.pop()
    return lines + moved + at_eof
