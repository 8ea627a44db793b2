"""The words of ``--help``, in ASCII (a terminal may know no more) and at most 78 columns where they aren't wrapped."""

from linviz.core.optimizers import OPTIMIZERS
from linviz.core.option import Option
from linviz.core.settings import TRAINING

VERSION = "print the version and exit"

WINDOW = """\
See every number of a PyTorch training step: opens a window on a real
nn.Linear, y = x W^T + b, trained by a loss and an optimizer of torch.

Without a command the window opens. Where there is no display, the first step
is printed as text instead, as `linviz trace` prints it."""

WINDOW_EPILOG = """\
The problem and training options may stand before or after the command's word.

examples:
  linviz                          the notebook's ten samples
  linviz --lr 1.5                 a learning rate at which the loss grows
  linviz --random 200 8 4         200 samples, 8 inputs, 4 outputs, drawn
  linviz --seed 7                 the notebook's shape, other numbers
  linviz --optimizer adam --betas 0.8,0.99
  linviz --random 50 2 1 --noise 0.1
  linviz data.csv --x a,b,c --y d
  linviz --example diabetes --standardize x,y
  linviz run.linviz               a run that was saved
  linviz trace --cells            the notebook's cells beside what they printed
  linviz theory --lr 1.5          what is known of this run before it runs
  linviz render -o window.png     the window as a picture

exit status: 0 done, 2 bad input (one line on standard error), 130 interrupted"""

TRACE_SUMMARY = "print a run as text or as JSON Lines"

TRACE = """\
Print every tensor of a run as torch prints it: x, y and the parameters, then
for each step the prediction, the loss, the gradients and the parameters after
the update. Needs no display and imports no Qt."""

TRACE_EPILOG = """\
JSON Lines (--json): one object a step with the keys step (from 1), loss, x,
y, weight, bias (before the update), prediction, weight_grad, bias_grad,
weight_after, bias_after and learning_rate (the one applied); bias is null in
a model without one. If it isn't plain gradient descent, optimizer, options
and state_after, what the optimizer remembers; training, what else was chosen,
and rows, the samples that the step used and prediction has, if not all, and
then training_loss_after and training_r2_after (over all that are trained on,
with the parameters after the step; R2 is of each output), with a test set
test_loss_after and test_r2_after; of a table also source, x_names and
y_names, if it was standardised scaling (means and standard deviations),
original_weight_after and original_bias_after (the parameters in the units of
the data), and with --noise true_weight, true_bias and noise.
With --cells one object a cell with the keys in, code, out, printed and
max_abs_diff; with --why one object with the keys field, index, value, formula
(LaTeX), text, terms, scale, total and checks, where value is scale times the
sum of the terms, but for rounding, count and remainder (of more than 50 terms
only the largest are listed), previous, note and warning.
All digits are there: read back, the numbers are the same to the last bit.
JSON has no word for numbers that aren't finite: they are the strings "NaN",
"Infinity" and "-Infinity", which Python's float() reads.

examples:
  linviz trace                          one step of the notebook's problem
  linviz trace --steps 3 --manual       three steps, updated by hand
  linviz trace --random 100 4 1 --seed 7 --lr 0.1
  linviz trace --steps 1000 --json | tail -n 1
  linviz trace --why 'weight_grad[0,1]'
  linviz trace --optimizer adam --steps 3 --why 'weight_exp_avg[0,1]'
  linviz trace --steps 500 --save run.linviz
  linviz trace --session run.linviz --step 12 --json
  linviz trace data.csv --x a,b,c --y d --standardize x,y --steps 100 --json
  linviz trace --cells                  the notebook again, cell by cell"""

THEORY_SUMMARY = "print what is known of a run before it runs"

THEORY = """\
Print what is known of a run before it runs, by its closed form: the curvature
of the loss, the optimum, the learning rates at which it is fastest and must
diverge, when it overflows, and parameters and loss after any number of steps.
Nothing is trained. Numbers are those of exact arithmetic, in float64, for the
data as they are; --dtype decides only when a run overflows."""

