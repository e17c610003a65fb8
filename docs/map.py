"""Write dpawatch/web/map.json, the countries of the site's map, from Natural Earth (public domain).

    npm pack world-atlas@2 i18n-iso-countries@7     (ISC; MIT: the letters that stand for ISO's numbers)
    python docs/map.py world-atlas/countries-50m.json i18n-iso-countries/codes.json

Two views: Europe in Lambert's azimuthal equal-area projection, the world in Equal Earth. A border that two countries share is
simplified once (Visvalingam), so that no gap opens; islands that would be specks are left out, and a country that would be one
gets a dot. Crimea is drawn with Ukraine, as the General Assembly of the United Nations has it (resolution 68/262).
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

TARGET = Path(__file__).resolve().parent.parent / "dpawatch/web/map.json"
NO_NUMBER = {"Kosovo": "XK"}
LEFT_OUT = {"AQ"}
CRIMEA = (34.4, 45.3)
OF_ITS_OWN = {"RU": "UA"}  # to whom the ring around CRIMEA goes


@dataclass(frozen=True, slots=True)
class View:
    """A map: how a point of the globe comes to the plane, which window of the plane is shown, and how finely."""

    project: Callable[[float, float], Point]
    window: tuple[float, float, float, float]  # left, bottom, right, top on the plane
    width: int
    finest: float  # area in square units below which a corner of a border goes
    speck: float  # area in square units below which an island goes, and a country gets a dot
    cut: bool = False  # at the 180th meridian, where the plane ends


def project_azimuthal(longitude: float, latitude: float, centre: Point = (13, 53)) -> Point:
    """Return a place on Lambert's azimuthal equal-area projection, in earth radii from the centre."""
    east, north = math.radians(longitude - centre[0]), math.radians(latitude)
    middle = math.radians(centre[1])
    cosine = math.sin(middle) * math.sin(north) + math.cos(middle) * math.cos(north) * math.cos(east)
    scale = math.sqrt(2 / max(1 + cosine, 1e-6))
    y = math.cos(middle) * math.sin(north) - math.sin(middle) * math.cos(north) * math.cos(east)
    return scale * math.cos(north) * math.sin(east), scale * y


def project_equal_earth(longitude: float, latitude: float) -> Point:
    """Return a place on the Equal Earth projection (Šavrič, Patterson, Jenny 2018)."""
    a1, a2, a3, a4, root = 1.340264, -0.081106, 0.000893, 0.003796, math.sqrt(3) / 2
    angle = math.asin(root * math.sin(math.radians(latitude)))
    square = angle * angle
    sixth = square**3
    x = math.radians(longitude) * math.cos(angle) / (root * (a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)))
    return x, angle * (a1 + a2 * square + sixth * (a3 + a4 * square))


VIEWS = {
    "europe": View(project_azimuthal, (-0.41, -0.335, 0.40, 0.345), 1000, 3, 40),
    "world": View(project_equal_earth, (-2.5, -0.99, 2.64, 1.32), 1000, 4, 14, cut=True),
}


def decode_arcs(topology: dict[str, Any]) -> list[Ring]:
    """Return the borders of a topology as longitudes and latitudes."""
    (wide, tall), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for east, north in arc:
            x, y = x + east, y + north
            points.append((x * wide + left, y * tall + bottom))
        arcs.append(points)
    return arcs


def area(ring: Ring) -> float:
    """Return the area of a ring, whatever way round it goes."""
    return 0 if not ring else abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]))) / 2


def simplify(border: Ring, place: Callable[[Point], Point], finest: float) -> Ring:
    """Return a border without the corners that matter least on the map, its ends kept (Visvalingam and Whyatt 1993)."""
    kept = [(point, place(point)) for point in border]
    while len(kept) > (5 if border[0] == border[-1] else 2):
        sizes = [area([kept[n + step][1] for step in (-1, 0, 1)]) for n in range(1, len(kept) - 1)]
        if min(sizes) > finest:
            break
        # All corners at once that are small and no larger than their neighbours: quick, and nearly as one by one.
        gone: set[int] = set()
        for n, size in enumerate(sizes):
            if size <= finest and n not in gone and size <= min(sizes[max(n - 1, 0) : n + 2]):
                gone.add(n + 1)
        kept = [pair for n, pair in enumerate(kept) if n not in gone]
    return [point for point, _ in kept]


def stitch(parts: list[int], arcs: list[Ring]) -> Ring:
    """Return the ring that these borders make; a negative number is one read backwards."""
    ring: Ring = []
    for part in parts:
        border = arcs[part] if part >= 0 else arcs[~part][::-1]
        ring += border[1:] if ring else border
    return ring


