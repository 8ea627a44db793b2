import re

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.parts import dress, problem, spoken_name
from linviz.core.command import Reset
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.core.trainer import Trainer
from linviz.core.travel import Switch
from linviz.gui.equation import Equation
from linviz.gui.main_window import MainWindow

ADAM = Settings(optimizer="Adam", options={"amsgrad": True})
KINDS = [
    (Settings(options={"momentum": 0.9}), "u"),
    (ADAM, "m v v_max"),
    (Settings(optimizer="AdamW"), "m v"),
    (Settings(optimizer="RMSprop", options={"momentum": 0.9, "centered": True}), "v u ḡ"),
    (Settings(optimizer="RMSprop"), "v"),
    (Settings(optimizer="Adagrad"), "s"),
]


def equation_of(qtbot: QtBot, moment: Snapshot) -> Equation:
    equation = Equation()
    qtbot.addWidget(equation)
    dress(equation)
    equation.resize(1400, 500)
    equation.start(*moment.shape)
    equation.show_snapshot(moment)
    equation.show()
    return equation


def moments(settings: Settings, steps: int = 2) -> list[Snapshot]:
    """Give the start, and the moment after each step."""
    trainer = Trainer(problem(5, 3, 2), settings)
    return [trainer.snapshot(), *(trainer.step() for _ in range(steps))]


def seen(window: MainWindow) -> bool:
    return window.equation.memory.isVisible()


def marked(window: MainWindow) -> dict[str, tuple[int, int]]:
    """Give row and column of the cell that is marked, by its field."""
    found = {name: panel.table._delegate.current for name, panel in window.equation.shown.items()}
    return {name: cell for name, cell in found.items() if cell is not None}


def symbols(equation: Equation) -> list[str]:
    return [panel.field.symbol for panel in equation.memory.panels.values()]


@pytest.mark.parametrize(("settings", "remembered"), KINDS)
def test_all_that_an_optimizer_remembers_of_a_parameter_has_a_panel(
    settings: Settings, remembered: str, qtbot: QtBot
) -> None:
    *_, moment = moments(settings)
    equation = equation_of(qtbot, moment)
    assert symbols(equation) == [f"{symbol}({owner})" for owner in "Wb" for symbol in remembered.split()]
    assert set(equation.memory.panels) == {name for name, array in moment.state.items() if array.ndim}
    for name, panel in equation.memory.panels.items():
        assert panel.isVisible()
        stored = moment.state[name]
        assert np.array_equal(np.asarray(panel.model.values), stored.T if stored.ndim > 1 else stored[None])


def test_before_the_first_step_the_panels_are_there_and_empty_and_nothing_jumps_when_numbers_come(
    qtbot: QtBot,
) -> None:
    start, first, second = moments(ADAM)
    equation = equation_of(qtbot, start)
    assert all(panel.model.values is None for panel in equation.memory.panels.values())
    places = {name: panel.geometry() for name, panel in equation.memory.panels.items()}
    with qtbot.assertNotEmitted(equation.measures_changed):
        for moment, count, badge in ((start, "t = 0", "none"), (first, "t = 1", "kept"), (second, "t = 2", "kept")):
            equation.show_snapshot(moment)
            assert (equation.memory._count.text(), equation.memory._badge.text()) == (count, badge)
    assert places == {name: panel.geometry() for name, panel in equation.memory.panels.items()}


def test_panels_come_and_go_with_the_optimizer_of_what_is_shown(qtbot: QtBot) -> None:
    shown, plain, momentum = (moments(settings)[-1] for settings in (ADAM, Settings(), KINDS[0][0]))
    equation = equation_of(qtbot, plain)
    assert not equation.memory.isVisible()
    for moment, names in ((shown, 6), (momentum, 2), (plain, 0), (shown, 6)):
        with qtbot.waitSignal(equation.measures_changed):
            equation.show_snapshot(moment)
        assert len(equation.memory.panels) == names
        assert equation.memory.isVisible() == bool(names)
    made = {id(panel) for panel in equation.memory.panels.values()}
    equation.show_snapshot(plain)
    equation.show_snapshot(shown)
    assert {id(panel) for panel in equation.memory.panels.values()} == made


