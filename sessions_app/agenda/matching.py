"""Give each of a few posts its own person at the least cost in all. Pure, exact, deterministic."""

from collections.abc import Sequence


def cheapest(costs: Sequence[Sequence[int]]) -> list[int]:
    """For each row the column it gets, no column twice, at the smallest sum.

    There are at least as many columns as rows. The Hungarian method: rows come in one at a time,
    and what is due to a row may move the earlier ones along the cheapest way.
    """
    rows, columns = len(costs), len(costs[0]) if costs else 0
    beyond = 2 * sum(map(sum, costs)) + 1
    row_price = [0] * (rows + 1)
    column_price = [0] * (columns + 1)
    row_of = [0] * (columns + 1)  # which row has a column, from 1; column 0 is where one begins
    for row in range(1, rows + 1):
        row_of[0], at = row, 0
        least = [beyond] * (columns + 1)
        came_from = [0] * (columns + 1)
        is_done = [False] * (columns + 1)
        while row_of[at]:
            is_done[at] = True
            at = _step(costs, (row_price, column_price), row_of, least, came_from, is_done, at)
        while at:
            row_of[at], at = row_of[came_from[at]], came_from[at]
    chosen = [0] * rows
    for column in range(1, columns + 1):
        if row_of[column]:
            chosen[row_of[column] - 1] = column - 1
    return chosen


def _step(
    costs: Sequence[Sequence[int]],
    prices: tuple[list[int], list[int]],
    row_of: list[int],
    least: list[int],
    came_from: list[int],
    is_done: list[bool],
    at: int,
) -> int:
    """Look at all columns from the row that has this one; go to the nearest that is not done."""
    row_price, column_price = prices
    row = row_of[at]
    waiting = [column for column in range(1, len(least)) if not is_done[column]]
    for column in waiting:
        price = costs[row - 1][column - 1] - row_price[row] - column_price[column]
        if price < least[column]:
            least[column], came_from[column] = price, at
    nearest = min(waiting, key=lambda column: least[column])
    by = least[nearest]
    for column in range(len(least)):
        if is_done[column]:
            row_price[row_of[column]] += by
            column_price[column] -= by
        else:
            least[column] -= by
    return nearest
