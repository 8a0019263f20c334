"""The modules of the project, and what each imports, read from their text."""

import ast
from functools import cache

# Only these are walked: never .venv, node_modules or the tests.
ROOTS = ["huadu_portal", "projects", "approvals", "agents", "deploy"]


def graph(root):
    """What each module imports, of ours."""
    known = {module for module, _ in modules(root)}
    found = {module: set() for module in known}
    for module, imported in imports(root):
        parent = imported.rpartition(".")[0]
        # A module, a package, or a name that stands in one.
        names = [imported, f"{imported}.__init__", parent, f"{parent}.__init__"]
        found[module] |= {*[name for name in names if name in known][:1]} - {module}
    return found


def modules(root):
    """Every module by name; a package's own, if it has anything, as `package.__init__`."""
    for file in (file for name in ROOTS for file in root.glob(f"{name}/**/*.py")):
        path = file.relative_to(root).with_suffix("")
        is_empty = file.name == "__init__.py" and not file.read_text()
        if "migrations" not in path.parts and not is_empty:
            yield ".".join(path.parts), file


@cache
def imports(root):
    """Every module with each name that it imports."""
    return [
        (module, imported)
        for module, file in modules(root)
        for imported in imported_by(ast.parse(file.read_text()), module.split("."))
    ]


def imported_by(tree, path):
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=names, level=dots):
                # One dot is the file's own folder, each further one its parent.
                base = path[:-dots] if dots else []
                base = ".".join([*base, *filter(None, [node.module])])
                yield from (f"{base}.{alias.name}" for alias in names)
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
