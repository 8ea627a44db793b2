"""Each optimizer's step written out as code: what `linviz.core.by_hand` does, in the numbers of the settings."""

from linviz.core.settings import Settings

LOOP = "for p in linear.parameters():"


def remembered(settings: Settings) -> tuple[str, ...]:
    """Give the lines that make what is remembered from step to step, as it is before the first."""
    names = {"exp_avg": "m", "exp_avg_sq": "v", "max_exp_avg_sq": "v_max", "square_avg": "v", "grad_avg": "g_avg"}
    names |= {"sum": "total", "momentum_buffer": "buffer"}
    fill = f"torch.full_like(p, {settings.options.get('initial_accumulator_value')!r})"
    lines = []
    for key in settings.memory:
        if key == "step":
            lines.append("t = 0")
        elif settings.optimizer == "SGD":
            lines.append(f"{names[key]} = {{}}")
        else:
            start = fill if key == "sum" else "torch.zeros_like(p)"
            lines.append(f"{names[key]} = {{p: {start} for p in linear.parameters()}}")
    return tuple(lines)


def update(settings: Settings) -> tuple[str, ...]:
    """Give the lines of an update."""
    made = _UPDATES[settings.optimizer](settings)
    counted = ("t += 1",) if "step" in settings.memory else ()
    return (*counted, LOOP, *(f"    {line}" for line in made))


def _gradient(settings: Settings) -> str:
    decay = settings.options["weight_decay"]
    return f"g = p.grad + {decay!r} * p.data" if decay and settings.optimizer != "AdamW" else "g = p.grad"


def _sgd(settings: Settings) -> list[str]:
    chosen, lines = settings.options, [_gradient(settings)]
    momentum = chosen["momentum"]
    if momentum:
        part = f"(1 - {chosen['dampening']!r}) * g"
        lines.append(f"buffer[p] = {momentum!r} * buffer[p] + {part} if p in buffer else g.clone()")
        lines.append(f"g = g + {momentum!r} * buffer[p]" if chosen["nesterov"] else "g = buffer[p]")
    return [*lines, "p.data.sub_(lr * g)"]


def _adam(settings: Settings) -> list[str]:
    chosen = settings.options
    betas = chosen["betas"]
    assert isinstance(betas, tuple)  # noqa: S101  # Adam's are; this tells the type checker
    beta1, beta2 = betas
    lines = [f"p.data.mul_(1 - lr * {chosen['weight_decay']!r})"] if settings.optimizer == "AdamW" else []
    lines.append(_gradient(settings))
    lines.append(f"m[p] = m[p].lerp(g, 1 - {beta1!r})  # {beta1!r} * m[p] + (1 - {beta1!r}) * g")
    lines.append(f"v[p] = {beta2!r} * v[p] + (1 - {beta2!r}) * g * g")
    square = "v"
    if chosen["amsgrad"]:
        square = "v_max"
        lines.append("v_max[p] = torch.maximum(v_max[p], v[p])")
    lines.append(f"root = {square}[p].sqrt() / (1 - {beta2!r}**t) ** 0.5")
    return [*lines, f"p.data.sub_(lr / (1 - {beta1!r}**t) * m[p] / (root + {chosen['eps']!r}))"]


def _rmsprop(settings: Settings) -> list[str]:
    chosen, lines = settings.options, [_gradient(settings)]
    alpha, square = chosen["alpha"], "v[p]"
    lines.append(f"v[p] = {alpha!r} * v[p] + (1 - {alpha!r}) * g**2")
    if chosen["centered"]:
        square = "(v[p] - g_avg[p] ** 2)"
        lines.append(f"g_avg[p] = {alpha!r} * g_avg[p] + (1 - {alpha!r}) * g")
    move = f"g / ({square}.sqrt() + {chosen['eps']!r})"
    if not chosen["momentum"]:
        return [*lines, f"p.data.sub_(lr * ({move}))"]
    return [*lines, f"buffer[p] = {chosen['momentum']!r} * buffer[p] + {move}", "p.data.sub_(lr * buffer[p])"]


def _adagrad(settings: Settings) -> list[str]:
    chosen = settings.options
    rate = f"lr / (1 + (t - 1) * {chosen['lr_decay']!r})"
    move = f"p.data.sub_({rate} * g / (total[p].sqrt() + {chosen['eps']!r}))"
    return [_gradient(settings), "total[p] = total[p] + g**2", move]


_UPDATES = {"SGD": _sgd, "Adam": _adam, "AdamW": _adam, "RMSprop": _rmsprop, "Adagrad": _adagrad}