THEORY_EPILOG = """\
JSON (--json): one object with the keys eigenvalues (of the Hessian, ascending,
the same for each output), condition_number, rank (of [x, 1]), optimal_weight,
optimal_bias (the optimum; if there are many, that of least norm),
optimal_loss (with weight decay the optimum is that of loss + decay term, and
this is the loss there), stability_limit (2 / largest eigenvalue) and
best_learning_rate (2 / (smallest that isn't 0 + largest)), with momentum both
those of that descent (0 and NaN if no rate converges), and overflow_step (the
number of updates after which the loss isn't finite, or null); of a table also
source, x_names and y_names, if standardised scaling, original_optimal_weight
and original_optimal_bias (in the units of the data); with --step also
step, weight, bias and loss, as they are after that many updates. Numbers that
aren't finite are the strings "NaN", "Infinity" and "-Infinity".

examples:
  linviz theory
  linviz theory --lr 1.5 --step 100
  linviz theory --step 1000000000 --json
  linviz theory --random 5 8 1 --lr 0.1
  linviz theory data.csv --x a,b,c --y d --drop-missing"""

RENDER_SUMMARY = "draw the window into a PNG file, without a display"

RENDER = """\
Draw the window into a PNG file as it looks after a number of steps. Needs no
display."""

RENDER_EPILOG = """\
examples:
  linviz render -o window.png
  linviz render -o wide.png --size 1920x1080 --scale 2 --theme dark
  linviz render -o backward.png --steps 3 --phases 4 --why 'weight_grad[0,1]'
  linviz render -o diverging.png --lr 1.5 --steps 40
  linviz render data.csv -o data.png --x a,b,c --y d"""

COMMANDS = {
    "linviz": (WINDOW, WINDOW_EPILOG),
    "linviz trace": (TRACE, TRACE_EPILOG),
    "linviz theory": (THEORY, THEORY_EPILOG),
    "linviz render": (RENDER, RENDER_EPILOG),
}
"""Description and epilog by command."""

COMMANDS_EPILOG = f"""\
commands (linviz COMMAND --help tells more):
  trace                 {TRACE_SUMMARY}
  theory                {THEORY_SUMMARY}
  render                {RENDER_SUMMARY}"""

FILE = "a run that was saved, to go on with, or a table, see below (default: a new run of the notebook's problem)"

TABLE_FILE = "a table whose columns are x and y, see below (default: none)"

TABLE = """\
CSV, TSV, Parquet, .npy or .npz; numpy's columns are called 0, 1, ... or as
their array. A cell that is no number is named and refused."""

X = "names of the columns that are x; one that holds a comma stands in quotation marks (default: none)"

Y = "names of the columns that are y (default: none)"

ONE_HOT = """of these columns make one of zeros and ones for each of their values, called COL=VALUE (default: text is
refused)"""

DROP_MISSING = "leave out rows with missing values and say how many (default: they are refused)"

STANDARDIZE = """shift and scale the columns of x, of y or of both, x,y, to mean 0 and variance 1 (default: the numbers
are as they are)"""

NOISE = """make y with true parameters, y = x W^T + b + F * randn, instead of drawing it alone; F from 0 on (default:
it is drawn alone, or 0 with --true-weight or --true-bias)"""

TRUE_WEIGHT = "that W, a row for each output: 1,2,3;4,5,6 (default: drawn by torch.randn)"

TRUE_BIAS = "that b, a number for each output: 0,1 (default: drawn by torch.randn)"

SAVE = "write the run into FILE.linviz too, which the window and --session read (default: it is not kept)"

SESSION = """print a step of a saved run instead of making steps, computed again from what is in FILE; of the options of
problem and training none goes with it (default: a new run)"""

SAVED_STEP = "the step of --session to print (default: the one where the run was left)"

EXAMPLE = """the problem by name: notebook, 10 samples, 3 inputs, 2 outputs as printed; linnerud, 20 x 3 -> 3; diabetes,
442 x 10 -> 1, in its own units (default: notebook)"""

RANDOM = """draw a problem of N samples, I inputs and O outputs, each at least 1: x and y by torch.randn, the
parameters by nn.Linear (default: the example)"""

