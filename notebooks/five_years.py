"""Final accounts of five invented units over five years, for the notebook that asks questions of a database.

The documents of `fixtures/pdfs` are of one year each. These are made by the same generator (`fixtures/make`, drawn by
ReportLab, no fonts needed): five units in the forms of five provinces, 2020 to 2024. Every identity holds, what
is left at the end of a year is there at the beginning of the next, and some things happened that a plot should show.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # fixtures.make

from fixtures.make.accounts.basic import economic_lines
from fixtures.make.accounts.leaves import Flow, Leaf, fund_of
from fixtures.make.accounts.random_account import tables_of as sums_of
from fixtures.make.codes import economic_names, function_names
from fixtures.make.compose import Layout, Words, booklet, compose, tables_of
from fixtures.make.forms.assemble import Wishes
from fixtures.make.forms.catalog import FORMS
from fixtures.make.forms.economic import printed_codes
from fixtures.make.forms.narrative import glossary, narrative, overview
from fixtures.make.forms.spec import EconomicLayout
from fixtures.make.model import Account, Line, Style
from fixtures.make.money import NumberStyle
from fixtures.make.produce import Order, produce

YEARS = range(2020, 2025)
CENT = 10_000  # fen of 0.01 万元, the last place that is printed
STYLE = Style(table_font="cid", text_font="cid", title_font="cid", text_size=13, row_height=15)
_VEHICLE = ("vehicle_purchase", "vehicle_operation")
_SANGONG = ("total", "abroad", "vehicle", *_VEHICLE, "reception")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and what it does, in 万元.

    basic: the first year of what is paid every year, by functional code; growth: of it, per cent a year; project: the
    money granted for projects by year; unspent: per cent of the project money that is left at the end of each year;
    sangong: final figures by year.
    """

    name: str
    form: str
    institution: str
    basic: Mapping[str, int]
    growth: float
    project: Mapping[str, Sequence[int]]
    unspent: Sequence[int]
    sangong: Mapping[str, Sequence[float]]


UNITS = (
    Unit(
        "云岭市教育局",
        "sichuan",
        "行政",
        {"2050101": 1250, "2050199": 410, "2080505": 168, "2080506": 84, "2101101": 96, "2210201": 132},
        4.5,
        {"2050202": [2100, 2350, 2600, 2750, 2800], "2050299": [640, 700, 1180, 1320, 900]},
        (14, 12, 9, 7, 5),
        {"vehicle_operation": [9.8, 9.1, 8.4, 7.9, 7.2], "reception": [3.6, 2.9, 2.1, 1.8, 1.5]},
    ),
    Unit(
        "东川县卫生健康局",
        "yunnan",
        "行政",
        {"2100101": 980, "2080505": 121, "2080506": 60, "2101101": 74, "2210201": 92},
        3.0,
        {"2100410": [860, 1240, 2480, 310, 60], "2100408": [540, 580, 610, 640, 690],
         "2100717": [150, 140, 130, 120, 110]},
        (9, 16, 28, 12, 6),
        {"vehicle_operation": [14.2, 15.8, 18.9, 12.6, 10.1], "reception": [4.4, 2.2, 1.1, 1.9, 1.6]},
    ),
    Unit(
        "沙河县水务局",
        "zhejiang",
        "行政",
        {"2130301": 720, "2080505": 88, "2080506": 44, "2101101": 51, "2210201": 69},
        2.5,
        {"2130305": [1500, 1900, 2600, 5200, 2900], "2130306": [420, 430, 450, 470, 480],
         "2130314": [160, 90, 75, 380, 120]},
        (22, 25, 31, 18, 11),
        {"vehicle_operation": [16.5, 15.9, 15.2, 14.1, 13.3], "vehicle_purchase": [0, 0, 0, 35.8, 0],
         "reception": [5.2, 4.1, 3.3, 3.6, 2.4]},
    ),
    Unit(
        "明溪区图书馆",
        "shanghai",
        "事业",
        {"2070104": 640, "2080505": 72, "2080506": 36, "2101102": 41, "2210201": 58},
        5.0,
        {"2070199": [260, 310, 720, 880, 350]},
        (6, 8, 20, 10, 4),
        {"vehicle_operation": [3.1, 3.0, 2.9, 2.7, 2.6], "abroad": [0, 0, 0, 6.4, 9.7],
         "reception": [0.9, 0.6, 0.4, 0.5, 0.4]},
    ),
    Unit(
        "宁湖市人民政府办公室",
        "jiangxi",
        "行政",
        {"2010301": 1680, "2080505": 205, "2080506": 102, "2101101": 118, "2210201": 160},
        1.5,
        {"2010302": [880, 840, 790, 740, 680], "2010303": [190, 200, 215, 225, 240]},
        (7, 6, 5, 4, 3),
        {"vehicle_operation": [42.0, 38.5, 35.2, 31.0, 27.4], "vehicle_purchase": [36.0, 0, 0, 0, 0],
         "abroad": [0, 0, 0, 14.5, 21.2], "reception": [28.6, 21.4, 16.2, 13.9, 11.0]},
    ),
)  # fmt: skip


