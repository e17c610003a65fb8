"""The picture of docs/accuracy.md: a bar chart as SVG, without any library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

WIDTH, HEIGHT, LEFT, TOP, FOOT = 760, 300, 44, 40, 36
OURS, STOCK = "#1f5fa8", "#b9b4a7"
STYLE = "text { font: 13px system-ui, sans-serif; fill: #333 } .small { font-size: 11px } line { stroke: #ddd }"


def draw_bars(title: str, names: tuple[str, str], values: Mapping[str, tuple[float, float]]) -> str:
    """Return an SVG with two bars, of 0 to 1 each, for every group of values."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        *_draw_legend(names),
        *_draw_scale(),
        *_draw_groups(values),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _y(value: float) -> float:
    return TOP + (1 - value) * (HEIGHT - TOP - FOOT)


def _draw_legend(names: tuple[str, str]) -> Iterator[str]:
    for x, colour, name in zip((LEFT, LEFT + 130), (OURS, STOCK), names, strict=True):
        yield f'<rect x="{x}" y="12" width="12" height="12" fill="{colour}"/><text x="{x + 18}" y="23">{name}</text>'


def _draw_scale() -> Iterator[str]:
    for step in (0, 0.25, 0.5, 0.75, 1):
        y = f"{_y(step):.1f}"
        yield f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{y}" y2="{y}"/>'
        yield f'<text class="small" x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{step:.2f}</text>'


def _draw_groups(values: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    slot = (WIDTH - LEFT - 10) / max(1, len(values))
    bar = slot * 0.36
    for place, (name, pair) in enumerate(values.items()):
        start = LEFT + place * slot + slot * 0.14
        for x, value, colour in zip((start, start + bar), pair, (OURS, STOCK), strict=True):
            height = _y(0) - _y(value)
            yield f'<rect x="{x:.1f}" y="{_y(value):.1f}" width="{bar - 2:.1f}" height="{height:.1f}" fill="{colour}"/>'
            yield (
                f'<text class="small" x="{x + bar / 2 - 1:.1f}" y="{_y(value) - 4:.1f}" text-anchor="middle">{value:.2f}</text>'
            )
        yield f'<text x="{start + bar:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{name}</text>'
