"""What people ask for standings today: a group-by over a plain table of results in memory, in DuckDB or in pandas.

The table has a row for each car and driver of a race: the number of the race, the driver, the place and the points.
Both sum the points, count the wins, and sort by them; neither breaks other ties, shows the places race by race or
knows a ruling. DuckDB keeps the table in memory and runs a prepared statement on one thread, which is its fastest for
so small a table; pandas selects, groups and sorts a frame whose drivers are a categorical.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

Result: TypeAlias = tuple[int, str, int | None, int]
"""Number of the race from 1, driver, place and points."""
Ranked: TypeAlias = list[tuple[str, int, int]]
"""Driver, points and wins, the best first."""
Ask: TypeAlias = Callable[[int], Ranked]
"""The standings after the race with that number."""


def duckdb_table(results: list[Result]) -> Ask:
    """Asks DuckDB. Raises ``ImportError``."""
    import duckdb

    db = duckdb.connect(":memory:", config={"threads": 1})
    db.execute("CREATE TABLE results (race INTEGER, driver VARCHAR, place INTEGER, points BIGINT)")
    db.executemany("INSERT INTO results VALUES (?, ?, ?, ?)", results)
    db.execute("""
        PREPARE standings AS
        SELECT driver, sum(points)::BIGINT AS total, count(*) FILTER (place = 1) AS wins
        FROM results WHERE race <= $1 GROUP BY driver ORDER BY total DESC, wins DESC, driver
    """)

    def ask(race: int) -> Ranked:
        rows: Ranked = db.execute(f"EXECUTE standings({race:d})").fetchall()
        return rows

    return ask


def pandas_table(results: list[Result]) -> Ask:
    """Asks pandas. Raises ``ImportError``."""
    import pandas as pd

    frame: Any = pd.DataFrame(results, columns=["race", "driver", "place", "points"])
    frame["driver"] = frame["driver"].astype("category")
    frame["win"] = (frame["place"] == 1).astype("int64")

    def ask(race: int) -> Ranked:
        grouped = frame[frame["race"] <= race].groupby("driver", observed=True, sort=True)[["points", "win"]].sum()
        ranked = grouped.sort_values(["points", "win"], ascending=False, kind="stable")
        return list(zip(ranked.index.tolist(), ranked["points"].tolist(), ranked["win"].tolist(), strict=True))

    return ask
