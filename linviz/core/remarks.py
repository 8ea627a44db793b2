"""What is true where the notebook is loose: said where it comes up, in one wording. Needs no torch."""

LOSS = (
    "The notebook writes L = √‖y − ŷ‖². nn.MSELoss takes no root, and averages: it is the mean of (ŷ − y)² over "
    "samples × outputs."
)
OTHER_LOSS = (
    "{} in place of the notebook's loss: over samples × outputs the {}. The notebook writes L = √‖y − ŷ‖², which none "
    "of torch's losses is."
)
KINK = "The slope of |ŷ − y| is the sign of ŷ − y. At 0, where it has none, torch takes 0."
UPDATE = (
    "The notebook writes w ← w − η E(w). What is subtracted is η times the gradient, w ← w − η ∂L/∂w, not η times "
    "the loss."
)
EQUIVALENCE = (
    "The notebook calls optimizer.step() and the update by hand equivalent. In exact arithmetic they are. In floating "
    "point sub_(lr * grad) rounds twice, first the product and then the difference; optimizer.step() rounds once, as "
    "sub_(grad, alpha=lr) does. So last bits differ; how often depends on the learning rate."
)
OTHERWISE = (
    "In exact arithmetic optimizer.step() and its formula written out by hand are the same. In floating point torch "
    "groups and fuses the operations otherwise, and each grouping rounds at other places. So last bits differ."
)
