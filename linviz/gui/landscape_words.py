"""What a landscape shows, in words, and the same in fewer and fewer."""

from PySide6.QtWidgets import QWidget

from linviz.core.relief import Relief
from linviz.gui.labels import Caption
from linviz.gui.landscape_sight import Sight

FLAT = {
    0: "",
    1: "flat in one direction: contours are parallel lines",
    2: "flat: the loss is the same everywhere on it",
}

MOVES_ALL = "A move of the parameters there moves all others to the optimum too, as that is where the slice lies."
WAY = "The path is straight between the moments that were shown; a run may have gone otherwise in between."


class Words:
    """Which slice is shown, as a caption, and what its marks are, as a legend."""

    def __init__(self, parent: QWidget) -> None:
        self.caption, self.legend = Caption(parent), Caption(parent)
        self.caption.setObjectName("landscape_slice")
        self.legend.setObjectName("landscape_legend")

    def show(self, sight: Sight, names: tuple[str, str], at_optimum: bool) -> None:
        """Take a sight, what its axes are called, and whether its slice goes through the optimum."""
        texts, marks, settings = slice_texts(sight, names, at_optimum), legend(sight), sight.moment.settings
        self.caption.set_texts(*texts)
        self.caption.setToolTip(f"{texts[0]}.\n{MOVES_ALL}" if at_optimum else texts[0])
        self.legend.set_texts(*marks)
        known = settings.is_plain and settings.is_exact and settings.schedule.constant
        self.legend.setToolTip(marks[0] if known else f"{marks[0]}.\n{WAY}")


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


def legend(sight: Sight) -> tuple[str, ...]:
    """Say what the marks are."""
    settings = sight.moment.settings
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
