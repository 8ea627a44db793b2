"""The notebook's loop, written here on torch alone: what the window's panels are held to."""

import numpy as np
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView
from torch import Tensor, nn

from linviz.core.problem import Problem
from linviz.gui.main_window import MainWindow


class NotebookLoop:
    """x, y, linear, criterion and optimizer, as in cells 36 to 38."""

    def __init__(self, problem: Problem, learning_rate: float = 0.01, dtype: torch.dtype = torch.float32) -> None:
        self.x, self.y = torch.tensor(problem.x, dtype=dtype), torch.tensor(problem.y, dtype=dtype)
        outputs, inputs = problem.weight.shape
        self.linear = nn.Linear(inputs, outputs, dtype=dtype)
        self.linear.weight.data = torch.tensor(problem.weight, dtype=dtype)
        self.linear.bias.data = torch.tensor(problem.bias, dtype=dtype)
        self.criterion = nn.MSELoss()
        self.optimizer = torch.optim.SGD(self.linear.parameters(), lr=learning_rate)
        self.learning_rate = learning_rate
        self.prediction: Tensor | None = None
        self.loss: Tensor | None = None

    def iterate(self, by_hand: bool = False) -> None:
        """Run one whole iteration."""
        self.prediction = self.linear(self.x)
        self.loss = self.criterion(self.prediction, self.y)
        self.optimizer.zero_grad()
        self.loss.backward()
        self.update(by_hand)

    def update(self, by_hand: bool) -> None:
        """Update by the optimizer, or as in cell 43."""
        if by_hand:
            weight_grad, bias_grad = self.linear.weight.grad, self.linear.bias.grad
            assert weight_grad is not None
            assert bias_grad is not None
            self.linear.weight.data.sub_(self.learning_rate * weight_grad.data)
            self.linear.bias.data.sub_(self.learning_rate * bias_grad.data)
        else:
            self.optimizer.step()

    def fields(self) -> dict[str, Tensor | None]:
        """Give what each panel must show."""
        return {
            "x": self.x,
            "y": self.y,
            "prediction": self.prediction,
            "residual": None if self.prediction is None else self.prediction - self.y,
            "weight": self.linear.weight.T,
            "bias": self.linear.bias[None, :],
            "weight_grad": None if self.linear.weight.grad is None else self.linear.weight.grad.T,
            "bias_grad": None if self.linear.bias.grad is None else self.linear.bias.grad[None, :],
        }


def panel_numbers(window: MainWindow, name: str) -> np.ndarray | None:
    """Read a panel's exact numbers as a person's tools would: through its model."""
    table = window.findChild(QTableView, name)
    assert isinstance(table, QTableView)
    model = table.model()
    values = [
        [model.index(row, column).data(Qt.ItemDataRole.UserRole) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    return None if values[0][0] is None else np.array(values)


def assert_panels_show(window: MainWindow, loop: NotebookLoop) -> None:
    """Compare every number of every panel, to the last bit."""
    for name, expected in loop.fields().items():
        shown = panel_numbers(window, name)
        if expected is None:
            assert shown is None, f"{name} shows numbers before there are any"
        else:
            assert shown is not None, f"{name} is empty"
            np.testing.assert_array_equal(shown, expected.detach().double().numpy(), err_msg=name)
