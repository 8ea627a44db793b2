from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from gui.code_lines import BY_HAND, ITERATION
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import PHASES, Phase, Update
from linviz.gui.code_model import NOT_BY_HAND, NOT_BY_OPTIMIZER, CodeModel

Check = Callable[[QAbstractItemModel], None]
ROLE = Qt.ItemDataRole
NOTEBOOK = Problem.notebook()
DRAWN = [
    "torch.manual_seed(7)",
    "x = torch.randn(4, 3)",
    "y = torch.randn(4, 2)",
    "linear = nn.Linear(3, 2)",
    "criterion = nn.MSELoss()",
    "lr = 0.5",
    "optimizer = torch.optim.SGD(linear.parameters(), lr=lr)",
]


@pytest.fixture
def check(qtmodeltester: ModelTester) -> Check:
    """Give Qt's own tester of models; it stays connected and checks again at each signal."""
    tester: Check = qtmodeltester.check
    return tester


def model_of(source: Problem | Recipe = NOTEBOOK, by_hand: bool = False, rate: float = 0.01) -> CodeModel:
    model = CodeModel()
    model.show_lines(source, Settings(learning_rate=rate), by_hand)
    return model


def shown(model: CodeModel, role: int = ROLE.DisplayRole) -> list[str]:
    return [model.data(model.index(row, 0), role) for row in range(model.rowCount())]


def test_qts_own_tester_finds_nothing_wrong_through_a_whole_life(check: Check) -> None:
    model = CodeModel()
    check(model)
    for source, by_hand, rate in (
        (NOTEBOOK, False, 0.01),
        (NOTEBOOK, True, 0.01),
        (NOTEBOOK, True, 0.5),
        (NOTEBOOK, False, 0.5),
        (Recipe(4, 3, 2, seed=7), False, 0.5),
        (NOTEBOOK, True, 0.1),
    ):
        model.show_lines(source, Settings(learning_rate=rate), by_hand)
        for phase in PHASES:
            model.show_phase(phase, None)
    check(model)


def test_set_up_gap_and_iteration_stand_below_each_other() -> None:
    assert shown(model_of(Recipe(4, 3, 2, seed=7), rate=0.5)) == [*DRAWN, "", *ITERATION]
    assert shown(model_of(Recipe(4, 3, 2, seed=7), True, 0.5)) == [*DRAWN, "", *ITERATION[:-1], *BY_HAND]


def test_long_tensors_of_a_given_problem_are_short_and_say_their_shape() -> None:
    assert shown(model_of())[:2] == ["x = torch.tensor(…)  # 10 × 3", "y = torch.tensor(…)  # 10 × 2"]


def test_a_gap_is_no_line_that_can_be_chosen_and_says_nothing() -> None:
    model = model_of()
    gap = model.index(shown(model).index(""), 0)
    assert model.flags(gap) == Qt.ItemFlag.NoItemFlags
    assert (model.data(gap, ROLE.AccessibleTextRole), model.data(gap, ROLE.ToolTipRole)) == ("", None)
    others = [model.index(row, 0) for row in range(model.rowCount()) if row != gap.row()]
    assert all(model.flags(each) & Qt.ItemFlag.ItemIsSelectable for each in others)


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize(
    ("coming", "iterated", "signs"),
    [
        (Phase.FORWARD, False, "NTTTT"),
        (Phase.LOSS, False, "DNTTT"),
        (Phase.ZERO_GRAD, False, "DDNTT"),
        (Phase.BACKWARD, False, "DDDNT"),
        (Phase.UPDATE, False, "DDDDN"),
        (Phase.FORWARD, True, "NDDDD"),
        (Phase.LOSS, True, "DNTTT"),
        (Phase.UPDATE, True, "DDDDN"),
    ],
)
def test_what_ran_is_done_and_the_phase_that_comes_is_next(
    coming: Phase, iterated: bool, signs: str, by_hand: bool
) -> None:
    model = model_of(by_hand=by_hand)
    updated = (Update.MANUAL_STEP if by_hand else Update.STEP) if iterated else None
    assert model.show_phase(coming, updated)
    words = {"D": "done", "N": "next", "T": "to come"}
    expected = [words[sign] for sign in signs] + [words[signs[-1]]] * by_hand
    found = [model.state(row) for row in range(model.rowCount())]
    assert found[-len(expected) :] == expected
    assert set(found[: shown(model).index("")]) == {"done"}
    assert model.lines[model.next_row()].phase is coming
    assert model.remark == ""
    assert not model.show_phase(coming, updated), "the same again is nothing new"


