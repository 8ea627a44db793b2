import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import label, settle, trigger
from gui.parts import FEW
from linviz.core.command import Reset
from linviz.core.gauges import gauges
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.theory import Theory
from linviz.core.what_if import Parabola, WhatIf
from linviz.gui.main_window import MainWindow
from linviz.gui.what_if_page import WhatIfPage
from linviz.gui.what_if_range import BEYOND, depth, rates_end


def page_of(window: MainWindow, qtbot: QtBot) -> WhatIfPage:
    settle(qtbot, window)
    trigger(qtbot, window, "what_if")
    return window.desk.what_if


def texts(page: WhatIfPage) -> dict[str, str]:
    return {name: text.toPlainText() for name, text in page.plot._texts.items() if text.isVisible()}


def line_at(window: MainWindow) -> WhatIf:
    moment = window.snapshot
    assert moment is not None
    return WhatIf.of(Theory.of(moment.x, moment.y), moment)


def rate_of(window: MainWindow) -> float:
    assert window.snapshot is not None
    return window.snapshot.settings.learning_rate


def place(page: WhatIfPage, rate: float) -> QPoint:
    return page.plot.spot(rate).toPoint()


def heard(page: WhatIfPage) -> list[str]:
    return [view.accessibleName() for view in page.gauges.views]


