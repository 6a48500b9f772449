"""The words of the house: plain English, verbs for functions, names that exist."""

from __future__ import annotations

import ast
import importlib
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

from bot.cli.main import COMMAND_MODULES

ROOT = Path(__file__).parents[1]
# Of files with texts for the person who runs Easel.
ENDINGS = (".py", ".md", ".po", ".yml", ".yaml", ".json", ".service", "Containerfile")
FOLDERS = ("bot", "handlers", "storage", "bench")
SOURCE_FILES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]
# By floor and room: a test for each file of a thousand would take longer to begin than to run.
ROOMS: dict[str, list[Path]] = {}
for _path in SOURCE_FILES:
    ROOMS.setdefault("/".join(_path.relative_to(ROOT).parent.parts[:2]), []).append(_path)
# The changelog tells of names as they were.
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Phrases at which a reader stumbles; say "a limit of", "amounts to", "next to", "no one", …
BANNED_PHRASES = re.compile(
    r"\bso many\b|\b(?:what .{1,40} )?(?:came|comes|come) to\b(?= (?:be )?[a-z]*[.;:,]|$)"
    r"|\bbeside\b|\bnobody\b|\beverybody\b|\bgo(?:es)? before\b|\bis had\b|\bbe had\b|\banew\b"
    r"|\bstands? in for\b|\bstands in\b",
    re.IGNORECASE,
)
PARTICIPLES = re.compile(
    r"_*(?:[a-z]+ed|told|kept|shown|taken|given|made|held|sent|said|begun|gone|hidden|written"
    r"|known|drawn|built|seen|heard|left|lost|paid|bought|thought|brought|spent|met)(?:_|$)"
)
# Verbs, nouns and names of others' that only look like participles.
NOT_PARTICIPLES = {"feed", "embed", "need", "speed", "seed", "proceed", "exceed"}
# The first word of a function's name: a verb, or what begins a predicate. A new verb goes here.
VERBS = set(
    """
    accept acknowledge aclose act add admit analyse announce answer append apply arrange ask
    assign attach authorize begin bound buffer build bury calculate call can cancel carry change
    charge check choose claim clean clear close coerce collect colour combine commit compare
    compile complete compose compress compute configure confirm connect consume continue convert
    copy count create crop cut darken declare decode decompress defer delete deliver derive
    describe deserialize detect disable disconnect dispatch download draw dress drop dump echo
    edit emit encode end enlarge enqueue ensure enter erase escape estimate expand explain
    extend extract fail feed fetch fill find finish fit fits flood flush fold follow forget fork
    format free freeze generate get give greet grow guard guess halve handle has hear hold
    identify include index insert inspect interrupt introduce invert is issue iterate join judge
    keep kill label lay leave lighten limit list listen load lock log look make mark mask match
    may measure merge migrate mix move name normalize note notify offer open order override pack
    pad paint parse pause place plan play plot pluralize poll post postpone prepare present
    press print probe protect publish put quote raise rank rate read receive reconcile record
    recover redact reduce refresh refuse register reject release remember remind remove rename
    render renew repack repair replace report request requeue require reserve reset reshape
    resolve respond restart restore resume retire retry return reuse reveal rewrite roll rotate
    round run sample sanitize save say scale schedule score script seal select send serialize
    serve set settle share sharpen shorten should show shrink sign sketch soften sort spawn
    speak split spread start stop store straighten stream strip submit subscribe sum summarize
    swap sweep sync take tell test thin tidy tighten tint touch trace translate truncate try
    turn unpack unwrap update upgrade upload use vary wait wake walk watch weigh widen work
    write
    """.split()
)
# `on_…` is called back, `main` is where a program begins; asyncio calls `connection_…`, `data_…`,
# `eof_…`.
NOT_VERBS = {"on", "main", "connection", "data", "eof", "self"}
MAX_MODULES_PER_FOLDER, MAX_MODULES_IN_BOT = 17, 2
MAX_PARAMETERS = 6


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def list_functions(path: Path) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    nodes = ast.walk(parse(path))
    return tuple(n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    names = [getattr(decorator, "id", "") for decorator in function.decorator_list]
    return "property" in names or "cached_property" in names


@cache
def read_prose(path: Path) -> list[tuple[int, str]]:
    """The comments and docstrings of a module, with their lines."""
    source = path.read_text()
    prose = [
        (token.start[0], token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text:
                prose.append((getattr(node, "lineno", 1), " ".join(text.split())))
    return prose


@pytest.mark.parametrize("room", ROOMS)
def test_comments_and_docstrings_are_plain_english(room: str) -> None:
    found = [
        f"{relative(path)}:{line}: {match.group()!r}"
        for path in ROOMS[room]
        for line, text in read_prose(path)
        for match in BANNED_PHRASES.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_pages_are_plain_english(path: Path) -> None:
    assert [match.group() for match in BANNED_PHRASES.finditer(path.read_text())] == []


@pytest.mark.parametrize("folder", ["bot", "handlers", "storage", "deploy", "docs"])
def test_commands_are_named_as_they_are_typed(folder: str) -> None:
    names = "|".join(COMMAND_MODULES)
    old = re.compile(rf"[`\"]bot (?:{names})\b|python -m bot (?:{names})\b")
    texts = [path for ending in ENDINGS for path in (ROOT / folder).rglob(f"*{ending}")]
    assert [relative(path) for path in texts if old.search(path.read_text())] == []
    assert old.search("`bot check`") and not old.search("`easel check`")


@pytest.mark.parametrize("room", ROOMS)
def test_no_function_is_named_by_a_bare_participle(room: str) -> None:
    found = [
        f"{relative(path)}: {function.name}"
        for path in ROOMS[room]
        for function in list_functions(path)
        if PARTICIPLES.match(function.name)
        and not is_property(function)
        and function.name.strip("_").split("_")[0] not in NOT_PARTICIPLES
    ]
    assert found == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_function_begins_with_a_verb(room: str) -> None:
    found = [
        f"{relative(path)}: {function.name}"
        for path in ROOMS[room]
        for function in list_functions(path)
        if not is_property(function)
        and not function.name.startswith("__")
        and function.name.strip("_").split("_")[0] not in VERBS | NOT_VERBS
    ]
    assert found == [], "a verb that is missing here belongs into VERBS"


@pytest.mark.parametrize("room", ROOMS)
def test_a_function_takes_few_parameters(room: str) -> None:
    """Constructors, and what builds everything, may take eight: the linter holds them to that."""
    found = [
        f"{relative(path)}: {function.name}"
        for path in ROOMS[room]
        if "playground" not in path.parts and path.parts[-2] not in ("app", "bench")
        for function in list_functions(path)
        if function.name != "__init__" and count_parameters(function) > MAX_PARAMETERS
    ]
    assert found == []


def count_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [item.arg for item in [*function.args.args, *function.args.kwonlyargs]]
    return len([name for name in names if name not in ("self", "cls")])


def test_folders_are_small() -> None:
    folders = {path.parent for path in SOURCE_FILES}
    for folder in folders:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        limit = MAX_MODULES_IN_BOT if folder == ROOT / "bot" else MAX_MODULES_PER_FOLDER
        assert len(modules) <= limit, relative(folder)


@cache
def exists(dotted: str) -> bool:
    """Whether a module, or an attribute of one, has this dotted name."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for name in parts[count:]:
            fields = getattr(found, "__dataclass_fields__", {})
            if name not in fields and not hasattr(found, name):
                return False
            found = getattr(found, name, None)
        return True
    return False


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_in_a_docstring_exists(room: str) -> None:
    found = []
    for path in ROOMS[room]:
        text = "\n".join(text for _, text in read_prose(path))
        dotted = re.findall(r"`((?:bot|handlers|storage|tests)(?:\.\w+)+)(?:\(\))?`", text)
        found += [f"{relative(path)}: {name}" for name in dotted if not exists(name)]
        files = re.findall(r"`((?:[\w.-]+/)*\w+\.py)`", text)
        roots = (path.parent, path.parents[1], ROOT, ROOT / "bot")
        found += [
            f"{relative(path)}: {name}"
            for name in files
            if not any((root / name).exists() for root in roots)
        ]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_every_path_on_a_page_exists(path: Path) -> None:
    text = path.read_text()
    paths = re.findall(r"(?<![\w./-])((?:bot|handlers|storage|tests|docs|bench)/[\w./-]*\w)", text)
    assert [name for name in paths if not (ROOT / name).exists()] == []
    dotted = re.findall(r"`((?:bot|handlers|storage)(?:\.\w+)+)`", text)
    assert [name for name in dotted if not exists(name)] == []