SEED = """seed of the drawn numbers, 0 to 2**63 - 1, of a table those of the starting parameters; with neither table
nor --random it draws the notebook's shape, --random 10 3 2 (default: 0 where something is drawn)"""

LEARNING_RATE = "learning rate: factor of the gradient in the update, positive and finite (default: 0.01)"

OPTIMIZER = f"one of torch.optim's {', '.join(OPTIMIZERS)} (default: SGD)"

OPTIONS = "Of each optimizer what torch's class takes, with torch's defaults."

PLACES = {option.name: "K" for option in TRAINING if isinstance(option.default, int)} | {"batch": "K"}
PLACES |= {"betas": "F,F", "max_iter": "K", "max_eval": "K", "history_size": "K", "line_search_fn": "NAME"}


def training() -> dict[Option, str]:
    """Give what can be chosen of the training, with its help."""
    return {option: _training_help(option) for option in TRAINING}


def _training_help(option: Option) -> str:
    meaning = option.meaning.rstrip(".")
    text = f"{meaning[0].lower()}{meaning[1:]}"
    if option.default is True:
        return f"turn this off: {text} (default: it is on)"
    return f"{text} (default: {_default_text(option)})"


def options() -> dict[str, tuple[Option, str]]:
    """Give what can be chosen of some optimizer, with its help."""
    found: dict[str, list[tuple[str, Option]]] = {}
    for optimizer in OPTIMIZERS.values():
        for option in optimizer.options:
            found.setdefault(option.name, []).append((optimizer.name, option))
    return {name: (owners[0][1], _option_help(owners)) for name, owners in found.items()}


def _option_help(owners: list[tuple[str, Option]]) -> str:
    by_default: dict[str, list[str]] = {}
    for owner, option in owners:
        by_default.setdefault(_default_text(option), []).append(owner)
    defaults = [f"{default} for {', '.join(names)}" for default, names in by_default.items()]
    names = ", ".join(owner for owner, _ in owners)
    meaning = owners[0][1].meaning.rstrip(".")
    start = f"{names}: {meaning[0].lower()}{meaning[1:]}"
    return f"{start} (default: {next(iter(by_default)) if len(by_default) == 1 else '; '.join(defaults)})"


def _default_text(option: Option) -> str:
    default = option.default
    if isinstance(default, tuple):
        return ",".join(f"{each:g}" for each in default)
    if isinstance(default, bool):
        return "not"
    return "none" if default is None else default if isinstance(default, str) else f"{default:g}"


DTYPE = "number type of data and parameters (default: float32)"

WINDOW_THEME = "colours of the window (default: as chosen last)"

TRACE_STEPS = "steps to make, at least 1 (default: 1)"

MANUAL = """update by hand, with SGD as the notebook does, weight.data.sub_(lr * weight.grad.data), instead of by
optimizer.step(); LBFGS has no update by hand (default: optimizer.step())"""

CELLS = """run the notebook's cells 36 to 44 again, each beside what the notebook printed, with the largest
difference; only --example, --dtype and --json go with it (default: a plain run)"""

WHY = """explain a cell as it is after the steps: the formula, its operands, the sum and how it was checked;
CELL is a field with its stored index, like weight_grad[0,1], bias[1] or loss (default: the run itself)"""

RENDER_WHY = """the cell that is selected and explained, like weight_grad[0,1], bias[1] or loss (default: none)"""

THEORY_STEP = """also print parameters and loss after N steps, 0 to 2**63 - 1, in the time of one (default: not)"""

JSON = "print JSON Lines instead of text, see below (default: text)"

RENDER_STEPS = "whole steps to make before the picture, 0 to 10,000,000 (default: 12, enough for a curve)"

PHASES = """phases of the next iteration to run after the steps, 0 to 4, in the order forward, loss, zero_grad, backward
(default: 0)"""

OUTPUT = "the file to write, ending in .png; one that is there is replaced (required)"

SIZE = "width and height of the window in pixels, 800x560 to 16384x16384 (default: 1440x900)"

SCALE = "pixels of the picture per pixel of the window; 2 is for screens of high density (default: 1)"

RENDER_THEME = "colours of the picture (default: light)"
