import re

import pytest

from cli.console import Console
from linviz import __version__

OPTIMIZER = {
    "--optimizer",
    "--momentum",
    "--dampening",
    "--weight-decay",
    "--nesterov",
    "--betas",
    "--eps",
    "--amsgrad",
}
OPTIMIZER |= {"--amsgrad", "--alpha", "--centered", "--lr-decay", "--initial-accumulator-value", "--line-search-fn"}
OPTIMIZER |= {
    "--max-iter",
    "--max-eval",
    "--tolerance-grad",
    "--tolerance-change",
    "--history-size",
    "--line-search-fn",
}
TRAINING = {"--loss", "--reduction", "--delta", "--batch", "--no-shuffle", "--batch-seed", "--no-bias", "--device"}
TRAINING |= {"--schedule", "--schedule-steps", "--schedule-factor", "--warm-up", "--test-share", "--test-seed"}
TRAINING |= {"--init", "--init-value", "--init-seed"}
DATA = {"--noise", "--true-weight", "--true-bias", "--x", "--y", "--one-hot", "--drop-missing", "--standardize"}
PROBLEM = {"--example", "--random", "--seed", "--lr", "--dtype", "--help"} | DATA | OPTIMIZER | TRAINING

OPTIONS = {
    (): PROBLEM | {"--theme", "--version"},
    ("trace",): PROBLEM | {"--steps", "--manual", "--cells", "--why", "--json", "--save", "--session", "--step"},
    ("theory",): PROBLEM | {"--step", "--json"},
    ("render",): PROBLEM | {"--output", "--size", "--scale", "--theme", "--steps", "--manual", "--phases", "--why"},
}


@pytest.mark.parametrize("command", OPTIONS)
def test_help_explains_every_option_and_fits_on_a_terminal(
    linviz: Console, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = linviz(*command, "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.isascii()  # any terminal can show it
    assert max(map(len, done.out.splitlines())) <= 80
    # An option's entry begins at a line's start; the next one ends it.
    entries = dict(re.findall(r"^  (?:-\w[^-\n]*)?(--[a-z-]+)((?:.*\n)(?: {4,}.*\n)*)", done.out, re.MULTILINE))
    assert entries.keys() == OPTIONS[command]
    for name in entries.keys() - {"--help", "--version"}:
        assert re.search(r"\(default|\(required\)", entries[name]), name
    assert "examples:" in done.out


def test_every_example_of_the_help_is_understood(linviz: Console) -> None:
    from linviz.cli.parser import parsed

    pages = [linviz(*command, "--help").out for command in OPTIONS]
    examples = re.findall(r"^  linviz\b(.*?)(?:  |\||$)", "\n".join(pages), re.MULTILINE)
    assert len(examples) > 10
    for example in examples:
        parsed(example.split())


def test_help_of_trace_tells_how_numbers_that_are_not_finite_are_written(linviz: Console) -> None:
    text = " ".join(linviz("trace", "--help").out.split())
    assert '"NaN", "Infinity" and "-Infinity"' in text


def test_version(linviz: Console) -> None:
    done = linviz("--version")
    assert (done.status, done.out, done.err) == (0, f"linviz {__version__}\n", "")