def make(folder: Path, units: Sequence[Unit] = UNITS) -> list[Path]:
    """Write a PDF for every unit and year into a folder, with the truth beside each."""
    made = [order for unit in units for order in _orders(unit)]
    failed = produce(made, folder, folder)
    if failed:
        raise RuntimeError(f"these could not be made: {failed}")
    return sorted(folder.glob("*.pdf"))


def _orders(unit: Unit) -> Iterator[Order]:
    rng = random.Random(unit.name)
    kept = dict.fromkeys(unit.project, 0)  # what is left of each project
    for index, year in enumerate(YEARS):
        leaves = []
        for code, first in unit.basic.items():
            paid = _fen(first * (1 + unit.growth / 100) ** index * rng.uniform(0.98, 1.02))
            leaves.append(Leaf(code, fund_of(code), basic=Flow(0, paid, paid)))
        for code, granted in unit.project.items():
            opening, income = kept[code], _fen(granted[index] * rng.uniform(0.97, 1.03))
            closing = kept[code] = _fen((opening + income) / CENT / 100 * unit.unspent[index] / 100)
            leaves.append(Leaf(code, fund_of(code), project=Flow(opening, income, opening + income - closing)))
        yield _order(rng, unit, year, sorted(leaves, key=lambda leaf: leaf.code))


def _order(rng: random.Random, unit: Unit, year: int, leaves: Sequence[Leaf]) -> Order:
    form = FORMS[unit.form]
    layout = next(plan.layout for plan in form.plans if isinstance(plan.layout, EconomicLayout))
    economic = {code: name for code, name in economic_names(year).items() if code in printed_codes(layout, year)}
    tables = sums_of(leaves, function_names(year)) | {
        "gk06": economic_lines(rng, leaves, economic, CENT, sangong=False),
        "gk07": _sangong(unit, year),
        "x.special": (),
    }
    account = Account(unit.name, form.scopes[0], year, tables, institution=unit.institution)
    printed = tables_of(form, account, Wishes(NumberStyle(thousands=True)))
    told = (
        overview(rng, account),
        narrative(rng, account, form.narrative, {table.table_id for table in printed if table.table_id}),
        glossary(rng),
    )
    pages = compose(form, account, printed, Words(*(text[:2] for text in told)), Layout(), STYLE)
    name = f"{unit.name}{year}年度决算"
    return Order("reportlab", booklet(name, account, pages, STYLE, {"family": form.name, "seed": name}, []))


def _sangong(unit: Unit, year: int) -> tuple[Line, ...]:
    final = {item: _fen(values[year - YEARS.start]) for item, values in unit.sangong.items()}
    rng = random.Random(f"{unit.name}{year}")
    budget = {item: _fen(fen / CENT / 100 * rng.uniform(0.96, 1.35)) for item, fen in final.items()}
    for column in (final, budget):
        column["vehicle"] = sum(column.get(item, 0) for item in _VEHICLE)
        column["total"] = column["vehicle"] + column.get("abroad", 0) + column.get("reception", 0)
    lines = [Line(item, "", {"budget": budget.get(item, 0), "final": final.get(item, 0)}) for item in _SANGONG]
    nothing = ("u.meeting", "u.training", "u.domestic", "u.foreign")
    return (*lines, *(Line(item, "", {"budget": 0, "final": 0}) for item in nothing))


def _fen(ten_thousands: float) -> int:
    """Fen out of 万元, with two decimals of those."""
    return round(ten_thousands * 100) * CENT
