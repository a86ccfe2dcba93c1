"""Small changes of valid programs: most of them are wrong in one place, some are still right."""

import re

# Words, numbers with suffixes, strings, comments, long brackets, operators.
TOKEN = re.compile(r"""--\[(=*)\[.*?\]\1\]|--[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[A-Za-z_]\w*|"""
                   r"""\d[\w.]*|<<|>>|<=|>=|==|~=|\.\.\.|\.\.|->|\s+|.""", re.S)
TYPES = ["int", "int8", "uint64", "float", "double", "bool", "int1d", "int2d", "rect1d", "ptr", "rawstring", "int5d",
         "{}", "&int", "int[3]", "opaque", "phase_barrier", "complex"]
WORDS = ["task", "where", "reads", "writes", "reduces", "do", "end", "if", "then", "else", "for", "in", "while", "var",
         "return", "region", "ispace", "partition", "fill", "copy", "image", "restrict", "break", "equal", "true", "nil",
         "wild", "max", "min", "not", "and", "or", "__demand", "must_epoch", "with", "local", "function", "rexpr", "rquote",
         "rescape", "static_cast", "dynamic_cast", "unsafe_cast", "__fence", "__delete", "fspace", "struct", "terra"]
PUNCTUATION = ["(", ")", "{", "}", "[", "]", ",", ".", ":", "=", "+", "-", "*", "/", "%", "^", "@", "&", "<", "#", ";", "|"]
NUMBERS = ["0", "-1", "1", "4294967296", "9223372036854775807LL", "0xff", "1e300", "0.5", "1e999", "128"]


def sources(repository, cache={}):
    """The programs of the repository that are valid, without those that are long."""
    if repository not in cache:
        folders = [repository / "tests" / "run", repository / "examples"]
        # That one is plain Lua with loops, which changes easily make endless.
        paths = sorted(p for folder in folders for p in folder.rglob("*.rg") if p.name != "lua_syntax.rg")
        cache[repository] = [p.read_text() for p in paths if p.stat().st_size < 8000]
    return cache[repository]


def tokens_of(text):
    return [match[0] for match in TOKEN.finditer(text)]


def is_code(token):
    return token != "" and not token.isspace() and not token.startswith("--")


def mutated(random, programs, program_of):
    # One of five is a generated one.
    text = program_of(random.randrange(1 << 30))[0] if random.random() < 0.2 else random.choice(programs)
    tokens = tokens_of(text)
    for _ in range(random.choice([1, 1, 1, 2, 3, 6])):
        change(random, tokens)
    return "".join(tokens)


def change(random, tokens):
    places = [k for k, token in enumerate(tokens) if is_code(token)]
    # The first line imports the language; without it everything is plain Lua.
    places = [k for k in places if tokens[k] not in ("import", '"regent"')]
    if not places:
        return
    at = random.choice(places)
    # Mostly what keeps the syntax: other names, types, numbers and operators get further into the compiler.
    way = random.choice([0, 1, 2, 3, 3, 3, 3, 3, 4, 4, 5, 6, 6, 7, 8, 9, 9])
    if way == 0:
        tokens[at] = ""
    elif way == 1:
        tokens[at] = tokens[at] + " " + tokens[at]
    elif way == 2:
        other = random.choice(places)
        tokens[at], tokens[other] = tokens[other], tokens[at]
    elif way == 3:
        # A name becomes another one of the program.
        names = [k for k in places if re.match(r"[A-Za-z_]", tokens[k])]
        tokens[random.choice(names or places)] = tokens[random.choice(names or places)]
    elif way == 4:
        kinds = [k for k in places if tokens[k] in TYPES and tokens[k] != "complex"]
        tokens[random.choice(kinds or places)] = random.choice(TYPES)
    elif way == 5:
        tokens[at] = random.choice(PUNCTUATION)
    elif way == 6:
        numbers = [k for k in places if tokens[k][0].isdigit()]
        tokens[random.choice(numbers or places)] = random.choice(NUMBERS)
    elif way == 7:
        tokens[at] = " " + random.choice(WORDS) + " " + tokens[at]
    elif way == 8:
        # A run of tokens goes, or moves.
        end = min(at + random.randint(1, 12), len(tokens))
        run = tokens[at:end]
        del tokens[at:end]
        if random.random() < 0.5:
            place = random.randrange(len(tokens) + 1)
            tokens[place:place] = [" ", *run, " "]
    else:
        operators = [k for k in places if tokens[k] in ("+", "-", "*", "/", "%", "<", "<=", "==", "and", "or", "@", "&", ".")]
        tokens[random.choice(operators or places)] = random.choice(["+", "*", "<<", "==", "<", "and", "&", "@", ".", ":", "-"])
