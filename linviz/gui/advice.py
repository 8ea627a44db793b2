"""What to try, in words, when a run goes wrong."""

from linviz.core.snapshot import Snapshot
from linviz.core.theory import stability_limit, trained


def on_divergence(moment: Snapshot) -> str:
    """Say what it means that the loss of a moment isn't finite, and what to do."""
    rate, settings = moment.settings.rate(moment.computed_at["loss"]), moment.settings
    said = (
        f"The loss is not finite any more: with the parameters after step {moment.computed_at['loss']} it is "
        f"{moment.loss:g}, so a run stops here. "
    )
    if not (settings.is_plain and settings.is_exact and settings.schedule.constant):
        return f"{said}Try a smaller learning rate than {rate:g}, and Reset (R)."
    x, reduction = trained(moment)[0], settings.criterion.reduction
    limit = stability_limit(x, moment.shape[2], bias=settings.bias, reduction=reduction)
    if rate > limit:
        return said + (
            f"At learning rate {rate:g} each step goes further past the minimum than the one before, as it must "
            f"with this data above {limit:.4g}. Try a smaller rate, {limit / 2:.1g} say, and Reset (R)."
        )
    return said + "Reset (R) goes back to the start."
