"""Time until the window is painted, by the time of ``python -c "import torch"``.

Both are whole processes; each round takes one of each, in turn, and the medians of all rounds are compared.
Run: ``python tests/benchmarks/start.py [rounds]``.
"""

import os
import statistics
import subprocess
import sys
import time

ROUNDS = 9

WINDOW = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from linviz.gui.app import application
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences

class Window(MainWindow):
    def event(self, event):
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:  # Qt has just painted and flushed
            assert "torch" not in sys.modules
            print("painted", flush=True)
            sys.stdin.readline()
        return handled

app = application()
window = Window(preferences=Preferences(ask=False))
window.show()
app.exec()
"""


def seconds_to_paint() -> float:
    """Start the window in a new process and wait until it says that it is painted."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", WINDOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"painted"
        elapsed = time.perf_counter() - start
        process.kill()
    return elapsed


def seconds_to_import_torch() -> float:
    """Import torch in a new process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the medians and their ratio."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    seconds_to_paint(), seconds_to_import_torch()  # fill the disk's cache
    pairs = [(seconds_to_paint(), seconds_to_import_torch()) for _ in range(rounds)]
    painted, imported = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"window painted {painted:.3f} s, import torch {imported:.3f} s (medians of {rounds})")
    print(f"ratio {painted / imported:.2f}  (aim: 0.60 or less)")


if __name__ == "__main__":
    main()
