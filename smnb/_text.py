"""Numbers as people read them: sizes, times, prices; and tables of such."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_KIB = 1024


def bytes_text(size_bytes: float) -> str:
    """Write a size with three digits, limits in whole units.

    Examples
    --------
    >>> bytes_text(4 * 1024 * 1024), bytes_text(11_534_336), bytes_text(231)
    ('4 MB', '11 MB', '231 bytes')
    """
    if size_bytes < _KIB:
        return f"{size_bytes:.0f} bytes"
    power = 1 if size_bytes < 1000 * _KIB else 2 if size_bytes < 1000 * _KIB**2 else 3
    value = size_bytes / _KIB**power
    text = f"{value:.2f}" if value < 10 else f"{value:.1f}"
    return f"{text.rstrip('0').rstrip('.')} {('kB', 'MB', 'GB')[power - 1]}"


def seconds_text(seconds: float) -> str:
    """Write a duration.

    Examples
    --------
    >>> seconds_text(0.052), seconds_text(1.84), seconds_text(134), seconds_text(7200)
    ('52 ms', '1.8 s', '2 min 14 s', '2 h')
    """
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    parts = (whole // 3600, "h"), (whole % 3600 // 60, "min"), (whole % 60, "s")
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:2])


def number_text(value: float) -> str:
    """Write an amount with three digits, larger ones in full.

    Examples
    --------
    >>> number_text(12_345.6), number_text(0.736_4), number_text(0.000_01), number_text(0)
    ('12,346', '0.736', 'under 0.0001', '0')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.0001 or value == 0 else "under 0.0001"


def dollars_text(usd: float) -> str:
    """Write a price, never as zero unless it is.

    Examples
    --------
    >>> dollars_text(0), dollars_text(0.00001), dollars_text(0.0021), dollars_text(12.5)
    ('$0', 'under $0.0001', '$0.0021', '$12.50')
    """
    if usd == 0:
        return "$0"
    if usd < 0.0001:
        return "under $0.0001"
    return f"${usd:.2g}" if usd < 0.1 else f"${usd:,.2f}"


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as aligned text; without heads if `head` is empty.

    Examples
    --------
    >>> print(text_table(["size", "fits"], [["1024 MB", "no"], ["2048 MB", "yes"]]))
    size     fits
    1024 MB  no
    2048 MB  yes
    """
    lines = [head, *rows] if head else list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