def list_rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Yield the outer and inner rings of a country as numbers of borders."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
    for polygon in polygons:
        yield from polygon


def clip(ring: Ring, left: float, bottom: float, right: float, top: float) -> Ring:
    """Return what of a ring lies in a window (Sutherland and Hodgman)."""
    for axis, edge, sign in ((0, left, 1), (0, right, -1), (1, bottom, 1), (1, top, -1)):
        found: Ring = []
        for before, point in pairwise([ring[-1], *ring] if ring else []):
            was, now = (sign * (end[axis] - edge) for end in (before, point))
            if (was < 0) != (now < 0):
                share = was / (was - now)
                found.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if now >= 0:
                found.append(point)
        ring = found
    return ring


def cut_at_meridian(ring: Ring) -> list[Ring]:
    """Return a ring in pieces that do not cross the 180th meridian."""
    turns = 0
    unrolled = [ring[0]]
    for (before, _), (longitude, latitude) in pairwise(ring):
        turns += (before - longitude > 180) - (longitude - before > 180)
        unrolled.append((longitude + 360 * turns, latitude))
    shifted = ([(longitude + shift, latitude) for longitude, latitude in unrolled] for shift in (-360, 0, 360))
    return [piece for piece in (clip(ring, -180, -90, 180, 90) for ring in shifted) if piece]


def contains(ring: Ring, place: Point) -> bool:
    """Return whether a place lies within a ring."""
    x, y = place
    crossed = (
        x1 + (y - y1) * (x2 - x1) / (y2 - y1) > x
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]])
        if (y1 > y) != (y2 > y)
    )
    return sum(crossed) % 2 == 1


def write_path(ring: Ring) -> str:
    """Return a ring as commands of an SVG path in whole units, or "" when nothing of it is left."""
    points = [(round(x), round(y)) for x, y in ring]
    moves = [(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points) if (x1, y1) != (x2, y2)]
    steps = "".join(f"{number:+}" for move in moves for number in move)
    # A plus is a blank, and none is needed before a minus or after the letter.
    return f"M{points[0][0]} {points[0][1]}l{steps.replace('+', ' ').strip()}z" if len(moves) > 1 else ""


def draw(view: View, rings: dict[str, list[list[int]]], arcs: list[Ring]) -> dict[str, Any]:
    """Return a view: its size, each country's path, and where the dot of each speck goes."""
    left, bottom, right, top = view.window
    scale = view.width / (right - left)
    height = (top - bottom) * scale

    def place(point: Point) -> Point:
        x, y = view.project(*point)
        return (x - left) * scale, (top - y) * scale

    drawn = [simplify(arc, place, view.finest) for arc in arcs]
    paths, dots = {}, {}
    for country, parts in rings.items():
        whole = [stitch(part, drawn) for part in parts]
        pieces = [piece for ring in whole for piece in (cut_at_meridian(ring) if view.cut else [ring])]
        placed = [[place(point) for point in piece] for piece in pieces]
        shown = [ring for ring in (clip(ring, -20, -20, view.width + 20, height + 20) for ring in placed) if ring]
        largest = max(shown, key=area, default=[])
        x, y = (sum(part) / max(len(largest), 1) for part in zip(*largest, strict=True)) if largest else (-1, -1)
        if area(largest) >= view.speck:
            paths[country] = "".join(write_path(ring) for ring in shown if ring is largest or area(ring) >= view.speck)
        elif 0 <= x <= view.width and 0 <= y <= height:
            dots[country] = [round(x), round(y)]
    return {
        "width": view.width,
        "height": round(height),
        "paths": dict(sorted(paths.items())),
        "dots": dict(sorted(dots.items())),
    }


def main() -> None:
    """Write the map from the two files given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("countries", type=Path)
    parser.add_argument("codes", type=Path)
    given = parser.parse_args()
    topology = json.loads(given.countries.read_text(encoding="utf-8"))
    codes = {number: letters for letters, _, number, *_ in json.loads(given.codes.read_text(encoding="utf-8"))}
    arcs = decode_arcs(topology)
    rings: dict[str, list[list[int]]] = defaultdict(list)
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        country = codes.get(geometry.get("id", "")) or NO_NUMBER.get(name, "")
        for ring in list_rings(geometry):
            owner = OF_ITS_OWN[country] if country in OF_ITS_OWN and contains(stitch(ring, arcs), CRIMEA) else country
            rings[owner].append(ring)
    for country in LEFT_OUT:
        rings.pop(country, None)
    views = {name: draw(view, rings, arcs) for name, view in VIEWS.items()}
    document = {"source": "Natural Earth 1:50m, public domain, by world-atlas 2", "views": views}
    TARGET.write_text(json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
