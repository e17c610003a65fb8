"""Templates that give a loop's text at once: Datasette's tables have thousands of pieces, each handed up through four templates."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class GatheringGenerator(CodeGenerator):
    "Compiles loops as Jinja compiles them within macros: their pieces are collected, and then one"

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        """Write the code of a loop."""
        if frame.buffer is not None:
            super().visit_For(node, frame)
            return
        gathered = frame.soft()
        gathered.buffer = self.temporary_identifier()
        self.writeline(f"{gathered.buffer} = []", node)
        super().visit_For(node, gathered)
        self.writeline(f"yield concat({gathered.buffer})")
