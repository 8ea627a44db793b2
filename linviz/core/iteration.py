"""One iteration of a real model, phase by phase."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from linviz.core.burst_loop import BurstLoop
from linviz.core.by_hand import update_by_hand
from linviz.core.evaluation import Evaluation
from linviz.core.optimizer_state import build, state_of
from linviz.core.plain_loop import PlainLoop
from linviz.core.samples import Samples, Used
from linviz.core.settings import Settings
from linviz.core.snapshot import GRADIENTS, PARAMETERS, PHASES, Applied, Array, Phase, Snapshot, Update
from linviz.core.tensors import array_of, tensor_of


class Iteration:
    """What `Trainer` drives: the model with its optimizer, and what each phase leaves behind.

    Attributes
    ----------
    settings
        Those in force.
    linear, criterion, optimizer
        Torch's own objects, as a person would make them.
    """

    settings: Settings
    linear: nn.Linear
    criterion: nn.Module
    optimizer: torch.optim.Optimizer
    _samples: Samples
    _snapshot: Snapshot
    _used: Used
    _prediction: Tensor | None
    _loss: Tensor | None

    def evaluation_of(self, moment: Snapshot) -> Evaluation | None:
        """Look how good the parameters of another moment are, under the settings in force; nothing else changes.

        There is none of a moment whose data were others.
        """
        if not (moment.x is self._snapshot.x and moment.y is self._snapshot.y):
            return None
        linear = copy.deepcopy(self.linear)
        for name in self.settings.parameters:
            getattr(linear, name).data.copy_(tensor_of(getattr(moment, name)))
        return self._samples.evaluate(linear, self.criterion, moment.step)

    def snapshot(self) -> Snapshot:
        """Give the present moment."""
        return self._snapshot

    def evaluation(self, hurried: bool = False) -> Evaluation | None:
        """Look how good the present parameters are; see `Samples.evaluate`."""
        return self._samples.evaluate(self.linear, self.criterion, self._snapshot.step, hurried)

    @property
    def fast(self) -> bool:
        """Whether runs have a loop that takes a fraction of torch's own calls."""
        return isinstance(self._loop, BurstLoop)

    def _build(self) -> None:
        self.optimizer = build(self.settings, self.linear)
        self._loops()

    def _loops(self) -> None:
        """Make the loops for the model and the data that are here."""
        settings, samples = self.settings, self._samples
        self._several = PlainLoop(self.linear, self.criterion, self.optimizer, samples)
        self._loop: BurstLoop | PlainLoop = self._several
        if settings.is_plain and settings.criterion.loss == "MSE" and samples.once and settings.schedule.constant:
            whole = samples.training
            self._loop = BurstLoop(self.linear, whole.x, whole.y, settings.criterion.reduction)

    def _set_parameters(self, values: Mapping[str, Array]) -> None:
        # Through .data, as autograd need not know: the gradient of the weight doesn't depend on the weight.
        for name in self.settings.parameters:
            getattr(self.linear, name).data.copy_(tensor_of(values[name]))

    def _run_phase(self, update: Update) -> Snapshot:
        phase = self._snapshot.next_phase
        match phase:
            case Phase.FORWARD:
                self._forward()
            case Phase.LOSS:
                self._compute_loss()
            case Phase.ZERO_GRAD:
                self._zero_grad()
            case Phase.BACKWARD:
                self._backward()
            case Phase.UPDATE:
                self._update(update)
        following = PHASES[(PHASES.index(phase) + 1) % len(PHASES)]
        self._snapshot = replace(self._snapshot, next_phase=following)
        return self._snapshot

    def _forward(self) -> None:
        now, used = self._snapshot, self._samples.of(self._snapshot.step)
        now = replace(now, rows=used.rows)
        self._used = used
        self._prediction = self.linear(used.x)
        prediction = array_of(self._prediction)
        residual = array_of(self._prediction.detach() - used.y)
        some: dict[str, Any] = {} if used.rows is None else {"rows": used.rows}
        source = {"x": now.x, "weight": now.weight, "bias": now.bias, **some}
        now = now.with_computed(now.step, source, {"prediction": prediction})
        source = {"prediction": prediction, "y": now.y, **some}
        self._snapshot = now.with_computed(now.step, source, {"residual": residual})

    def _compute_loss(self) -> None:
        now = self._snapshot
        assert now.residual is not None  # noqa: S101  # the order of the phases says so; this tells the type checker
        self._loss = self.criterion(self._prediction, self._used.y)
        # What is computed from a prediction belongs to the parameters that the prediction was computed with, which
        # an update again may have changed since; so with the gradients below.
        source = {"residual": now.residual}
        if now.rows is not None:
            source["rows"] = now.rows  # type: ignore[assignment]  # positions
        self._snapshot = now.with_computed(now.computed_at["prediction"], source, {"loss": self._loss.item()})

    def _zero_grad(self) -> None:
        self.optimizer.zero_grad()
        self._snapshot = self._snapshot.without(GRADIENTS)

    def _backward(self) -> None:
        assert self._loss is not None  # noqa: S101  # the order of the phases says so; this tells the type checker
        self._loss.backward()  # type: ignore[no-untyped-call]  # torch's own signature has no types
        self._prediction = self._loss = None
        now = self._snapshot
        gradients = {name: array_of(getattr(self.linear, name).grad) for name in self.settings.parameters}
        self._snapshot = now.with_computed(
            now.computed_at["loss"],
            {"x": now.x, **now.computed_from["loss"]},
            {f"{name}_grad": gradient for name, gradient in gradients.items()},
        )

    def _update(self, update: Update) -> None:
        now, factor = self._snapshot, self.settings.schedule.factor(self._snapshot.step)
        rate = self.settings.learning_rate * factor
        self.optimizer.param_groups[0]["lr"] = rate
        operands = {**now.state, **{name: getattr(now, name) for name in (*PARAMETERS, *GRADIENTS)}}
        if update not in (Update.STEP, Update.AGAIN):
            update_by_hand(self.linear, self.optimizer, self.settings, rate)
        elif self.settings.evaluates:
            self._several.used = self._used
            self.optimizer.step(self._several.closure)  # type: ignore[arg-type]  # as in PlainLoop
            self._note_evaluation()
        else:
            self.optimizer.step()
        self._snapshot = replace(self._snapshot, applied=Applied(update, self.settings.learning_rate, operands, factor))
        self._note_parameters(now.step + 1)

    def _note_evaluation(self) -> None:
        """Take over the gradients of the last evaluation within a step, if that was another one than the phases'."""
        now, prediction = self._snapshot, self._several.prediction
        if prediction is not None:
            made = {"x": now.x, "residual": array_of(prediction.detach() - self._used.y)}
            if self._used.rows is not None:
                made["rows"] = self._used.rows  # type: ignore[assignment]  # positions
            gradients = {f"{name}_grad": array_of(getattr(self.linear, name).grad) for name in self.settings.parameters}
            self._snapshot = now.with_computed(now.step, made, gradients)

    def _note_parameters(self, step: int) -> None:
        self._snapshot = replace(
            self._snapshot,
            step=step,
            weight=array_of(self.linear.weight),
            bias=array_of(self.linear.bias) if self.settings.bias else self._snapshot.bias,
            state=state_of(self.optimizer, self.linear, self._snapshot.state),
        )
