"""Every row of the table, in its order, with the target that it is held against; then the tables of growth."""

from typing import Final

from benchmark import appends, asking, clustered, growing, large, refreshing, replays
from benchmark.result import Row

ROWS: Final = (
    Row(
        "append",
        "one durable append of a small event, scrutineered, with id, version and everything that the log keeps",
        "p50 at most 1.5 x a bare WAL+FULL commit of the same bytes; ahead of eventsourcing",
        appends.one_append,
        "beside the commit, which brings three pages to disk and not one or two, it takes 0.11 ms of Python and SQL, "
        "and half as much again right after the wait for the disk: the faster the disk, and the slower the processor, "
        "the more that weighs. Runs of one evening came to between 1.30 and 1.63 times the bare commit",
    ),
    Row(
        "batches",
        "appends in batches of 100",
        "at least 0.7 x bare guarded SQLite; ahead of eventsourcing",
        appends.batches,
        "SQLite and the disk take 6 µs an event of 12.5, with fewer pages than the bare schema, which takes 7.5 in "
        "all; of the rest, scrutineering and filing take 2.2, leaves and tree 1.5, ids and encoding 1.3, rows and "
        "records 0.8. To meet the target, all that the ledger does beside its SQL would have to take 4.5 µs, of which "
        "two hashes are 1",
    ),
    Row(
        "bulk",
        "one append of 100,000 events",
        "at least 3 x eventsourcing",
        appends.one_large_append,
        "as for batches: SQLite with its checkpoint takes 4 µs an event of some 10, and the rest is Python",
    ),
    Row(
        "replay",
        "replay of small events: read, decode, fold into books",
        "at least 5 x eventsourcing's replay into an aggregate, and at most 4 x the time of a bare SELECT with msgpack "
        "decoding",
        replays.small_events,
        "the whole row, its SHA-256 and msgpack alone take twice what a bare SELECT of two columns with msgpack does; "
        "the fact and its place in the book take the rest",
    ),
    Row(
        "classifications",
        "replay of 20-car classifications",
        "at least 10,000 a second here",
        replays.classifications,
        "three quarters of the time go into msgpack and the lines, cell by cell",
    ),
    Row(
        "standings",
        "a season's standings as of any race, book warm",
        "under 1 ms, and faster than DuckDB and pandas answering from their tables in memory",
        asking.warm,
        "what a race was worth is worked out when it is first asked for, which takes most of the time",
    ),
    Row(
        "new-process",
        "the same, in a new process, through the library",
        "at most 25 ms beyond the imports",
        asking.new_process,
        "the readers of the facts are made when they are first needed, which takes as long as scoring does",
    ),
    Row(
        "command",
        "`parc standings gsx-drivers --as-of 5` as a whole process",
        'at most 2 x `python -c "import rich.table, attrs, cattrs"`',
        asking.command,
        "some hundred classes are made at each start, each with a constructor that attrs compiles",
    ),
    Row(
        "large",
        "a ledger of 10,000 seasons and 3 million events",
        "append, open, and one season's standings at most 1.5 x the time at one season; memory for one season's "
        "question flat in the ledger's size, under 80 MB resident",
        large.large_ledger,
        "appending and opening look at the last keys of a few b-trees, which are a level deeper in a large file",
    ),
    Row(
        "refresh",
        "after each new race, refreshed standings of all championships of that season",
        "cost of that race, not of the season",
        refreshing.refreshed,
        "the new race is worked out for each championship by itself; rows and ties go through all races of the season",
    ),
)
"""The rows that have a target."""

GROWTH: Final = (
    Row("growth-events", "cost as events grow", "", growing.events),
    Row("growth-cars", "cost as cars grow", "", growing.cars),
    Row("growth-championships", "cost as championships grow", "", growing.championships),
    Row("growth-races", "cost as races grow", "", growing.races),
    Row("cluster-writers", "appends to a cluster as writers grow", "", clustered.writers),
    Row("cluster-catch-up", "how fast an empty mirror catches up", "", clustered.catching_up),
    Row(
        "cluster-failover", "one append to a cluster, with and without the loss of a server", "", clustered.failing_over
    ),
)
"""The rows that have none. Cost as seasons grow is part of the row about the large ledger."""
