-- Formatted output: `format.println("x is {}", x)`. The format string is read while compiling, so a wrong number
-- of values, or a value that does not fit its place, is an error of the compiler.
--
-- A place in the format string is `{[width][.precision][style]}`: the smallest width, padded with zeros when it
-- begins with one; for floating-point numbers the number of digits and the style `e`; for integers the style `x`.
import "regent"

-- These print for replicated tasks too, so they are not the ones of stdio.h.
local c = terralib.includecstring [[
#include <stdio.h>
int palatine_printf(const char* format, ...) __asm__("printf");
int palatine_fprintf(FILE* stream, const char* format, ...) __asm__("fprintf");
]]
local reject, constant_of = __palatine.reject, __palatine.constant_of

local format = {}

local kPlace = "{[0-9]*[.]?[0-9]*[a-z]?}"

local terra bool_text(value : bool) : rawstring
  if value then return "true" else return "false" end
end
bool_text.replicable = true

-- The text between places, as printf wants it.
local function literal(text)
  return (text:gsub("%%", "%%%%"))
end

-- The parts of a format string: literal texts and tables for places.
local function split(macro_name, text)
  local parts = terralib.newlist()
  local places = 0
  local position = 1
  while true do
    local first, last = text:find(kPlace, position)
    if not first then break end
    parts:insert(literal(text:sub(position, first - 1)))
    local width, dot, precision, style = text:sub(first, last):match("{([0-9]*)([.]?)([0-9]*)([a-z]?)}")
    if dot ~= "" and precision == "" then
      reject(macro_name .. " expected precision following . in format string")
    end
    if style ~= "" and style ~= "e" and style ~= "x" then
      reject(macro_name .. " does not support the format style " .. style)
    end
    parts:insert({ width = width, precision = precision, style = style })
    places = places + 1
    position = last + 1
  end
  parts:insert(literal(text:sub(position)))
  return parts, places
end

-- The conversion of printf for a number of this type.
local function number_conversion(macro_name, place, type)
  local function refuse_style(style)
    if place.style == style then
      reject(macro_name .. " does not support format style " .. style .. " on a value of type " .. tostring(type))
    end
  end
  if type:isfloat() then
    refuse_style("x")
    local precision = place.precision ~= "" and "." .. place.precision or ""
    return "%" .. place.width .. precision .. (place.style == "e" and "e" or "f")
  end
  refuse_style("e")
  if place.precision ~= "" then
    reject(macro_name .. " does not support precision specifier on a value of type " .. tostring(type))
  end
  local size = type.bytes == 8 and "ll" or ""
  local letter = place.style == "x" and "x" or type.signed and "d" or "u"
  return "%" .. place.width .. size .. letter
end

-- Adds conversions to `texts` and values to `values` for one value.
local add_value

local function add_members(macro_name, place, texts, values, value, members)
  texts:insert("{")
  for i, member in ipairs(members) do
    texts:insert((i > 1 and ", " or "") .. member.name .. "=")
    add_value(macro_name, place, texts, values, rexpr [value].[member.name] end, member.type)
  end
  texts:insert("}")
end

local kComponents = { "x", "y", "z", "w", "v", "u", "t", "s", "r" }

local function add_index(macro_name, place, texts, values, value, index_type)
  if index_type.dim == 1 then
    texts:insert(number_conversion(macro_name, place, int64))
    values:insert(rexpr int64(value) end)
    return
  end
  local members = terralib.newlist()
  for i = 1, index_type.dim do members:insert({ name = kComponents[i], type = int64 }) end
  add_members(macro_name, place, texts, values, value, members)
end

function add_value(macro_name, place, texts, values, value, type)
  if type:isintegral() or type:isfloat() then
    texts:insert(number_conversion(macro_name, place, type))
    values:insert(value)
  elseif type == bool then
    texts:insert("%" .. place.width .. "s")
    values:insert(rexpr bool_text(value) end)
  elseif type == rawstring then
    texts:insert("%" .. place.width .. "s")
    values:insert(value)
  elseif regentlib.is_string(type) then
    texts:insert("%" .. place.width .. "s")
    values:insert(rexpr rawstring(value) end)
  elseif regentlib.is_bounded_type(type) and type.index_type.dim > 0 then
    add_index(macro_name, place, texts, values, rexpr [type.index_type](value) end, type.index_type)
  elseif regentlib.is_index_type(type) and type.dim > 0 then
    add_index(macro_name, place, texts, values, value, type)
  elseif regentlib.is_rect_type(type) then
    local index_type = type.index_type
    add_members(macro_name, place, texts, values, value,
      { { name = "lo", type = index_type }, { name = "hi", type = index_type } })
  elseif regentlib.is_complex_type(type) then
    add_value(macro_name, place, texts, values, rexpr [value].real end, type.entries[1].type)
    texts:insert(" + ")
    add_value(macro_name, place, texts, values, rexpr [value].imag end, type.entries[2].type)
    texts:insert("j")
  else
    reject(macro_name .. " does not understand how to format a value of type " .. tostring(type))
  end
end

-- What printf gets for the format string and the values.
local function translate(macro_name, ending, format_string, ...)
  local text = format_string and constant_of(format_string)
  if type(text) ~= "string" then
    reject(macro_name .. " expected first argument to be a format string constant")
  end
  local parts, places = split(macro_name, text)
  local arguments = terralib.newlist({ ... })
  if #arguments ~= places then
    reject(macro_name .. " received " .. #arguments .. " arguments but format string has " .. places ..
      " interpolations")
  end
  local texts, values = terralib.newlist(), terralib.newlist()
  local next_argument = 1
  for _, part in ipairs(parts) do
    if type(part) == "string" then
      texts:insert(part)
    else
      local argument = arguments[next_argument]
      add_value(macro_name, part, texts, values, argument, argument:gettype())
      next_argument = next_argument + 1
    end
  end
  return texts:concat() .. ending, values
end

local function print_macro(ending)
  return regentlib.macro(function(format_string, ...)
    local text, values = translate("println", ending, format_string, ...)
    return rexpr c.palatine_printf(text, values) end
  end)
end

local function stream_macro(ending)
  return regentlib.macro(function(stream, format_string, ...)
    local text, values = translate("fprintln", ending, format_string, ...)
    return rexpr c.palatine_fprintf(stream, text, values) end
  end)
end

local function buffer_macro(ending)
  return regentlib.macro(function(buffer, size, format_string, ...)
    local text, values = translate("fprintln", ending, format_string, ...)
    return rexpr c.snprintf(buffer, size, text, values) end
  end)
end

format.print = print_macro("")
format.println = print_macro("\n")
format.fprint = stream_macro("")
format.fprintln = stream_macro("\n")
format.snprint = buffer_macro("")
format.snprintln = buffer_macro("\n")

return format
