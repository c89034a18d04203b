"""The text of docs/faults.md, from the rows of the tests."""

from __future__ import annotations

from pathlib import Path

import tests.support.fault_config_requests
import tests.support.fault_requests
from remora.wsman.fault_table import FAULTS
from tests.support.fault_rows import ROWS, UNREACHABLE

assert tests.support.fault_requests
assert tests.support.fault_config_requests
PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"


def document() -> str:
    """Return docs/faults.md."""
    lines = [
        "# Faults",
        "",
        "Every code of the fault table, and the request that a host answers with it. A code that no request can bring",
        "about says why. `tests/host/test_fault_table.py` sends each of these requests to a real host and checks this",
        "page. `python -m tests.support.fault_page` writes it.",
        "",
        "| code | decimal | subcode | constant | when |",
        "|---|---|---|---|---|",
    ]
    for spec in FAULTS:
        when = ROWS[spec.number].text if spec.number in ROWS else f"*not raised:* {UNREACHABLE[spec.number]}"
        code = spec.subcode or spec.code
        lines.append(f"| 0x{spec.number:X} | {spec.number} | {code} | {spec.constant} | {when} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(document(), "utf-8")