@pytest.mark.parametrize("updated", Update)
@pytest.mark.parametrize("by_hand", [False, True])
def test_an_update_is_ticked_if_its_lines_wrote_the_parameters_and_else_a_remark_says_what_did(
    by_hand: bool, updated: Update
) -> None:
    model = model_of(by_hand=by_hand)
    model.show_phase(Phase.FORWARD, updated)
    ran = by_hand == (updated in (Update.MANUAL_STEP, Update.AGAIN_BY_HAND))
    lines = len(BY_HAND) if by_hand else 1
    states = [model.state(row) for row in range(model.rowCount())]
    assert set(states[-lines:]) == {"done" if ran else "not run"}
    assert "not run" not in states[:-lines]
    remark = "" if ran else (NOT_BY_HAND if by_hand else NOT_BY_OPTIMIZER)
    assert model.remark == remark
    last = model.index(model.rowCount() - 1, 0)
    assert f"{'done' if ran else 'not run'}: " in model.data(last, ROLE.AccessibleTextRole)
    assert remark in model.data(last, ROLE.ToolTipRole)
    assert "now" not in model.data(last, ROLE.ToolTipRole).split(", ")
    model.show_phase(Phase.LOSS, updated)
    assert model.state(last.row()) == "to come"
    assert model.remark == ""


def test_shown_otherwise_an_update_is_ticked_or_not_at_once() -> None:
    model = model_of()
    model.show_phase(Phase.FORWARD, Update.MANUAL_STEP)
    for by_hand, state in ((True, "done"), (False, "not run"), (True, "done")):
        model.show_lines(NOTEBOOK, Settings(), by_hand)
        assert model.state(model.rowCount() - 1) == state


def test_before_torch_is_there_nothing_has_run_and_nothing_is_next() -> None:
    model = model_of()
    assert {model.state(row) for row in range(model.rowCount())} == {"to come"}
    assert shown(model)[model.next_row()] == ITERATION[0]


def test_a_screen_reader_hears_number_state_and_text() -> None:
    model = model_of(Recipe(4, 3, 2, seed=7))
    model.show_phase(Phase.LOSS, None)
    spoken = shown(model, ROLE.AccessibleTextRole)
    assert spoken[0] == "line 1, done: torch.manual_seed(7)"
    assert spoken[8:11] == [
        "line 9, done: pred = linear(x)",
        "line 10, next: loss = criterion(pred, y)",
        "line 11, to come: optimizer.zero_grad()",
    ]


def test_a_tip_says_what_a_line_does_and_what_a_click_does() -> None:
    model = model_of()
    assert shown(model, ROLE.ToolTipRole)[0] == "Set-up"
    model.show_phase(Phase.LOSS, None)
    tips = dict(zip(shown(model), shown(model, ROLE.ToolTipRole), strict=True))
    assert "Reset goes back to here" in tips["criterion = nn.MSELoss()"]
    assert "autograd fills weight.grad" in tips["loss.backward()"]
    assert tips["loss.backward()"].endswith("runs up to and including this line, now")
    assert tips["pred = linear(x)"].endswith("in the next iteration")


def test_by_hand_the_tip_says_that_both_lines_of_the_update_run() -> None:
    model = model_of(by_hand=True)
    assert all("both lines of the update run together" in tip for tip in shown(model, ROLE.ToolTipRole)[-2:])
    assert not any("together" in (tip or "") for tip in shown(model, ROLE.ToolTipRole)[:-2])


def test_the_current_line_stays_when_only_the_rate_or_the_update_is_another() -> None:
    model, resets = model_of(), []
    model.modelReset.connect(lambda: resets.append(True))
    current = QPersistentModelIndex(model.index(shown(model).index("loss.backward()"), 0))
    for by_hand, rate in ((False, 0.5), (True, 0.5), (False, 0.25)):
        assert model.show_lines(NOTEBOOK, Settings(learning_rate=rate), by_hand)
        assert current.data() == "loss.backward()"
        assert f"lr = {rate}" in shown(model)
    assert not model.show_lines(NOTEBOOK, Settings(learning_rate=0.25), by_hand=False)
    assert resets == []


def test_a_change_is_told_of_all_lines_once() -> None:
    model, told = model_of(), []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.show_phase(Phase.LOSS, Update.STEP)
    model.show_phase(Phase.LOSS, Update.STEP)
    assert told == [(0, model.rowCount() - 1)]
