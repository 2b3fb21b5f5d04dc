"""The fixed points at which functions are compared: one row a point, one column a variable."""

from __future__ import annotations

from fractions import Fraction

# In general position, so that no identity holds at all of them by accident; more variables than columns repeat them, shifted.
REAL_POINTS = [
    [Fraction(n, d) for n, d in row]
    for row in (
        [(37, 101), (53, 89), (29, 97), (61, 83), (19, 71), (43, 67)],
        [(173, 101), (211, 97), (157, 89), (239, 107), (193, 79), (181, 109)],
        [(-41, 103), (-67, 107), (-31, 73), (-59, 109), (-23, 61), (-47, 113)],
        [(311, 101), (-277, 97), (263, 89), (-337, 103), (241, 83), (-293, 107)],
        [(-229, 79), (307, 103), (-251, 71), (223, 67), (-317, 101), (281, 97)],
        [(1009, 97), (1103, 89), (1217, 83), (997, 71), (1301, 79), (1409, 101)],
        [(-733, 61), (-811, 67), (-919, 59), (-1021, 73), (-877, 71), (-1097, 83)],
        [(5, 97), (7, 101), (11, 89), (3, 83), (13, 103), (17, 107)],
    )
]
INTEGER_POINTS = [
    [Fraction(n) for n in row]
    for row in (
        [1, 2, 3, 4, 5, 6], [2, 5, 3, 7, 4, 6], [5, 3, 8, 6, 9, 7], [6, 11, 4, 9, 8, 12], [3, 1, 2, 8, 5, 7],
        [4, 7, 6, 1, 9, 3], [7, 4, 1, 5, 2, 8], [8, 6, 5, 2, 3, 1], [11, 9, 7, 3, 6, 2], [12, 8, 10, 11, 7, 4],
    )
]  # fmt: skip


def point(index: int, variables: list[str], integers: bool = False) -> dict[str, Fraction]:
    """The value of every variable at one of the points.

    Args:
        index: below the number of `REAL_POINTS`, or of `INTEGER_POINTS` if ``integers``.
        variables: their names, sorted, so that both answers get the same values.
    """
    row = (INTEGER_POINTS if integers else REAL_POINTS)[index]
    return {
        name: row[k % len(row)] + (0 if integers else Fraction(k // len(row), 7)) for k, name in enumerate(variables)
    }
