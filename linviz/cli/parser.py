"""What can be written on the command line, and the help that says so.

The options have no defaults here (``SUPPRESS``) and no types. Without defaults a subcommand can't overwrite what was
written before its word, and what was written can be told from what was not; `linviz.cli.entries` reads the values, so
that a wrong one gets the same message as everywhere else in linviz.
"""

import argparse
import re
from argparse import SUPPRESS
from collections.abc import Sequence
from typing import NoReturn

from linviz import __version__
from linviz.cli import help_text
from linviz.core.option import Option
from linviz.errors import InputError

COMMANDS = ("trace", "theory", "render")

_NEGATIVE = re.compile(r"-(?:[\d.x]+(?:e[+-]?\d+)?|inf(?:inity)?|nan)(?:[,;].*)?", re.IGNORECASE)
"""A negative value, or several that begin with one. argparse itself takes ``-1`` for a value, but ``-1e-3`` and
``-inf`` for unknown options."""


class Once(argparse.Action):
    """Stores a value, and refuses another one for the same option, which argparse would put in its place unsaid."""

    def __call__(
        self, _parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        """Store it."""
        if option and getattr(namespace, self.dest, None) is not None:
            raise InputError(f"{option} was given twice: leave out one")
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """A parser whose errors are sentences that end with the way out, raised instead of printed with a usage."""

    def __init__(self, prog: str, **_composed: object) -> None:
        # argparse makes a command's parser itself, with the name that it composes and nothing else of interest.
        description, epilog = help_text.COMMANDS[prog]
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # An abbreviation that is unique today is ambiguous with tomorrow's options.
            allow_abbrev=False,
        )
        self.register("action", None, Once)

    def error(self, message: str) -> NoReturn:
        """Raise the message as an `InputError`."""
        raise InputError(f"{message}; see {self.prog} --help")


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments into a namespace that holds what was written and nothing else, but for ``command``.

    Raises
    ------
    InputError
        If argparse can't make sense of them.
    SystemExit
        With status 0, after ``--help`` or ``--version`` printed what was asked for.
    """
    # A leading space makes argparse take it for a value. Every reader of values strips.
    written = [f" {argument}" if _NEGATIVE.fullmatch(argument) else argument for argument in argv]
    opens = not any(word in COMMANDS for word in written)
    entries, unknown = _parser(opens).parse_known_args(written)
    if not unknown:
        return entries
    name, command = unknown[0].strip(), entries.command
    if command and written.index(unknown[0]) < written.index(command):
        raise InputError(f"{name} can't stand before the word {command}; see linviz {command} --help")
    raise InputError(f"unknown argument {name}; see linviz {f'{command} ' if command else ''}--help")


def _parser(opens: bool) -> Parser:
    """Give the parser of a command line that names a command, or of one that opens the window.

    argparse can't tell a file from a command's word by itself.
    """
    window = Parser("linviz")
    window.add_argument("--version", action="version", version=f"linviz {__version__}", help=help_text.VERSION)
    _add_problem_options(window)
    _add_theme(window, help_text.WINDOW_THEME)
    window.set_defaults(command=None)
    if opens:
        _add_file(window, help_text.FILE)
        window.epilog = f"{help_text.COMMANDS_EPILOG}\n\n{window.epilog}"
        return window
    commands = window.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    _add_trace_options(commands.add_parser("trace", help=help_text.TRACE_SUMMARY))
    _add_theory_options(commands.add_parser("theory", help=help_text.THEORY_SUMMARY))
    _add_render_options(commands.add_parser("render", help=help_text.RENDER_SUMMARY))
    return window


def _add_trace_options(parser: Parser) -> None:
    _add_file(parser, help_text.TABLE_FILE)
    _add_problem_options(parser)
    group = parser.add_argument_group("what is printed")
    group.add_argument("--steps", metavar="K", default=SUPPRESS, help=help_text.TRACE_STEPS)
    group.add_argument("--manual", action="store_true", default=SUPPRESS, help=help_text.MANUAL)
    group.add_argument("--cells", action="store_true", default=SUPPRESS, help=help_text.CELLS)
    group.add_argument("--why", metavar="CELL", default=SUPPRESS, help=help_text.WHY)
    group.add_argument("--save", metavar="FILE", default=SUPPRESS, help=help_text.SAVE)
    group.add_argument("--session", metavar="FILE", default=SUPPRESS, help=help_text.SESSION)
    group.add_argument("--step", metavar="K", default=SUPPRESS, help=help_text.SAVED_STEP)
    group.add_argument("--json", action="store_true", default=SUPPRESS, help=help_text.JSON)


def _add_theory_options(parser: Parser) -> None:
    _add_file(parser, help_text.TABLE_FILE)
    _add_problem_options(parser)
    group = parser.add_argument_group("what is printed")
    group.add_argument("--step", metavar="N", default=SUPPRESS, help=help_text.THEORY_STEP)
    group.add_argument("--json", action="store_true", default=SUPPRESS, help=help_text.JSON)


def _add_render_options(parser: Parser) -> None:
    _add_file(parser, help_text.TABLE_FILE)
    _add_problem_options(parser)
    run = parser.add_argument_group("the moment that is drawn")
    run.add_argument("--steps", metavar="K", default=SUPPRESS, help=help_text.RENDER_STEPS)
    run.add_argument("--phases", metavar="P", default=SUPPRESS, help=help_text.PHASES)
    run.add_argument("--manual", action="store_true", default=SUPPRESS, help=help_text.MANUAL)
    run.add_argument("--why", metavar="CELL", default=SUPPRESS, help=help_text.RENDER_WHY)
    picture = parser.add_argument_group("the picture")
    picture.add_argument("-o", "--output", metavar="FILE.png", required=True, help=help_text.OUTPUT)
    picture.add_argument("--size", metavar="WxH", default=SUPPRESS, help=help_text.SIZE)
    picture.add_argument("--scale", metavar="{1,2}", default=SUPPRESS, help=help_text.SCALE)
    _add_theme(picture, help_text.RENDER_THEME)


def _add_problem_options(parser: Parser) -> None:
    problem = parser.add_argument_group("the problem")
    problem.add_argument("--example", metavar="NAME", default=SUPPRESS, help=help_text.EXAMPLE)
    problem.add_argument("--random", nargs=3, metavar=("N", "I", "O"), default=SUPPRESS, help=help_text.RANDOM)
    problem.add_argument("--noise", metavar="F", default=SUPPRESS, help=help_text.NOISE)
    problem.add_argument("--true-weight", metavar="ROWS", default=SUPPRESS, help=help_text.TRUE_WEIGHT)
    problem.add_argument("--true-bias", metavar="ROW", default=SUPPRESS, help=help_text.TRUE_BIAS)
    problem.add_argument("--seed", metavar="S", default=SUPPRESS, help=help_text.SEED)
    table = parser.add_argument_group("the table in a file", help_text.TABLE)
    table.add_argument("--x", metavar="COL,...", default=SUPPRESS, help=help_text.X)
    table.add_argument("--y", metavar="COL,...", default=SUPPRESS, help=help_text.Y)
    table.add_argument("--one-hot", metavar="COL,...", default=SUPPRESS, help=help_text.ONE_HOT)
    table.add_argument("--drop-missing", action="store_true", default=SUPPRESS, help=help_text.DROP_MISSING)
    table.add_argument("--standardize", metavar="{x,y}", default=SUPPRESS, help=help_text.STANDARDIZE)
    training = parser.add_argument_group("the training")
    training.add_argument("--lr", metavar="F", default=SUPPRESS, help=help_text.LEARNING_RATE)
    training.add_argument("--dtype", metavar="{float32,float64}", default=SUPPRESS, help=help_text.DTYPE)
    training.add_argument("--optimizer", metavar="NAME", default=SUPPRESS, help=help_text.OPTIMIZER)
    for option, text in help_text.training().items():
        _add_option(training, option, text)
    group = parser.add_argument_group("the optimizer", help_text.OPTIONS)
    for option, text in help_text.options().values():
        _add_option(group, option, text)


def _add_option(group: argparse._ActionsContainer, option: Option, text: str) -> None:
    """Add a flag that turns a switch from its default, or an option with a value."""
    name = option.name.replace("_", "-")
    if isinstance(option.default, bool):
        flag, action = (f"--no-{name}", "store_false") if option.default else (f"--{name}", "store_true")
        group.add_argument(flag, dest=option.name, action=action, default=SUPPRESS, help=text)
    else:
        place = help_text.PLACES.get(option.name, "F")
        if option.choices:
            place = f"{{{','.join(option.choices)}}}"
        group.add_argument(f"--{name}", metavar=place, default=SUPPRESS, help=text)


def _add_file(parser: Parser, text: str) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", default=SUPPRESS, help=text)


def _add_theme(parser: argparse._ActionsContainer, text: str) -> None:
    parser.add_argument("--theme", metavar="{light,dark,system}", default=SUPPRESS, help=text)
