"""Every command of the window, once: tool bar, menus, the list of shortcuts and the tests are made from this."""

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from linviz.core.command import Command, NextPhase, Reset, Step, UpdateAgain
from linviz.gui.icons import icon
from linviz.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Entry:
    """A command as data.

    Parameters
    ----------
    name
        Also the action's objectName.
    text
        On buttons and in menus.
    tip
        What it does, in a sentence.
    menu
        The menu it stands in.
    shortcuts
        The first one is shown.
    icon
        In ``resources/icons``.
    group
        For checkable commands of which one is on, or of ``"scale"`` none; ``"own"`` for a switch of its own.
    command
        What it asks of the trainer, if that is all it does.
    separated
        Whether a line stands above it in the menu.
    short
        On the small buttons of a part of the window; by default its text.
    """

    name: str
    text: str
    tip: str
    menu: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    group: str = ""
    command: Command | None = None
    separated: bool = False
    short: str = ""


COMMANDS = (
    Entry("new_problem", "New problem…", "Random data, with true weights behind them or without, examples, your own",
          "File", ("Ctrl+Shift+O",), "file-plus"),
    Entry("open_notebook", "The notebook's problem", "Back to the ten samples that the notebook printed", "File",
          ("Ctrl+Shift+N",), "book-open"),
    Entry("open", "Open…", "Go on with a run that was saved, or take data from a table: CSV, TSV, Parquet, npy, npz",
          "File", ("Ctrl+O",), "folder-open", separated=True),
    Entry("paste_table", "Paste table", "Take data from cells that were copied in a spreadsheet", "File", ("Ctrl+V",),
          "clipboard-paste"),
    Entry("save", "Save", "Keep the run in a file: problem, every past step, branches", "File", ("Ctrl+S",), "save"),
    Entry("save_as", "Save as…", "Keep the run in another file", "File", ("Ctrl+Shift+S",), "save-all"),
    Entry("ask", "Ask before unsaved runs are lost", "Ask before the window closes or another problem takes the place "
          "of a run that was not saved", "File", (), "", "own"),
    Entry("save_picture", "Save picture…", "Save a picture of this window as PNG", "File", ("Ctrl+Shift+P",), "image",
          separated=True),
    Entry("copy_code", "Copy the code", "Copy a program that runs as it is: this problem with the settings in force, "
          "and one iteration from the start", "File", ("Ctrl+Shift+C",), "copy", short="Copy"),
    Entry("quit", "Quit", "Close the window", "File", ("Ctrl+Q",), "log-out", separated=True),
    Entry("edit_number", "Edit the number", "Write another number into the selected cell of x, y, W or b; there Enter, "
          "a double click or its first digit do the same", "Edit", (), "pencil"),
    Entry("copy", "Copy", "Take the selected numbers with all their digits, for a spreadsheet; Shift with arrows, a "
          "click or dragging selects more than one", "Edit", ("Ctrl+C",), "copy", separated=True),
    Entry("copy_tensor", "Copy as torch.tensor(…)", "Copy the selected numbers as code that makes the same tensor",
          "Edit", ("Ctrl+Alt+C",), "code"),
    Entry("paste", "Paste numbers", "Write the numbers on the clipboard into x, y, W or b, from the selected cell on; "
          "in its panel Ctrl+V does the same", "Edit", (), "clipboard-paste"),
    Entry("select_all", "Select all of the panel", "Select all numbers of the panel that the selected one is in",
          "Edit", ("Ctrl+A",)),
    Entry("step", "Step", "Finish this iteration: everything up to and including optimizer.step()", "Training",
          ("S",), "step-forward", command=Step()),
    Entry("manual_step", "Manual Step", "Finish this iteration with the update written by hand: "
          "weight.data.sub_(lr * weight.grad.data), and the same for the bias", "Training", ("M",), "hand",
          command=Step(by_hand=True)),
    Entry("next_phase", "Next phase", "Run one phase: the one marked as next", "Training", ("N",),
          "chevrons-right", command=NextPhase()),
    Entry("run", "Run", "Repeat Step until paused", "Training", ("Space",), "play", group="own"),
    Entry("run_until", "Run until…", "Run some steps, or until something holds", "Training", ("Shift+Space",), "flag"),
    Entry("go_to_step", "Go to step by theory…", "See parameters and loss after any step, a billion even, as theory "
          "computes them at once, and go on from there", "Training", ("G",), "telescope"),
    Entry("update_again", "Update again", "optimizer.step() once more, with the gradient that is there, stale or not: "
          "what a loop does that forgot backward()", "Training", ("U",), "repeat", command=UpdateAgain(),
          separated=True),
    Entry("update_again_by_hand", "Update again by hand", "The manual update once more, with the gradient that is "
          "there, stale or not; the notebook does this in cell 43", "Training", ("Shift+U",), "repeat-2",
          command=UpdateAgain(by_hand=True)),
    Entry("compare", "Step against Manual Step…", "Do both on copies and compare them to the last bit; the run stays "
          "as it is", "Training", ("C",), "git-compare-arrows"),
    Entry("reset", "Reset", "Back to the same start: the same data, the same parameters", "Training", ("R",),
          "rotate-ccw", command=Reset(), separated=True),
    Entry("new_seed", "New seed", "Draw other data and parameters of the same shape from another seed; of your own "
          "data only other parameters to start from", "Training",
          ("Ctrl+N",), "dices"),
    Entry("optimizer", "Training…", "Choose optimizer, loss, batches, schedule, test set, start and model; a run with "
          "them begins at the start, this one stays as it is", "Training", ("O",), ""),
    Entry("undo", "Undo", "Take back a change of the settings or of the branches", "History", ("Ctrl+Z",), "undo-2"),
    Entry("redo", "Redo", "Make a change again that was taken back", "History", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo-2"),
    Entry("first", "Start", "Go to the start", "History", ("Home",), "skip-back", separated=True),
    Entry("back_step", "Back a step", "Go back to where the step before was done", "History", ("Shift+Left",),
          "chevrons-left"),
    Entry("back", "Back", "Go back one moment: one phase or one step, as one advanced", "History", ("Left",),
          "chevron-left"),
    Entry("forward", "Forward", "Go forward one moment; at the end, run the next phase", "History", ("Right",),
          "chevron-right"),
    Entry("forward_step", "Forward a step", "Go forward a step; at the end, make one", "History", ("Shift+Right",),
          "step-forward"),
    Entry("last", "End", "Go to the last moment of this branch", "History", ("End",), "skip-forward"),
    Entry("branches", "Branches…", "All runs of this problem: switch, rename, delete, compare", "History", ("B",),
          "git-branch", separated=True, short="Branches"),
    Entry("memory", "Memory for the past…", "How much memory the kept states of past steps may take; with less, going "
          "back takes longer", "History", (), "", separated=True),
    Entry("theme_system", "As the system", "Light or dark as the desktop is", "Theme", (), "monitor", "theme"),
    Entry("theme_light", "Light", "Dark on light", "Theme", (), "sun", "theme"),
    Entry("theme_dark", "Dark", "Light on dark", "Theme", (), "moon", "theme"),
    Entry("larger_text", "Larger text", "Make all text and numbers larger, for a wall or tired eyes", "View",
          ("Ctrl++", "Ctrl+=")),
    Entry("smaller_text", "Smaller text", "Make all text and numbers smaller", "View", ("Ctrl+-",)),
    Entry("normal_text", "Normal text", "Text and numbers in their first size", "View", ("Ctrl+0",)),
    Entry("as_stored", "Weights as stored", "Show the weight and its gradient as torch stores them, outputs × inputs, "
          "not transposed as the equation reads", "View", ("T",), group="own", separated=True),
    Entry("own_units", "Original units", "Show x, y, ŷ, the residual, W and b of standardised data in the units that "
          "they came in; gradients stay", "View", ("Ctrl+U",), "ruler", "own"),
    Entry("by_hand", "Code with the update by hand", "Show the code, and run its lines, with the update written by "
          "hand, as Manual Step does it", "View", ("H",), "hand", "own", short="By hand"),
    Entry("moves", "Old → new → Δ", "Show in each cell of weight and bias what the last update did to it", "View",
          ("D",), group="own", separated=True),
    Entry("remembered", "What the optimizer remembers", "Show momentum, moments and their like as panels below the "
          "equation, if the optimizer keeps them", "View", ("K",), group="own"),
    Entry("flash", "Flash what changed", "Let numbers that just changed flash; never during a run", "View", (),
          "sparkles", "own"),
    Entry("log_scale", "Logarithmic loss", "Draw the loss on a logarithmic axis", "View", ("L",), "chart-line", "scale",
          separated=True, short="Log"),
    Entry("excess", "Excess loss", "Draw what the loss is above the optimal one, on a logarithmic axis: there each "
          "eigen-direction of the data alone is a straight line", "View", ("E",), "chart-no-axes-column-decreasing",
          "scale", short="Excess"),
    Entry("reset_zoom", "Reset zoom", "Show the whole loss curve and landscape, and follow them", "View", ("Z",),
          "maximize", short="Zoom out"),
    Entry("landscape", "Landscape", "See the loss as contours over two parameters, with the way that the run has come",
          "View", ("Ctrl+1",), "mountain", "theory", separated=True),
    Entry("slice_optimum", "Landscape through the optimum", "Lay the landscape's slice through the optimum instead of "
          "through the parameters as they are", "View", ("V",), group="own", short="At ★"),
    Entry("axis_across", "Selected parameter across", "Take the selected cell of weight or bias, or its gradient's, as "
          "the landscape's axis across", "View", ("X",)),
    Entry("axis_up", "Selected parameter upwards", "Take the selected cell of weight or bias, or its gradient's, as "
          "the landscape's axis upwards", "View", ("Y",)),
    Entry("what_if", "What if", "See the loss after the next update as a function of the learning rate, choose one "
          "there, and gauge the step", "View", ("Ctrl+2",), "chart-spline", "theory"),
    Entry("spectrum", "Spectrum", "See how steep the loss is along each eigen-direction, how the run goes there and "
          "what is left to go", "View", ("Ctrl+3",), "chart-bar-decreasing", "theory"),
    Entry("code", "Code", "See the code of the run, where a narrow window has room for it or for theory alone", "View",
          ("Ctrl+4",), "code"),
    Entry("reset_layout", "Reset layout", "Window and parts in their first sizes", "View", separated=True),
    Entry("full_screen", "Full screen", "Use the whole screen", "View", ("F11",), group="own"),
    Entry("tour", "The notebook, cell by cell", "Walk the notebook's cells 36 to 44: run each on its own data and "
          "compare with what it printed", "Help", ("F2",), "footprints"),
    Entry("shortcuts", "Keyboard shortcuts", "All commands and their keys", "Help", ("F1",), "keyboard"),
    Entry("about", "About linviz", "Versions, to copy when you report something", "Help", (), "info", separated=True),
)  # fmt: skip

REPEATED = (
    "step",
    "manual_step",
    "next_phase",
    "update_again",
    "update_again_by_hand",
    "back",
    "back_step",
    "forward",
    "forward_step",
    "undo",
    "redo",
    "larger_text",
    "smaller_text",
)


def shown_keys(keys: str) -> str:
    """Write a shortcut as this platform does, arrows as arrows."""
    text = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("Right", "→").replace("Left", "←")


def tip(entry: Entry) -> str:
    """Give a command's tool tip: what it does, and its keys."""
    keys = " or ".join(map(shown_keys, entry.shortcuts))
    return f"{entry.tip}  ({keys})" if keys else entry.tip


def build_actions(parent: QObject) -> dict[str, QAction]:
    """Make an action of each command, by name."""
    actions: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for entry in COMMANDS:
        action = actions[entry.name] = QAction(entry.text, parent)
        action.setIconText(entry.short or entry.text)  # which a QToolButton shows
        action.setObjectName(entry.name)
        action.setToolTip(tip(entry))
        action.setShortcuts([QKeySequence(keys) for keys in entry.shortcuts])
        action.setCheckable(bool(entry.group))
        # A held key repeats steps, but doesn't start and stop a run, or a window's state, thirty times a second.
        action.setAutoRepeat(entry.name in REPEATED)
        if entry.group not in ("", "own"):
            groups.setdefault(entry.group, QActionGroup(parent)).addAction(action)
    groups["scale"].setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
    return actions


def colour_icons(actions: dict[str, QAction], theme: Theme) -> None:
    """Draw the actions' icons in the theme's colours."""
    for entry in COMMANDS:
        if entry.icon:
            actions[entry.name].setIcon(icon(entry.icon, theme.text, theme.dim))
