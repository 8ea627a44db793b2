"""What a landscape shows, in words, and the same in fewer and fewer."""

from linviz.core.relief import Relief
from linviz.core.settings import Settings
from linviz.gui.landscape_sight import Sight

FLAT = {
    0: "",
    1: "flat in one direction: contours are parallel lines",
    2: "flat: the loss is the same everywhere on it",
}

MOVES_ALL = "A move of the parameters there moves all others to the optimum too, as that is where the slice lies."
WAY = "The path is straight between the moments that were shown; a run may have gone otherwise in between."


def slice_texts(sight: Sight, names: tuple[str, str], at_optimum: bool) -> tuple[str, ...]:
    """Say which slice it is, and what is off it."""
    settings = sight.moment.settings
    which = f"slice: {' × '.join(names)}"
    if settings.batches.batch is not None:
        which = f"{which}, over all samples"
    elif settings.split.test_share:
        which = f"{which}, over the training samples"
    if isinstance(sight.slice, Relief) or sight.slice is None:
        name = settings.criterion.name
        return (f"{which} · {name}, computed place by place", f"{which} · {name} computed", f"{which} · {name}", which)
    if not sight.finite:
        return (f"{which} · the parameters are beyond what can be drawn", "beyond what can be drawn")
    through, off = ("the optimum", "the parameters") if at_optimum else ("the parameters", "the optimum")
    far = sight.distance(at_optimum)
    distance = f"{off} {far:.2g} off it" if far else f"{off} on it"
    shorter = f" · {off} {far:.2g} off" if far else ""
    flat = FLAT[sight.slice.flat]
    said = (f"{which} through {through} · {distance}", f"{which} · {distance}", f"{which}{shorter}", which)
    if flat:
        return (f"{said[0]} · {flat}", f"{which} · {flat}", flat)
    return said


def told(texts: tuple[str, ...], at_optimum: bool) -> str:
    """Say all of a slice, and what a move on it does besides."""
    return f"{texts[0]}.\n{MOVES_ALL}" if at_optimum else texts[0]


def legend(sight: Sight, settings: Settings) -> tuple[str, ...]:
    """Say what the marks are."""
    if not settings.is_plain:
        unknown = f"only {settings.optimizer} knows"
    else:
        unknown = "not known yet" if settings.batches.batch is None else "as its samples are"
    following = "○ next step" if sight.following is not None else f"next step: {unknown}"
    optimum = "★ optimum" if sight.aim is None else "★ optimum, ☆ with decay"
    optimum = optimum if sight.optimum is not None else "no closed form of the optimum"
    return tuple(
        " · ".join(parts)
        for parts in (
            ("● now: drag it", "→ −∂L/∂θ", following, optimum),
            ("● now", "→ −∂L/∂θ", following, optimum),
            ("● drag it", following, optimum),
            (following, optimum),
            (optimum,),
        )
    )


def way_told(legend: str, settings: Settings) -> str:
    """Say what the marks are, and of a run between whose moments theory knows no way, how its path is drawn."""
    known = settings.is_plain and settings.is_exact and settings.schedule.constant
    return legend if known else f"{legend}.\n{WAY}"
