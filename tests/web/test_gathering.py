"""Loops of templates: what they give is what Jinja gives, and it comes in few pieces."""

import asyncio

import pytest
from jinja2 import DictLoader, Environment

from dpawatch.web.gathering import GatheringGenerator

TEMPLATES = {
    "base": """<{% block title %}none{% endblock %}>{% for n in numbers %}{% if loop.first %}:{% endif %}{{ n }}{% endfor %}
        {% block main %}{% endblock %}""",
    "page": """{% extends "base" %}{% set shown = [] %}{% for n in numbers %}{{ shown.append(n) }}{% endfor %}
        {% macro cell(n) %}{% for m in numbers %}{{ m * n }},{% endfor %}{% endmacro %}
        {% block title %}{{ super() }} {{ word }}{% endblock %}
        {% block main %}{% for n in numbers if n != 2 %}[{{ cell(n) }}{% for m in [n, word] %}{% include "part" %}{% endfor %}]
        {% else %}nothing{% endfor %}{% for n in [] %}x{% else %}{{ word }}{% endfor %}
        {% for n in [[1, [2]]] recursive %}{{ loop.depth }}{{ n if n is number else loop(n) }}{% endfor %}{% endblock %}""",
    "part": "{{ m }}{% for k in numbers %}{% if k == 2 %}{% continue %}{% endif %}-{{ k }}{% endfor %}",
}


@pytest.mark.parametrize("is_async", [True, False])
@pytest.mark.parametrize("numbers", [[], [1, 2, 3]])
def test_loops_give_the_same(is_async, numbers):
    def render(generator=None):
        env = Environment(
            loader=DictLoader(TEMPLATES), autoescape=True, enable_async=is_async, extensions=["jinja2.ext.loopcontrols"]
        )
        if generator:
            env.code_generator_class = generator
        return env.get_template("page").render(numbers=numbers, word="<b>")

    assert render(GatheringGenerator) == render()


def test_a_loop_comes_in_one_piece():
    env = Environment(enable_async=True, autoescape=True)
    env.code_generator_class = GatheringGenerator

    async def pieces():
        template = env.from_string("a{% for n in numbers %}<{{ n }}>{% endfor %}b")
        return [piece async for piece in template.root_render_func(template.new_context({"numbers": range(99)}))]

    assert [len(piece) for piece in asyncio.run(pieces())] == [1, 10 * 3 + 89 * 4, 1]
