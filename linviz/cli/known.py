"""What is known of the data beside their numbers, for JSON."""

from linviz.core.problem import Problem


def known(problem: Problem) -> dict[str, object]:
    """Give what is known of the data, for JSON; nothing of what isn't."""
    found: dict[str, object] = {}
    if problem.source:
        found["source"] = problem.source
    if problem.x_names or problem.y_names:
        found |= {"x_names": list(problem.x_names), "y_names": list(problem.y_names)}
    if problem.true_weight is not None:
        found |= {"true_weight": problem.true_weight, "true_bias": problem.true_bias, "noise": problem.noise}
    if problem.scaling is not None:
        names = ("x_mean", "x_std", "y_mean", "y_std")
        found["scaling"] = {name: getattr(problem.scaling, name) for name in names}
    return found