def test_what_lbfgs_remembers_is_said_in_a_line(qtbot: QtBot) -> None:
    start, *_, moment = moments(Settings(0.1, "LBFGS"))
    equation = equation_of(qtbot, start)
    assert "n_iter = 0, func_evals = 0" in equation.memory._note.text()
    equation.show_snapshot(moment)
    said = equation.memory._note.text()
    assert f"n_iter = {moment.state['lbfgs_n_iter']}, func_evals = {moment.state['lbfgs_func_evals']}" in said
    assert f"last {len(moment.state['lbfgs_old_dirs'])} moves" in said
    assert "all 8 parameters" in said
    assert equation.memory.panels == {}
    assert equation.memory._note.isVisible()


def test_the_weights_memory_turns_with_the_weight(qtbot: QtBot) -> None:
    *_, moment = moments(ADAM)
    equation = equation_of(qtbot, moment)
    panel = equation.memory.panels["weight_exp_avg"]
    assert spoken_name(panel.table) == "1st moment, 2 × 3, shown transposed, stored 2 × 3"
    equation.set_as_stored(True)
    assert np.array_equal(np.asarray(panel.model.values), moment.state["weight_exp_avg"])
    assert spoken_name(panel.table) == "1st moment, 2 × 3"


def test_a_square_too_small_for_four_decimals_shows_its_digits_and_has_its_colour(qtbot: QtBot) -> None:
    *_, moment = moments(ADAM, 1)
    equation = equation_of(qtbot, moment)
    model = equation.memory.panels["bias_exp_avg_sq"].model
    value = float(moment.state["bias_exp_avg_sq"][0])
    assert value < 1e-3
    text = model.index(0, 0).data()
    assert re.fullmatch(r"\d\.\d\de-\d", text)
    assert float(text) == pytest.approx(value, rel=0.01)
    assert model.scale == moment.state["bias_exp_avg_sq"].max()


def test_what_went_into_a_moment_is_outlined_also_in_its_own_panel(qtbot: QtBot) -> None:
    *_, moment = moments(ADAM)
    equation = equation_of(qtbot, moment)
    equation.outline({"weight_exp_avg": (1, 2), "weight_grad": (1, 2)})
    outlined = {name for name, panel in equation.shown.items() if panel.table._delegate.outlined is not None}
    assert outlined == {"weight_exp_avg", "weight_grad"}
    assert equation.memory.panels["weight_exp_avg"].table._delegate.outlined == (2, 1)


def test_in_the_window_a_moment_is_selected_explained_and_left_for_another_run(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(None, ADAM)
    trigger(qtbot, window, "step", "step")
    window.go_to("weight_exp_avg", (1, 2))
    assert marked(window) == {"weight_exp_avg": (2, 1)}
    assert window.why.isVisible()
    assert "m(W)[1, 2]" in window.why._name.label.text()
    window.equation.select("weight", (0, 0))
    assert marked(window) == {"weight": (0, 0)}

    window.commands["remembered"].trigger()
    assert not seen(window)
    window.go_to("weight_exp_avg", (1, 2))  # explained, though it is in no panel
    assert marked(window) == {}
    window.commands["remembered"].trigger()
    assert seen(window)

    window.driver.submit(Reset(Settings()))
    settle(qtbot, window)
    assert not seen(window)
    window.driver.submit(Switch(1))
    settle(qtbot, window)
    assert seen(window)
    assert window.snapshot is not None
    shown = window.equation.memory.panels["weight_exp_avg_sq"].model.values
    assert np.array_equal(np.asarray(shown).T, window.snapshot.state["weight_exp_avg_sq"])

    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: window.equation.memory._count.text() not in ("t = 0", "t = 2"))
    window.commands["run"].trigger()
    settle(qtbot, window)
    for name, panel in window.equation.memory.panels.items():
        assert panel.model._array is window.snapshot.state[name]
