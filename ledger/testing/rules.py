"""Strategies for rules and points scales, of every kind that can be meant. The simplest are the most usual."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from typing import Final, Literal, TypeAlias, TypeVar, get_args

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from events import Bonus, CountedPart, PointsScaleAdopted, RacesApart, Rules
from events.rules import CompetitorKind, TieRule, Unplaced
from ledger.testing.names import CLASSES, CODES, COMPETITORS, FALLING, KINDS, RACES, RISING
from ledger.testing.story import RATINGS, some

T = TypeVar("T")

_KINDS_OF_COMPETITOR: Final[tuple[CompetitorKind, ...]] = get_args(CompetitorKind)
_STATUSES: Final[tuple[Unplaced, ...]] = get_args(Unplaced)
_TIE_RULES: Final[tuple[TieRule, ...]] = get_args(TieRule)
_USUAL_TIES: Final[tuple[tuple[TieRule, ...], ...]] = (("countback", "first-achieved"), ("countback",), ())
_COUNTBACKS: Final[frozenset[TieRule]] = frozenset({"countback", "scoring-countback", "all-cars-countback"})
_ACHIEVED: Final[frozenset[TieRule]] = frozenset({"first-achieved", "last-achieved"})


def _can_be_meant(ties: Sequence[TieRule]) -> bool:
    """Whether places are counted before it is asked when they were achieved, and not both ways."""
    asked = [index for index, rule in enumerate(ties) if rule in _ACHIEVED]
    return len(asked) < len(_ACHIEVED) and all(_COUNTBACKS & {*ties[:index]} for index in asked)


TIES: Final[tuple[tuple[TieRule, ...], ...]] = (
    *_USUAL_TIES,
    *(
        ties
        for length in range(1, 4)
        for ties in permutations(_TIE_RULES, length)
        if _can_be_meant(ties) and ties not in _USUAL_TIES
    ),
)
"""Every way to break ties by up to three rules that can be meant, the usual ones first."""


@st.composite
def scales(draw: DrawFn, scale: str = "race", order: Literal["falling", "rising"] = "falling") -> PointsScaleAdopted:
    """Points scales under one id: whole and broken points, with and without points beyond the listed places."""
    falls = order == "falling"
    worth = draw(st.lists(_worth(), min_size=1, max_size=8).map(lambda them: sorted(them, reverse=falls)))
    beyond = draw(st.sampled_from((Fraction(0), Fraction(1), Fraction(1, 2))))
    return PointsScaleAdopted(scale, tuple(worth), min(worth[-1], beyond) if falls else worth[-1] + beyond, order)


def _worth() -> SearchStrategy[Fraction]:
    whole = st.integers(0, 30).map(Fraction)
    return whole | st.builds(Fraction, st.integers(0, 100), st.sampled_from((2, 3, 7)))


@st.composite
def any_rules(
    draw: DrawFn,
    classes: Sequence[str] = CLASSES,
    scale_ids: Sequence[str] = FALLING,
    *,
    rising_ids: Sequence[str] = RISING,
    kinds: Sequence[str] = KINDS,
    races: Sequence[str] = RACES,
    competitors: Mapping[CompetitorKind, Sequence[str]] = COMPETITORS,
) -> Rules:
    """Rules of every kind that a :class:`~events.Rules` allows, which name nothing but what is given.

    ``scale_ids`` are scales that fall, ``rising_ids`` those that rise, for tables that the fewest points win.
    ``competitors`` are the ids that a list of competitors may hold. What is given empty is not named.
    """
    competitor = draw(st.sampled_from(_KINDS_OF_COMPETITOR))
    drivers, listed = competitor == "driver", competitors.get(competitor, ())
    fewest = bool(rising_ids) and draw(_seldom(False, st.just(True)))
    own = rising_ids if fewest else scale_ids
    scale = draw(st.sampled_from(tuple(own)))
    apart = draw(_seldom((), _apart([one for one in own if one != scale], kinds, races)))
    counting = draw(_seldom((), _counting()))
    paying = [kind for kind in kinds if not any(kind in one.kinds and not one.counts for one in apart)]
    kept = _can_be_kept(races, apart, counting)
    return Rules(
        competitor=competitor,
        classes=tuple(draw(st.lists(st.sampled_from(tuple(classes)), min_size=1, unique=True))),
        scale=scale,
        ratings=draw(_seldom(None, some(RATINGS, least=1))) if drivers else None,
        cars=draw(_cars(competitor, fewest=fewest)),
        place=draw(st.sampled_from(("class", "re-ranked"))),
        shown=draw(st.sampled_from(("scored", "class"))),
        shared_car="each" if fewest else draw(st.sampled_from(_SHARED if drivers else _SHARED_BY_NO_DRIVERS)),
        ties=draw(st.sampled_from(_USUAL_TIES) | st.sampled_from(TIES)),
        competitors=draw(_seldom(None, some(listed, least=1))) if listed else None,
        apart=apart,
        bonuses=() if fewest else draw(_seldom((), _bonuses(paying))),
        counting=counting,
        kept_statuses=draw(_seldom((), some(_STATUSES, least=1))) if counting else (),
        kept_races=draw(_seldom((), some(kept, least=1, most=_most_kept(counting)))) if kept else (),
        wins="fewest" if fewest else "most",
        unplaced="after-last-entry" if fewest else draw(_UNPLACED),
        appears=draw(st.sampled_from(("started", "entered", "placed", "scored"))),
    )


_Unplaced: TypeAlias = Literal["nothing", "after-last-entry"]
_UNPLACED: Final[SearchStrategy[_Unplaced]] = st.sampled_from(("nothing", "nothing", "after-last-entry"))
_Shared: TypeAlias = Literal["each", "split", "nobody"]
_SHARED: Final[tuple[_Shared, ...]] = ("each", "split", "nobody")
_SHARED_BY_NO_DRIVERS: Final[tuple[_Shared, ...]] = ("each", "each", "nobody")


def _seldom(usual: T, otherwise: SearchStrategy[T]) -> SearchStrategy[T]:
    """Mostly the usual, so that a season is out of the ordinary in few things at once."""
    return st.one_of(st.just(usual), st.just(usual), otherwise)


def _cars(competitor: CompetitorKind, *, fewest: bool) -> SearchStrategy[int | None]:
    """How many cars count: a team entry has one, and where the fewest points win each further one would cost points."""
    if competitor == "team":
        return st.none()
    return st.just(1) if fewest and competitor != "driver" else st.none() | st.integers(1, 3)


def _can_be_kept(races: Sequence[str], apart: Sequence[RacesApart], counting: Sequence[CountedPart]) -> tuple[str, ...]:
    """The races whose results could be dropped otherwise."""
    gone = {race for one in apart if not one.counts for race in one.races}
    return tuple(race for race in races if race not in gone) if counting else ()


def _most_kept(counting: Sequence[CountedPart]) -> int | None:
    """So many results can be kept, whatever parts of the season they are in; ``None``: any number."""
    return min((part.best for part in counting if part.best is not None), default=None)


@st.composite
def _apart(
    draw: DrawFn, scale_ids: Sequence[str], kinds: Sequence[str], races: Sequence[str]
) -> tuple[RacesApart, ...]:
    """Some kinds of races and some races by name, each of them once."""
    out = []
    by_kind, by_name = draw(some(kinds, most=2)) if kinds else (), draw(some(races, most=2)) if races else ()
    together = draw(st.booleans()) and by_kind and by_name
    # A race by name may be as all others are, where its kind is not.
    of_names = _treatment(scale_ids) | st.just(RacesApart()) if by_kind else _treatment(scale_ids)
    if together:
        out.append(evolve(draw(_treatment(scale_ids)), kinds=by_kind, races=by_name))
    else:
        out += [evolve(draw(_treatment(scale_ids)), kinds=(kind,)) for kind in by_kind]
        out += [evolve(draw(of_names), races=(race,)) for race in by_name]
    return tuple(out)


def _treatment(scale_ids: Sequence[str]) -> SearchStrategy[RacesApart]:
    """How races count otherwise than the others."""
    paying = st.builds(
        RacesApart,
        scale=st.none() | st.sampled_from(tuple(scale_ids)) if scale_ids else st.none(),
        times=st.sampled_from((Fraction(2), Fraction(1), Fraction(1, 2), Fraction(3))),
        break_ties=st.booleans(),
    ).filter(lambda apart: apart != RacesApart())
    return paying | st.just(RacesApart(counts=False))


def _bonuses(kinds: Sequence[str]) -> SearchStrategy[tuple[Bonus, ...]]:
    bonus = st.builds(
        Bonus,
        what=st.sampled_from(("pole", "fastest-lap", "led-a-lap", "most-laps-led")),
        points=st.sampled_from((Fraction(1), Fraction(2), Fraction(1, 2))),
        equal=st.sampled_from(("split", "each")),
        within=st.sampled_from((None, 1, 2)),
        shortened=st.sampled_from(("full", "part", "none")),
        kinds=_seldom((), some(kinds, least=1)) if kinds else st.just(()),
    )
    return st.lists(bonus, min_size=1, max_size=4).map(_each_once)


def _each_once(bonuses: Sequence[Bonus]) -> tuple[Bonus, ...]:
    """The bonuses without those that a race would pay a second time."""
    out: list[Bonus] = []
    for one in bonuses:
        same = [other for other in out if other.what == one.what]
        if all(one.kinds and other.kinds and not {*one.kinds} & {*other.kinds} for other in same):
            out.append(one)
    return tuple(out)


@st.composite
def _counting(draw: DrawFn) -> tuple[CountedPart, ...]:
    """The season in one to three parts, one after the other."""
    ends: list[int | None] = list(draw(st.sampled_from(((), (1,), (2,), (1, 2)))))
    ends.append(draw(_seldom(None, st.just(len(CODES)))))
    first, parts = 1, []
    for number, last in enumerate(ends, start=1):
        best, all_but = draw(st.booleans()), draw(st.integers(1, 2))
        after = draw(_seldom((), _dropped_after(all_but)))
        parts.append(
            CountedPart(
                best=draw(st.integers(1, 4)) if best else None,
                all_but=None if best else all_but,
                first_round=first,
                last_round=last,
                name=draw(st.sampled_from((None, f"part {number}"))),
                unit=draw(st.sampled_from(("race", "round"))),
                dropped_after=() if best else after,
            )
        )
        first = (last or 0) + 1
    return tuple(parts)


def _dropped_after(all_but: int) -> SearchStrategy[tuple[int, ...]]:
    """After how many results each is dropped: ever more, and never the only one."""
    return st.lists(st.integers(2, 4), min_size=all_but, max_size=all_but, unique=True).map(
        lambda them: (*sorted(them),)
    )
