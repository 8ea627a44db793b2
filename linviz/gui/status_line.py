"""The line at the bottom: where the run stands, how fast it goes, and what it is."""

from PySide6.QtWidgets import QLabel, QStatusBar

from linviz.core.snapshot import Snapshot
from linviz.gui.labels import Caption

LOADING = "Loading PyTorch … what you click meanwhile waits its turn"
NOT_LOADED = "Nothing is loaded: see the message above"


class StatusLine:
    """Fills a window's status bar; a complaint stands there until it is over.

    Attributes
    ----------
    speed
        For steps and frames a second.
    """

    def __init__(self, bar: QStatusBar) -> None:
        self._complaint = ""
        self._state, self.speed, self._run = Caption(bar), QLabel(bar), QLabel(bar)
        self._state.setObjectName("state")
        bar.addWidget(self._state, 1)
        bar.addPermanentWidget(self.speed)
        bar.addPermanentWidget(self._run)
        bar.setSizeGripEnabled(False)
        bar.setContentsMargins(9, 0, 3, 0)

    def complain(self, complaint: str) -> None:
        """Say this, begun by a capital letter, in place of the state; nothing ends it."""
        self._complaint = f"{complaint[:1].upper()}{complaint[1:]}"

    def tell(self, moment: Snapshot | None, state: str) -> None:
        """Say where a run stands, and what it is."""
        if moment is not None:
            settings = moment.settings
            self._run.setText(f"{moment.problem.title} · {settings.dtype} · {settings.device}")
            self._run.setToolTip(f"{moment.problem.title}, trained by {settings.description}")
        self._state.set_texts(self._complaint or state)
