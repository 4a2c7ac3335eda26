"""Facts about who races: drivers, makes, entries, and the changes of crew and car during a season.

A change says from which race on it holds. Crews and cars are read off these facts race by race, so that a
classification only ever names cars.
"""

from events.frozen import frozen
from events.values import CarNumber, ClassId, Country, DriverId, EntrantId, ManufacturerId, Name, RaceId, Rating


@frozen
class DriverRegistered:
    """A driver became known to the season."""

    driver: DriverId
    name: Name
    country: Country | None = None
    """The country of the licence; ``None``: not known."""


@frozen
class DriverRated:
    """A driver was rated. A later rating replaces it from its own first race on."""

    driver: DriverId
    rating: Rating
    from_race: RaceId | None = None
    """The first race for which it holds; ``None``: all of the season."""


@frozen
class ManufacturerRegistered:
    """A make of cars became known to the season."""

    manufacturer: ManufacturerId
    name: Name
    country: Country | None = None
    """The home of the make; ``None``: not known."""


@frozen
class EntryRegistered:
    """A team entered a car in a class. The number is the entry's identity in the season, across all classes."""

    car: CarNumber
    car_class: ClassId
    team: Name
    manufacturer: ManufacturerId
    model: Name | None = None
    """The car's model; ``None``: not known."""
    drivers: tuple[DriverId, ...] = ()
    """The crew from the first race on, until a later fact changes it; empty: nobody named yet."""
    country: Country | None = None
    """The country of the team's licence; ``None``: not known."""
    engine: ManufacturerId | None = None
    """The make of the engine, where constructors compete; ``None``: not stated."""
    from_race: RaceId | None = None
    """The first race that it is entered for; ``None``: from the start of the season."""
    entrant: EntrantId | None = None
    """Who entered it, where teams of several cars compete: the same for each of them, and called by the first one's
    team; ``None``: nobody who competes."""


@frozen
class DriverAssigned:
    """A team added a driver to a car's crew."""

    car: CarNumber
    driver: DriverId
    from_race: RaceId | None = None
    """The first race with the driver; ``None``: from the start of the season."""
    to_race: RaceId | None = None
    """The last race with the driver; ``None``: until a later fact changes it."""


@frozen
class DriverSwapped:
    """A team put one driver in the place of another. Two facts in one append swap the drivers of two cars."""

    car: CarNumber
    outgoing: DriverId
    incoming: DriverId
    from_race: RaceId
    """The first race with the incoming driver; it holds until a later fact changes it."""


@frozen
class CarChanged:
    """A team races its entry with another car, be it of another make."""

    car: CarNumber
    manufacturer: ManufacturerId
    from_race: RaceId
    """The first race with the new car."""
    model: Name | None = None
    """The new car's model; ``None``: not known."""
    engine: ManufacturerId | None = None
    """The make of the new car's engine, where constructors compete; ``None``: not stated."""


@frozen
class EntryWithdrawn:
    """A team took its entry out of the season."""

    car: CarNumber
    from_race: RaceId
    """The first race without the car."""
    reason: Name | None = None
