"""Write the table of kinds in docs/registers.md from the forms: ``python -m tests.kinds_table``."""

from pathlib import Path

from upstander.records.forms import Form, form, kinds

PAGE = Path(__file__).resolve().parent.parent / "docs" / "registers.md"
START = "<!-- written by python -m tests.kinds_table -->\n"
HEAD = (
    "| Kind | One record is | Informs | Rests on | Fields | Links to |\n|---|---|---|---|---|---|\n"
)


def row(found: Form) -> str:
    """One kind as a row."""
    links = ", ".join(f"`{to}`" for to in sorted({f.to for f in found.fields if f.to})) or "none"
    title = f"{found.title}{' (restricted)' if found.restricted else ''}"
    return f"| `{found.kind}` | {title} | {found.factor or 'all'} | {found.source}, {found.part} | {len(found.fields)} | {links} |\n"


def written(page: str) -> str:
    """The page with its table made anew; what stands before the table is kept."""
    return page[: page.index(START)] + START + HEAD + "".join(row(form(kind)) for kind in kinds())


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
