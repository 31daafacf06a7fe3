"""`flask import`: the bookings in a file, as the page *Bookings in* takes them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from scc.aws import deadline
from scc.bookings import imports, store
from scc.bookings.columns import FIELDS, LEAVE_OUT, plain, recognised
from scc.bookings.csv_file import Table, read
from scc.bookings.store import Fate, Import
from scc.context import Context
from scc.events.sources import parse_site
from scc.ops.settings import context
from scc.ops.tokens import origin
from scc.ops.told import told

_AT_ONCE = 40
_SECONDS = 60.0


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="The booking system, such as fareharbor.")
@click.option(
    "--column",
    multiple=True,
    metavar="HEADER=FIELD",
    help=f"What a column is; remembered. FIELD: {', '.join(FIELDS)}, or - to leave it out.",
)
@click.option("--day-first/--month-first", default=None, help="How 5/6/2026 is meant; remembered.")
@click.option(
    "--apply", "applies", is_flag=True, help="Take them in. Without it nothing is written."
)
@click.option("--broken", type=click.Path(path_type=Path), help="Where rows that can't be read go.")
def import_command(
    file: Path,
    site: str,
    column: tuple[str, ...],
    day_first: bool | None,
    applies: bool,
    broken: Path | None,
) -> None:
    """Say what each row of FILE would do; with --apply, do it. Safe to run twice."""
    ctx = context()
    with told():
        try:
            name = parse_site(site)
            one, table = _read(ctx, file, name)
            said = _said(column, table.headers)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        if said or day_first is not None:
            found = imports.mapped(ctx, one, table.lines)
            first = found.day_first if day_first is None else day_first
            imports.remember(ctx, one, said, first, origin())
        _take(ctx, one, table, applies, broken)


def _read(ctx: Context, file: Path, site: str) -> tuple[Import, Table]:
    known = store.remembered(ctx, site)
    table = read(file.read_bytes(), lambda cells: recognised(cells, known.columns))
    return store.new_import(ctx, "", site, file.name, table.headers, origin().actor.name), table


def _said(column: tuple[str, ...], headers: Sequence[str]) -> dict[str, str]:
    """By a column's plain name its field; ValueError for what is neither."""
    names = {plain(header) for header in headers}
    said = {}
    for text in column:
        header, _, field = text.rpartition("=")
        if plain(header) not in names:
            raise ValueError(f"The file has no column “{header}”.")
        if field != "-" and field not in FIELDS:
            raise ValueError(f"“{field}” is none of {', '.join(FIELDS)} or -.")
        said[plain(header)] = LEAVE_OUT if field == "-" else field
    return said


def _take(ctx: Context, one: Import, table: Table, applies: bool, broken: Path | None) -> None:
    found = imports.mapped(ctx, one, table.lines)
    columns = found.columns
    for header, field in zip(columns.headers, columns.fields, strict=True):
        click.echo(f"  {header}: {'?' if field is None else FIELDS.get(field, 'left out')}")
    problems = [
        *(f"Say what it is: --column '{header}=…', or =-" for header in columns.unknown),
        *(f"No column is: {what}." for what in columns.missing),
        *(f"Two columns are: {what}." for what in columns.twice),
    ]
    if problems:
        raise click.ClickException("\n".join(problems))
    rows = imports.rows_of(ctx, one, table.lines, found)
    fates: list[Fate] = []
    while len(fates) < len(rows):
        some = rows[len(fates) : len(fates) + _AT_ONCE]
        with deadline(_SECONDS):
            more = (
                imports.take_rows(ctx, some, origin(), one.at)
                if applies
                else imports.foretell(ctx, some)
            )
        for fate in more:
            click.echo(f"line {fate.line}: {imports.FATES[fate.what]}. {fate.words}".rstrip())
        fates += more
    if broken:
        broken.write_text(imports.broken_csv(one, table.lines, fates), encoding="utf-8", newline="")
    counts = Counter(imports.FATES[fate.what] for fate in fates)
    click.echo(". ".join(f"{what}: {count}" for what, count in counts.items()) + ".")
    click.echo("Done." if applies else "Nothing is written yet: --apply takes them in.")