def test_the_parabola_of_the_present_moment_is_drawn_with_its_marks_and_gauges(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = page_of(window, qtbot)
    line = line_at(window)
    rates, heights = page.plot._curve.getData()
    seen = heights < heights.max()  # what is above leaves the picture
    assert (heights * page.plot._depth)[seen] == pytest.approx(line.loss.change(rates)[seen], abs=1e-12)
    assert seen.sum() > 100
    assert line.loss.best == pytest.approx(0.9962, abs=1e-4)
    assert texts(page) == {
        "now": "now 0.73181",
        "best": "best 0.996: -0.159",
        "limit": "limit 1.99",
        "here": "η 0.01: -0.00318",
    }
    assert label(window, "what_if_line").startswith("loss by rate η along the negative gradient: what update comes")
    assert line.sentence(0.01) in page.plot.accessibleDescription()
    names = [gauge.name for gauge in gauges(line, 0.01)]
    assert [text.partition(":")[0] for text in heard(page)] == names
    assert heard(page)[0] == "α: -0.99, undershoots"
    assert all("√" in view.toolTip() for view in page.gauges.views[1:4])
    assert "Cockpit" in page.gauges.views[0].toolTip()


def test_a_rate_is_chosen_by_dragging_and_taken_back_at_once(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    before, spot = rate_of(window), place(page, 0.5)
    viewport = page.plot.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert window.tool_bar.learning_rate._rate == pytest.approx(0.5, abs=0.02)
    for rate in (0.7, 1.2, 1.5):
        QTest.mouseMove(viewport, place(page, rate))
    assert texts(page)["here"].startswith("η 1.5: ")
    assert heard(page)[0] == "α: +0.51, overshoots"  # while it is on its way
    settle(qtbot, window)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place(page, 1.5))
    settle(qtbot, window)
    assert rate_of(window) == pytest.approx(1.5, abs=0.01)
    trigger(qtbot, window, "undo")
    assert rate_of(window) == before
    assert texts(page)["here"] == "η 0.01: -0.00318"


def test_a_click_near_the_best_rate_means_that(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    QTest.mouseClick(page.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(page, 0.9962) + QPoint(3, 0))
    settle(qtbot, window)
    assert rate_of(window) == 0.9962
    assert page.gauges.views[0].accessibleName() == "α: +0.00, at the minimum"


def test_keys_choose_a_rate_as_on_the_slider(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    page.plot.setFocus()
    for key, rate in (
        (Qt.Key.Key_Right, 0.011),
        (Qt.Key.Key_PageUp, 0.11),
        (Qt.Key.Key_Left, 0.1),
        (Qt.Key.Key_Return, 0.9962),
    ):
        QTest.keyClick(page.plot, key)
        settle(qtbot, window)
        assert rate_of(window) == rate
    assert window.snapshot is not None
    assert window.snapshot.step == 0  # Right is no step while the plot has the focus


def test_the_mouse_reads_out_what_a_rate_would_come_to(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    QTest.mouseMove(page.plot.viewport(), place(page, 0.5))
    said = label(window, "what_if_line")
    rate = float(said.split()[3])
    assert rate == pytest.approx(0.5, abs=0.02)
    assert f"would be {line_at(window).loss.at(np.array([rate]))[0]:.6g}" in said
    page.plot._point(None)
    assert label(window, "what_if_line").startswith("loss by rate η along")


def test_a_rate_beyond_the_axis_has_an_arrow(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.tool_bar.learning_rate.choose(10)
    settle(qtbot, window)
    assert texts(page)["here"].startswith("η 10: ")
    assert texts(page)["here"].endswith(" →")
    assert not page.plot._here.isVisible()


def test_it_follows_a_run_and_costs_nothing_when_hidden(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(window, qtbot)
    shown: list[int] = []
    show = page.refresh

    def noted() -> None:
        shown.append(1)
        show()

    monkeypatch.setattr(page, "refresh", noted)
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: len(shown) > 2)
    window.commands["run"].trigger()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: page.moment is window.snapshot and not page._waiting)
    assert texts(page)["now"] == f"now {line_at(window).loss.value:.5g}"
    trigger(qtbot, window, "landscape")
    shown.clear()
    trigger(qtbot, window, "step", "step")
    assert shown == []
    trigger(qtbot, window, "what_if", "first")
    assert texts(page)["now"] == "now 0.73181"


def test_it_says_where_there_is_no_parabola_and_whose_line_it_is(window: MainWindow, qtbot: QtBot) -> None:
    page = page_of(window, qtbot)
    window.driver.submit(Reset(Settings(0.1, "Adam")))
    settle(qtbot, window)
    assert label(window, "what_if_line").endswith("along the negative gradient; Adam itself goes another way")
    assert heard(page)[0] == "α, last step: –, not known"
    trigger(qtbot, window, "step")
    assert heard(page)[0] == f"α, last step: {gauges(line_at(window), 0.1)[0].value:+.2f}, undershoots"
    heard_of_plot = page.plot.accessibleDescription()
    assert "At η = 0.1 a step along the negative gradient would lower the loss from" in heard_of_plot
    assert "The update of Adam to come goes another way." in heard_of_plot
    assert texts(page)["here"].startswith("η 0.1 along −∂L/∂θ: ")
    window.driver.submit(Reset(Settings(0.1, options={"weight_decay": 0.2})))
    settle(qtbot, window)
    said = label(window, "what_if_line")
    assert said.startswith("loss + decay by rate η along the negative gradient with weight decay, which theory knows")
    assert said.endswith("; thin: loss alone")
    assert page.plot._loss.isVisible()
    window.driver.submit(Reset(Settings(1e30)))
    window.commands["run"].trigger()
    qtbot.waitUntil(lambda: not window.backend.running)
    settle(qtbot, window)
    assert "not finite any more" in texts(page)["hint"]
    assert list(texts(page)) == ["hint"]


def test_a_schedules_rate_is_shown_and_what_is_chosen_is_the_rate_before_it(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    settings = Settings.of(0.5, training={"schedule": "step", "schedule_steps": 2, "schedule_factor": 0.1})
    window = open_window(None, settings)
    page = page_of(window, qtbot)
    trigger(qtbot, window, "step", "step")
    assert texts(page)["here"].startswith("η 0.05: ")
    page.plot.setFocus()
    QTest.keyClick(page.plot, Qt.Key.Key_Right)
    settle(qtbot, window)
    assert rate_of(window) == 0.56
    assert texts(page)["here"].startswith("η 0.056: ")
    trigger(qtbot, window, "spectrum")
    assert window.desk.spectrum.model.text(0, 1) == f"{1 - 0.056 * 1.5457:.4f}"
    window.driver.submit(Reset(Settings.of(0.1, training={"batch": 4})))
    settle(qtbot, window)
    assert "in batches of 4 has no closed form" in label(window, "spectrum_manners")
    trigger(qtbot, window, "what_if", "step")
    assert "the step goes along that of a batch" in label(window, "what_if_line")
    assert "the update before" in page.gauges.views[0].toolTip()
    window.driver.submit(Reset(Settings.of(0.1, training={"loss": "L1"})))
    settle(qtbot, window)
    assert "L1Loss is no paraboloid" in texts(page)["hint"]


def test_before_and_without_a_theory_it_says_so(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(
        Problem(np.full((3, 2), 1e200), np.ones((3, 1)), np.ones((1, 2)), np.ones(1)), Settings(dtype="float64")
    )
    page = page_of(window, qtbot)
    assert "scale them down" in texts(page)["hint"]
    assert not page.gauges.isVisible()


@FEW
@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(1e-3, 1e3), st.lists(st.floats(0.3, 3), max_size=6))
def test_the_axis_shows_the_limit_and_seldom_changes(
    drop: float, best: float, share: float, changes: list[float]
) -> None:
    end = 0.0
    for change in (1.0, *changes):
        parabola = Parabola(1.0, -2 * drop / (change * best), 2 * drop / (change * best) ** 2)
        assert parabola.limit == pytest.approx(2 * change * best)
        rate, before = share * 2 * change * best, end
        end = rates_end(parabola, rate, before)
        needed = 2 * change * best * (share if 1 < share <= BEYOND else 1)
        assert 1.07 * needed < end < 2.01 * needed
        assert end > rate or share > BEYOND
        assert rates_end(parabola, rate, end) == end
        assert depth(parabola, end) == pytest.approx(drop)
